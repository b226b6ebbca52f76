"""The first page under /cms/, and the two pages that it leads to: what waits, and what cannot be published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views import generic
from wagtail.images.permissions import permission_policy as image_policy

from lessons.cms import waiting
from lessons.models import CuratedImage, Lesson, Source

PAGE = 20
_LESSONS, _SOURCES = "wagtailsnippets_lessons_lesson:list", "wagtailsnippets_lessons_source:list"


class WaitingPanel(Component):
    """One list of the first page."""

    template_name = "cms/waiting.html"

    def __init__(
        self,
        name: str,
        heading: str | Promise,
        found: waiting.Rows,
        *,
        order: int,
        empty: str | Promise = "",
        more_url: str = "",
        more_label: str | Promise = "",
        page: Page[Any] | None = None,
    ) -> None:
        self.name, self.heading, self.found, self.order, self.page = name, heading, found, order, page
        self.empty, self.more_url, self.more_label = empty, more_url, more_label

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        # What leads to the other pages keeps what the address says besides.
        shared = parent_context or {}
        return {"panel": self, "request": shared.get("request"), "index_url": shared.get("index_url")}


def panels(request: HttpRequest) -> list[WaitingPanel]:
    """What waits for whoever asks. Lists of what is hers stay away while they are empty."""
    person: Any = request.user
    zone = zone_of(person)
    review = reverse("lessons_review")
    reviews = waiting.to_review(person, zone)
    drafts = waiting.drafts_of_lessons()[: waiting.COMPILED]
    unfinished = tuple(row for row in waiting.compiled(drafts, zone) if row.reasons)
    found = [
        WaitingPanel(
            "to-review",
            gettext_lazy("Waiting for your review"),
            reviews,
            order=10,
            empty=gettext_lazy("Nothing was submitted for review.")
            if person.has_perm("lessons.publish_lesson")
            else "",
            more_url=review if reviews.more else "",
            more_label=gettext_lazy("All that is in review"),
        ),
        WaitingPanel("sent-back", gettext_lazy("Sent back to you"), waiting.sent_back(person, zone), order=20),
        WaitingPanel(
            "own-drafts",
            gettext_lazy("Your drafts"),
            waiting.own_drafts(person, zone),
            order=30,
            empty=gettext_lazy("You have no unfinished drafts."),
        ),
        WaitingPanel(
            "with-reviewers", gettext_lazy("You submitted these"), waiting.with_reviewers(person, zone), order=40
        ),
        WaitingPanel(
            "scheduled",
            gettext_lazy("Scheduled"),
            waiting.scheduled(zone),
            order=50,
            empty=gettext_lazy("Nothing is scheduled."),
        ),
        WaitingPanel(
            "unfinished",
            gettext_lazy("Cannot be published yet"),
            waiting.Rows(unfinished),
            order=60,
            empty=gettext_lazy("The drafts that were changed last can be published."),
            more_url=reverse("lessons_unfinished"),
            more_label=gettext_lazy("Check all drafts"),
        ),
    ]
    return [panel for panel in found if panel.found.rows or panel.empty]


def zone_of(person: Any) -> str:
    return str(person.own_zone)


class CountItem(SummaryItem):
    """How many there are of one kind, leading to their list."""

    template_name = "cms/count.html"

    def __init__(self, request: HttpRequest, *, label: str, url: str, icon: str, order: int) -> None:
        super().__init__(request)
        self.label, self.url, self.icon, self.order = label, url, icon, order

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"item": self}


def counts(request: HttpRequest) -> list[CountItem]:
    lessons = Lesson.objects.filter(live=True).count()
    sources, images = Source.objects.count(), CuratedImage.objects.count()
    lists = [
        (ngettext("%(n)s published lesson", "%(n)s published lessons", lessons) % {"n": lessons}, _LESSONS, "doc-full"),
        (ngettext("%(n)s source", "%(n)s sources", sources) % {"n": sources}, _SOURCES, "openquote"),
        (ngettext("%(n)s image", "%(n)s images", images) % {"n": images}, _images_of(request.user, images), "image"),
    ]
    return [
        CountItem(request, label=label, url=reverse(name), icon=icon, order=i)
        for i, (label, name, icon) in enumerate(lists)
    ]


def _images_of(person: Any, count: int) -> str:
    """Wagtail's library lists to each what she may change; where that is not all, the report does."""
    own = image_policy.instances_user_has_permission_for(person, "change").count()
    return "wagtailimages:index" if own == count else "lessons_image_report"


class DeskView(generic.WagtailAdminTemplateMixin, TemplateView):
    """A page of ours for whoever may write lessons."""

    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.change_lesson"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class ReviewView(DeskView):
    """What is in review: what waits for this person, and what became of what she submitted."""

    template_name = "cms/review.html"
    page_title = gettext_lazy("Review")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user  # `dispatch` let nobody in without a name
        zone, many = zone_of(person), 200
        page = Paginator(waiting.reviewable(person), PAGE).get_page(self.request.GET.get("p"))
        to_review = WaitingPanel(
            "to-review",
            gettext_lazy("Waiting for your review"),
            waiting.Rows(waiting.reviewed(page.object_list, zone)),
            order=1,
            empty=gettext_lazy("Nothing that you could approve was submitted."),
            page=page,
        )
        lists = [
            to_review,
            WaitingPanel(
                "sent-back", gettext_lazy("Sent back to you"), waiting.sent_back(person, zone, shown=many), order=2
            ),
            WaitingPanel(
                "with-reviewers",
                gettext_lazy("You submitted these"),
                waiting.with_reviewers(person, zone, shown=many),
                order=3,
            ),
        ]
        shown = [panel for panel in lists if panel.found.rows or panel.empty]
        kwargs["index_url"] = reverse("lessons_review")
        return {**super().get_context_data(**kwargs), "panels": shown}


class UnfinishedView(DeskView):
    """Drafts of lessons, a page at a time, each compiled while the page is made."""

    template_name = "cms/unfinished.html"
    page_title = gettext_lazy("Drafts, and what keeps them from being published")
    header_icon = "warning"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(waiting.drafts_of_lessons(), PAGE).get_page(self.request.GET.get("p"))
        rows = waiting.compiled(page.object_list, zone_of(self.request.user))
        context = {"rows": rows, "page_obj": page, "index_url": reverse("lessons_unfinished")}
        return {**super().get_context_data(**kwargs), **context}
