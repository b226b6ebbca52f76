"""The ground floor of the REST layer: parsing, problem documents, preconditions, keys, cursors.

Knows none of the product's nouns. The contract is docs/api.md.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial, wraps
from itertools import accumulate
from time import monotonic, sleep
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView as DRFView

from destalin_site.common import clock, problems
from destalin_site.common.errors import (
    DomainError,
    Forbidden,
    IdempotencyKeyReused,
    MalformedRequest,
    PreconditionRequired,
    RequestInProgress,
    ValidationFailed,
)
from destalin_site.common.json import OrjsonRenderer
from destalin_site.common.models import IdempotencyRecord

# --- What a request may contain -------------------------------------------------------------------------------


class Input(serializers.Serializer[Any]):
    """What a request may contain, exactly: an unknown key is an error that names it, and so is another type of JSON,
    where DRF would read "yes" as true, 7 as a text and 1 as an id."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            wrong = {key: ErrorDetail(_("There is no such field."), code="unknown") for key in unknown}
            for key in self.fields.keys() & data.keys():
                if (mistyped := _mistyped(self.fields[key], data[key])) is not None:
                    wrong[key] = mistyped
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class MomentField(serializers.DateTimeField):
    """A time with its offset, from here on in UTC. Without an offset nobody knows whose clocks were meant."""

    default_error_messages: ClassVar = {"offset": _lazy("Say the offset from UTC, for example Z.")}

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("offset")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")


CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"


@extend_schema_field({"type": "string", "pattern": CLOCK_TIME, "example": "23:59"})
class ClockTimeField(serializers.TimeField):
    """A time on the clocks of a zone that is said beside it: an offset would be a second opinion."""

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(CLOCK_TIME, value, re.ASCII):
            self.fail("invalid", format="23:59, 23:59:30")
        return super().to_internal_value(value)


def clock_time(at: time) -> str:
    """A time as ClockTimeField reads it, to the minute where nothing finer was said."""
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")


class EmptyIn(Input):
    """A body that says nothing."""


# What JSON each kind of field takes, as the schema has it.
_TAKES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (int, float)),
    (serializers.DecimalField, (str,)),
    (serializers.CharField, (str,)),
    (serializers.UUIDField, (str,)),
    (serializers.ChoiceField, (str,)),
)


def _mistyped(field: Any, value: Any) -> Any:
    """What is wrong with the JSON type of `value`, or None; of a list with its places."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        wrong = {place: _mistyped(field.child, item) for place, item in enumerate(value)}
        return {place: detail for place, detail in wrong.items() if detail is not None} or None
    kinds = next((kinds for known, kinds in _TAKES if isinstance(field, known)), None)
    if kinds is None or value is None or type(value) in kinds:
        return None
    return ErrorDetail(_("This is not of the type that belongs here."), code="invalid")


def read(serializer: type[serializers.Serializer[Any]], request: Request, **kwargs: Any) -> dict[str, Any]:
    """The validated body of `request`; raises ValidationFailed with JSON pointers."""
    body = serializer(data=request.data, **kwargs)
    body.is_valid(raise_exception=True)
    return body.validated_data


# --- Problem documents ----------------------------------------------------------------------------------------


def _pointers(detail: Any, at: str = "") -> list[dict[str, str]]:
    if isinstance(detail, Mapping):
        return [
            row
            for key, value in detail.items()
            for row in _pointers(value, at if key == "non_field_errors" else f"{at}/{_escaped(str(key))}")
        ]
    if isinstance(detail, list | tuple):
        rows: list[dict[str, str]] = []
        for index, value in enumerate(detail):
            rows += _pointers(value, at if isinstance(value, str) else f"{at}/{index}")
        return rows
    return [{"pointer": at, "code": getattr(detail, "code", "invalid"), "message": str(detail)}]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")  # RFC 6901


def as_domain_error(error: Exception) -> DomainError | None:
    """`error` in the words of the house, or None when it is none that a client caused."""
    if isinstance(error, DomainError):
        return error
    named: type[DomainError]
    extra: dict[str, Any] = {}
    match error:
        case exceptions.ValidationError():
            return ValidationFailed(errors=_pointers(error.detail))
        case exceptions.ParseError():
            return MalformedRequest()
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            named = _named(_code_of(error), 401, _("Sign in first"))
        case exceptions.PermissionDenied() | PermissionDenied():
            named = _named("forbidden", 403, _("You may not do this"))
        case exceptions.NotFound() | Http404():
            named = _named("not-found", 404, _("There is nothing here, or nothing that you may see"))
        case exceptions.MethodNotAllowed():
            named = _named("method-not-allowed", 405, _("This cannot be done to that address"))
        case exceptions.NotAcceptable():
            named = _named("not-acceptable", 406, _("The answer would be application/json"))
        case exceptions.UnsupportedMediaType():
            named = _named("unsupported-media", 415, _("Send application/json"))
        case exceptions.Throttled():
            named = _named("rate-limited", 429, _("Too many tries"))
            extra = {"retry_after": int(getattr(error, "wait", None) or 1)}
        case _:
            return None
    return named(**extra)


def _code_of(error: exceptions.APIException) -> str:
    code = error.get_codes()
    return code if isinstance(code, str) and code in problems.TYPES else "unauthenticated"


def _named(name: str, number: int, words: str) -> type[DomainError]:
    return type("NamedProblem", (DomainError,), {"code": name, "status": number, "title": words})


def problem_response(error: Exception, context: Mapping[str, Any]) -> HttpResponseBase | None:
    """DRF's exception handler. None lets an unknown error become a 500, with its traceback in the log."""
    named = as_domain_error(error)
    if named is None:
        return None
    headers = {"WWW-Authenticate": problems.CHALLENGE} if named.status == 401 else {}
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(verb for verb in context["view"].allowed_methods if verb != "OPTIONS")
    return problems.problem(context["request"], named, headers)


# --- Versions: ETag, If-Match, If-None-Match ------------------------------------------------------------------

_TAG = re.compile(r'^"([a-z])(\d{1,18})"$')


def etag(letter: str, version: int) -> str:
    """The entity tag of version `version`: "w17"."""
    return f'"{letter}{version}"'


def required_version(request: Request, letter: str) -> int:
    """The version that a write was made upon, from If-Match, or 0 from `If-None-Match: *`.

    Raises PreconditionRequired when neither is there, MalformedRequest when it is not a tag of ours.
    """
    if request.headers.get("If-None-Match", "").strip() == "*":
        return 0
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired()
    found = _TAG.match(header)
    if not found or found.group(1) != letter:
        raise MalformedRequest(_("If-Match is not an ETag of this resource."))
    return int(found.group(2))


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller already holds the version named `tag`."""
    held = request.headers.get("If-None-Match", "")
    return tag in (part.strip().removeprefix("W/") for part in held.split(",")) if held else False


# --- Idempotency keys -----------------------------------------------------------------------------------------

_KEPT_HEADERS = ("Location", "ETag")
_PATIENCE, _STEP, _RETRY = 5.0, 0.1, 5  # seconds
# The longest list of rows is done in a quarter of that: whoever has held a claim for so long was stopped.
_STALE = timedelta(minutes=2)
Handler = Callable[..., Any]


def _digest(request: Request) -> str:
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\n".join([str(request.method).encode(), request.path.encode(), body])).hexdigest()


def _replay(record: IdempotencyRecord, digest: str) -> Response:
    if record.request_digest != digest:
        raise IdempotencyKeyReused()
    body = orjson.loads(record.body) if record.body else None
    return Response(body, status=record.status, headers={**record.headers, "Idempotency-Replayed": "true"})


class _TakenBack(Exception):
    """Ends a rehearsal."""


def _asked_again(handle: Callable[[], Any]) -> None:
    """Raises when the caller would be turned away at the door today: who has lost a right reads no answer of before.

    The act is tried and taken back, since a door stands in its handler and nowhere else. Whatever else it meets
    (done already, another state) is no matter of rights and changes nothing about the first answer.
    """
    try:
        with transaction.atomic():
            handle()
            raise _TakenBack
    except _TakenBack:
        return
    except (Forbidden, exceptions.PermissionDenied, exceptions.NotFound, PermissionDenied, Http404):
        raise
    except (DomainError, exceptions.APIException):
        return


def _answer_of(response: Any) -> dict[str, Any]:
    """The columns of a record that keep this answer."""
    return {
        "status": response.status_code,
        "body": b"" if response.data is None else OrjsonRenderer().render(response.data),
        "headers": {name: response[name] for name in _KEPT_HEADERS if name in response},
    }


def _claim(digest: str, key: str, user_id: Any) -> IdempotencyRecord:
    """The record of this key: with its answer, or open and the caller's to fill. Whoever finds it open in another's
    hands waits for that one's answer; raises RequestInProgress when none comes."""
    until = monotonic() + _PATIENCE
    while True:
        record, made = IdempotencyRecord.objects.get_or_create(
            user_id=user_id, key=key, defaults={"request_digest": digest}
        )
        if record.request_digest != digest:
            raise IdempotencyKeyReused()
        if made or record.status is not None:
            return record
        now = clock.now()
        # Compares the time, so that of two who find it stale one takes it over.
        if record.created_at < now - _STALE and _open(record).update(created_at=now):
            record.created_at = now
            return record
        if monotonic() > until:
            raise RequestInProgress(retry_after=_RETRY)
        sleep(_STEP)


def _open(claim: IdempotencyRecord) -> models.QuerySet[IdempotencyRecord]:
    """The row of `claim` as long as nobody has answered it or taken it over."""
    return IdempotencyRecord.objects.filter(pk=claim.pk, status=None, created_at=claim.created_at)


def _by_rows(digest: str, key: str, handle: Callable[[], Any], user_id: Any) -> Any:
    """For a handler that commits row by row. Its key is claimed before it and its answer kept after it; when it broke
    off in between, a repeat carries out what is left, for what is done once is not done again."""
    claim = _claim(digest, key, user_id)
    if claim.status is not None:
        answer = _replay(claim, digest)
        _asked_again(handle)
        return answer
    try:
        response = handle()
    except BaseException:
        _open(claim).delete()
        raise
    _open(claim).update(**_answer_of(response))
    return response


def idempotent(handler: Handler) -> Handler:
    """Carries out a request with an `Idempotency-Key` once; a repeat gets the first answer.

    The record commits with the effect. A refusal is not kept, since a later try may succeed, yet what the refusal
    itself saved (a parked copy) is.
    """

    @wraps(handler)
    def once(view: "APIView", request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not request.user.is_authenticated:
            if view.key_required:
                raise MalformedRequest(_("Send an Idempotency-Key: this may not be done twice by accident."))
            return handler(view, request, *args, **kwargs)
        if len(key) > 255 or not key.isprintable():
            raise MalformedRequest(_("The Idempotency-Key is not a short printable text."))
        digest = _digest(request)
        if view.by_rows:
            return _by_rows(digest, key, lambda: handler(view, request, *args, **kwargs), request.user.pk)
        refused: Exception | None = None
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute("SET LOCAL lock_timeout = '5s'")
                record, made = IdempotencyRecord.objects.get_or_create(
                    user_id=request.user.pk, key=key, defaults={"request_digest": digest}
                )
                if not made:
                    answer = _replay(record, digest)
                    _asked_again(partial(handler, view, request, *args, **kwargs))
                    return answer
                try:
                    response = handler(view, request, *args, **kwargs)
                except (DomainError, exceptions.APIException, PermissionDenied, Http404) as error:
                    refused = error
                    record.delete()
                else:
                    IdempotencyRecord.objects.filter(pk=record.pk).update(**_answer_of(response))
        except OperationalError as error:
            if "lock timeout" in str(error) or "locked" in str(error):
                raise RequestInProgress(retry_after=_RETRY) from error
            raise
        if refused is not None:
            raise refused
        return response

    return once


class APIView(DRFView):
    """A view of the API. Every POST honours `Idempotency-Key`; with `own_key` the resource keeps its own, and with
    `by_rows` the handler commits row by row and can be repeated, so that no transaction surrounds it."""

    own_key = False
    key_required = False
    by_rows = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "post" in cls.__dict__ and not cls.own_key:
            cls.post = idempotent(cls.__dict__["post"])  # type: ignore[attr-defined]


class PlainView(APIView):
    """Documented like every view of the API, yet its GET is answered as a plain Django view: for reads so hot that
    DRF's own millisecond would be most of their cost. The handler finds out itself who calls. Other verbs are DRF's.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            return self.get(request, *args, **kwargs)  # type: ignore[attr-defined]
        except Exception as error:
            response = problem_response(error, {"request": request, "view": self})
            if response is None:
                raise
            return response


# --- Keyset pages ---------------------------------------------------------------------------------------------

LIMITS = (1, 200)
DEFAULT_LIMIT = 50
MOST_TEXT = 4_000_000  # characters: a text may be a megabyte long, and two hundred of them are more than a worker has


class CursorMismatch(MalformedRequest):
    code = "cursor-mismatch"


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: str | None

    def response(self, results: list[Any]) -> Response:
        """The list as the contract has it, with the next address in the body and in `Link`."""
        return Response({"results": results, "next": self.next}, headers=self.headers)

    def plain_response(self, results: list[Any]) -> HttpResponse:
        """The same for a plain view."""
        body = OrjsonRenderer().render({"results": results, "next": self.next})
        return HttpResponse(body, content_type="application/json", headers=self.headers)

    @property
    def headers(self) -> dict[str, str] | None:
        return {"Link": f'<{self.next}>; rel="next"'} if self.next else None


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case UUID():
            return {"u": str(value)}
        case _:
            return value


def _value(plain: Any) -> Any:
    match plain:
        case {"t": text}:
            return datetime.fromisoformat(text)
        case {"d": text}:
            return date.fromisoformat(text)
        case {"u": text}:
            return UUID(text)
        case _:
            return plain


def _limit(request: Request | HttpRequest) -> int:
    low, high = LIMITS
    raw = request.GET.get("limit", str(DEFAULT_LIMIT))
    if not raw.isascii() or not raw.isdigit() or len(raw) > 4 or not low <= int(raw) <= high:
        raise MalformedRequest(_("limit is a number from %(low)s to %(high)s.") % {"low": low, "high": high})
    return int(raw)


def paginate(
    queryset: models.QuerySet[Any] | Callable[[], models.QuerySet[Any]],
    request: Request | HttpRequest,
    *,
    order: Sequence[str],
    first: Callable[[int], list[Any]] | None = None,
    text: str = "",
) -> Page:
    """One page of `queryset` in `order`, by keyset: a row that stays is seen exactly once, whatever comes or goes.

    `order` names columns that are never null, each with an optional leading `-`, and ends with a unique one.
    Query parameters other than `cursor` and `limit` are bound into the cursor. `first(n)` gives the first n rows of
    `queryset` in `order` where there is a cheaper way than to ask it; then a `queryset` that is a function is not
    even built. `text` names a column with texts of people, of which no page carries more than MOST_TEXT, or one row.
    """
    limit = _limit(request)
    binding = _binding(request, order)
    cursor = request.GET.get("cursor")
    fits = limit
    if first is not None and not cursor:
        rows = first(limit + 1)
    else:
        queryset = (queryset() if callable(queryset) else queryset).order_by(*order)
        if cursor:
            queryset = queryset.filter(_after(order, _opened(cursor, binding)))
        if text:
            fits = _fitting(queryset, text, limit)
        rows = list(queryset[: fits + 1])
    if len(rows) <= fits:
        return Page(rows, None)
    rows = rows[:fits]
    return Page(rows, _next(request, limit, binding, [_get(rows[-1], name.lstrip("-")) for name in order]))


def _fitting(queryset: models.QuerySet[Any], text: str, limit: int) -> int:
    """How many of the first rows a page carries, of which there may be fewer: one at the least."""
    lengths = queryset.annotate(_length=Length(text)).values_list("_length", flat=True)[:limit]
    return max(1, sum(total <= MOST_TEXT for total in accumulate(length or 0 for length in lengths)))


def paginate_list(
    rows: Sequence[Any], request: Request | HttpRequest, *, key: Callable[[Any], tuple[str, ...]]
) -> Page:
    """The same for rows that are in memory. They stand in the order of `key`, and no two have the same."""
    limit = _limit(request)
    binding = _binding(request, [])
    if cursor := request.GET.get("cursor"):
        last = tuple(_opened(cursor, binding))
        rows = [row for row in rows if key(row) > last]
    if len(rows) <= limit:
        return Page(list(rows), None)
    rows = list(rows[:limit])
    return Page(rows, _next(request, limit, binding, key(rows[-1])))


def _filters(request: Request | HttpRequest) -> list[tuple[str, Any]]:
    return sorted((k, v) for k, v in request.GET.items() if k not in ("cursor", "limit"))


def _binding(request: Request | HttpRequest, order: Sequence[str]) -> str:
    """What a cursor belongs to: a list, its filters and its order."""
    return hashlib.sha256(orjson.dumps([request.path, _filters(request), list(order)])).hexdigest()[:16]


def _next(request: Request | HttpRequest, limit: int, binding: str, last: Sequence[Any]) -> str:
    """The address of the page behind the row whose values are `last`."""
    sealed = signing.Signer(salt="cursor").sign(
        base64.urlsafe_b64encode(orjson.dumps([binding, [_plain(value) for value in last]])).decode().rstrip("=")
    )
    query = urlencode([*_filters(request), ("limit", limit), ("cursor", sealed)])
    return request.build_absolute_uri(f"{request.path}?{query}")


def _get(row: Any, name: str) -> Any:
    if isinstance(row, Mapping):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _opened(cursor: str, binding: str) -> list[Any]:
    try:
        plain = signing.Signer(salt="cursor").unsign(cursor)
        bound, last = orjson.loads(base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4)))
    except (signing.BadSignature, binascii.Error, orjson.JSONDecodeError, ValueError) as error:
        raise CursorMismatch(_("This cursor is not one of ours.")) from error
    if bound != binding:
        raise CursorMismatch(_("This cursor belongs to a list with other filters."))
    return [_value(plain) for plain in last]


def _after(order: Sequence[str], last: Sequence[Any]) -> Q:
    """Rows behind `last`: (a > x) or (a = x and b > y) or …"""
    found, same = Q(pk__in=[]), Q()
    for name, value in zip(order, last, strict=True):
        column, beyond = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        found |= same & Q(**{f"{column}__{beyond}": value})
        same &= Q(**{column: value})
    return found


def flag(request: Request | HttpRequest, name: str) -> bool | None:
    """true, false, or absent; raises MalformedRequest for anything else."""
    match request.GET.get(name):
        case None:
            return None
        case "true":
            return True
        case "false":
            return False
    raise MalformedRequest(_("%(name)s is true or false.") % {"name": name})


def raised(version: str = "version") -> dict[str, Any]:
    """For `.update(**raised())`: the version grows in the same UPDATE that changes the row."""
    return {version: F(version) + 1}
