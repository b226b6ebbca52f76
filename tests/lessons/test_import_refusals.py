"""What is no article is refused by name."""

import pytest

from lessons.importing import reading
from lessons.importing.reading import read_bytes, read_text


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", b"\xef\xbb\xbf", b"--- *** ---", "…\u200b".encode()])
def test_a_file_without_a_word_is_empty(data: bytes) -> None:
    with pytest.raises(reading.EmptyArticle):
        read_bytes(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 words", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"{\\rtf1 words}", "RTF"),
        (bytes(range(1, 9)) * 20 + b"words", ""),
    ],
)
def test_a_file_that_is_no_text_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(reading.NotText) as refused:
        read_bytes(data)
    assert refused.value.facts == {"kind": kind}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("first\nИз Москвы".encode("cp1251"), 2),
        ("Größe".encode("latin-1"), 1),
        ("words".encode("utf-16"), 1),
        (b"a\nb\n" + b"\xed\xa0\x80", 3),  # a surrogate in disguise
        (b"words \xc3", 1),
    ],
)
def test_a_file_in_another_encoding_is_refused_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(reading.WrongEncoding) as refused:
        read_bytes(data)
    assert refused.value.facts["line"] == line


def test_nul_is_refused_with_its_line() -> None:
    with pytest.raises(reading.NulInText) as refused:
        read_bytes(b"one\ntwo \x00 words")
    assert refused.value.facts == {"line": 2}
    with pytest.raises(reading.NulInText):
        read_text("one \x00 two")


def test_a_lone_surrogate_is_refused_with_its_line() -> None:
    with pytest.raises(reading.LoneSurrogate) as refused:
        read_text("one\ntwo \ud800 three")
    assert refused.value.facts == {"line": 2}


def test_five_megabytes_are_read_and_one_byte_more_is_refused() -> None:
    line = b"- Name: some words of an article, and no more than that.\n"
    data = (line * (reading.LIMIT // len(line) + 1))[: reading.LIMIT]
    assert read_bytes(data).counts().items > 90_000
    with pytest.raises(reading.ArticleTooLarge) as refused:
        read_bytes(data + b"x")
    assert refused.value.facts["size"] == reading.LIMIT + 1
    with pytest.raises(reading.ArticleTooLarge):
        read_text("ё" * (reading.LIMIT // 2 + 1))
