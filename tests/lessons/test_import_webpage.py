"""Of a page, the article comes in with every word, and nothing of what stands around it."""

from __future__ import annotations

import base64
import re
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.importing import reading
from lessons.importing.article import Article, Found, ItemList, Paragraph, Quote, Subheading, text_of
from lessons.importing.reading import read_bytes, read_text
from lessons.importing.tree import BLOCKS, NEVER
from lessons.importing.words import words_of
from tests.lessons.word_files import png

DATA_URI = "data:image/png;base64," + base64.b64encode(png()).decode()
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>The Thaw | A magazine</title><script>track("scriptword")</script>
<meta name="description" content="What came after the frost."><link rel="canonical" href="https://example.org/a/thaw">
<style>.styleword {{ color: red }}</style></head><body>
<header><nav><ul><li><a href="/">navword</a></ul></nav></header>
<div id="cookies" class="cookie banner">We use cookieword.</div>
<main><article><h1>The Thaw</h1>
<p>Ice <b>breaks</b><sup id="r1"><a href="#n1">[1]</a></sup> in 10<sup>2</sup> days,
as <a href="../b/brodsky">Brodsky</a> saw.
<p>A second paragraph.<br>With a line of its own.
<script>document.write("scriptword")</script><noscript>scriptword</noscript>
<h2>Roots</h2><ul><li>outer<ul><li>inner<li>inner too</ul><li>outer again</ul>
<ol start="4"><li>fourth</ol>
<dl><dt>Thaw<dd>when ice melts</dl>
<table><caption>Grain</caption><thead><tr><th>Year<th>Tons</thead><tr><td>1956<td>many</table>
<figure><img src="{DATA_URI}" alt="A wall of ice"><figcaption>The wall <i>at noon</i></figcaption></figure>
<img src="/far.jpg" alt="A far picture"><img src="/pixel.gif" alt="">
<blockquote><p>Words that somebody said</p><p>and more of them</p></blockquote>
<aside class="related"><a href="/x">asideword</a></aside>
<h3>Inside</h3><div>Words without a paragraph <em>in a box</em></div>
<p hidden>hiddenword</p><button>buttonword</button>
<section class="notes"><ol><li id="n1">A remark. <a href="#r1">↩</a></ol></section>
</article></main><footer>footerword</footer></body></html>"""
EVERY_WORD = (
    "The Thaw Ice breaks in 10 2 days as Brodsky saw A second paragraph With a line of its own Roots outer inner"
    " inner too outer again 4 fourth Thaw when ice melts Grain Year Tons 1956 many A wall of ice The wall at noon"
    " A far picture Words that somebody said and more of them Inside Words without a paragraph in a box A remark"
)


def found(article: Article) -> dict[Found, int]:
    return {each.found: each.count for each in article.notes}


def lost(words: str, article: Article) -> Counter[str]:
    return Counter(words_of(words)) - Counter(words_of(article.as_text()))


@pytest.fixture(scope="module")
def thaw() -> Article:
    return read_text(PAGE)


def test_not_one_word_of_the_article_is_lost(thaw: Article) -> None:
    assert not lost(EVERY_WORD, thaw)


def test_nothing_around_the_article_comes_in_and_its_words_are_counted(thaw: Article) -> None:
    text = thaw.as_text()
    for word in ("script", "style", "nav", "cookie", "aside", "hidden", "button", "footer"):
        assert f"{word}word" not in text
    # "navword" and "buttonword" are machinery; these are text of the page, and not of its article.
    assert found(thaw)[Found.AROUND_LEFT_OUT] == len(words_of("We use cookieword asideword footerword"))


def test_headings_lists_tables_and_figures_become_blocks(thaw: Article) -> None:
    assert thaw.title == "The Thaw"
    assert [section.heading for section in thaw.sections] == ["Introduction", "Roots"]
    roots = thaw.sections[1].blocks
    lists = [[text_of(item) for item in block.items] for block in roots if isinstance(block, ItemList)]
    assert lists == [
        ["outer\n– inner\n– inner too", "outer again"],
        ["4. fourth"],
        ["Thaw when ice melts"],
        ["Year | Tons", "1956 | many"],
    ]
    assert [block.text for block in roots if isinstance(block, Subheading)] == ["Inside"]
    assert [text_of(block.inline) for block in roots if isinstance(block, Quote)] == [
        "Words that somebody said\nand more of them"
    ]
    (figure,) = thaw.figures()
    assert (figure.alt, text_of(figure.caption), figure.picture.width) == ("A wall of ice", "The wall at noon", 40)


def test_a_note_stands_at_the_end_of_the_section_that_refers_to_it(thaw: Article) -> None:
    first, *_more, notes = thaw.sections[0].blocks
    assert isinstance(first, Paragraph)
    assert text_of(first.inline).startswith("Ice breaks[1] in 10^2 days")
    assert isinstance(notes, ItemList)
    assert [text_of(item) for item in notes.items] == ["[1] A remark."]


def test_relative_addresses_are_completed_and_pictures_from_afar_are_never_fetched(thaw: Article) -> None:
    links = {span.href for inline in thaw.inlines() for span in inline if span.href}
    assert links == {"https://example.org/b/brodsky", "https://example.org/far.jpg"}
    assert found(thaw)[Found.PICTURE_AS_LINK] == 1
    assert found(thaw)[Found.PICTURES_LEFT_OUT] == 1


def test_the_lesson_takes_over_what_the_page_says_of_itself(thaw: Article) -> None:
    assert thaw.settings == {"summary": "What came after the frost.", "language": "en"}


PROSE = "Words of an article that goes on and on about the frost and its end. " * 6


@pytest.mark.parametrize(
    "body",
    [
        f"<div id=menu><a href=/>menuword</a></div><div class=page><div class=text><p>{PROSE}</p><p>{PROSE}</p></div>"
        "<div class=side><p>sideword</p></div></div>",
        f"<main><p>{PROSE}</p></main><div><p>sideword menuword</p></div>",
        f"<div role=main><p>{PROSE}</p></div><div role=navigation>menuword</div><p>sideword</p>",
        f"<article><p>sideword</p></article><article><p>{PROSE}</p></article><p>menuword</p>",
    ],
    ids=["unmarked", "main", "role", "largest article"],
)
def test_the_article_is_found_however_a_page_marks_it(body: str) -> None:
    article = read_text(f"<!doctype html><title>T</title><body>{body}")
    assert words_of(article.as_text()).count("frost") == body.count("frost")
    assert "sideword" not in article.as_text()
    assert "menuword" not in article.as_text()


def test_a_page_with_several_equal_articles_keeps_them_all() -> None:
    article = read_text(
        f"<!doctype html><main><article><p>{PROSE} one</p></article><article><p>{PROSE} two</article></main>"
    )
    assert {"one", "two"} <= set(words_of(article.as_text()))


def test_an_old_page_of_tables_and_line_breaks_is_read() -> None:
    article = read_text(
        "<html><body><form><table><tr><td><a href=/>m</a></td><td><h2>Frost</h2><font>First part.<br><br>Second part."
        "</font></td></tr></table></form></body></html>"
    )
    assert [text_of(block.inline) for block in article.blocks() if isinstance(block, Paragraph)][-2:] == [
        "First part.",
        "Second part.",
    ]


def test_a_heading_above_the_article_is_its_title_and_else_the_page_names_it() -> None:
    above = read_text(f"<!doctype html><title>Page</title><h1>The Frost</h1><article><h2>One</h2><p>{PROSE}</article>")
    assert (above.title, above.title_in_text) == ("The Frost", True)
    named = read_text(f"<!doctype html><title>Page</title><article><p>{PROSE}</article>")
    assert (named.title, named.title_in_text) == ("Page", False)
    assert Found.TITLE_FROM_PAGE in found(named)


def test_a_page_in_its_own_encoding_is_read() -> None:
    page = "<!doctype html><meta charset=windows-1251><title>Т</title><p>Оттепель началась весной.</p>"
    assert "Оттепель" in read_bytes(page.encode("cp1251"), name="t.html").as_text()
    with pytest.raises(reading.WrongEncoding):
        read_bytes(page.replace("windows-1251", "utf-8").encode("cp1251"), name="t.html")
    with pytest.raises(reading.WrongEncoding):
        read_bytes(page.replace("windows-1251", "zip").encode("cp1251"), name="t.html")


def test_dangerous_addresses_and_markup_never_come_in() -> None:
    article = read_text(
        "<!doctype html><p onclick=alert(1)>Words <a href='javascript:alert(1)'>here</a> "
        "<a href='data:text/html,x'>there</a> &lt;script&gt; <svg><text>drawn</text></svg></p>"
    )
    assert not [span for inline in article.inlines() for span in inline if span.href]
    assert article.as_text().endswith("Words here there <script>")
    assert found(article)[Found.LINKS_LEFT_OUT] == 2


def test_a_page_without_a_word_is_empty() -> None:
    with pytest.raises(reading.EmptyArticle):
        read_text("<!doctype html><title>T</title><body><nav>menu</nav></body>")


UNITS = [
    "<!--",
    "<a",
    "<a b='",
    "</",
    "<![CDATA[",
    "<?",
    "<",
    "<p>",
    "<div>",
    "<b><p>",
    "<table>",
    "<li>",
    "<ul>",
    "&#",
]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_repetition_is_read_or_refused_in_good_time(unit: str) -> None:
    started = time.monotonic()
    try:
        article = read_text("<!doctype html><p>first " + unit * 100_000 + " last", markup="html")
    except reading.TooComplex:
        return
    assert "first" in article.as_text()
    assert time.monotonic() - started < 20


def test_far_too_much_markup_is_refused() -> None:
    with pytest.raises(reading.TooComplex):
        read_text("<!doctype html>" + "<b>x" * 300_001)


WORD = st.sampled_from(["ice", "Bread", "frost", "Москва", "d’Or", "1956", "naïve"])
WORDS = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
# Where these stand, it is asked first which of them the article is.
_NAMES_AN_ARTICLE = {"html", "body", "main", "article", "aside"}
BLOCK_TAGS = st.sampled_from(sorted(BLOCKS - NEVER - _NAMES_AN_ARTICLE))
INLINE_TAGS = st.sampled_from(["b", "i", "em", "strong", "a", "span", "font", "sup", "q", "code", "u"])


@st.composite
def soup(draw: Any, depth: int = 4) -> str:
    """Elements inside one another as no rule allows, with and without their ends."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 4 if depth else 0))
        if kind == 0:
            parts.append(f" {draw(WORDS)} ")
        elif kind == 1:
            tag = draw(INLINE_TAGS)
            parts.append(f"<{tag}>{draw(soup(depth - 1))}</{tag}>")
        elif kind == 2:
            parts.append(f"<{draw(BLOCK_TAGS)}>{draw(soup(depth - 1))}")
        else:
            tag = draw(BLOCK_TAGS)
            parts.append(f"<{tag}>{draw(soup(depth - 1))}</{tag}>")
    return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(soup())
def test_no_word_is_lost_however_the_markup_is_nested(markup: str) -> None:
    article = read_text(f"<!doctype html><article>{markup}</article>", title="T")
    assert not lost(re.sub(r"<[^>]*>", " ", markup), article)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab<>/!-=\"' &;#p\n", max_size=80) | st.text(max_size=80))
def test_no_page_crashes_the_reader(text: str) -> None:
    try:
        article = read_text(text, markup="html")
    except reading.ArticleRefused:
        return
    assert article.counts().words > 0
