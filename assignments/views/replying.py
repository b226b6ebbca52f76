"""A student answers the comments that were returned to her."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assignments import access, actions
from assignments.desk_forms import ReplyForm
from assignments.views.grading import signed_in, wants_json
from assignments.views.teacher import Request, refusal_words
from destalin_site.common.errors import DomainError


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
        messages.error(request, _("Choose an answer: changed, not changed, or a question."))
        return redirect(reverse("desk", args=[pk]) + f"#reply-{key}")
    said = form.cleaned_data
    try:
        kept = actions.reply(
            submission,
            comment=comment,
            stance=said["stance"],
            text=said["text"],
            if_version=said["rev"],
            by=request.user,
        )
    except DomainError as refused:
        if wants_json(request):
            return JsonResponse({"saved": refusal_words(refused)}, status=refused.status)
        # Nothing that she wrote goes lost: it stands in the message.
        words = {"why": refusal_words(refused), "text": said["text"]}
        messages.error(request, _("Your answer was not kept: %(why)s You wrote: %(text)s") % words)
    else:
        if wants_json(request):
            return JsonResponse({"rev": kept.version, "saved": _("Answer saved at school")})
        messages.success(request, _("Your answer is kept. It goes along with your next hand-in."))
    return redirect(reverse("desk", args=[pk]) + f"#reply-{key}")
