from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "destalin_site.common"
    label = "common"

    def ready(self) -> None:
        from destalin_site.common import triggers

        triggers.connect()
