"""Pictures of paper that belong to a hand-in. They have no public address: each look asks who looks."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from assignments import access
from assignments.models import Scan
from assignments.views.teacher import Request


@require_safe
@login_required
def scan(request: Request, pk: UUID, number: int, place: int) -> HttpResponse:
    """One picture, for the student and for the staff of her class."""
    return picture(access.scan_to_read(request.user, pk, number, place))


def picture(found: Scan) -> HttpResponse:
    """The bytes, which no cache but the browser's own keeps."""
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(found.data), content_type=found.media_type, headers=headers)
