from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and classes")

    def ready(self) -> None:
        from accounts import receivers
        from destalin_site.common import triggers

        receivers.connect()
        triggers.keep_guarded("accounts_auditentry")
