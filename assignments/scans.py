"""Pictures of paper: read as they arrive, and told with the hand-in that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Final, Protocol
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse

from assignments.models import Attempt, Scan
from assignments.words import problem
from destalin_site.common.errors import ValidationFailed
from lessons import images
from lessons.image_forms import REASONS

MOST: Final = 10
# Ten photographs as a phone takes them are some 40 MB. They stand in rows of the database and in every copy of it, and
# a folder of files holds those of one hand-in in memory.
MOST_BYTES: Final = 50 * 1024 * 1024  # of all that come with one hand-in, as they are sent and as they are kept
SIDE: Final = 2400  # pixels: enough to read a page of handwriting
# Everything but the pixels themselves.
_ABOUT: Final = ("attempt_id", "place", "sha256", "media_type", "width", "height")


class Upload(Protocol):
    """A file as it was sent."""

    @property
    def file(self) -> IO[bytes] | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, num_bytes: int = ...) -> bytes: ...


def read(files: Sequence[Upload], at: str = "/scans") -> list[images.Picture]:
    """The pictures, each through the road of every image and no larger than a page needs; raises ValidationFailed. It
    works on pixels: call it before a transaction."""
    if len(files) > MOST:
        raise ValidationFailed(errors=[problem(at, "too-many-scans")])
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise ValidationFailed(errors=[problem(at, "scans-too-large")])
    found: list[images.Picture] = []
    errors, kept = [], 0
    for place, file in enumerate(files):
        try:
            picture = images.within(images.clean(file.read(images.LARGEST_FILE + 1)), SIDE)
        except images.ImageRefused as refusal:
            errors.append({"pointer": f"{at}/{place}", "code": refusal.code, "message": str(REASONS[refusal.code])})
            continue
        # A few bytes may be a large picture.
        kept += len(picture.data)
        if kept > MOST_BYTES:
            raise ValidationFailed(errors=[problem(at, "scans-too-large")])
        found.append(picture)
    if errors:
        raise ValidationFailed(errors=errors)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it."""

    url: str
    place: int
    count: int
    width: int
    height: int


def of(attempts: Iterable[UUID], *, nameless: bool = False) -> dict[UUID, list[Scan]]:
    """Those of each hand-in, without their pixels; one query. `nameless`: none, for handwriting is a name."""
    found: dict[UUID, list[Scan]] = {}
    wanted = [] if nameless else list(attempts)
    if wanted:
        for row in Scan.objects.filter(attempt__in=wanted).only("pk", *_ABOUT).order_by("attempt", "place"):
            found.setdefault(row.attempt_id, []).append(row)
    return found


def shown(attempt: Attempt | None, *, nameless: bool = False) -> list[Shown]:
    """Those of one hand-in, by their private addresses; a query only where a teacher handed in."""
    return shown_of([attempt], nameless=nameless).get(attempt.pk, []) if attempt else []


def shown_of(attempts: Iterable[Attempt], *, nameless: bool = False) -> dict[UUID, list[Shown]]:
    """The same of many; one query, and none where no teacher handed in."""
    brought = {attempt.pk: attempt for attempt in attempts if attempt.via == Attempt.Via.PROXY}
    told = {}
    for pk, rows in of(brought, nameless=nameless).items():
        place = [brought[pk].submission_id, brought[pk].number]
        told[pk] = [
            Shown(reverse("scan", args=[*place, row.place]), row.place, len(rows), row.width, row.height)
            for row in rows
        ]
    return told


@dataclass(frozen=True, slots=True)
class File:
    """A picture as it stands beside a page in a folder."""

    attempt: UUID
    place: int
    name: str
    data: bytes


def files(attempt: Attempt | None, page: str) -> tuple[list[File], list[Shown]]:
    """Those of one hand-in with names like that of the page, and how the page shows them; a query only where a teacher
    handed in."""
    if attempt is None or attempt.via != Attempt.Via.PROXY:
        return [], []
    found, told = [], []
    rows = list(Scan.objects.filter(attempt=attempt).order_by("place"))
    for row in rows:
        ending = "png" if row.media_type == "image/png" else row.media_type.removeprefix("image/")
        name = f"{page.removesuffix('.html')} {row.place}.{ending}"
        found.append(File(row.attempt_id, row.place, name, bytes(row.data)))
        told.append(Shown(quote(name), row.place, len(rows), row.width, row.height))
    return found, told
