"""A class that works with an edition of a source that was wrong."""

from dataclasses import dataclass
from typing import Any

from assignments.models import Assignment, Submission
from destalin_site.common.actor import SYSTEM
from lessons import actions as curation
from lessons.models import Edition, Erratum, Source
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories
from tests.lessons.corrections import everything_wrong_in

LETTER = "They pay by the stone."
NOTE = "The photograph was taken a year later than we said."


@dataclass
class Corrected:
    """`cites` leans on the source, `other` on the lesson's own words alone."""

    source: Source
    edition: Edition
    assignment: Assignment
    cites: Submission
    other: Submission
    body: dict[str, Any]
    erratum: Erratum


def make_edition(source: Source) -> Edition:
    shown = ("source", {"source": source, "framing": "", "first": None, "last": None})
    text = ("paragraph", f"<p>{work.TEXT}</p>")
    return factories.make_edition(
        sections=[("S", [text, shown, ("question", factories.question("essay", points="4"))])]
    )


def make_source(**fields: Any) -> Source:
    return factories.make_source(title="A wall", date="1955", passages=(LETTER,), **fields)


def announce(source: Source, date: str = "1956", **changes: Any) -> Erratum:
    source.date = date
    source.save_revision().publish()
    return curation.announce_erratum(source, **{**everything_wrong_in(source, NOTE), **changes}, by=SYSTEM)


def citing(assignment: Assignment) -> dict[str, Any]:
    """An answer that cites the source once and the lesson's own words once."""
    (source,) = assignment.edition.read().sources
    return work.body_for(
        assignment,
        citations=[work.cited(assignment.edition_id, LETTER, source=source["id"]), work.cited(assignment.edition_id)],
    )


def make(cast: Cast) -> Corrected:
    source = make_source()
    edition = make_edition(source)
    assignment = work.make_assignment(cast, edition)
    cites, other = (work.submission_of(assignment, student) for student in (cast.student, cast.classmate))
    body = citing(assignment)
    work.hand_in(cites, body)
    work.hand_in(other, work.body_for(assignment, citations=[work.cited(edition.pk)]))
    return Corrected(source, edition, assignment, cites, other, body, announce(source))
