"""Settings from the environment: read once, typed, and refused when unsafe.

A thin layer over django-environ that adds what it lacks: a secret that is made once and kept, and a choice
from a fixed list.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()


class UnsafeSetting(ImproperlyConfigured):
    """Stops the start of a production site. `id` names the refusal, as in a system check; `hint` says what to do."""

    def __init__(self, id: str, problem: str, hint: str) -> None:
        super().__init__(f"({id}) {problem}\n\tHINT: {hint}")
        self.id = id


def text(name: str, default: str = "") -> str:
    return _env.str(name, default=default)


def number(name: str, default: int) -> int:
    try:
        return _env.int(name, default=default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {text(name)!r}.") from error


def flag(name: str, *, default: bool = False) -> bool:
    return _env.bool(name, default=default)


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A comma-separated list, without empty entries."""
    return [word for word in _env.list(name, default=list(default)) if word]


def choice(name: str, choices: Sequence[str], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
    return value


def folder(name: str, default: Path) -> Path:
    """An absolute folder that exists afterwards."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: the folder {path} cannot be made ({error.strerror}).") from error
    return path


def secret(name: str, *, made_in: Path | None) -> str:
    """The secret `name`, from the environment or from the file of that name in `made_in`.

    The file is made once, readable by its owner alone. With `made_in` None the environment must have it:
    production without a secret does not start.
    """
    if value := text(name):
        return value
    if made_in is None:
        raise UnsafeSetting(
            "destalin.E010",
            f"{name} is not set. Production does not start without it.",
            "Keep 50 random characters outside the project and set it to them: openssl rand -base64 48",
        )
    return kept_secret(made_in / name.lower())


def is_weak(secret: str) -> bool:
    """Whether Django's own check would warn of this key: short, of few characters, or left from a template."""
    return (
        len(secret) < SECRET_KEY_MIN_LENGTH
        or len(set(secret)) < SECRET_KEY_MIN_UNIQUE_CHARACTERS
        or secret.startswith(SECRET_KEY_INSECURE_PREFIX)
    )


def kept_secret(path: Path, length: int = 50) -> str:
    """The text of `path`, which is made with mode 0600 when it is not there."""
    return keep_secret(path, secrets.token_urlsafe(length)[:length])


def keep_secret(path: Path, fresh: str) -> str:
    """Writes `fresh` into `path`, for its owner alone, unless something stands there. What stands there then."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # of mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(fresh)
        # A link appears whole or not at all: of two processes that start together one makes it and the other reads it.
        os.link(name, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        os.unlink(name)  # noqa: PTH108 - a plain name, as mkstemp gives it
    return fresh


def database(name: str, default: str) -> dict[str, Any]:
    return _env.db_url(name, default=default)


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from one URL, such as smtp+tls://user:password@host:587."""
    return _env.email_url(name, default=default)
