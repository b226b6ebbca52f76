"""The API under generated traffic: what the schema allows and what it does not, as five kinds of person.

Nothing breaks, and every answer is one that the schema documents.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.calls import Call, good_call
from tests.api_client import schema, token_for
from tests.cast import Cast
from tests.test_matrix import _same, routes

PEOPLE = ("student", "teacher", "curator", "stranger", "anonymous")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
API = schemathesis.openapi.from_dict(
    schema(), config=SchemathesisConfig.from_dict({"seed": 1956, "phases": {"stateful": {"enabled": False}}})
)
API.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request in process must not close the connection that the test's transaction is on."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def arguments(path: str, address: str) -> dict[str, str]:
    """What stands in `address` in the places that `path` names."""
    names = re.findall(r"{(\w+)}", path)
    found = re.fullmatch(re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(path)), address)
    assert found
    return dict(zip(names, found.groups(), strict=True))


class Traffic:
    """Sends each case twice: as it was generated, mostly to what is not there, and to what is there.

    Where nothing is, no database has more to say than that: that half of the traffic is sent on SQLite alone.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.tokens = {name: token_for(getattr(cast, name)) for name in PEOPLE if name != "anonymous"}
        self.turns = itertools.cycle(PEOPLE)
        self.versions = itertools.cycle((True, False))

    @functools.cached_property
    def good(self) -> Call:
        """What the matrix sends to this operation. A test sends the cases of one."""
        return good_call(self.route, self.cast)

    def send(self, case: Any) -> None:
        path, verb = case.operation.path, case.operation.method
        self.route = next(route for route, address in routes().items() if route[0] == verb and _same(path, address))
        if connection.vendor == "sqlite" or not case.path_parameters:
            self._send(case, self.tokens.get(next(self.turns)))
        case.path_parameters = arguments(path, self.good.address)
        # Every other time upon the version that is there, so that the body is read.
        self._send(case, self.good.token, **(self.good.headers if next(self.versions) else {}))

    def _send(self, case: Any, token: str | None, **headers: str) -> None:
        headers["Accept-Encoding"] = "identity"
        if token:
            # Tokens that are none have a test of their own: generated ones would end every case at the door.
            headers["Authorization"] = f"Bearer {token}"
        cache.clear()
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)


@pytest.fixture
def traffic(cast: Cast) -> Traffic:
    return Traffic(cast)


@API.parametrize()
@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_a_documented_one(case: Any, traffic: Traffic) -> None:
    traffic.send(case)
