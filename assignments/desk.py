"""What the reading desk shows: the text on one side, the questions and what was answered so far on the other.

Finished values, for the page and for the script behind it. Nothing here writes, and a desk that is only previewed is
built from an assignment alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from assignments import answers, editing, going_back, lifecycle, readings, timing
from assignments.desk_words import Due, clock_words, course_words, due_words, labels, late_words
from assignments.facts import facts_of
from assignments.going_back import GoingBack
from assignments.lifecycle import Act, State, Who
from assignments.models import Assignment, Draft, Submission
from assignments.words import cell_name, cells_left
from destalin_site.common import ids, moments
from lessons import access as lessons_access
from lessons import adaptations, errata, shelf
from lessons.document import Document
from lessons.errata import Correction
from lessons.render import Choice, Question, ReadingPage, Sheet, reading

if TYPE_CHECKING:
    from accounts.models import User

LESSON: Final = "lesson"  # the tab of the lesson's own text
WORDS: Final = "words"  # and of its words and people
NO_COPY: Final = UUID(int=0)  # stands in an address for the copy that the script will name

STANCES: Final[dict[str, Promise]] = {
    "supports": gettext_lazy("supports"),
    "contradicts": gettext_lazy("contradicts"),
    "context": gettext_lazy("gives context"),
}


# What is not applied any more is set aside for the teacher: by the problem that stands in the way, the act and what
# comes of it.
_WAITS: Final[dict[str, tuple[Promise, Promise]]] = {
    lifecycle.ASSIGNMENT_CLOSED: (
        gettext_lazy("Send to my teacher"),
        gettext_lazy(
            "This closed on %(close)s. What you send is set aside, and your teacher decides whether it counts."
        ),
    ),
    lifecycle.BEING_REVIEWED: (
        gettext_lazy("Send a newer version"),
        gettext_lazy(
            "Your teacher is reading what you handed in. A newer version will be set aside for your teacher’s decision."
        ),
    ),
    lifecycle.ATTEMPTS_EXHAUSTED: (
        gettext_lazy("Send to my teacher"),
        gettext_lazy(
            "You have handed in as often as is allowed. What you send is set aside, and your teacher decides."
        ),
    ),
}
# Why there is nothing to hand in, and whether nothing can be written either.
_NOTHING_TO_HAND_IN: Final[dict[str, tuple[Promise, bool]]] = {
    lifecycle.CLASS_ARCHIVED: (
        gettext_lazy("This class is archived. You can read all that you wrote; nothing can be changed."),
        True,
    ),
    lifecycle.SUBMISSION_EXCUSED: (
        gettext_lazy("You are excused from this assignment. You may write, but nothing needs handing in."),
        False,
    ),
}
_RETURNED: Final = (
    gettext_lazy(
        "This work was returned to you. What you handed in and what your teacher wrote stay together. Nothing more "
        "is handed in here; what you wrote is kept."
    ),
    True,
)


_RETURNED_WITHOUT: Final = (
    gettext_lazy(
        "Your teacher gave marks for this although nothing was handed in. What you wrote is kept. You can hand in only "
        "if your teacher asks you for another version."
    ),
    True,
)


# --- Values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chip:
    """A citation under an answer, numbered through the whole work and named like the passage."""

    id: str
    number: int
    name: str
    anchor: str
    quote: str
    stance: str
    paraphrase: bool = False  # these are not the words of the document
    corrected: bool = False  # its source was corrected after the edition was cut


@dataclass(frozen=True, slots=True)
class Block:
    id: str
    kind: str
    text: str
    chips: tuple[Chip, ...]
    claim: int  # its number among the claims of its question; 0 for anything else
    first: bool
    evidence: str
    cell: str = ""  # what it is called in its table
    place: tuple[str, str] | None = None  # its row and its column there

    @property
    def rows(self) -> int:
        """Tall enough for the text where a browser does not let fields grow."""
        least, width = (2, 20) if self.cell else (3 if self.claim else 5, 60)
        return min(24, max(least, sum(1 + len(line) // width for line in self.text.split("\n"))))


@dataclass(frozen=True, slots=True)
class TableRow:
    heading: str
    cells: tuple[tuple[str, Block], ...]  # each with the heading of its column


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    left: str  # how many cells are empty, in words; nothing where none is


@dataclass(frozen=True, slots=True)
class Box:
    """One question with its answer."""

    id: str
    number: int
    name: str
    kind: str
    multiple: bool
    body: SafeString
    phrase: SafeString
    meta: tuple[str, ...]
    required: bool
    options: tuple[tuple[Choice, bool], ...]
    blocks: tuple[Block, ...]
    words: str
    cited: str
    table: Table | None = None

    @property
    def loose(self) -> tuple[Block, ...]:
        """What stands in no table."""
        return tuple(block for block in self.blocks if not block.cell)

    @property
    def heading(self) -> str:
        return f"q-{self.number}"

    @property
    def takes_claims(self) -> bool:
        return self.kind == "essay"


@dataclass(frozen=True, slots=True)
class Tab:
    id: str
    label: str
    sheet: Sheet | None = None
    words: bool = False  # the list of words and people
    corrections: tuple[Correction, ...] = ()
    then_url: str = ""  # where the time is looked at with the eyes of the source


@dataclass(frozen=True, slots=True)
class HandIn:
    """The one act of the desk. `waits` says that it will be set aside for the teacher's decision."""

    label: str
    then: str
    waits: bool = False
    ready: str = ""  # the label once the comments are answered that want it first; empty where none does


@dataclass(frozen=True, slots=True)
class Citable:
    id: str
    name: str
    source: str | None
    anchor: str
    opening: str
    paraphrase: bool


@dataclass(frozen=True, slots=True)
class DeskPage:
    title: str
    instructions: str
    classroom: str
    edition: str
    adapted: str  # who made the text of what, where a teacher did
    attempt: str
    texts: SafeString
    boxes: tuple[Box, ...]
    due: Due | None
    hand_in: HandIn | None
    readonly: bool
    notice: str
    replies_required: bool  # comments that came back are answered before she hands in again
    read_along: bool  # whether her teachers read what she has not handed in
    unsent: str  # that she went on writing, and that this is not handed in
    nameless: bool  # whoever marks it does not read her name
    going_back: GoingBack | None
    saved: str  # when and where, in words; empty before the first save
    rev: int
    base: answers.Body  # what the fields of the page start from
    passages: tuple[tuple[str, tuple[Citable, ...]], ...]
    targets: tuple[tuple[str, str], ...]
    open_claims: str
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The reading side of every desk of an edition."""

    page: ReadingPage
    tabs: tuple[Tab, ...]
    texts: SafeString


@lru_cache(maxsize=64)
def _drawn(
    edition_id: str,
    language: str,
    withheld: frozenset[str],
    corrections: tuple[Correction, ...] = (),
    known_then: tuple[tuple[str, str], ...] = (),
) -> Drawn:
    """Kept in memory: a class opens its desks in the same minute, and an edition never changes. Corrections stand
    beside it, and so does where the catalogue of today leads from its sources."""
    then_urls = dict(known_then)
    page = reading(readings.document(edition_id), withheld)
    tabs = (
        Tab(LESSON, pgettext("tab of the desk", "Lesson"), corrections=corrections),
        *(
            Tab(
                sheet.id,
                _("Source %(letter)s") % {"letter": sheet.letter},
                sheet,
                corrections=tuple(one for one in corrections if one.source == sheet.id),
                then_url=then_urls.get(sheet.id, ""),
            )
            for sheet in page.sheets
        ),
        *([Tab(WORDS, pgettext("tab of the desk", "Words"), words=True)] if page.words else []),
    )
    texts = render_to_string("assignments/student/_texts.html", {"reading": page, "tabs": tabs})
    return Drawn(page, tabs, mark_safe(texts))  # noqa: S308 - a template's own output


# --- The page ---------------------------------------------------------------------------------------------------------


def desk_page(
    assignment: Assignment,
    *,
    person: User,
    now: dt.datetime,
    submission: Submission | None = None,
    draft: Draft | None = None,
    body: answers.Body | None = None,
) -> DeskPage:
    """The desk of `submission`, or without one a preview of the assignment. `body` is shown in place of the draft's."""
    return _Desk(assignment, person, now, submission, draft, body).page()


class _Desk:
    def __init__(
        self,
        assignment: Assignment,
        person: User,
        now: dt.datetime,
        submission: Submission | None,
        draft: Draft | None,
        body: answers.Body | None,
    ) -> None:
        self.assignment = assignment
        self.person = person
        self.now = now
        self.submission = submission
        self.draft = draft
        self.document: Document = readings.document(assignment.edition_id)
        self.questions = readings.questions(assignment)
        self.saved: answers.Body = draft.body if draft else answers.EMPTY
        shown = self.saved if body is None else body
        self.base = editing.opened(shown, self.questions.values(), lambda: str(ids.uuid7()))
        self.zone = assignment.classroom.zone
        self.corrections = errata.of_edition(assignment.edition_id)
        self.corrected = {one.source for one in self.corrections}
        self.citable = {passage.id: passage for passage in _citable(self.document)}

    def page(self) -> DeskPage:
        edition_id = self.assignment.edition_id
        # From a teacher who only looks before she assigns, what is for classrooms is withheld as from everybody.
        withheld = lessons_access.withheld(self.person, edition_id)
        draw = _drawn.__wrapped__ if readings.is_tried(edition_id) else _drawn
        drawn = draw(edition_id, get_language() or "", withheld, self.corrections, self.known_then())
        boxes = tuple(self.boxes(drawn.page))
        hand_in, notice, readonly = self.acts()
        open_claims = sum(_is_open(block) for answer in self.base["answers"] for block in answer["blocks"])
        edition = self.assignment.edition
        return DeskPage(
            title=self.assignment.title,
            instructions=self.assignment.instructions,
            classroom=self.assignment.classroom.name,
            edition=_("Edition %(number)d, %(day)s (%(zone)s)")
            % {
                "number": edition.number,
                "day": moments.full_day(edition.published_at, self.zone),
                "zone": moments.zone_short(edition.published_at, self.zone),
            },
            adapted=adaptations.provenance(edition),
            attempt=_("Hand-in %(number)d") % {"number": (self.submission.attempt_count if self.submission else 0) + 1},
            texts=drawn.texts,
            boxes=boxes,
            due=due_words(self.assignment, self.submission, person=self.person, now=self.now),
            hand_in=hand_in,
            readonly=readonly,
            notice=notice,
            replies_required=self.assignment.replies_required,
            read_along=self.assignment.shows_drafts,
            unsent=self.unsent(),
            nameless=self.assignment.names_hidden,
            going_back=self.going_back(),
            saved=self.saved_words(),
            rev=self.draft.rev if self.draft else 0,
            base=self.base,
            passages=tuple(self.passages(drawn.tabs)),
            targets=tuple((block.id, _target(box, block)) for box in boxes for block in box.blocks),
            open_claims=_open_claims(open_claims) if open_claims else "",
            config=self.config(boxes, readonly, hand_in),
        )

    def known_then(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(shelf.known_then(source["id"] for source in self.document.sources).items()))

    # ------------------------------------------------------------------------------------------------------ the answers

    def boxes(self, page: ReadingPage) -> Iterator[Box]:
        given = {answer["question"]: answer for answer in self.base["answers"]}
        cited = 0
        for question in page.questions:
            if (known := self.questions.get(question.id)) is None:
                continue
            answer = given[question.id]
            chips = self.chips(answer["blocks"], cited)
            cited += len(chips)
            chosen = set(answer.get("choice", []))
            words = sum(len(block["text"].split()) for block in answer["blocks"])
            blocks = tuple(self.blocks(answer["blocks"], chips, question))
            yield Box(
                id=question.id,
                number=question.number,
                name=_("Question %(number)d") % {"number": question.number},
                kind=known.kind,
                multiple=known.kind == "multiple",
                body=question.body,
                phrase=question.phrase,
                meta=tuple(part for part in (question.kind, question.points, question.skill) if part),
                required=question.required,
                options=tuple((option, option.id in chosen) for option in question.options),
                blocks=blocks,
                words=ngettext("%(n)s word", "%(n)s words", words) % {"n": words},
                cited=_cited([chip for block in answer["blocks"] for chip in block["citations"]]),
                table=_table(question, blocks, answers.empty_cells(answer, known)) if known.is_table else None,
            )

    def chips(self, blocks: Sequence[Mapping[str, Any]], before: int) -> dict[str, Chip]:
        """The citations of a question; `before` of them stand in the questions above it."""
        found: dict[str, Chip] = {}
        for block in blocks:
            for _at, citation in answers.placed(block):
                passage = self.citable.get(citation["anchor"]["block"])
                found[citation["id"]] = Chip(
                    id=citation["id"],
                    number=before + len(found) + 1,
                    name=passage.name if passage else "?",
                    anchor=passage.anchor if passage else "read",
                    quote=citation["anchor"]["quote"],
                    stance=citation["stance"],
                    paraphrase=bool(passage and passage.paraphrase),
                    corrected=bool(passage and passage.source in self.corrected),
                )
        return found

    def blocks(
        self, blocks: Sequence[Mapping[str, Any]], chips: Mapping[str, Chip], question: Question
    ) -> Iterator[Block]:
        claims = 0
        rows = {row.id: row.text for row in question.rows}
        columns = {column.id: column.text for column in question.columns}
        taken = set()
        for place, block in enumerate(blocks):
            is_claim = block["kind"] == "claim"
            claims += is_claim
            count = len(block["citations"])
            at = (block["row"], block["column"]) if answers.is_cell(block) else None
            in_table = at is not None and at not in taken and at[0] in rows and at[1] in columns
            taken.add(at)
            yield Block(
                id=block["id"],
                kind=block["kind"],
                text=block["text"],
                chips=tuple(chips[citation["id"]] for _at, citation in answers.placed(block)),
                claim=claims if is_claim else 0,
                first=place == 0,
                evidence=_evidence(count) if count else _("no evidence yet"),
                cell=cell_name(rows[at[0]], columns[at[1]]) if at and in_table else "",
                place=at if in_table else None,
            )

    def passages(self, tabs: Sequence[Tab]) -> Iterator[tuple[str, tuple[Citable, ...]]]:
        for tab in tabs:
            source = None if tab.id == LESSON else tab.id
            yield tab.label, tuple(passage for passage in self.citable.values() if passage.source == source)

    # --------------------------------------------------------------------------------------------------------- the acts

    def acts(self) -> tuple[HandIn | None, str, bool]:
        """What handing in would do now, what to know before, and whether nothing can be written."""
        if self.submission is None:
            then = _("This is a preview: nothing is handed in and nothing is saved.")
            return HandIn(_("Hand in answer"), then), "", False
        facts = facts_of(self.submission, person=self.person, now=self.now)
        act = lifecycle.hand_in_act(facts)
        possible = lifecycle.allowed(facts, Who.STUDENT)
        problem = possible["refused"].get(act, "")
        if problem in ("", lifecycle.REPLIES_MISSING):
            label = _("Hand in again") if act is Act.REPLACE else _("Hand in answer")
            then = self.then(self.submission.attempt_count + 1)
            hand_in = HandIn(_("Answer and hand in"), then, ready=label) if problem else HandIn(label, then)
            return hand_in, self.notice(), False
        if problem in _WAITS:
            label, then = (str(words) for words in _WAITS[problem])
            close = self.submission.effective_close
            words = then % {"close": moments.moment(close, self.zone)} if close else then
            return HandIn(label, words, waits=True), self.handed_in(), False
        returned = _RETURNED if self.submission.counted_id else _RETURNED_WITHOUT
        notice, readonly = _NOTHING_TO_HAND_IN.get(problem, returned)
        return None, str(notice), readonly

    def going_back(self) -> GoingBack | None:
        if self.submission is None:
            return None
        facts = facts_of(self.submission, person=self.person, now=self.now)
        allowed = frozenset(lifecycle.allowed(facts, Who.STUDENT)["allowed"])
        return going_back.of(self.submission, allowed=allowed, zone=self.zone, now=self.now)

    def then(self, number: int) -> str:
        assert self.submission is not None
        said = [
            _("Your teacher gets this text as hand-in %(number)d, and you get a receipt.") % {"number": number},
            _("You can hand in again until your teacher starts reading."),
        ]
        limit = self.submission.attempts_limit
        if limit is not None:
            left = limit - self.submission.hand_ins - 1
            said[1] = (
                ngettext(
                    "After that you can hand in %(n)d more time.", "After that you can hand in %(n)d more times.", left
                )
                % {"n": left}
                if left > 0
                else _("It is the last hand-in that this assignment allows.")
            )
        due = self.submission.due_at
        returned = self.submission.returned_grade
        # Marks without a hand-in leave nothing whose lateness an improved version could inherit.
        improves = returned and returned.attempt_id and self.submission.due_from != timing.Origin.REVISION
        late_from = self.submission.late_from
        if late_from is not None and self.now >= late_from and not improves:
            said.append(_("It counts as late."))
        if due is not None and (cost := late_words(self.assignment)):
            said.append(cost)
        has_close = self.submission.effective_close is not None
        said += course_words(self.assignment, has_due=due is not None, has_close=has_close)
        return " ".join(said)

    def notice(self) -> str:
        assert self.submission is not None
        if self.submission.state_at(self.now) is State.SUBMITTED and self.submission.handed_in_at:
            said = _(
                "You handed this in on %(moment)s. What you change now reaches your teacher when you hand in again."
            )
            return said % {"moment": moments.moment(self.submission.handed_in_at, self.zone)}
        return ""

    def unsent(self) -> str:
        """One query where the draft is newer than what counts, and none elsewhere."""
        work, draft = self.submission, self.draft
        if work is None or draft is None or work.handed_in_at is None or draft.saved_at <= work.handed_in_at:
            return ""
        row: Any = Submission.objects.only("pk").with_wrote_since().get(pk=work.pk)
        if not row.wrote_since:
            return ""
        return _("You have changed your answer since you handed it in. The changes are not handed in.")

    def handed_in(self) -> str:
        assert self.submission is not None
        at = self.submission.handed_in_at
        return _("You handed this in on %(moment)s.") % {"moment": moments.moment(at, self.zone)} if at else ""

    def saved_words(self) -> str:
        if self.draft is None:
            return ""
        return _("Saved at school %(time)s") % {"time": clock_words(self.draft.saved_at, self.zone, self.now)}

    # ------------------------------------------------------------------------------------------------------- the script

    def config(self, boxes: Sequence[Box], readonly: bool, hand_in: HandIn | None) -> dict[str, Any]:
        """All that the script needs to know; its sentences too, so that they are translated where all others are."""
        shared = {
            "locale": get_language() or settings.LANGUAGE_CODE,
            "zone": str(getattr(moments.zone_of(self.zone), "key", "UTC")),
            "zoneShort": moments.zone_short(self.now, self.zone),
            "edition": self.assignment.edition_id,
            "lessonTab": LESSON,
            "questions": [self.asked(box) for box in boxes],
            "passages": {
                passage.id: {
                    "name": passage.name,
                    "source": passage.source,
                    "anchor": passage.anchor,
                    "paraphrase": passage.paraphrase,
                    "corrected": passage.source in self.corrected,
                }
                for passage in self.citable.values()
            },
            "labels": labels(),
            "readonly": readonly,
            "body": self.base,
        }
        if self.submission is None:
            return {**shared, "preview": True}
        pk = self.submission.pk
        return {
            **shared,
            "preview": False,
            "person": str(self.person.pk),
            "submission": str(self.submission.pk),
            "keys": copy_keys(self.person, self.submission),
            "rev": self.draft.rev if self.draft else 0,
            "wantsAnswers": bool(hand_in and hand_in.ready),
            "saved": self.saved,
            "savedAt": self.draft.saved_at.isoformat() if self.draft else None,
            "urls": {
                "draft": reverse("api-draft", args=[pk]),
                "attempts": reverse("api-attempts", args=[pk]),
                "parked": reverse("api-parked", args=[pk]),
                "parkedPage": reverse("parked-copy", args=[pk, NO_COPY]),
                "receipt": reverse("receipt", args=[pk, 0]),
            },
        }

    def asked(self, box: Box) -> dict[str, Any]:
        known = self.questions[box.id]
        table = {"rows": list(known.rows), "columns": list(known.columns)} if known.is_table else {}
        return {"id": box.id, "kind": box.kind, "required": box.required, **table}


def copy_keys(person: User, submission: Submission) -> list[str]:
    """What seals this person's unsent text on a device, so that the next one to sign in there cannot read it. Keys of
    earlier secrets follow: a copy sealed yesterday opens today."""
    said = f"{person.pk}:{submission.pk}"
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("assignments.desk-copy", said, secret=secret, algorithm="sha256").hexdigest() for secret in secrets
    ]


# --- Words ------------------------------------------------------------------------------------------------------------


def _citable(document: Document) -> Iterator[Citable]:
    for block in document.citable_blocks():
        source = document.source_of(block["id"])
        words = " ".join(block["text"].split())
        yield Citable(
            id=block["id"],
            name=block["name"],
            source=source["id"] if source else None,
            anchor=block["name"] if source else f"p{block['n']}",
            opening=words if len(words) <= 60 else f"{words[:59].rstrip()}…",
            paraphrase=source is not None and source["paraphrase"],
        )


def _is_open(block: Mapping[str, Any]) -> bool:
    return block["kind"] == "claim" and bool(block["text"].strip()) and not block["citations"]


def _target(box: Box, block: Block) -> str:
    if block.cell:
        return f"{box.name}, {block.cell}"
    return f"{box.name}, {_('Claim %(n)s') % {'n': block.claim}}" if block.claim else box.name


def _table(question: Question, blocks: Sequence[Block], left: int) -> Table:
    by_place = {block.place: block for block in blocks}
    return Table(
        tuple(column.text for column in question.columns),
        tuple(
            TableRow(row.text, tuple((column.text, by_place[row.id, column.id]) for column in question.columns))
            for row in question.rows
        ),
        cells_left(left),
    )


def _evidence(n: int) -> str:
    return ngettext("%(n)s piece of evidence", "%(n)s pieces of evidence", n) % {"n": n}


def _open_claims(n: int) -> str:
    return ngettext("%(n)s open", "%(n)s open", n) % {"n": n}


def _cited(citations: Sequence[Mapping[str, Any]]) -> str:
    if not citations:
        return ""
    sources = len({citation["source"] for citation in citations})
    return pgettext("between two counts", "%(citations)s, %(texts)s") % {
        "citations": ngettext("%(n)s citation", "%(n)s citations", len(citations)) % {"n": len(citations)},
        "texts": ngettext("%(n)s text", "%(n)s texts", sources) % {"n": sources},
    }
