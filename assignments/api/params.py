"""Parameters that several operations share."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from destalin_site.common.errors import MalformedRequest

CURSOR = [
    OpenApiParameter("cursor", str, description="Where the page before ended."),
    OpenApiParameter("limit", int, description="1 to 200, 50 when it is not said."),
]
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version that this changes."
)


def identifier(request: Request | HttpRequest, name: str) -> UUID | None:
    """A UUID from the query; raises MalformedRequest where it is something else."""
    raw = request.GET.get(name)
    if not raw:
        return None
    try:
        return UUID(raw)
    except ValueError as error:
        raise MalformedRequest(_("%(name)s is not an id.") % {"name": name}) from error


def number(request: Request | HttpRequest, name: str) -> int | None:
    """A whole number from the query; raises MalformedRequest where it is something else."""
    raw = request.GET.get(name)
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise MalformedRequest(_("%(name)s is not a number.") % {"name": name})
    return int(raw)
