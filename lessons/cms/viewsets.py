"""The screens of courses, lessons and sources, and of what lessons refer to."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_filters.widgets import RangeWidget
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn, StatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from lessons import dates
from lessons.cms import states, views
from lessons.cms.forms import AddressForm, AncestorPanel, LessonForm, QuietPanel, SectionsPanel
from lessons.models import Course, DraftSource, Event, GlossaryTerm, Lesson, Person, Rubric, Source

# Long lists of ticks scroll in a box of their own, with a field that looks for words in them.
_TICKS = {
    "class": "ticks",
    "data-filter-label": _("Look for words in this list"),
    "data-ticked-label": _("Only those that are ticked"),
    "data-count-label": _("{ticked} ticked, {shown} shown"),
}

# A question to which only yes is an answer.
_ONLY = forms.Select(choices=[("", "---------"), ("true", _("Yes"))])
_STATE = StatusTagColumn(
    "state", label=_("State"), accessor=states.name_of, primary=lambda row: row.live, sort_key="state"
)
_LAST_CHANGE = UpdatedAtColumn(label=_("Last change"))
_CHANGED_BY = Column("changed_by", label=_("By"), accessor=lambda row: _last_editor(row))


class CourseViewSet(SnippetViewSet):
    model = Course
    icon = "folder-open-inverse"
    menu_order = 105
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


class StateFilter(WagtailFilterSet):
    """Of rows with drafts and a review."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=list(states.STATES.items()))
    without_alt = django_filters.BooleanFilter(
        label=_("A picture lacks its description"), method="filter_without_alt", widget=_ONLY
    )

    def filter_without_alt(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return states.without_alt(rows) if value else rows


class LessonFilter(StateFilter):
    class Meta:
        model = Lesson
        fields: ClassVar[list[str]] = ["state", "course", "without_alt", "live", "language"]


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
        _STATE,
        Column("edition", label=_("Edition"), accessor=lambda lesson: _edition_number(lesson)),
        Column("ancestor", label=_("Copied from"), accessor=lambda lesson: lesson.ancestor or "–"),
        _LAST_CHANGE,
        _CHANGED_BY,
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
                        panels=[FieldPanel("heading"), FieldPanel("body"), QuietPanel("uuid")],
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
                    AncestorPanel(template="cms/ancestor.html", heading=_("Copied from")),
                    PublishingPanel(),
                ],
                heading=_("About it"),
            ),
        ],
        base_form_class=LessonForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        rows = Lesson.objects.select_related("course", "current_edition__edition", "latest_revision__user", "ancestor")
        return states.with_state(rows)


class SourceFilter(StateFilter):
    used_in = django_filters.ModelChoiceFilter(
        label=_("Used in"), field_name="draft_uses__lesson", queryset=Lesson.objects.order_by("title")
    )
    unused = django_filters.BooleanFilter(
        label=_("Used in no draft"), field_name="draft_uses", lookup_expr="isnull", widget=_ONLY
    )
    without_rights = django_filters.BooleanFilter(
        label=_("Without rights"), method="filter_without_rights", widget=_ONLY
    )
    years = django_filters.RangeFilter(
        label=_("Date between the years"), method="filter_years", widget=RangeWidget(attrs={"type": "number"})
    )

    def filter_years(self, queryset: Any, name: str, value: slice) -> Any:
        """Those whose date may mean a day in these years, either left out."""
        days = dates.within_years(*(None if end is None else int(end) for end in (value.start, value.stop)))
        return queryset.dated_within(*days) if days else queryset.none()

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = [
            *("state", "used_in", "unused", "without_rights", "without_alt", "kind", "primary", "years"),
            *("language", "live", "paraphrase"),
        ]

    def filter_without_rights(self, rows: QuerySet[Source], name: str, value: bool) -> QuerySet[Source]:
        return rows.filter(rights="") if value else rows


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
        _STATE,
        Column("used_in", label=_("Used in"), accessor=lambda source: _used_in(source), sort_key="uses"),
        BooleanColumn("rights", label=_("Rights"), accessor="rights"),
        _LAST_CHANGE,
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
        uses = DraftSource.objects.filter(source=OuterRef("pk")).values("source").values(n=Count("*"))
        rows = (
            Source.objects.with_sort_date()
            .annotate(uses=Coalesce(Subquery(uses), 0))
            .select_related("latest_revision__user")
        )
        return states.with_state(rows).prefetch_related("draft_uses__lesson")


class ReferenceFilter(WagtailFilterSet):
    """Of records that lessons take into their editions."""

    used_in = django_filters.ModelChoiceFilter(
        label=_("Used in"), field_name="lessons", queryset=Lesson.objects.order_by("title")
    )
    course = django_filters.ModelChoiceFilter(
        label=_("Course"), field_name="lessons__course", queryset=Course.objects.all(), distinct=True
    )
    unused = django_filters.BooleanFilter(
        label=_("Used in no lesson"), field_name="lessons", lookup_expr="isnull", widget=_ONLY
    )


class TermFilter(ReferenceFilter):
    class Meta:
        model = GlossaryTerm
        fields: ClassVar[list[str]] = ["used_in", "course", "unused", "language"]


class PersonFilter(ReferenceFilter):
    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["used_in", "course", "unused", "language"]


class EventFilter(ReferenceFilter):
    dated = django_filters.DateFromToRangeFilter(
        label=_("Begins"), field_name="date_from", widget=DateRangePickerWidget
    )

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = ["used_in", "course", "unused", "dated"]


class ReferenceViewSet(SnippetViewSet):
    """A record that lessons take into their editions: with a history, and no readers of its own."""

    copy_view_enabled = False
    add_view_class = views.CreateView
    edit_view_class = views.EditView
    delete_view_class = views.DeleteView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        through: Any = self.model._meta.get_field("lessons").through
        own = self.model._meta.model_name
        uses = through.objects.filter(**{own: OuterRef("pk")}).values(own).values(n=Count("*"))
        rows = self.model._default_manager.select_related("latest_revision__user")
        return rows.annotate(uses=Coalesce(Subquery(uses), 0))


_USES = NumberColumn("uses", label=_("Lessons that use it"), accessor="uses", sort_key="uses")


class TermViewSet(ReferenceViewSet):
    model = GlossaryTerm
    icon = "list-ul"
    filterset_class = TermFilter
    list_display: ClassVar[list[Any]] = [
        *("term", "original", "transliteration", _USES, _LAST_CHANGE, _CHANGED_BY),
    ]
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
    filterset_class = PersonFilter
    list_display: ClassVar[list[Any]] = [
        *("name", "office", Column("born"), Column("died"), _USES, _LAST_CHANGE, _CHANGED_BY),
    ]
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
    menu_order = 130
    add_to_admin_menu = True
    filterset_class = EventFilter
    ordering: ClassVar[list[str]] = ["date_from", "date_to", "id"]
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("date", label=_("Date"), accessor="date_display", sort_key="date_from"),
        Column("known_from", label=_("Known from")),
        "place",
        _USES,
        _LAST_CHANGE,
        _CHANGED_BY,
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
    list_display: ClassVar[list[Any]] = ["title", _LAST_CHANGE, _CHANGED_BY]
    edit_handler = ObjectList(
        [TitleFieldPanel("title", targets=["slug"]), FieldPanel("criteria"), FieldPanel("slug")],
        base_form_class=AddressForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Rubric.objects.select_related("latest_revision__user")


class GlossaryAndPeople(SnippetViewSetGroup):
    items = (TermViewSet, PersonViewSet, RubricViewSet)
    menu_label = _("Glossary and people")
    menu_name = "glossary-and-people"
    menu_icon = "user"
    menu_order = 120


def _edition_number(lesson: Lesson) -> str:
    current = getattr(lesson, "current_edition", None)
    return str(current.edition.number) if current else "–"


def _last_editor(row: Any) -> str:
    revision = row.latest_revision
    return str(revision.user or _("The system")) if revision else "–"


def _used_in(source: Source, *, shown: int = 3) -> str:
    """The lessons whose drafts show it, by name as long as they are few."""
    titles = sorted(use.lesson.title for use in source.draft_uses.all())
    if len(titles) <= shown:
        return "; ".join(titles) or "–"
    more = len(titles) - shown
    return ngettext("%(titles)s; %(more)s more", "%(titles)s; %(more)s more", more) % {
        "titles": "; ".join(titles[:shown]),
        "more": more,
    }
