"""Problem documents: the one form of every error under /api/ (RFC 9457)."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str

from destalin_site.common.errors import DomainError

MEDIA_TYPE = "application/problem+json"
BASE = "/api/v1/problems/"

# Every type that the API may answer, with its status: the schema, the pages under /problems/ and the tests read it.
TYPES: dict[str, int] = {
    "validation-failed": 422,
    "malformed-request": 400,
    "cursor-mismatch": 400,
    "unauthenticated": 401,
    "token-expired": 401,
    "forbidden": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "state-conflict": 409,
    "not-open-yet": 409,
    "assignment-closed": 409,
    "class-archived": 409,
    "being-reviewed": 409,
    "attempts-exhausted": 409,
    "submission-excused": 409,
    "claim-held": 409,
    "request-in-progress": 409,
    "edition-mismatch": 409,
    "version-stale": 412,
    "too-large": 413,
    "unsupported-media": 415,
    "idempotency-key-reused": 422,
    "digest-mismatch": 422,
    "precondition-required": 428,
    "rate-limited": 429,
    "server-error": 500,
    "maintenance": 503,
}


def document(request: HttpRequest, code: str, status: int, title: Any, detail: Any, extra: dict[str, Any]) -> bytes:
    return orjson.dumps(
        {
            "type": f"{BASE}{code}",
            "title": force_str(title),
            "status": status,
            "detail": force_str(detail),
            "instance": getattr(request, "id", ""),
            **extra,
        },
        default=force_str,
    )


def problem(request: HttpRequest, error: DomainError, headers: dict[str, str] | None = None) -> HttpResponse:
    """The problem document of `error`. A `retry_after` among its extras also becomes the header."""
    headers = dict(headers or {})
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    return HttpResponse(
        document(request, error.code, error.status, error.title, error.detail, error.extra),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )
