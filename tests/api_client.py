"""A client of the API that holds every answer against the published schema.

    def test_a_teacher_renames_her_class(cast, api):
        address = f"/api/v1/classrooms/{cast.room.pk}"
        response = api.as_(cast.teacher).patch(address, {"name": "10C"}, headers={"If-Match": '"c1"'})
        assert response.status_code == 200
        assert response.json()["name"] == "10C"

- `api` (a fixture) is anonymous; `api.as_(person)` is a new client that sends that person's device token, so the real
  authentication runs (one query); `api.by_session(person)` has a session cookie instead.
- Bodies are JSON by default; raw bytes go through `api.generic(verb, path, raw, content_type=...)`.
- Every answer under /api/v1/ is validated as it arrives: the path and the verb are in the schema, the status is one
  that the operation documents, and the body has exactly the documented fields (one too many or too few fails).
- `code(response)` is the type of a problem document, without its address: `assert code(response) == "version-stale"`.
- `allowing_undocumented=True` on one client for tests that ask for what does not exist.

Use it for everything under /api/v1/. The schema is made once a session.
"""

from __future__ import annotations

import functools
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

import jsonschema
import orjson
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.api.tokens import digest
from accounts.models import DeviceToken, User

FORMATS = jsonschema.FormatChecker(formats=["uuid", "date", "time"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_utc(value: object) -> bool:
    """Times are RFC 3339 in UTC with Z."""
    return not isinstance(value, str) or (value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None)


class Undocumented(AssertionError):
    """The answer is not what the schema says."""


@functools.cache
def schema() -> dict[str, Any]:
    """The published schema, made strict: an object has the properties that it documents and no other."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    _close(document["components"].get("schemas", {}))
    _close(document["paths"])
    return document


def _close(node: Any) -> None:
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)


@functools.cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    # Fixed addresses first: /returns/mine is not a /returns/{id}.
    templates = sorted(schema()["paths"], key=lambda path: ("{" in path, path))
    return [(re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path)) + r"\Z"), path) for path in templates]


@functools.cache
def _answers(path: str, verb: str) -> dict[str, Any]:
    """The documented answers of an operation, by status, with references followed."""
    document = schema()
    shared = document["components"].get("responses", {})
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in document["paths"][path][verb]["responses"].items()
    }


@functools.cache
def _validator(path: str, verb: str, status: str, media: str) -> jsonschema.Draft202012Validator | None:
    document = schema()
    body = _answers(path, verb)[status].get("content", {}).get(media, {}).get("schema")
    if body is None:
        return None
    return jsonschema.Draft202012Validator({**body, "components": document["components"]}, format_checker=FORMATS)


def check(verb: str, path: str, response: HttpResponse) -> None:
    """Raises Undocumented where `response` is not what the schema says of `verb` and `path`."""
    verb, status = verb.lower(), str(response.status_code)
    if verb == "head":
        return
    template = next((template for pattern, template in _paths() if pattern.match(path)), None)
    if template is None:
        raise Undocumented(f"{path} is not in the schema")
    operation = schema()["paths"][template].get(verb)
    if operation is None:
        if response.status_code in (401, 403, 404, 405):  # a verb that the address does not have
            return
        raise Undocumented(f"{verb} {template} is not in the schema")
    answers = _answers(template, verb)
    if status not in answers:
        raise Undocumented(f"{verb} {template} answers {status}, which is not documented: {_head(response)}")
    media = response.get("Content-Type", "").partition(";")[0]
    documented = answers[status].get("content", {})
    body = _body(response)
    if not body:
        if documented and response.status_code not in (204, 304):
            raise Undocumented(f"{verb} {template} answers {status} without a body")
        return
    if media not in documented:
        raise Undocumented(f"{verb} {template} answers {status} as {media}, documented are {list(documented)}")
    if not media.endswith("json") or "Content-Encoding" in response:
        return
    validator = _validator(template, verb, status, media)
    if validator is None:
        return
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(orjson.loads(body))]
    if errors:
        raise Undocumented(f"{verb} {template} {status} is not as documented:\n  " + "\n  ".join(errors))


def _body(response: Any) -> bytes:
    """The whole body. One that is streamed is read here, and handed on as if it were still to come."""
    if not getattr(response, "streaming", False):
        return response.content
    body = b"".join(response.streaming_content)
    response.streaming_content = [body]
    return body


def _head(response: HttpResponse) -> str:
    return "" if getattr(response, "streaming", False) else response.content[:300].decode(errors="replace")


def code(response: Any) -> str:
    """The type of a problem document, without its address."""
    assert response["Content-Type"] == "application/problem+json", (response.status_code, response.content[:300])
    return str(response.json()["type"]).rpartition("/")[2]


def token_for(user: User, name: str = "test device") -> str:
    """A fresh device token of `user`, as a sign-in would hand it out."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    DeviceToken.objects.create(
        user=user, name=name, digest=digest(token), last_used_at=now, expires_at=now + timedelta(days=90)
    )
    return token


class ApiClient(APIClient):
    default_format = "json"

    def __init__(self, *, allowing_undocumented: bool = False, **kwargs: Any) -> None:
        self.allowing_undocumented = allowing_undocumented
        super().__init__(**kwargs)

    def as_(self, user: User | None) -> ApiClient:
        """A new client that calls for `user` by a device token; None is nobody."""
        client = ApiClient(allowing_undocumented=self.allowing_undocumented)
        if user is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user)}")
        return client

    def by_session(self, user: User) -> ApiClient:
        """A new client with `user`'s session cookie, as our own pages call; CSRF is enforced."""
        client = ApiClient(allowing_undocumented=self.allowing_undocumented, enforce_csrf_checks=True)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def request(self, **kwargs: Any) -> Any:
        response = super().request(**kwargs)
        path = kwargs.get("PATH_INFO", "")
        if path.startswith("/api/v1/") and not self.allowing_undocumented:
            check(kwargs.get("REQUEST_METHOD", "GET"), path, response)
        return response
