from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# What was announced stays as it was said. `by` alone may be emptied, when an account is deleted.
WRITE_ONCE: dict[str, frozenset[str]] = {
    "lessons_erratum": frozenset({"id", "source_id", "fields", "old", "new", "severity", "note", "at"}),
    "lessons_erratumedition": frozenset(),
}


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lessons")

    def ready(self) -> None:
        from destalin_site.common import triggers as guards
        from lessons import indexing, log_actions, triggers  # noqa: F401 - registers its actions
        from lessons.cms import groups

        for table, columns in WRITE_ONCE.items():
            guards.keep_guarded(table, columns)
        post_migrate.connect(triggers.restore, sender=self)
        post_migrate.connect(groups.make, sender=self)
        post_migrate.connect(indexing.catch_up, sender=self)
