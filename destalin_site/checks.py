"""Settings that Django's own checks do not know to be unsafe. `manage.py check --deploy` runs them."""

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
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS accepts every name: password reset links could carry a stranger's.",
                hint="Name the hosts that the site answers to.",
                id="destalin.E002",
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
    return found
