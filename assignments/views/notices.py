"""The pages about notices: the list, how they come by mail, and the link by which they stop."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from assignments import access, actions, boards, unsubscribing
from assignments.models import NoticeChoice
from assignments.notice_forms import NoticeChoiceForm, ReadUntilForm
from assignments.views.teacher import Request
from destalin_site.common import clock, moments

A_PAGE = 30


@login_required
@never_cache
@require_safe
def notices(request: Request) -> HttpResponse:
    """What happened to her work, or to that of her classes, latest first."""
    person = request.user
    zone = person.own_zone
    found = Paginator(access.notices_of(person).with_work().latest_first(), A_PAGE)
    page = found.get_page(request.GET.get("page"))
    values = {
        "page": page,
        "query": "",
        "days": boards.notice_days(page, zone),
        "zone": moments.zone_name(zone),
        "until": clock.now().isoformat(),
        "unread": access.notices_of(person).unread().exists(),
        "choice": boards.mail_choice(person),
    }
    return TemplateResponse(request, "assignments/notices.html", values)


@require_POST
@login_required
def notice_read(request: Request, pk: UUID) -> HttpResponse:
    actions.read_notice(access.notice_to_read(request.user, pk), by=request.user)
    return _back(request)


@require_POST
@login_required
def notices_read(request: Request) -> HttpResponse:
    """All that stood on the page when it was asked for."""
    form = ReadUntilForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    n = actions.read_notices(until=form.cleaned_data["until"], by=request.user)
    messages.success(request, ngettext("%(n)d notice marked as read.", "%(n)d notices marked as read.", n) % {"n": n})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the list that she was on."""
    page = request.POST.get("page", "")
    response = redirect("notices")
    if page.isascii() and page.isdigit() and page != "1":
        response["Location"] += f"?{urlencode({'page': page[:6]})}"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: Request) -> HttpResponse:
    """Whether they come by mail."""
    person = request.user
    choice = boards.mail_choice(person)
    form = NoticeChoiceForm(choice, request.POST if request.method == "POST" else None)
    if request.method == "POST" and choice.address and form.is_valid():
        actions.choose_notices(**form.cleaned_data, by=person)
        messages.success(request, _("Saved."))
        return redirect("notice-settings")
    return TemplateResponse(request, "assignments/notice_settings.html", {"form": form, "choice": choice})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends the mails, for whoever holds the link of one: the button of the page, or of her mail program (RFC 8058)."""
    pk = unsubscribing.person_of(token)
    person = User.objects.filter(pk=pk).first() if pk else None
    if person is None:
        raise Http404
    if request.method == "POST":
        actions.choose_notices(mail=NoticeChoice.Mail.NEVER, by=person)
    done = not NoticeChoice.objects.filter(person=person, mail=NoticeChoice.Mail.DAILY).exists()
    return TemplateResponse(request, "assignments/unsubscribe.html", {"done": done})
