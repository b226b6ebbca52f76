"""What tests in a browser do again and again."""

import os
import re

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from accounts.models import User

# In milliseconds, for what will come: a machine that does other things besides is slow, and nothing is wrong with it.
PATIENCE = 20_000

_axe = Axe()


def signed_in(page: Page, user: User) -> Page:
    """The same page, with this person's session: sign-in itself is tested where it is the subject."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    # The live server always answers as "localhost".
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])
    return page


def axe(page: Page) -> None:
    """Nothing that axe knows is wrong with the page as it stands now."""
    found = found_by_axe(page)
    assert not found, "\n".join(found)


def found_by_axe(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands now, each rule with the places where it is broken."""
    # A click returns with the first byte of the page that it leads to, where there is no document yet to look at.
    page.wait_for_load_state()
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n    "
        + "\n    ".join(f"{node['target']} {node['html'][:200]}" for node in rule["nodes"][:5])
        for rule in _axe.run(page).response["violations"]
    ]


def fits(page: Page) -> None:
    """The page does not scroll sideways; a table or a code that is too wide scrolls in its own box."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


def in_every_look(page: Page, name: str = "") -> None:
    """The page as it stands now, wide and narrow, light and dark: nothing for axe to find, nothing too wide. Its
    pictures, where they are wanted, have this name, or that of its address."""
    for each in (390, 1280):
        page.set_viewport_size({"width": each, "height": 900})
        in_both_themes(page, name)


def in_both_themes(page: Page, name: str = "") -> None:
    """The same in the window as it is, for a way that is walked in a wide and in a narrow one."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        axe(page)
        fits(page)
        if folder := os.environ.get("LOOKS"):
            called = name or re.sub(r"[0-9a-f-]{36}|\W+", "-", page.url.partition("://")[2].partition("/")[2])
            width = page.viewport_size["width"] if page.viewport_size else ""
            page.screenshot(path=f"{folder}/{called.strip('-')}-{width}-{scheme}.png", full_page=True)


SELECT = """([of, from, to]) => {
  const text = document.querySelector(`${of} [data-words-of] [data-at]`).firstChild;
  const range = document.createRange();
  range.setStart(text, from);
  range.setEnd(text, to);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def select(page: Page, start: int, end: int, *, of: str = "") -> None:
    """Marks these characters of the first paragraph that is answered, on the page or in that part of it."""
    page.evaluate(SELECT, [of, start, end])


class Guard:
    """Watches a browser context: requests to other hosts, violations of the CSP, errors of scripts."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.trouble: list[str] = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.trouble.append(f"script error: {error.error}"))

    def _request(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((f"{self.home}/", "data:", "blob:")):
            self.trouble.append(f"another host was asked: {url}")

    def _console(self, message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.trouble.append(f"CSP: {text}")

    def check(self) -> None:
        assert not self.trouble, "\n".join(self.trouble)
