"""The one reader of zip archives that people bring.

Everything about an archive is checked before a byte of it is unpacked: how many members, how large each and all of
them become, how tightly they are packed, where they would lie, and that none is a link. Nothing is written to disk.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import ClassVar

_ENTRY = b"PK\x01\x02"  # each entry of an archive's directory begins so
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArchiveRefused(ValueError):
    """The bytes are no archive that we unpack. `code` says why, for machines."""

    code: ClassVar[str] = "archive-refused"


class ArchiveBroken(ArchiveRefused):
    """No archive, or a damaged one."""

    code = "archive-broken"


class ArchiveTooLarge(ArchiveRefused):
    """More members, more bytes, or packed more tightly than any honest file: a bomb."""

    code = "archive-too-large"


class ArchiveUnsafe(ArchiveRefused):
    """A member that is a link, lies outside the archive, stands in it twice or is encrypted."""

    code = "archive-unsafe"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may be. `ratio` counts for large members only: a table of text packs very tightly."""

    packed: int = 25 * 1024 * 1024
    members: int = 2_000
    member: int = 30 * 1024 * 1024
    total: int = 100 * 1024 * 1024
    ratio: int = 300


_RATIO_FROM = 5 * 1024 * 1024


class Archive:
    """The members of an archive, each read whole into memory. Raises a kind of ArchiveRefused."""

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        if len(data) > self.limits.packed:
            raise ArchiveTooLarge(f"{len(data)} bytes; at most {self.limits.packed}")
        # Counted before the directory is read: half a million entries would cost more than all that follows. Twice,
        # because a member that is itself an archive, stored as it is, brings entries of its own.
        if data.count(_ENTRY) > self.limits.members * 2:
            raise ArchiveTooLarge(f"more than {self.limits.members} members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OSError) as trouble:
            raise ArchiveBroken(str(trouble)) from trouble
        self._check(members, len(data))
        self._members = {member.filename: member for member in members if not member.is_dir()}

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises KeyError for a name that is not there."""
        member = self._members[name]
        try:
            # One byte more than was announced is asked for, so that a member that grows is seen.
            with self._zip.open(member) as stream:
                content = stream.read(member.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as trouble:
            raise ArchiveBroken(f"{name}: {trouble}") from trouble
        if len(content) != member.file_size:
            raise ArchiveBroken(f"{name}: {len(content)} bytes instead of {member.file_size}")
        return content

    def _check(self, members: list[zipfile.ZipInfo], packed: int) -> None:
        if len(members) > self.limits.members:
            raise ArchiveTooLarge(f"{len(members)} members; at most {self.limits.members}")
        seen: set[str] = set()
        for member in members:
            self._check_name(member, seen)
            if member.flag_bits & 0x1:
                raise ArchiveUnsafe(f"{member.filename}: encrypted")
            if stat.S_ISLNK(member.external_attr >> 16):
                raise ArchiveUnsafe(f"{member.filename}: a link")
            if member.compress_type not in _METHODS:
                raise ArchiveBroken(f"{member.filename}: packed in an unusual way")
            if member.file_size > self.limits.member:
                raise ArchiveTooLarge(f"{member.filename}: {member.file_size} bytes; at most {self.limits.member}")
            tightly = member.file_size > self.limits.ratio * max(member.compress_size, 1)
            if tightly and member.file_size > _RATIO_FROM:
                raise ArchiveTooLarge(f"{member.filename}: packed more tightly than 1:{self.limits.ratio}")
        if sum(member.file_size for member in members) > self.limits.total:
            raise ArchiveTooLarge(f"more than {self.limits.total} bytes unpacked")
        if sum(member.compress_size for member in members) > packed:
            raise ArchiveUnsafe("members lie upon one another")

    @staticmethod
    def _check_name(member: zipfile.ZipInfo, seen: set[str]) -> None:
        # As it was written: the library cuts a name at a NUL and turns backslashes on some systems.
        for name in (member.orig_filename, member.filename):
            steps = re.split(r"[\\/]", name)
            if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in steps or "\x00" in name or not name:
                raise ArchiveUnsafe(f"{name!r} would lie outside")
        if member.filename in seen:
            raise ArchiveUnsafe(f"{member.filename}: twice")
        seen.add(member.filename)
