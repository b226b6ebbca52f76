"""What tests of every app share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis_settings

from tests.api_client import ApiClient
from tests.cast import Cast, make_cast

# How long one example takes says more about the machine's other work than about the code.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

# Transactions and savepoints are not counted: they are not what grows.
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET LOCAL")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit empty the tables behind them, so they come last. pytest-django sorts so too, but then pytest
    groups the browser's tests by their browser, in the middle of the others."""
    items.sort(key=_commits)


def _commits(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    return (
        "live_server" in fixtures
        or "transactional_db" in fixtures
        or (marker is not None and bool(marker.kwargs.get("transaction")))
    )


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
