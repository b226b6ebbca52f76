"""The report on images: who may see each, and where its description is missing."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import django_filters
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.images.permissions import permission_policy

from lessons import problems
from lessons.models import CuratedImage
from lessons.uses import ImageUse, image_uses

UNSET: Final = "unset"  # in the address, where an empty value asks for nothing


class ImageFilter(WagtailFilterSet):
    shown_to = django_filters.ChoiceFilter(
        label=_("May be shown to"),
        choices=[(UNSET, CuratedImage.ShownTo.NOT_SAID.label), *CuratedImage.ShownTo.choices[1:]],
        method="said",
    )
    undescribed = django_filters.BooleanFilter(label=_("Lacks a description"), method="lacking")

    class Meta:
        model = CuratedImage
        fields: ClassVar[list[str]] = []

    def said(self, images: QuerySet[CuratedImage], name: str, value: str) -> QuerySet[CuratedImage]:
        return images.filter(shown_to="" if value == UNSET else value)

    def lacking(self, images: QuerySet[CuratedImage], name: str, value: bool) -> QuerySet[CuratedImage]:
        keys = [key for key, uses in image_uses().items() if any(use.fault for use in uses)]
        return images.filter(pk__in=keys) if value else images.exclude(pk__in=keys)


class _ImageColumn(TitleColumn):
    """The way to each image that this person may change; the others are named alone."""

    def get_link_url(self, instance: Any, parent_context: Any) -> str | None:
        return reverse("wagtailimages:edit", args=[instance.pk]) if instance.may_change else None


class ImageReport(ReportView):
    """Every image of the library. Three queries more than Wagtail's own listing, however many images and drafts."""

    page_title = _("Rights and descriptions of images")
    header_icon = "image"
    index_url_name = "lessons_image_report"
    index_results_url_name = "lessons_image_report_results"
    permission_policy = permission_policy
    any_permission_required: ClassVar[list[str]] = ["add", "change", "delete"]
    filterset_class = ImageFilter
    is_searchable = False
    list_export: ClassVar[list[str]] = ["title", "get_shown_to_display", "rights", "credit", "editions"]
    export_headings: ClassVar[dict[str, Any]] = {
        "get_shown_to_display": _("May be shown to"),
        "editions": _("Editions"),
    }
    columns: ClassVar[list[Column]] = [
        _ImageColumn("title", label=_("Image")),
        Column("shown_to", label=_("May be shown to"), accessor=lambda image: _shown_to(image)),
        Column("rights", label=_("Rights")),
        Column("credit", label=_("Credit")),
        NumberColumn("editions", label=_("Editions"), accessor="editions"),
        NumberColumn("uses", label=_("Uses in drafts"), accessor=lambda image: len(image.uses)),
        Column("lacking", label=_("Descriptions to write"), accessor=lambda image: _lacking(image.uses)),
    ]

    def get_queryset(self) -> QuerySet[CuratedImage]:
        images: QuerySet[CuratedImage] = CuratedImage.objects.select_related("asset")
        return images.annotate(editions=Count("asset__edition_uses")).order_by("title", "pk")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        own = permission_policy.instances_user_has_permission_for(self.request.user, "change")
        changeable = set(own.filter(pk__in=[image.pk for image in object_list]).values_list("pk", flat=True))
        for image in object_list:
            image.may_change = image.pk in changeable
            image.uses = self.uses.get(image.pk, [])
        return object_list

    @cached_property
    def uses(self) -> dict[int, list[ImageUse]]:
        return image_uses()


def _shown_to(image: CuratedImage) -> str:
    """What was said of it, and where its bytes are kept closer, that."""
    said = str(image.get_shown_to_display())
    kept = image.asset is not None and image.asset.classroom_only
    if kept and image.shown_to != CuratedImage.ShownTo.CLASSROOM:
        return gettext("%(said)s; kept in classrooms, as was said of the same picture") % {"said": said}
    return said


def _lacking(uses: list[ImageUse]) -> SafeString:
    """Each draft with a figure whose description is missing or is none, with what is wrong, as a way there."""
    lines = [(_edit_draft(use), use.title, problems.message(use.fault)) for use in uses if use.fault]
    if not lines:
        return SafeString("–")
    return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a>: {}</li>', lines))


def _edit_draft(use: ImageUse) -> str:
    name = "lesson" if use.lesson else "source"
    return reverse(f"wagtailsnippets_lessons_{name}:edit", args=[use.lesson or use.source])
