"""The migration that said of each piece of work which edition its student reads."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.cast import Cast

migration = import_module("assignments.migrations.0017_what_each_student_reads")


class Rows:
    """The submissions as the migration finds them: none says an edition yet."""

    def filter(self, **which: object) -> "Rows":
        assert which == {"edition": None}
        return self

    def update(self, **columns: object) -> None:
        Submission.objects.update(**columns)


@pytest.mark.django_db
def test_everybody_reads_what_her_assignment_gives(cast: Cast) -> None:
    first, second = work.make_assignment(cast), work.make_assignment(cast)
    Submission.objects.update(edition=first.edition)
    known = {"Assignment": Assignment, "Submission": SimpleNamespace(objects=Rows())}
    migration.fill(SimpleNamespace(get_model=lambda app, name: known[name]), None)
    read = set(Submission.objects.values_list("assignment", "edition"))
    assert read == {(first.pk, first.edition_id), (second.pk, second.edition_id)}
