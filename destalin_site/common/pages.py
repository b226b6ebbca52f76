"""The pages for trouble, and for whoever asks whether the site is well."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from destalin_site.common.errors import DomainError
from destalin_site.common.problems import CHALLENGE, problem

PAGES = (400, 403, 404, 409, 429)  # the statuses that have a page of their own


class NotFound(DomainError):
    code = "not-found"
    status = 404
    title = _("There is nothing here, or nothing that you may see")


class ServerError(DomainError):
    code = "server-error"
    status = 500
    title = _("Something broke on our side")


class BadRequest(DomainError):
    code = "malformed-request"
    status = 400
    title = _("The request cannot be read")


class Refused(DomainError):
    code = "forbidden"
    status = 403
    title = _("You may not do this")


def _trouble(request: HttpRequest, error: DomainError, template: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem(request, error)
    response = render(request, template, {"error": error}, status=error.status)
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    return response


def trouble(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The response to `error`: the page of its status, or under /api/ the problem document."""
    if request.path_info.startswith("/api/"):
        return problem(request, error, {"WWW-Authenticate": CHALLENGE} if error.status == 401 else None)
    template = f"errors/{error.status}.html" if error.status in PAGES else "errors/409.html"
    return _trouble(request, error, template)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _trouble(request, BadRequest(), "errors/400.html")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    error = exception if isinstance(exception, DomainError) else Refused()
    return _trouble(request, error, "errors/403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _trouble(request, NotFound(), "errors/404.html")


def not_a_page(request: HttpRequest, allowed: str) -> HttpResponse:
    response = render(request, "errors/405.html", status=405)
    response["Allow"] = allowed
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # No context processors: whatever broke may break them too.
    if request.path_info.startswith("/api/"):
        return problem(request, ServerError())
    return render(None, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _trouble(request, Refused(), "errors/csrf.html")


def nothing_here(request: HttpRequest) -> HttpResponse:
    raise Http404


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the site can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
