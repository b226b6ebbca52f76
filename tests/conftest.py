"""What tests of every app share."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import pytest_django
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis_settings

from tests import migrated
from tests.api_client import ApiClient
from tests.cast import Cast, make_cast

# How long one example takes says more about the machine's other work than about the code.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

# Transactions and savepoints are not counted: they are not what grows.
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET LOCAL")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: while one waits for its browser or its database, another works."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again was a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that commit empty the tables behind them, so they come last. pytest-django sorts so too, but then pytest
    groups the browser's tests by their browser, in the middle of the others.

    With `DATABASE_TESTS_ONLY` those of an app that ask no database are left out, and those marked `one_database`: the
    suite is repeated on another one within the time that CI has."""
    items.sort(key=_commits)
    if os.environ.get("DATABASE_TESTS_ONLY"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = filter(_asks_a_database, items)


def _asks_a_database(item: pytest.Item) -> bool:
    """Those of the whole site may ask it in a process of their own, and are never left out."""
    if item.get_closest_marker("one_database"):
        return False
    of_the_site = item.path.parent == Path(__file__).parent
    fixtures = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return of_the_site or bool(fixtures) or item.get_closest_marker("django_db") is not None


def _commits(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    return (
        "live_server" in fixtures
        or "transactional_db" in fixtures
        or (marker is not None and bool(marker.kwargs.get("transaction")))
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """The database; what `serialized_rollback` puts back are the rows that are there now."""
    with django_db_blocker.unblock():
        kept = migrated.rows(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            type(connection.creation),
            "deserialize_db_from_string",
            lambda creation, _text: migrated.put_back(creation.connection, kept),
        )
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Two rooms that must never see into each other."""
    return make_cast()


@pytest.fixture
def api(db: None) -> ApiClient:
    """An anonymous client of the API; `api.as_(person)` is that person's. Every answer is held against the schema."""
    return ApiClient()


@pytest.fixture
def queries() -> Callable[[Callable[[], object]], int]:
    """`queries(work)` is the number of queries that `work()` makes."""

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return sum(1 for query in captured.captured_queries if not query["sql"].upper().startswith(_FRAME))

    return count


@pytest.fixture
def no_queries(queries: object) -> Callable[[], AbstractContextManager[None]]:
    """A block in which a query is a failure: templates get finished values."""

    @contextmanager
    def block() -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        assert not captured.captured_queries, captured.captured_queries

    return block


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One plain line for whoever has no browser: what was left out, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = [report for report in skipped if "no Chromium" in str(report.longrepr)]
    if left_out:
        terminalreporter.write_line(
            f"{len(left_out)} tests in a browser were left out: no Chromium was found on this machine."
        )
