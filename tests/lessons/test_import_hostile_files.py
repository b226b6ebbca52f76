"""Archives made to harm are refused at once, with a word of why, and nothing is written."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from destalin_site.common import archives
from lessons.importing import reading, webpage
from lessons.importing.reading import read_bytes
from lessons.models import Course, CuratedImage, Lesson
from tests.lessons import word_files as w

DOCTYPE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">]>'


def zeros(gigabytes: float) -> bytes:
    """A gigabyte of nothing, packed."""
    packer = zlib.compressobj(9)
    block = bytes(1024 * 1024)
    packed = b"".join(packer.compress(block) for _ in range(int(gigabytes * 1024)))
    return packed + packer.flush()


def with_member(name: str, packed: bytes, size: int, announced: int | None = None) -> bytes:
    """An archive of one deflated member, which may announce another size than it has."""
    from binascii import crc32

    said = announced if announced is not None else size
    raw = name.encode()
    head = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, crc32(b""), len(packed), said)
    local = b"PK\x03\x04" + head + struct.pack("<HH", len(raw), 0) + raw + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    return local + entry + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("word/document.xml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def entity(head: str, name: str = "word/document.xml") -> bytes:
    return w.word(w.p("Words."), parts={name: f'<?xml version="1.0"?>{head}<w:document {w.SPACES}/>'})


DEEP = "<w:smartTag>" * 5_000 + "</w:smartTag>" * 5_000
FILES = {
    "a member packed too tightly": (
        lambda: with_member("word/document.xml", zeros(0.02), 20 << 20),
        reading.ArchiveTooLarge,
    ),
    "a bomb that announces little": (
        lambda: with_member("[Content_Types].xml", zeros(0.02), 20 << 20, announced=100),
        reading.ArticleRefused,
    ),
    "too many members": (lambda: w.packed({f"word/{i}.xml": "" for i in range(5_000)}), reading.ArchiveTooLarge),
    "a path outside": (lambda: w.word(w.p("x"), parts={"../../evil.xml": "<a/>"}), reading.ArchiveUnsafe),
    "a path from the root": (lambda: w.word(w.p("x"), parts={"/evil.xml": "<a/>"}), reading.ArchiveUnsafe),
    "a path of Windows": (lambda: w.word(w.p("x"), parts={"C:\\evil.xml": "<a/>"}), reading.ArchiveUnsafe),
    "a link": (link, reading.ArchiveUnsafe),
    "an entity from outside": (lambda: entity(DOCTYPE), reading.UnsafeXml),
    "a thousand laughs": (lambda: entity(LAUGHS), reading.UnsafeXml),
    "an entity under another name": (lambda: entity(DOCTYPE, "word/media/image1.png"), reading.UnsafeXml),
    "an entity in UTF-16": (
        lambda: w.word(parts={"word/media/a.png": f"{DOCTYPE}<d>&x;</d>".encode("utf-16")}),
        reading.UnsafeXml,
    ),
    "nested without end": (lambda: w.word(w.p(DEEP)), reading.TooComplex),
    "elements without end": (lambda: w.word("<w:p/>" * 300_001), reading.TooComplex),
    "a broken archive": (lambda: w.word(w.p("Words."))[:-400], reading.BrokenArchive),
    "a broken member": (
        lambda: w.word(w.p("Words.")).replace(b"word/document.xml", b"word/document.xmm", 1),
        reading.BrokenArchive,
    ),
    "a broken part": (lambda: w.word(parts={"word/document.xml": "<w:document"}), reading.BrokenDocument),
    "a part that is missing": (
        lambda: w.word(parts={"word/document.xml": "<letter/>"}),
        reading.BrokenDocument,
    ),
    "senseless numbers": (
        lambda: w.word(w.table(("a",)).replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr>')),
        reading.BrokenDocument,
    ),
    "another archive": (lambda: w.packed({"mimetype": "application/epub+zip"}), reading.NotText),
    "no word": (lambda: w.word(w.p("")), reading.EmptyArticle),
    "fifty megabytes": (lambda: b"PK\x03\x04" + bytes(50 << 20), reading.ArticleTooLarge),
    "too many pictures": (
        lambda: w.word(*[w.p(w.picture("i1"))] * (webpage.MOST_PICTURES + 1), pictures={"i1": w.png(size=(1, 1))}),
        reading.TooManyPictures,
    ),
}


# What is unpacked before a refusal: the work that a file can make.
MOST_UNPACKED = 4 << 20


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each read out of a member of an archive."""
    read, found = zipfile.ZipExtFile.read, []

    def counted(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        data = read(self, n)
        found.append(len(data))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("what", FILES)
def test_a_hostile_or_broken_document_is_refused_before_much_of_it_is_unpacked_and_nothing_is_written(
    what: str, tmp_path: Path, unpacked: list[int]
) -> None:
    make, kind = FILES[what]
    path = tmp_path / "article.docx"
    path.write_bytes(make())
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_article", str(path))
    assert sum(unpacked) <= MOST_UNPACKED
    with pytest.raises(kind):
        read_bytes(path.read_bytes(), name=path.name)
    assert not Lesson.objects.exists()
    assert not Course.objects.exists()
    assert not CuratedImage.objects.exists()


def test_a_bomb_of_a_gigabyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(with_member("word/document.xml", zeros(1), 1 << 30))
    script = (
        "import resource, sys, zipfile; from lessons.importing import reading; data = open(sys.argv[1], 'rb').read();"
        "before, read, unpacked = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, zipfile.ZipExtFile.read, []\n"
        "def counted(self, n=-1):\n"
        "    data = read(self, n)\n"
        "    unpacked.append(len(data))\n"
        "    return data\n"
        "zipfile.ZipExtFile.read = counted\n"
        "try: reading.read_bytes(data)\n"
        "except reading.ArchiveTooLarge: pass\n"
        "else: sys.exit('read')\n"
        f"assert sum(unpacked) <= {MOST_UNPACKED}, sum(unpacked)\n"
        "assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], env={**os.environ}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_members_that_lie_upon_one_another_are_refused() -> None:
    data = w.packed({"a": os.urandom(5000), "b": os.urandom(5000)})
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    # The second entry points at the first member as well.
    both = data[:second] + data[first:second].replace(b"a", b"b") + data[second + (second - first) :]
    with pytest.raises(archives.ArchiveRefused):
        archives.Archive(both).read("b")


def test_an_honest_archive_is_read() -> None:
    archive = archives.Archive(w.packed({"a/b.txt": "words" * 1000, "c": b""}))
    assert archive.names == ["a/b.txt", "c"]
    assert archive.read("a/b.txt") == b"words" * 1000
