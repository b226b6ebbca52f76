"""A Word document becomes a draft, and not one word of it is lost."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.importing.article import Article, Found, ItemList, Paragraph, Quote, Span, Subheading, text_of
from lessons.importing.reading import read_bytes
from lessons.importing.words import words_of
from tests.lessons import word_files as w

FULL = w.word(
    w.p("The Thaw", style="Titel"),
    w.p(
        "Ice ", w.run("breaks", "<w:b/>"), w.note(1), " in spring", w.note(2), ", as ", w.link("Brodsky", "l1"), " saw."
    ),
    w.p("Roots", style="berschrift1"),
    w.p("A winter ended", w.note(1, "endnote"), "."),
    w.p("Inside", style="berschrift2"),
    w.item("outer"),
    w.item("inner", 1),
    w.item("innermost", 2),
    w.item("outer again"),
    w.item("firstly", ordered=True),
    w.item("secondly", ordered=True),
    w.table(("Year", "Tons"), ("1956", w.p("many") + w.p("tons")), ("1963", w.table(("few", "fewer"))), ("", "none")),
    w.p("See: ", w.picture("i1", "A wall of ice")),
    w.p("The wall at noon", style="Beschriftung"),
    w.p(w.picture("i2")),
    w.p("Words that somebody said", style="Zitat"),
    w.p("Remembering", style="Kapitel"),
    w.p("The end."),
    notes={1: "First remark", 2: "Second remark"},
    endnotes={1: "Last remark"},
    pictures={"i1": w.png(), "i2": w.png("red")},
    links={"l1": "https://example.org/ice"},
)
EVERY_WORD = (
    "The Thaw Ice breaks in spring as Brodsky saw Roots A winter ended Inside outer inner innermost outer again firstly"
    " secondly Year Tons 1956 many tons 1963 few fewer none See A wall of ice The wall at noon Words that somebody said"
    " Remembering The end First remark Second remark Last remark https example org ice"
)


def found(article: Article) -> set[Found]:
    return {each.found for each in article.notes}


def lost(words: str, article: Article) -> Counter[str]:
    return Counter(words_of(words)) - Counter(words_of(article.as_text()))


@pytest.fixture(scope="module")
def thaw() -> Article:
    return read_bytes(FULL, name="thaw.docx")


def test_styles_make_title_sections_and_subheadings_whatever_language_they_are_named_in(thaw: Article) -> None:
    assert thaw.title == "The Thaw"
    assert [section.heading for section in thaw.sections] == ["Introduction", "Roots", "Remembering"]
    assert Subheading("Inside", 5) in thaw.sections[1].blocks


def test_not_one_word_of_it_is_lost_and_none_comes_twice(thaw: Article) -> None:
    assert not lost(EVERY_WORD, thaw)
    more = Counter(words_of(thaw.as_text())) - Counter(words_of(EVERY_WORD))
    assert set(more) == {"1", "2", "3"}  # numbers of notes and of the list
    assert Found.WORDS_MISSING not in found(thaw)


def test_notes_stand_at_the_end_of_their_section_with_their_numbers_in_the_text(thaw: Article) -> None:
    opening, roots, _last = thaw.sections
    paragraph = opening.blocks[0]
    assert isinstance(paragraph, Paragraph)
    assert text_of(paragraph.inline) == "Ice breaks[1] in spring[2], as Brodsky saw."
    heading, notes = opening.blocks[-2:]
    assert isinstance(heading, Subheading)
    assert isinstance(notes, ItemList)
    assert (heading.text, heading.in_text) == ("Notes", False)
    assert [text_of(item) for item in notes.items] == ["[1] First remark", "[2] Second remark"]
    last = roots.blocks[-1]
    assert isinstance(last, ItemList)
    assert [text_of(item) for item in last.items] == ["[3] Last remark"]


def test_lists_tables_and_quotations_become_blocks(thaw: Article) -> None:
    lists = [block for block in thaw.sections[1].blocks if isinstance(block, ItemList)]
    assert [[text_of(item) for item in block.items] for block in lists[:3]] == [
        ["outer\n– inner\n– innermost", "outer again"],
        ["firstly", "secondly"],
        ["Year | Tons", "1956 | many · tons", "1963 | few | fewer", "– | none"],
    ]
    assert [block.ordered for block in lists[:3]] == [False, True, False]
    assert [text_of(block.inline) for block in thaw.blocks() if isinstance(block, Quote)] == [
        "Words that somebody said"
    ]
    assert {Found.TABLE_AS_LIST, Found.LIST_FLATTENED} <= found(thaw)


def test_pictures_become_figures_with_the_text_and_the_caption_of_the_document(thaw: Article) -> None:
    first, second = thaw.figures()
    assert (first.alt, text_of(first.caption)) == ("A wall of ice", "The wall at noon")
    assert (first.picture.width, first.picture.height) == (40, 30)
    assert (second.alt, second.caption) == ("", ())
    assert [each.found for each in thaw.notes].count(Found.ALT_MISSING) == 1


def test_emphasis_and_links_are_kept(thaw: Article) -> None:
    spans = [span for inline in thaw.inlines() for span in inline]
    assert Span("breaks", bold=True) in spans
    assert Span("Brodsky", href="https://example.org/ice") in spans


def test_what_the_library_would_pass_over_is_kept() -> None:
    box = f"<w:txbxContent>{w.p('boxed words')}</w:txbxContent>"
    drawn = f"<a:graphic><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphic>"
    shape = f"<w:drawing><wp:inline>{drawn}</wp:inline></w:drawing>"
    article = read_bytes(
        w.word(
            w.p("A sum ", "<m:oMathPara><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></m:oMathPara>", "."),
            w.p("Page ", f'<w:fldSimple w:instr="PAGE">{w.run("forty")}</w:fldSimple>', " of it."),
            w.p('<w:r><w:t>before</w:t><w:br w:type="page"/><w:t>after</w:t><w:cr/><w:t>below</w:t></w:r>'),
            w.p(f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{shape}</mc:Choice></mc:AlternateContent></w:r>'),
            w.p(f"<w:r>{shape.replace('boxed', 'bare')}</w:r>"),
            w.p(f"<w:bdo>{w.run('turned')}</w:bdo>"),
        ),
        title="Odd",
    )
    assert not lost("A sum a b Page forty of it before after below boxed words bare words turned", article)
    assert {"boxed", "bare"} <= set(words_of(article.as_text()))
    assert Found.FORMULA_AS_TEXT in found(article)
    assert Found.WORDS_MISSING not in found(article)


def test_what_readers_of_the_document_do_not_see_is_left_out_and_said() -> None:
    spaces, remark = w.SPACES, w.p("Really?")
    article = read_bytes(
        w.word(
            w.p("Kept words.", "<w:del><w:r><w:delText>struck out</w:delText></w:r></w:del>"),
            parts={
                "word/comments.xml": f'<w:comments {spaces}><w:comment w:id="1">{remark}</w:comment></w:comments>',
                "word/header1.xml": f"<w:hdr {spaces}>{w.p('My School')}</w:hdr>",
            },
        ),
        title="T",
    )
    counted = {each.found: each.count for each in article.notes}
    assert counted[Found.CHANGES_LEFT_OUT] == 2
    assert counted[Found.COMMENTS_LEFT_OUT] == 1
    assert counted[Found.PAGE_HEADS_LEFT_OUT] == 2
    assert words_of(article.as_text()) == ["Kept", "words"]


def test_a_word_that_is_not_in_the_draft_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from lessons.importing import word

    original = word._converted
    monkeypatch.setattr(word, "_converted", lambda *args: original(*args).replace("spring", ""))
    article = read_bytes(FULL, name="thaw.docx")
    assert [each.excerpt for each in article.notes if each.found is Found.WORDS_MISSING] == ["spring"]


def test_bold_lines_are_headings_where_no_style_says_so() -> None:
    article = read_bytes(
        w.word(
            w.p(w.run("The Frost", "<w:b/>")),
            w.p("Long words about the frost that came and went, and of what remained of it."),
            w.p(w.run("After it", "<w:b/>")),
            w.p("Long words about the time after the frost, which was not warm at all."),
        )
    )
    assert article.title == "The Frost"
    assert [section.heading for section in article.sections] == ["Introduction", "After it"]
    assert Found.HEADING_FROM_BOLD in found(article)


def test_lines_are_headings_by_their_look_where_nothing_else_says_so() -> None:
    long = "Long words about the frost that came and went, and of what remained of it."
    article = read_bytes(w.word(w.p("The Frost"), w.p(long), w.p("After it"), w.p(long)), title="Ice")
    assert [section.heading for section in article.sections] == ["The Frost", "After it"]


def test_a_picture_that_cannot_be_shown_is_said_and_its_description_stays() -> None:
    article = read_bytes(
        w.word(w.p("Words. ", w.picture("i1", "A drawn plan")), pictures={"i1": b"\x01\x00\x00\x00 EMF"}), title="T"
    )
    assert not list(article.figures())
    assert "A drawn plan" in article.as_text()
    assert Found.PICTURE_NOT_READ in found(article)


def test_a_very_long_description_stands_below_its_picture() -> None:
    alt = "word " * 200
    article = read_bytes(w.word(w.p("Words.", w.picture("i1", alt)), pictures={"i1": w.png()}), title="T")
    assert [figure.alt for figure in article.figures()] == [""]
    assert words_of(article.as_text()).count("word") == 200
    assert {Found.ALT_KEPT_BELOW, Found.ALT_MISSING} <= found(article)


def test_a_hundred_pages_are_read_in_good_time() -> None:
    body = [w.p(*[f"Words number {i} of a long text " for i in range(8)]) for _ in range(1500)]
    data = w.word(*body)
    started = time.monotonic()
    article = read_bytes(data, title="Long")
    assert len(words_of(article.as_text())) > 80_000
    assert time.monotonic() - started < 30


# Whatever is inside whatever

WORD = st.sampled_from(["ice", "Bread", "frost", "Москва", "d’Or", "1956", "naïve", "under", "ВЕСНА"])
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


@st.composite
def blocks(draw: Any, depth: int = 2) -> tuple[str, str]:
    """(markup, its words) of something that stands in a document."""
    kind = draw(st.sampled_from(["p", "heading", "item", "bold", "note", "br"] + (["table", "box"] if depth else [])))
    words = draw(WORDS)
    if kind == "heading":
        return w.p(words, style=draw(st.sampled_from(["Titel", "berschrift1", "berschrift2", "Kapitel"]))), words
    if kind == "item":
        return w.item(words, draw(st.integers(0, 8)), ordered=draw(st.booleans())), words
    if kind == "bold":
        more = draw(WORDS)
        return w.p(w.run(words, "<w:b/>"), w.run(" " + more, "<w:i/>"), " end."), f"{words} {more} end"
    if kind == "note":
        return w.p(words, w.note(draw(st.integers(1, 2))), " after."), f"{words} after"
    if kind == "br":
        more = draw(WORDS)
        return w.p(w.run(words), "<w:r><w:br/></w:r>", w.run(more)), f"{words} {more}"
    if kind == "table":
        cells = draw(st.lists(st.lists(blocks(depth - 1), min_size=1, max_size=2), min_size=1, max_size=3))
        row = tuple("".join(markup for markup, _words in cell) + w.p() for cell in cells)
        return w.table(row), " ".join(said for cell in cells for _markup, said in cell)
    if kind == "box":
        markup, said = draw(blocks(depth - 1))
        inside = f"<v:shape><v:textbox><w:txbxContent>{markup}</w:txbxContent></v:textbox></v:shape>"
        return w.p(words, f"<w:r><w:pict>{inside}</w:pict></w:r>"), f"{words} {said}"
    return w.p(words), words


@settings(max_examples=120, deadline=None)
@given(st.lists(blocks(), min_size=1, max_size=7))
def test_no_word_is_lost_however_the_document_is_nested(given_blocks: list[tuple[str, str]]) -> None:
    data = w.word(*(markup for markup, _words in given_blocks), notes={1: "remark one", 2: "remark two"})
    article = read_bytes(data, name="nested.docx")
    assert not lost(" ".join(words for _markup, words in given_blocks), article)
    assert Found.WORDS_MISSING not in found(article)
    said = " ".join(words for _markup, words in given_blocks)
    notes = len([1 for markup, _words in given_blocks if "footnoteReference" in markup])
    assert (notes > 0) == ("remark" in article.as_text()), said
