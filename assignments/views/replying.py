"""A student answers the comments that were returned to her."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from assignments import access, actions
from assignments.desk_forms import ReplyForm
from assignments.judging import Asked
from assignments.models import Comment, CommentReply, Submission
from assignments.views.grading import signed_in, wants_json
from assignments.views.teacher import Request, refusal_words
from destalin_site.common.errors import DomainError

_UNANSWERED: Final = gettext_noop("Choose an answer: changed, not changed, or a question.")


@never_cache
@require_POST
@signed_in
def comment_reply(request: Request, pk: UUID, key: UUID) -> HttpResponse:
    """Keeps what she answers; it goes along with her next hand-in."""
    comment = access.comment_to_answer(request.user, pk, key)
    submission = access.submission_to_answer(request.user, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"saved": _("Choose an answer.")}, status=422)
        if "stance" not in form.errors:
            raise BadRequest
        messages.error(request, gettext(_UNANSWERED))
        return redirect(reverse("desk", args=[pk]) + f"#reply-{key}")
    if wants_json(request):
        try:
            reply = _reply(request, submission, comment, form.cleaned_data)
        except DomainError as refused:
            return JsonResponse({"saved": refusal_words(refused)}, status=refused.status)
        return JsonResponse({"rev": reply.version, "saved": _("Answer saved at school")})
    if _kept(request, submission, comment, form.cleaned_data):
        messages.success(request, _("Your answer is kept. It goes along with your next hand-in."))
    return redirect(reverse("desk", args=[pk]) + f"#reply-{key}")


def _reply(request: HttpRequest, submission: Submission, comment: Comment, said: Mapping[str, Any]) -> CommentReply:
    assert isinstance(request.user, User)
    return actions.reply(
        submission, comment=comment, stance=said["stance"], text=said["text"], if_version=said["rev"], by=request.user
    )


def _kept(
    request: HttpRequest, submission: Submission, comment: Comment, said: Mapping[str, Any]
) -> CommentReply | None:
    """The answer as it is kept. Where it could not be, nothing that she wrote goes lost: it stands in the message."""
    try:
        return _reply(request, submission, comment, said)
    except DomainError as refused:
        words = {"why": refusal_words(refused).rstrip("."), "text": said["text"]}
        messages.error(request, _("Your answer was not kept: %(why)s. You wrote: %(text)s") % words)
        return None


# --- Answers that are given where she hands in ------------------------------------------------------------------------


def said(request: HttpRequest) -> dict[UUID, ReplyForm]:
    """The answers that came along in one form, by the key of their comment."""
    found = {}
    for name in request.POST:
        key, mark, field = name.rpartition("-")
        if mark and field == "rev":
            try:
                found[UUID(key)] = ReplyForm(request.POST, prefix=key)
            except ValueError:
                raise BadRequest from None
    if any("rev" in form.errors for form in found.values()):
        raise BadRequest
    return found


def shown(each: Asked, said: Mapping[UUID, ReplyForm] | None = None) -> Asked:
    """A comment as it is asked about in that form; where `said` is there, with what she typed and what is wrong."""
    each = replace(each, prefix=f"{each.remark.key}-")
    if said is None:
        return each
    form = said.get(each.remark.key)
    if form is None:
        return each.typed("", "", gettext(_UNANSWERED))
    faults = [str(fault) for field in form.errors if field != "stance" for fault in form.errors[field]]
    if "stance" in form.errors:
        faults.insert(0, gettext(_UNANSWERED))
    return each.typed(form["stance"].value() or "", form["text"].value() or "", " ".join(faults))


def kept(request: HttpRequest, submission: Submission, said: Mapping[UUID, ReplyForm]) -> bool:
    """Keeps them, each upon what she had said before. False, with a word that holds what she wrote, where one could
    not be kept."""
    well = True
    for key, form in said.items():
        if not form.is_valid():
            continue  # nothing chosen where nothing was asked any more
        comment = Comment.objects.of(submission.returned_grade).filter(key=key).first()
        if comment is None:
            continue  # taken back meanwhile
        well &= _kept(request, submission, comment, form.cleaned_data) is not None
    return well
