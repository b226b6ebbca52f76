"""The door for ASGI servers. The measured choice is WSGI (docs/architecture.md)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "destalin_site.settings")
application = get_asgi_application()
