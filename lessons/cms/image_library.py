"""The list of images, found by what their report says of them too."""

from __future__ import annotations

from typing import ClassVar

from wagtail.images.views.images import ImagesFilterSet, IndexView

from lessons.cms.image_report import ImageFilter
from lessons.models import CuratedImage


class LibraryFilter(ImageFilter, ImagesFilterSet):
    class Meta:
        model = CuratedImage
        fields: ClassVar[list[str]] = []


class LibraryView(IndexView):
    filterset_class = LibraryFilter
