"""A message that offers to take back what it tells of."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

_MARK = "undo:"


def offer(request: HttpRequest, words: str | Promise, *, url: str) -> None:
    """Tells that something was done, with a button that posts to `url` to undo it."""
    messages.success(request, str(words), extra_tags=f"{_MARK}{url}")


def url_of(tags: str) -> str:
    """The address that a message's extra tags offer to post to, or an empty text."""
    return tags.removeprefix(_MARK) if tags.startswith(_MARK) else ""
