"""Markdown becomes the same article as plain text, with its own levels."""

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.importing.article import Article, Found, ItemList, Paragraph, Quote, Span, Subheading, text_of
from lessons.importing.reading import ArticleRefused, read_bytes, read_text
from lessons.importing.words import words_of

DATA = Path(__file__).parent / "data"


def found(article: Article) -> set[Found]:
    return {each.found for each in article.notes}


@pytest.fixture
def steppe() -> Article:
    return read_bytes((DATA / "virgin-lands.md").read_bytes(), name="virgin-lands.md")


def test_levels_make_sections_and_subheadings(steppe: Article) -> None:
    assert steppe.title == "The Virgin Lands"
    assert [
        (section.heading, [block.text for block in section.blocks if isinstance(block, Subheading)])
        for section in steppe.sections
    ] == [
        ("Introduction", []),
        ("A quick answer to an old shortage", ["The plan", "What it promised"]),
        ("What came of it", ["Setext inside"]),
    ]


def test_not_one_word_of_it_is_lost(steppe: Article) -> None:
    source = (DATA / "virgin-lands.md").read_text()
    draft = set(words_of(steppe.as_text()))
    assert set(words_of(source)) - draft - {"title", "level"} == set()
    assert Found.WORDS_MISSING not in found(steppe)


def test_emphasis_and_links_are_kept(steppe: Article) -> None:
    spans = [span for inline in steppe.inlines() for span in inline]
    assert Span("steppe", italic=True) in spans
    assert Span("13 million hectares", bold=True) in spans
    assert Span("Philip Hanson's count", href="https://example.org/hanson") in spans
    assert Span("A poster calling for volunteers", href="https://example.org/poster.jpg") in spans
    assert Span("https://example.org/steppe", href="https://example.org/steppe") in spans


def test_what_has_no_block_of_its_own_is_kept_as_text_and_marked(steppe: Article) -> None:
    assert {each.found for each in steppe.unsure} == {
        Found.LIST_FLATTENED,
        Found.TABLE_AS_LIST,
        Found.PICTURE_AS_LINK,
        Found.LINK_AS_TEXT,
        Found.REFERENCES_KEPT,
    }


def test_a_table_row_keeps_the_cells_beyond_its_head(steppe: Article) -> None:
    table = next(
        block for block in steppe.blocks() if isinstance(block, ItemList) and "judgement" in text_of(block.items[0])
    )
    assert [text_of(item) for item in table.items] == [
        "year | judgement",
        "1956 | a record harvest | praised",
        "1963 | a bad one",
    ]


def test_a_quote_stays_one_quote(steppe: Article) -> None:
    quote = next(block for block in steppe.blocks() if isinstance(block, Quote))
    assert text_of(quote.inline).count("\n") == 1


def test_labels_of_numbered_items_are_bold(steppe: Article) -> None:
    items = next(block for block in steppe.blocks() if isinstance(block, ItemList) and block.ordered).items
    assert [item[0].text for item in items] == ["Grain:", "Adventure:"]


@pytest.mark.parametrize("text", ["# The Thaw\n\n## Roots\n\ntext", "The Thaw\n========\n\nRoots\n-----\n\ntext"])
def test_marked_headings_are_seen_without_a_file_name(text: str) -> None:
    article = read_text(text)
    assert (article.markup, article.title) == ("markdown", "The Thaw")
    assert [section.heading for section in article.sections] == ["Roots"]
    assert article.unsure == []


def test_a_rule_between_paragraphs_is_no_mark_of_markdown() -> None:
    assert read_text("A long line of text that ends with a full stop.\n---\nAnother one.").markup == "plain"


def test_headings_of_one_level_are_all_sections() -> None:
    article = read_text("## One\n\na\n\n## Two\n\nb", title="Numbers")
    assert [section.heading for section in article.sections] == ["One", "Two"]
    assert article.title == "Numbers"


def test_a_title_that_the_form_overrules_stays_in_the_text() -> None:
    article = read_text("# The Thaw\n\n## Roots\n\ntext", title="Ice")
    assert article.title == "Ice"
    assert "The Thaw" in article.as_text()


def test_a_dangerous_address_never_becomes_a_link() -> None:
    article = read_text("# T\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](vbscript:x) <javascript:x>")
    assert not [span for inline in article.inlines() for span in inline if span.href]


def test_html_is_kept_as_the_text_that_it_is() -> None:
    article = read_text("# T\n\n<script>alert(1)</script> and <b>bold</b>")
    assert "<script>alert(1)</script>" in article.as_text()
    assert Found.HTML_AS_TEXT in found(article)


def test_what_nests_too_deeply_is_read_as_text_and_loses_nothing() -> None:
    text = "# Title\n\n" + ">" * 5000 + " the last word"
    article = read_text(text)
    assert "the last word" in article.as_text()
    assert Found.NESTED_TOO_DEEPLY in found(article)


def test_a_heading_too_long_for_a_heading_is_cut_and_kept_whole_below() -> None:
    long = "word " * 80
    article = read_text(f"# T\n\n## {long}\n\ntext")
    assert len(article.sections[0].heading) <= 200
    assert words_of(article.as_text()).count("word") == 80
    assert Found.HEADING_SHORTENED in found(article)


@pytest.mark.parametrize("unit", ["*a_", "[", "](", "`", "<a", "!["])
def test_hostile_repetition_is_read_in_good_time(unit: str) -> None:
    started = time.monotonic()
    read_text("# T\n\n" + unit * 4_000, markup="markdown")
    assert time.monotonic() - started < 10


WORD = st.sampled_from(["ice", "Bread", "frost-bitten", "Москва", "d’Or", "1956", "naïve", "**ice**", "*Bread*", "`b`"])
LINE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
BLOCKS = st.one_of(
    LINE.map(lambda line: f"# {line}"),
    LINE.map(lambda line: f"### {line}"),
    LINE.map(lambda line: f"{line}\n==="),
    LINE,
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"{n}. {x}" for n, x in enumerate(lines, 1))),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"> {line}" for line in lines)),
    LINE.map(lambda line: f"[{line}](https://example.org)"),
    LINE.map(lambda line: f"```\n{line}\n```"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=8))
def test_no_word_of_a_markdown_article_is_lost(blocks: list[str]) -> None:
    article = read_text("\n\n".join(blocks), markup="markdown")
    assert Found.WORDS_MISSING not in found(article)
    aside = {"example", "org", "https", *(str(number) for number in range(1, 30))}  # addresses, numbers of lists
    source = Counter(words_of("\n\n".join(blocks).replace("`", "").replace("*", "")))
    draft = Counter(words_of(article.as_text()))
    assert {word: n for word, n in draft.items() if word not in aside} == {
        word: n for word, n in source.items() if word not in aside
    }


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab#*-_`>[]()!|:=~<&;\\/\"' \n\t1.", max_size=120) | st.text(max_size=120))
def test_no_markdown_crashes_the_reader(text: str) -> None:
    try:
        article = read_text(text, markup="markdown")
    except ArticleRefused:
        return
    assert isinstance(article.counts().words, int)
    assert all(isinstance(block, Paragraph | Subheading | ItemList | Quote) for block in article.blocks())
