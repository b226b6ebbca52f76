"""Settings that Django's own checks do not know to be doubtful. `manage.py check --deploy` runs them.

What no production site may have does not come so far: the settings themselves refuse it, whatever server reads them.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def a_production_site_is_set_up(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.PRODUCTION:
        found.append(
            Error(
                "The site is not in production mode.",
                hint="Set MODE=production (the README lists what else it needs).",
                id="destalin.E001",
            )
        )
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning(
                "The site keeps its data in one SQLite file.",
                hint="That serves one machine. Set DATABASE_URL for PostgreSQL when there are several.",
                id="destalin.W001",
            )
        )
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        found.append(
            Warning(
                "Mail is printed to the log: nobody gets a link for a new password or notices, and the log keeps them.",
                hint="Set EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587, and DEFAULT_FROM_EMAIL.",
                id="destalin.W002",
            )
        )
    return found
