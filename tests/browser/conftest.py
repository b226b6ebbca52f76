"""Tests in a real Chromium. Without one they are skipped with a plain line; in CI that is a failure."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import pytest_django
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.helpers import PATIENCE, Guard

# The one without a window is the same engine, and needs a quarter less of the processor.
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
LOOKS = {
    "desktop-light": (1280, 900, "light"),
    "desktop-dark": (1280, 900, "dark"),
    "phone-light": (390, 844, "light"),
    "phone-dark": (390, 844, "dark"),
}

expect.set_options(timeout=PATIENCE)

# Playwright's own loop runs in this thread; Django would refuse its synchronous calls beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)  # noqa: PTH120
    for item in items:
        if not str(item.path).startswith(here):
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "CI must have a Chromium"
    return {
        "executable_path": CHROMIUM,
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def _rows_of_migrations(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Puts back, before each test, the rows that the flush of the one before took: Wagtail's roots, the groups."""
    rows = getattr(connection, "_test_serialized_contents", "")
    # While Playwright's loop runs in this thread, Django keeps other connection objects for it: they must know too.
    request.getfixturevalue("playwright")
    connection._test_serialized_contents = rows  # type: ignore[attr-defined]
    yield
    with django_db_blocker.unblock():
        # And once more at the end, or `--reuse-db` would start without them.
        connection.creation.deserialize_db_from_string(rows)
        connection.close()


@pytest.fixture(autouse=True)
def _put_back(django_db_serialized_rollback: None) -> None:
    """Asks for them in every test here."""


@pytest.fixture
def people(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """`people()` opens one more browser, with its own cookies, on this site; all are watched till the test ends.

    Takes what `browser.new_context` takes: viewport, color_scheme, has_touch, offline …
    """
    contexts: list[tuple[BrowserContext, Guard]] = []

    def open_browser(**options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=live_server.url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append((context, Guard(context, live_server.url)))
        return context.new_page()

    yield open_browser
    for context, _guard in contexts:
        context.close()
    for _context, guard in contexts:
        guard.check()


@pytest.fixture
def page(people: Callable[..., Page]) -> Page:
    """A browser that nobody has signed in to."""
    return people()


def put_in(page: Page, look: str) -> None:
    """The window and the theme of one of the four looks, for a way that is walked in each."""
    width, height, scheme = LOOKS[look]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


@pytest.fixture(params=list(LOOKS))
def look(request: pytest.FixtureRequest, people: Callable[..., Page]) -> Page:
    """A page in each of the four looks that a page must stand up to."""
    width, height, scheme = LOOKS[request.param]
    return people(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600)
