"""Trouble with a name.

Rules raise a `DomainError`; pages and REST turn it into a response in one place each (`common.api`,
`common.pages`). Tests look at `code`, never at the words.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class DomainError(Exception):
    """An act that the rules forbid now.

    `code` is the problem type of docs/api.md and `status` its HTTP status. What a client needs to go on
    (the current state, a parked copy) travels in `extra`, whose values are JSON.
    """

    code: ClassVar[str] = "state-conflict"
    status: ClassVar[int] = 409
    title: ClassVar[Words] = _("That cannot be done now")

    def __init__(self, detail: Words = "", **extra: Any) -> None:
        self.detail = detail or self.title
        self.extra = extra
        super().__init__(str(self.detail))


class ValidationFailed(DomainError):
    """The content is wrong. `errors` points at each place: [{"pointer", "code", "message"}]."""

    code = "validation-failed"
    status = 422
    title = _("Something in it is not right")

    def __init__(self, detail: Words = "", *, errors: list[dict[str, str]], **extra: Any) -> None:
        super().__init__(detail, errors=errors, **extra)


class MalformedRequest(DomainError):
    code = "malformed-request"
    status = 400
    title = _("The request cannot be read")


class VersionStale(DomainError):
    code = "version-stale"
    status = 412
    title = _("This has changed since you opened it")


class PreconditionRequired(DomainError):
    code = "precondition-required"
    status = 428
    title = _("Say which version you are changing")


class IdempotencyKeyReused(DomainError):
    code = "idempotency-key-reused"
    status = 422
    title = _("The same key came with different content")


class RequestInProgress(DomainError):
    code = "request-in-progress"
    status = 409
    title = _("The same request is still being carried out")


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    title = _("You may not do this")


class RateLimited(DomainError):
    code = "rate-limited"
    status = 429
    title = _("Too many tries")

    @property
    def minutes(self) -> int:
        """How long to wait, rounded up."""
        return max(1, -(-int(self.extra.get("retry_after", 60)) // 60))


class TooLarge(DomainError):
    code = "too-large"
    status = 413
    title = _("That is too large")
