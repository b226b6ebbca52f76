from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lessons")

    def ready(self) -> None:
        from lessons import log_actions, triggers  # noqa: F401 - registers its actions
        from lessons.cms import groups

        post_migrate.connect(triggers.restore, sender=self)
        post_migrate.connect(groups.make, sender=self)
