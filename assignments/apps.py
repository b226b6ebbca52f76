from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from destalin_site.common import triggers

# Handed in, decided, recorded: rows that no correction may touch.
WRITE_ONCE = (
    *("assignments_attempt", "assignments_citation", "assignments_event", "assignments_timingdecision"),
    "assignments_erratumack",
)


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("Assignments")

    def ready(self) -> None:
        from assignments import errata, receivers, trying
        from assignments.models import Assignment
        from lessons import pins, previews, reach

        receivers.connect()
        pins.register("assignments", lambda user: Assignment.objects.visible_to(user).values("edition"))
        reach.register("assignments", errata.given)
        previews.register("desk", _("Student’s desk"), trying.students_desk)
        for table in WRITE_ONCE:
            triggers.keep_guarded(table)
