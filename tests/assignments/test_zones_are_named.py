"""Every screen of the work of a class that shows a time of day names the zone that it is meant in."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator

import pytest

from tests.assignments import hidden
from tests.assignments.crawl import Caller, named_addresses
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# What stands in an address bar, in a script or in the field of a form is read by nobody.
PAGE = "<!doctype html>"
UNREAD = re.compile(r"<(script|style|template|head)\b.*?</\1>", re.S)
TAGS = re.compile(r"<[^>]+>")
CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3]):[0-5]\d\b")
ZONE = r"(?:[A-Z]\w+ time|UTC|CES?T)"
NAMED = re.compile(rf"^(?::\d\d)?[ ,(]*{ZONE}")
SAYS_WHICH = re.compile(rf"Times are (?:in )?{ZONE}\.")


def unnamed(page: str) -> Iterator[str]:
    """The times of day on a page beside which no zone stands."""
    text = re.sub(r"\s+", " ", html.unescape(TAGS.sub(" ", UNREAD.sub(" ", page))))
    if SAYS_WHICH.search(text):
        return
    for found in CLOCK.finditer(text):
        if not NAMED.match(text[found.end() :]):
            yield text[max(0, found.start() - 40) : found.end() + 25]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_a_time_without_a_zone_is_found() -> None:
    assert [found.strip() for found in unnamed("<p>Due 20 March, <b>23:59</b></p>")] == ["Due 20 March, 23:59"]
    assert not list(unnamed("<p>Due 20 March, <b>23:59</b> (CET), or 4:05 UTC, or 23:59 Warsaw time</p>"))
    assert not list(unnamed("<p>23:59</p><p>Times are Warsaw time.</p>"))


@pytest.mark.parametrize("person", ["student", "teacher"])
def test_every_screen_that_shows_a_time_of_day_names_its_zone(cast: Cast, person: str) -> None:
    hidden.make(cast)
    caller = Caller(getattr(cast, person))
    caller.follow_links(address for _name, address in named_addresses("get", None) if not address.startswith("/api/"))
    pages = {heard.what: heard.text.partition(PAGE) for heard in caller.heard if heard.status == 200}
    screens = {what: body for what, (head, page, body) in pages.items() if page and "Content-Type: text/html" in head}
    assert sum(bool(CLOCK.search(TAGS.sub(" ", UNREAD.sub(" ", body)))) for body in screens.values()) > 15
    wrong = {what: found for what, body in screens.items() if (found := sorted(set(unnamed(body))))}
    assert not wrong, "\n".join(f"{what}: {found}" for what, found in wrong.items())
