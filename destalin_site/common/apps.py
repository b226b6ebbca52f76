from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "destalin_site.common"
    label = "common"
