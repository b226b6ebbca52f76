"""The list of images, found by what their report says of them too."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import cached_property
from wagtail.images.views.images import ImagesFilterSet, IndexView

from lessons.cms.image_report import ImageFilter
from lessons.models import CuratedImage


class LibraryFilter(ImageFilter, ImagesFilterSet):
    class Meta:
        model = CuratedImage
        fields: ClassVar[list[str]] = []


class LibraryView(IndexView):
    filterset_class = LibraryFilter

    @cached_property
    def search_query(self) -> str:
        """Without quotation marks: Wagtail's index on SQLite fails on one that is never closed."""
        return str(super().search_query).replace('"', " ").strip()
