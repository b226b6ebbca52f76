"""One comment for many: whom and what; who would get it; and then what became of each, with the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from assignments import access, actions, boards, judging, readings
from assignments.forms import SharedCommentForm
from assignments.models import Assignment, Comment, CommentTemplate, SharedComment
from assignments.views.teacher import Request, page, refusal_words, show_or_do
from assignments.words import problem
from destalin_site.common import clock, moments
from destalin_site.common.errors import DomainError, ValidationFailed
from destalin_site.common.ids import uuid7

_SALT: Final = "a comment for many"
_HOUR: Final = 60 * 60  # seconds in which what was shown can be confirmed


@dataclass(frozen=True, slots=True)
class Line:
    """One student as these pages name her."""

    submission: UUID
    name: str
    words: str


def _names(request: Request, assignment: Assignment) -> dict[UUID, str]:
    """In the order of the board, whose hand-in counts: by name, or by number while names are hidden."""
    board = boards.assignment_board(assignment, viewer=request.user, now=clock.now())
    return {row.submission: row.name for row in board.rows if row.handed_in or row.is_in}


@never_cache
@show_or_do
@login_required
def comment(request: Request, pk: UUID) -> HttpResponse:
    """Choose whom, and say what; see who gets it; give it. Nothing of it is in any student's sight before the return.
    Between the steps it travels with the page, signed."""
    assignment = access.assignment_to_grade(request.user, pk)
    names = _names(request, assignment)
    if request.method != "POST":
        return _compose(request, assignment, names, SharedCommentForm(initial=_chosen_before(request, assignment)))
    if request.POST.get("do") == "give":
        return _give(request, assignment, names)
    form = SharedCommentForm(request.POST)
    if request.POST.get("do") == "change" or not form.is_valid():
        return _compose(request, assignment, names, form, tried=request.POST.get("do") != "change")
    chosen = [found for found in form.cleaned_data["submissions"] if found in names]
    try:
        said, template = _said(request, assignment, form.cleaned_data)
        shown = actions.rehearse_comment(assignment, said, submissions=chosen, by=request.user)
    except DomainError as refused:
        form.tell(refused)
        return _compose(request, assignment, names, form, tried=True)
    return _preview(request, assignment, names, said, shown, template=template, key=uuid7())


def _said(
    request: Request, assignment: Assignment, typed: Mapping[str, Any]
) -> tuple[actions.Said, CommentTemplate | None]:
    """What is said; words of the bank, and which they are, where none are typed."""
    body, passage, template = typed["body"], None, None
    if typed["template"] and not body.strip():
        template = access.template_to_use(request.user, typed["template"])
        body, passage = template.body, judging.passage_here(template, assignment.edition_id)
    if typed["passage"].strip():
        passage = readings.passage_named(assignment.edition_id, typed["passage"])
        if passage is None:
            raise ValidationFailed(errors=[problem("/passage", "no-passage")])
    return actions.Said(body, typed["question"], passage), template


def _chosen_before(request: Request, assignment: Assignment) -> dict[str, Any]:
    """Who used a passage, or who did not, when the list of them leads here."""
    said = request.GET.get("of", "")[:100]
    users = boards.users_of(assignment, said, viewer=request.user, now=clock.now()) if said else None
    if users is None:
        return {}
    rows = users.citing if request.GET.get("who") == "with" else users.not_citing
    passage = "" if users.target.is_source else users.target.name
    return {"submissions": [row.submission for row in rows], "passage": passage}


def _compose(
    request: Request,
    assignment: Assignment,
    names: Mapping[UUID, str],
    form: SharedCommentForm,
    *,
    tried: bool = False,
    expired: bool = False,
) -> HttpResponse:
    numbers = readings.numbered(assignment)
    asked = readings.questions(assignment)
    chosen = set(form.chosen())
    offers = judging.offers(request.user, assignment.edition_id)
    return page(
        request,
        "comment_many",
        status=422 if tried else 409 if expired else 200,
        assignment=assignment,
        form=form,
        students=[(pk, name, pk in chosen) for pk, name in names.items()],
        questions=[(name, number) for name, number in numbers.items() if name in asked],
        passages=list(readings.passages(assignment.edition_id)),
        bank=offers,
        errors={name: " ".join(map(str, found)) for name, found in form.errors.items()} if tried else {},
        expired=expired,
        archived=assignment.classroom.archived,
        before=[
            (shared, moments.moment_short(shared.at, assignment.classroom.zone))
            for shared in access.comments_shared(request.user, assignment)
        ],
    )


def _preview(
    request: Request,
    assignment: Assignment,
    names: Mapping[UUID, str],
    said: actions.Said,
    shown: actions.Sharing,
    *,
    template: CommentTemplate | None,
    key: UUID,
    stale: str = "",
) -> HttpResponse:
    packed = {
        "by": str(request.user.pk),
        "assignment": str(assignment.pk),
        "key": str(key),
        "body": said.body,
        "question": said.question,
        "passage": said.passage,
        "template": str(template.pk) if template else None,
        "submissions": [str(row.submission) for row in shown.rows],
        "tag": shown.tag,
    }
    return page(
        request,
        "comment_preview",
        status=412 if stale else 200,
        assignment=assignment,
        said=said,
        passage=_passage_name(assignment, said),
        number=readings.numbered(assignment).get(said.question),
        gets=_lines(shown.given, names),
        refused=_lines(shown.refused, names),
        sentence=_sentence(len(shown.given)),
        kept=signing.dumps(packed, salt=_SALT, compress=True) if shown.given else "",
        template=template,
        stale=stale,
    )


def _passage_name(assignment: Assignment, said: actions.Said) -> str:
    return (
        readings.document(assignment.edition_id).block(said.passage["anchor"]["block"])["name"] if said.passage else ""
    )


def _sentence(n: int) -> str:
    return ngettext("%(n)d student gets this comment.", "%(n)d students get this comment.", n) % {"n": n}


def _lines(rows: Iterable[actions.SharedRow], names: Mapping[UUID, str]) -> list[Line]:
    """In the order of the board."""
    by_id = {row.submission: row for row in rows}
    return [Line(pk, name, _row_words(by_id[pk])) for pk, name in names.items() if pk in by_id]


def _row_words(row: actions.SharedRow) -> str:
    if not row.given:
        return row.words
    said = []
    if row.later:
        said.append(_("It is returned already: the comment comes with the next return."))
    if row.without_passage:
        said.append(_("Without the passage, which does not stand in the edition of this hand-in."))
    return " ".join(said)


def _give(request: Request, assignment: Assignment, names: Mapping[UUID, str]) -> HttpResponse:
    try:
        packed = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        packed = {}
    if (packed.get("by"), packed.get("assignment")) != (str(request.user.pk), str(assignment.pk)):
        return _compose(request, assignment, names, SharedCommentForm(), expired=True)
    said = actions.Said(packed["body"], packed["question"], packed["passage"])
    template = access.bank_of(request.user).filter(pk=packed["template"]).first() if packed["template"] else None
    key = UUID(packed["key"])
    try:
        done = actions.share_comment(
            assignment,
            said,
            submissions=[UUID(pk) for pk in packed["submissions"]],
            preview=packed["tag"],
            key=key,
            template=template,
            by=request.user,
        )
    except actions.PreviewStale as stale:
        words = str(stale.detail)
        return _preview(request, assignment, names, said, stale.now, template=template, key=key, stale=words)
    except DomainError as refused:
        messages.error(request, refusal_words(refused))
        return redirect("assignment-comment", pk=assignment.pk)
    assert done.shared is not None
    return redirect("shared-comment", pk=assignment.pk, shared=done.shared.pk)


@never_cache
@show_or_do
@login_required
def shared_comment(request: Request, pk: UUID, shared: UUID) -> HttpResponse:
    """What was said to many, and to whom; and with a press it is taken back from all of them."""
    found = access.shared_comment_to_read(request.user, pk, shared)
    assignment = found.assignment
    stays: list[Line] = []
    names = _names(request, assignment)
    if request.method == "POST":
        back = actions.take_back_comment(found, by=request.user)
        stays = _lines(back.stays, names)
        n = len(back.gone)
        words = ngettext("It is taken back from %(n)d student.", "It is taken back from %(n)d students.", n) % {"n": n}
        messages.success(request, words)
    rows = actions.rows_of(found)
    there = _there(found)
    given = [row for row in rows if row.given]
    return page(
        request,
        "comment_shared",
        assignment=assignment,
        shared=found,
        passage=_passage_in(found),
        number=readings.numbered(assignment).get(found.question),
        at=moments.moment(found.at, assignment.classroom.zone),
        sentence=_got(len(given)),
        gets=[(line, line.submission in there) for line in _lines(given, names)],
        refused=_lines([row for row in rows if not row.given], names),
        stays=stays,
        may_take_back=bool(there) and not assignment.classroom.archived,
    )


def _got(n: int) -> str:
    return ngettext("%(n)d student got this comment.", "%(n)d students got this comment.", n) % {"n": n}


def _passage_in(shared: SharedComment) -> str:
    if not shared.passage:
        return ""
    return readings.document(shared.edition_id).block(shared.passage["anchor"]["block"])["name"]


def _there(shared: SharedComment) -> set[UUID]:
    """In whose marks it stands now, whatever it says by now."""
    rows = Comment.objects.filter(shared=shared).exclude(grade__status="superseded")
    return set(rows.values_list("grade__submission", flat=True))
