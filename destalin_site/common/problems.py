"""Problem documents: the one form of every error under /api/ (RFC 9457)."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from destalin_site.common.errors import DomainError

MEDIA_TYPE = "application/problem+json"
BASE = "/api/v1/problems/"
CHALLENGE = 'Bearer realm="api"'  # with every 401

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
    "not-acceptable": 406,
    "state-conflict": 409,
    "not-open-yet": 409,
    "assignment-closed": 409,
    "class-archived": 409,
    "being-reviewed": 409,
    "attempts-exhausted": 409,
    "replies-missing": 409,
    "submission-excused": 409,
    "claim-held": 409,
    "names-hidden": 409,
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
}

# What each type means to a person, and what to do about it: the page at the type's own address.
MEANINGS: dict[str, Promise] = {
    "validation-failed": _(
        "The content breaks a rule. `errors` names each place by a JSON pointer, with a code and a sentence. Put it "
        "right and send it again."
    ),
    "malformed-request": _(
        "The request cannot be read: the body is not JSON, or a parameter or a header is not in the form asked for."
    ),
    "cursor-mismatch": _(
        "The cursor is not one of ours, or belongs to a list with other filters. Begin the list again without it."
    ),
    "unauthenticated": _(
        "Nobody is signed in, or the token is unknown or has been revoked. Sign in again; what you have not sent is "
        "still on your device."
    ),
    "token-expired": _("The token has not been used for a long time and has run out. Sign in again."),
    "forbidden": _("You may see this, and may not do that with it. `needed_right` says which right is missing."),
    "not-found": _("There is nothing at this address, or nothing that the account in use may know of."),
    "method-not-allowed": _("The address exists, and does not know this verb. `Allow` lists those that it knows."),
    "not-acceptable": _("Answers are application/json: the `Accept` that you sent leaves no room for it."),
    "state-conflict": _(
        "What you ask for cannot be done as things stand now. Read the thing again to see how it stands."
    ),
    "not-open-yet": _("The assignment has not opened. A text that came with the request is kept: see `parked_copy`."),
    "assignment-closed": _(
        "The assignment has closed. A text that came with the request is kept, and your teacher can accept it: see "
        "`parked_copy`."
    ),
    "class-archived": _("The class is archived. Everything in it can be read, and nothing can be changed."),
    "being-reviewed": _(
        "A teacher is reading this piece of work. A text that came with the request is kept: see `parked_copy`."
    ),
    "attempts-exhausted": _(
        "All attempts have been used. A text that came with the request is kept: see `parked_copy`."
    ),
    "replies-missing": _(
        "Comments that were returned are answered before work is handed in again: `comments` are their ids. A text "
        "that came with the request is kept: see `parked_copy`. Answer them, and send it once more."
    ),
    "submission-excused": _(
        "The student has been excused from this. A text that came with the request is kept: see `parked_copy`."
    ),
    "claim-held": _("Somebody else is grading this just now: `holder` says who, `until` how long at the most."),
    "names-hidden": _(
        "Names are hidden while this is marked, and this would tell whose work it is. A teacher of the class can show "
        "the names."
    ),
    "request-in-progress": _("The same request is still being carried out. Wait as long as `Retry-After` says."),
    "edition-mismatch": _(
        "The work belongs to another edition of the lesson than the one that you name. `upgrade` says from which one "
        "it was brought to `expected_edition`, where its student has not seen that yet. A text that came with the "
        "request is kept: see `parked_copy`."
    ),
    "version-stale": _(
        "The thing has changed since you looked at it. `current_etag` names its version now. A text that came with the "
        "request is kept: see `parked_copy`."
    ),
    "too-large": _("The request is over the limit that `limits` names."),
    "unsupported-media": _("Only application/json is read here."),
    "idempotency-key-reused": _(
        "This Idempotency-Key came before with other content. Use a fresh key for a fresh act."
    ),
    "digest-mismatch": _("The digest that you sent is not that of what arrived. Send it again."),
    "precondition-required": _("Say in If-Match which version you are changing: the ETag of the last answer."),
    "rate-limited": _(
        "Too many tries in a short time. Wait as long as `Retry-After` says; nothing is locked for good."
    ),
    "server-error": _(
        "Something broke on our side. Send it again later; `instance` helps whoever looks for the cause."
    ),
}


def as_data(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """The members of the problem document of `error`."""
    return {
        "type": f"{BASE}{error.code}",
        "title": force_str(error.title),
        "status": error.status,
        "detail": force_str(error.detail),
        "instance": getattr(request, "id", ""),
        **error.extra,
    }


def problem(request: HttpRequest, error: DomainError, headers: dict[str, str] | None = None) -> HttpResponse:
    """The problem document of `error`. A `retry_after` among its extras also becomes the header."""
    headers = dict(headers or {})
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    return HttpResponse(
        orjson.dumps(as_data(request, error), default=force_str),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )
