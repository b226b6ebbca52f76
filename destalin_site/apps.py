from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "destalin_site"
    label = "site"

    def ready(self) -> None:
        from destalin_site import checks, navigation  # noqa: F401 - importing registers them
