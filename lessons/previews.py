"""Other ways to look at a draft than as its reading page.

Whoever stands further right adds one; lessons know none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from lessons.compiler import Compiled
    from lessons.models import Lesson

Serve = Callable[[HttpRequest, "Lesson", "Compiled"], HttpResponse]


@dataclass(frozen=True, slots=True)
class Mode:
    """A choice of the editor's preview. `serve` shows the draft, compiled as far as it can be, and keeps nothing."""

    label: str | Promise
    serve: Serve


_modes: dict[str, Mode] = {}


def register(name: str, label: str | Promise, serve: Serve) -> None:
    """Adds a mode, in an app's `ready()`."""
    _modes[name] = Mode(label, serve)


def modes() -> dict[str, Mode]:
    return dict(_modes)
