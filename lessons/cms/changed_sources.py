"""Lessons that still show a source as it was: what their readers would see differently, and publishing them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.utils import quote
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views import generic

from destalin_site.common.errors import DomainError
from lessons import actions, changes, problems
from lessons.change_words import Group, groups_of
from lessons.models import Lesson, Source

PAGE: Final = 10  # each is compiled while the page is made


@dataclass(frozen=True, slots=True)
class Row:
    """A published lesson, with what its readers would see differently; `reasons` is why it cannot be published."""

    lesson: int
    title: str
    edit_url: str
    edition: int
    groups: tuple[Group, ...]
    reasons: tuple[str, ...]
    newer_draft: bool


def row_of(lesson: Lesson, source: Source) -> Row:
    """What publishing this lesson again would change. Compiles what is live; what is drafted is not looked at."""
    edition = lesson.current_edition.edition
    compiled = lesson.live_revision.as_object().compile()
    found = changes.changes(edition.read().data, compiled.document)
    # What this source changes comes first; sources that changed meanwhile come along, and are shown too.
    found.sort(key=lambda change: change.owner != str(source.uuid))
    codes = dict.fromkeys(problem.code for problem in compiled.problems)
    return Row(
        lesson=lesson.pk,
        title=edition.title,
        edit_url=reverse("wagtailsnippets_lessons_lesson:edit", args=[quote(lesson.pk)]),
        edition=edition.number,
        groups=tuple(groups_of(found)),
        reasons=tuple(str(problems.message(code)) for code in codes),
        newer_draft=lesson.has_unpublished_changes,
    )


class OfSource(generic.WagtailAdminTemplateMixin, TemplateView):
    """A page about one source, for those who may publish lessons."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.publish_lesson"):
            raise PermissionDenied
        self.source = get_object_or_404(Source, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.source)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        source = reverse("wagtailsnippets_lessons_source:edit", args=[quote(self.source.pk)])
        crumb = {"url": source, "label": str(self.source)}
        return [*self.breadcrumbs_items, crumb, {"url": "", "label": self.get_page_title()}]


class PublishAgainView(OfSource):
    """The published lessons that show a source or quote it for a claim, each with what would change for its readers
    and a button; and one button for all of them."""

    template_name = "cms/publish_again.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        return _("Publish again")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self._lessons(), PAGE).get_page(self.request.GET.get("p"))
        rows = [row_of(lesson, self.source) for lesson in page.object_list]
        return super().get_context_data(
            source=self.source,
            # What cannot be compiled is incomplete: its reasons are said, not what is missing from it.
            rows=[row for row in rows if row.groups or row.reasons],
            same=[row for row in rows if not row.groups and not row.reasons],
            page_obj=page,
            index_url=self.request.path,
            announce_url=reverse("lessons_announce_correction", args=[self.source.pk]),
            changed=self.source.has_unpublished_changes,
            **kwargs,
        )

    def _lessons(self) -> Any:
        shown = Lesson.objects.published().saying(self.source).in_order()
        return shown.select_related("current_edition__edition", "live_revision")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user  # `dispatch` let nobody in without a name
        asked = request.POST.get("lesson", "")
        if not asked:
            done = actions.publish_again_showing(self.source, by=person)
        elif asked.isascii() and asked.isdigit() and len(asked) < 10:
            done = [self._one(int(asked), person)]
        else:
            raise BadRequest
        for result in done:
            if result.trouble:
                why = {"title": result.lesson.title, "reason": sentence(result.trouble)}
                messages.error(request, _("“%(title)s” was not published: %(reason)s") % why)
        published = [result for result in done if result.edition]
        if asked and published:
            (result,) = published
            what = {"title": result.lesson.title, "number": result.edition.number if result.edition else ""}
            messages.success(request, _("“%(title)s” was published again: edition %(number)s.") % what)
        elif published:
            text = ngettext(
                "%(count)s lesson was published again.", "%(count)s lessons were published again.", len(published)
            )
            messages.success(request, text % {"count": len(published)})
        return redirect("lessons_publish_again", self.source.pk)

    def _one(self, key: int, person: Any) -> actions.PublishedAgain:
        lesson = get_object_or_404(self._lessons(), pk=key)
        try:
            return actions.PublishedAgain(lesson, actions.publish_again(lesson, by=person), None)
        except DomainError as trouble:
            return actions.PublishedAgain(lesson, None, trouble)


def sentence(refused: DomainError) -> str:
    """Why something was refused, with a full stop."""
    text = str(refused.detail).rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
