"""The door for WSGI servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "destalin_site.settings")
application = get_wsgi_application()

# What is loaded stays, so no collection need look through it again. A board makes thousands of rows, each of which is
# let go of with its answer: with Python's 700 they are looked through many times meanwhile, a tenth of a long list. As
# much as before is made between two collections of everything, or memory grows.
gc.collect()
gc.freeze()
gc.set_threshold(7_000, 5, 2)
