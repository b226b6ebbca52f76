"""Very many requests to few worlds: the world of the route that a test is about stands from test to test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django

from tests.cast import Cast, make_cast
from tests.standing import Given, Stage
from tests.test_matrix import MATRIX

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of one file, tests in the same world come one after another: it is made once for all of them."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    for place, item in zip(places, sorted((items[place] for place in places), key=_by_world), strict=True):
        items[place] = item


def _by_world(item: pytest.Item) -> tuple[str, str, str]:
    given = _given(item)
    return (item.path.name, given.__module__, given.__qualname__) if given else (item.path.name, "", "")


def _given(item: pytest.Item) -> Given | None:
    """What makes the world of the route that the test is about, if it is about one."""
    callspec = getattr(item, "callspec", None)
    entry = MATRIX.get(callspec.params.get("route")) if callspec else None
    return entry.given if entry else None


@pytest.fixture(scope="module")
def _stage(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Stage]:
    stage = Stage()
    yield stage
    with django_db_blocker.unblock():
        stage.clear()


@pytest.fixture
def _prepared(request: pytest.FixtureRequest, _stage: Stage, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    given = _given(request.node)
    with django_db_blocker.unblock():
        if given and "cast" in request.fixturenames:
            _stage.prepare(given)
        else:
            _stage.clear()


@pytest.fixture
def db(_prepared: None, db: None) -> None:
    """The transaction of the test, within that of the world."""


@pytest.fixture
def cast(db: None, _stage: Stage) -> Cast:
    return _stage.cast() or make_cast()
