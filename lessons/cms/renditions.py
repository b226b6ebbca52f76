"""The small pictures of the image library, for the curators' desk alone."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from lessons.models import CuratedRendition

# Nothing else is ever handed out under an address of the site.
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


@require_safe
def rendition(request: HttpRequest, pk: int) -> FileResponse:
    """A rendition that Wagtail made. No web server hands out media, and some images are for classrooms only: the
    address stands under /cms/, where Wagtail lets in curators only, and is kept by no cache."""
    kept = get_object_or_404(CuratedRendition, pk=pk)
    kind = TYPES.get(kept.file.name.rpartition(".")[2].lower())
    if kind is None:
        raise Http404
    try:
        return FileResponse(kept.file.open("rb"), content_type=kind)
    except FileNotFoundError as gone:
        raise Http404 from gone
