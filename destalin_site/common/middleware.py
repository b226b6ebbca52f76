"""What happens to every request."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from destalin_site.common import clock, json, pages
from destalin_site.common.api import as_domain_error
from destalin_site.common.errors import MalformedRequest, TooLarge
from destalin_site.common.ids import uuid7
from destalin_site.common.problems import problem
from destalin_site.common.request import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Names each request, so that a problem document, a log line and an event can be matched, and notes when it came.

    Stands first: whether work came in time is decided by `received_at`, before anything else had to be waited for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = str(uuid7())  # type: ignore[attr-defined]
        request.received_at = clock.now()  # type: ignore[attr-defined]
        token = request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class NulMiddleware:
    """Refuses a NUL in the address, the query or a cookie: nobody types it, and PostgreSQL cannot look it up.

    In a body it is told where it stands, by the field that reads it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            "\x00" in request.path_info
            or "%00" in request.META.get("QUERY_STRING", "")
            or any("\x00" in value for value in request.COOKIES.values())
        ):
            raise BadRequest
        return self.get_response(request)


class OthersMarkupMiddleware:
    """Lets the pages whose markup is not ours use their inline style and script. Stands inside CSPMiddleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(settings.OTHERS_MARKUP):
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
                "frame-src": [SELF],
            }
        return response


class PrivatePagesMiddleware:
    """Keeps pages of signed-in people out of every cache: on a school computer the back button shows the next pupil
    nothing of the one before. A page that says itself how long it keeps is left alone.

    Stands inside AuthenticationMiddleware. Who was never looked up got nothing of her own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and "Cache-Control" not in response and _signed_in(request):
            response["Cache-Control"] = "private, no-store"
        return response


def _signed_in(request: HttpRequest) -> bool:
    """Whether the view learned who asks, without asking the database for it now."""
    user = getattr(request, "_cached_user", None)
    return user is not None and user.is_authenticated


class TroubleMiddleware:
    """Turns trouble with a name into a response: a page, and under /api/ (plain views; DRF does its own) a document."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Who presses a button when the sign-in has run out is led back to its address, which is no page.
        if response.status_code == 405 and request.method == "GET" and not request.path_info.startswith("/api/"):
            return pages.not_a_page(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404 | PermissionDenied):
            return None  # Django's own handlers
        named = as_domain_error(error)
        return None if named is None else pages.trouble(request, named)


class ReadableJsonMiddleware:
    """Stops unreadable JSON before allauth's own views: they answer deep nesting and lone surrogates with a 500, and
    what is no object without a word."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/auth/") and request.method in ("POST", "PUT", "PATCH", "DELETE"):
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or int(length) > settings.API_BODY_LIMIT:
                return problem(request, TooLarge(limits={"bytes": settings.API_BODY_LIMIT}))
            if request.body:
                try:
                    if not isinstance(json.read(request.body), dict):
                        raise MalformedRequest(_("The body is not a JSON object."))
                except MalformedRequest as error:
                    return problem(request, error)
        return self.get_response(request)
