"""The screens of courses, lessons and sources, and of what lessons refer to."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import RangeWidget
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from lessons import dates
from lessons.cms import views
from lessons.cms.forms import AddressForm, LessonForm, SectionsPanel
from lessons.models import Course, Event, GlossaryTerm, Lesson, Person, Rubric, Source

# Long lists of ticks scroll in a box of their own.
_TICKS = {"class": "ticks"}


class CourseViewSet(SnippetViewSet):
    model = Course
    icon = "folder-open-inverse"
    menu_order = 120
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    delete_view_class = views.DeleteView
    revisions_revert_view_class = views.RevertView
    list_display: ClassVar[list[Any]] = [
        "title",
        NumberColumn("lesson_count", label=_("Lessons"), accessor="lesson_count", sort_key="lesson_count"),
        Column("slug", label=_("Address")),
        NumberColumn("position", label=_("Position"), sort_key="position"),
    ]
    edit_handler = ObjectList(
        [TitleFieldPanel("title"), FieldPanel("slug"), FieldPanel("summary"), FieldPanel("position")],
        base_form_class=AddressForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return Course.objects.annotate(lesson_count=Count("lessons"))


class LessonFilter(WagtailFilterSet):
    live = django_filters.BooleanFilter(label=_("Published"))
    has_unpublished_changes = django_filters.BooleanFilter(label=_("Has unpublished changes"))

    class Meta:
        model = Lesson
        fields: ClassVar[list[str]] = ["course", "live", "has_unpublished_changes", "language"]


class LessonViewSet(SnippetViewSet):
    model = Lesson
    icon = "doc-full"
    menu_order = 100
    add_to_admin_menu = True
    filterset_class = LessonFilter
    ordering: ClassVar[list[str]] = ["course__position", "position", "title", "id"]
    list_display: ClassVar[list[Any]] = [
        "__str__",
        Column("course", label=_("Course"), accessor="course.title", sort_key="course__title"),
        Column("edition", label=_("Edition"), accessor=lambda lesson: _edition_number(lesson)),
        UpdatedAtColumn(),
    ]
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    copy_view_class = views.CopyLessonView
    delete_view_class = views.DeleteView
    workflow_action_view_class = views.WorkflowActionView
    revisions_revert_view_class = views.RevertView

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("inquiry"),
                    SectionsPanel(
                        "sections",
                        heading=_("Sections"),
                        label=_("Section"),
                        panels=[FieldPanel("heading"), FieldPanel("body"), FieldPanel("uuid")],
                    ),
                ],
                heading=_("Text"),
            ),
            ObjectList(
                [
                    FieldPanel("terms", widget=forms.CheckboxSelectMultiple(attrs=_TICKS)),
                    FieldPanel("people", widget=forms.CheckboxSelectMultiple(attrs=_TICKS)),
                    FieldPanel("events", widget=forms.CheckboxSelectMultiple(attrs=_TICKS)),
                ],
                heading=_("Glossary, people, events"),
            ),
            ObjectList(
                [
                    FieldPanel("course"),
                    FieldPanel("slug"),
                    FieldPanel("summary"),
                    FieldRowPanel([FieldPanel("language"), FieldPanel("level"), FieldPanel("minutes")]),
                    FieldPanel("position"),
                    PublishingPanel(),
                ],
                heading=_("About it"),
            ),
        ],
        base_form_class=LessonForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        return Lesson.objects.select_related("course", "current_edition__edition")


class SourceFilter(WagtailFilterSet):
    live = django_filters.BooleanFilter(label=_("Published"))
    years = django_filters.RangeFilter(
        label=_("Date between the years"), method="filter_years", widget=RangeWidget(attrs={"type": "number"})
    )

    def filter_years(self, queryset: Any, name: str, value: slice) -> Any:
        """Those whose date may mean a day in these years, either left out."""
        days = dates.within_years(*(None if end is None else int(end) for end in (value.start, value.stop)))
        return queryset.dated_within(*days) if days else queryset.none()

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = ["kind", "primary", "language", "live", "paraphrase"]


class SourceViewSet(SnippetViewSet):
    model = Source
    icon = "openquote"
    menu_order = 110
    add_to_admin_menu = True
    copy_view_enabled = False
    filterset_class = SourceFilter
    ordering: ClassVar[list[str]] = ["sort_from", "title", "id"]
    list_display: ClassVar[list[Any]] = [
        "__str__",
        Column("creator", label=_("Creator"), accessor="creator_display", sort_key="creator"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("date", label=_("Date"), accessor="date_display", sort_key="sort_from"),
        BooleanColumn("primary", label=_("Primary source")),
        NumberColumn("uses", label=_("Drafts that show it"), accessor="uses"),
        UpdatedAtColumn(),
    ]
    add_view_class = views.CreateView
    edit_view_class = views.SourceEditView
    delete_view_class = views.DeleteView
    workflow_action_view_class = views.SourceWorkflowActionView
    revisions_revert_view_class = views.RevertView

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldRowPanel([FieldPanel("creator"), FieldPanel("recipient")]),
                    FieldRowPanel([FieldPanel("date"), FieldPanel("kind"), FieldPanel("primary")]),
                    FieldPanel("paraphrase"),
                    FieldPanel("text"),
                    FieldPanel("images"),
                    FieldPanel("claims"),
                ],
                heading=_("Text"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("record_author"),
                            FieldPanel("record_audience"),
                            FieldPanel("record_purpose"),
                            FieldPanel("record_perspective"),
                            FieldPanel("record_omits"),
                        ],
                        heading=_("For sourcing"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("place"), FieldPanel("language")]),
                            FieldPanel("container"),
                            FieldRowPanel([FieldPanel("publisher"), FieldPanel("pages")]),
                            FieldRowPanel([FieldPanel("archive"), FieldPanel("reference")]),
                            FieldPanel("url"),
                            FieldPanel("rights"),
                        ],
                        heading=_("Where it comes from"),
                    ),
                    FieldPanel("dublin_core"),
                    FieldPanel("slug"),
                    PublishingPanel(),
                ],
                heading=_("Record"),
            ),
        ],
        base_form_class=AddressForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return Source.objects.with_sort_date().annotate(uses=Count("draft_uses"))


class ReferenceViewSet(SnippetViewSet):
    """A record that lessons take into their editions: with a history, and no readers of its own."""

    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    delete_view_class = views.DeleteView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.annotate(uses=Count("lessons"))


_USES = NumberColumn("uses", label=_("Lessons that use it"), accessor="uses", sort_key="uses")


class TermViewSet(ReferenceViewSet):
    model = GlossaryTerm
    icon = "list-ul"
    menu_order = 140
    list_display: ClassVar[list[Any]] = ["term", "original", "transliteration", _USES, UpdatedAtColumn()]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("term", targets=["slug"]),
            FieldRowPanel([FieldPanel("original"), FieldPanel("language"), FieldPanel("transliteration")]),
            FieldPanel("meaning"),
            FieldPanel("forms"),
            FieldPanel("slug"),
        ],
        base_form_class=AddressForm,
    )


class PersonViewSet(ReferenceViewSet):
    model = Person
    icon = "user"
    menu_order = 150
    list_display: ClassVar[list[Any]] = ["name", "office", Column("born"), Column("died"), _USES, UpdatedAtColumn()]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("name", targets=["slug"]),
            FieldRowPanel([FieldPanel("original"), FieldPanel("language")]),
            FieldRowPanel([FieldPanel("born"), FieldPanel("died")]),
            FieldPanel("office"),
            FieldPanel("role"),
            FieldPanel("forms"),
            FieldPanel("slug"),
        ],
        base_form_class=AddressForm,
    )


class EventViewSet(ReferenceViewSet):
    model = Event
    icon = "date"
    menu_order = 160
    ordering: ClassVar[list[str]] = ["date_from", "date_to", "id"]
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("date", label=_("Date"), accessor="date_display", sort_key="date_from"),
        Column("known_from", label=_("Known from")),
        "place",
        _USES,
        UpdatedAtColumn(),
    ]
    edit_handler = ObjectList(
        [
            TitleFieldPanel("title", targets=["slug"]),
            FieldRowPanel([FieldPanel("date"), FieldPanel("place")]),
            FieldPanel("text"),
            FieldPanel("conflict"),
            MultiFieldPanel([FieldPanel("known_from"), FieldPanel("known_by")], heading=_("What was known then")),
            FieldPanel("names"),
            FieldPanel("slug"),
        ],
        base_form_class=AddressForm,
    )


class RubricViewSet(ReferenceViewSet):
    model = Rubric
    icon = "tasks"
    menu_order = 170
    list_display: ClassVar[list[Any]] = ["title", UpdatedAtColumn()]
    edit_handler = ObjectList(
        [TitleFieldPanel("title", targets=["slug"]), FieldPanel("criteria"), FieldPanel("slug")],
        base_form_class=AddressForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Rubric.objects.all()


def _edition_number(lesson: Lesson) -> str:
    current = getattr(lesson, "current_edition", None)
    return str(current.edition.number) if current else "–"
