"""What Wagtail's admin under /cms/ shows to curators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.widgets.button import Button
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import register_snippet
from wagtail.utils.version import get_main_version

from lessons.cms import (
    actions,
    changed_sources,
    corrections,
    deleted,
    home,
    image_library,
    image_report,
    import_views,
    renditions,
    source_views,
    views,
)
from lessons.cms.viewsets import (
    CourseViewSet,
    EventViewSet,
    GlossaryAndPeople,
    LessonViewSet,
    SourceViewSet,
)
from lessons.models import Course, Event, GlossaryTerm, Lesson, Person, Rubric, Source

register_snippet(LessonViewSet)
register_snippet(SourceViewSet)
register_snippet(CourseViewSet)
register_snippet(EventViewSet)
register_snippet(GlossaryAndPeople)

hooks.register("before_delete_snippet", views.before_delete)


@hooks.register("register_bulk_action")
class DeleteMany(DeleteBulkAction):
    """Wagtail's own writes nothing to the log."""

    models = (Course, Lesson, Source, GlossaryTerm, Person, Event, Rubric)

    @classmethod
    def execute_action(cls, objects: list[Any], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        actions.delete_rows(objects, by=user)
        return len(objects), 0


# What every page under /cms/ gets


@hooks.register("insert_global_admin_css")
def our_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/desk.css"))


@hooks.register("insert_global_admin_js")
def our_scripts() -> str:
    names = ("cms/saving.js", "cms/ticks.js", "cms/names.js")
    return format_html_join("", '<script type="module" src="{}"></script>', ((static(name),) for name in names))


# Pages of our own


@hooks.register("register_admin_urls", order=-1)  # before Wagtail's own: two of its pages are ours
def our_urls() -> list[URLPattern]:
    return [
        path("images/", image_library.LibraryView.as_view(), name="lessons_image_library"),
        path("images/results/", image_library.LibraryView.as_view(results_only=True), name="lessons_images_found"),
        path("images/renditions/<int:pk>/", renditions.rendition, name="lessons_rendition"),
        path("images/report/", image_report.ImageReport.as_view(), name="lessons_image_report"),
        path(
            "images/report/results/",
            image_report.ImageReport.as_view(results_only=True),
            name="lessons_image_report_results",
        ),
        path("import/", import_views.ImportView.as_view(), name="lessons_import"),
        path("import/<int:pk>/", import_views.ImportedView.as_view(), name="lessons_imported"),
        path("sources/import/", source_views.ImportSourcesView.as_view(), name="lessons_import_sources"),
        path(
            "sources/import/<uuid:batch>/", source_views.ImportedSourcesView.as_view(), name="lessons_imported_sources"
        ),
        path("sources/<int:pk>/dublin-core/", source_views.export_source, name="lessons_export_source"),
        path("review/", home.ReviewView.as_view(), name="lessons_review"),
        path("unfinished/", home.UnfinishedView.as_view(), name="lessons_unfinished"),
        path(
            "sources/<int:pk>/publish-again/",
            changed_sources.PublishAgainView.as_view(),
            name="lessons_publish_again",
        ),
        path("sources/<int:pk>/correction/", corrections.AnnounceView.as_view(), name="lessons_announce_correction"),
        path("deleted/", deleted.DeletedView.as_view(), name="lessons_deleted"),
        path("corrections/", corrections.CorrectionsView.as_view(), name="lessons_corrections"),
    ]


class _ForAuthors(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lessons.add_lesson")


@hooks.register("register_admin_menu_item")
def import_item() -> MenuItem:
    return _ForAuthors(_("Import an article"), reverse("lessons_import"), icon_name="upload", order=320)


@hooks.register("register_admin_menu_item")
def review_item() -> MenuItem:
    return _ForAuthors(_("Review"), reverse("lessons_review"), icon_name="tasks", order=310)


@hooks.register("register_admin_menu_item")
def corrections_item() -> MenuItem:
    return _ForAuthors(_("Corrections"), reverse("lessons_corrections"), icon_name="warning", order=315)


@hooks.register("register_reports_menu_item")
def deleted_item() -> MenuItem:
    return _ForAuthors(_("Deleted"), reverse("lessons_deleted"), icon_name="bin", order=910)


class _LessonSearch(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lessons.change_lesson")


@hooks.register("register_admin_search_area")
def search_lessons() -> SearchArea:
    url = reverse("wagtailsnippets_lessons_lesson:list")
    return _LessonSearch(_("Lessons"), url, name="lessons", icon_name="doc-full", order=10)


@hooks.register("register_admin_search_area")
def search_sources() -> SearchArea:
    url = reverse("wagtailsnippets_lessons_source:list")
    return _LessonSearch(_("Sources"), url, name="sources", icon_name="openquote", order=20)


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    # Wagtail's own lists know pages besides, and ask the database anew for every row.
    panels[:] = home.panels(request) if request.user.has_perm("lessons.change_lesson") else []


class _ForImages(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(image_policy.user_has_any_permission(request.user, ["add", "change", "delete"]))


@hooks.register("register_reports_menu_item")
def image_report_item() -> MenuItem:
    return _ForImages(_("Images"), reverse("lessons_image_report"), name="image-report", icon_name="image", order=600)


class _ForSourceAuthors(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lessons.add_source")


@hooks.register("register_admin_menu_item")
def import_sources_item() -> MenuItem:
    return _ForSourceAuthors(_("Import sources"), reverse("lessons_import_sources"), icon_name="upload", order=131)


@hooks.register("register_snippet_listing_buttons")
def export_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(snippet, Source) and user.has_perm("lessons.change_source"):
        url = reverse("lessons_export_source", args=[snippet.pk])
        yield Button(_("Dublin Core"), url, icon_name="download", priority=60)
    if isinstance(snippet, Source) and user.has_perm("lessons.publish_lesson"):
        for name, label in [
            ("lessons_publish_again", _("Publish its lessons again")),
            ("lessons_announce_correction", _("Announce a correction")),
        ]:
            yield Button(label, reverse(name, args=[snippet.pk]), icon_name="upload", priority=70)


# Nothing here is a page of a tree, a document or a person: those screens would lead nowhere.

_HIDDEN = {
    "construct_main_menu": {"explorer", "documents"},
    "construct_settings_menu": {"users", "groups", "sites", "redirects"},
    "construct_reports_menu": {"locked-pages", "aging-pages", "page-types-usage", "workflows", "workflow-tasks"},
    # Wagtail's guide and news are of pages, and on another host.
    "construct_help_menu": {"editor-guide", f"whats-new-in-wagtail-{get_main_version(include_patch=False)}"},
}


def _hide(hook: str) -> None:
    @hooks.register(hook)
    def construct(request: HttpRequest, items: list[MenuItem]) -> None:
        items[:] = [item for item in items if item.name not in _HIDDEN[hook]]


for _hook in _HIDDEN:
    _hide(_hook)


@hooks.register("construct_homepage_summary_items")
def how_many(request: HttpRequest, items: list[Any]) -> None:
    items[:] = home.counts(request)
