from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from destalin_site.common import triggers

# Handed in, decided, recorded: rows that no correction may touch.
WRITE_ONCE = (
    *("assignments_attempt", "assignments_citation", "assignments_event", "assignments_timingdecision"),
    *("assignments_scan", "assignments_answerpart"),
    *("assignments_editionupgrade", "assignments_erratumack", "assignments_rubricedition"),
    *("assignments_regrade", "assignments_classmove"),
)
# What the database derives from each hand-in.
PARTS = import_module("assignments.migrations.0051_parts_read_once")
# A grade is open while it is a draft; what was returned or set aside keeps its words. Its status still moves on, and
# what lateness takes off may still change.
GRADE = "assignments_grade"
GRADE_WORDS = frozenset(
    {
        *("attempt_id", "criteria", "entered_score", "feedback", "marks", "out_of", "override", "rubric_id"),
        *("saved_at", "saved_by_id"),
    }
)
GRADE_CLOSED = "OLD.status <> 'draft'"
# So is a comment while its grade is a draft; and the words that it is about never move.
COMMENT = "assignments_comment"
COMMENT_WORDS = frozenset(
    {"attempt_id", "at", "block", "body", "by_id", '"end"', "grade_id", "passage", "question", "quote", "start"}
)
COMMENT_CLOSED = "OLD.kept"


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("Assignments")

    def ready(self) -> None:
        from assignments import errata, receivers, trying
        from assignments.actions import noticing
        from assignments.models import Assignment, EditionUpgrade
        from destalin_site.common import purging
        from lessons import pins, previews, reach

        receivers.connect()
        pins.register("assignments", lambda user: Assignment.objects.visible_to(user).values("edition"))
        # Work that stayed, and what was handed in, is of an edition from which its class was brought to another.
        pins.register(
            "upgrades",
            lambda user: EditionUpgrade.objects.filter(assignment__in=Assignment.objects.visible_to(user)).values(
                "from_edition"
            ),
        )
        purging.register("notices", noticing.purge)
        reach.register("assignments", errata.given)
        previews.register("desk", _("Student’s desk"), trying.students_desk)
        for table in WRITE_ONCE:
            triggers.keep_guarded(table)
        triggers.keep_made(PARTS.TABLE, lambda: PARTS.making("sqlite"))
        triggers.keep_guarded(GRADE, GRADE_WORDS, GRADE_CLOSED)
        triggers.keep_guarded(COMMENT, COMMENT_WORDS, COMMENT_CLOSED)
