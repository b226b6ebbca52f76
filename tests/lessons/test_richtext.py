from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import richtext


class TextNodes(HTMLParser):
    """What a browser's text nodes say, block by block."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.words += "\n" if tag in {"p", "li", "br", "ul", "ol"} else ""

    def handle_endtag(self, tag):
        self.words += "\n" if tag in {"p", "li", "ul", "ol"} else ""

    def handle_data(self, data):
        self.words += data

    def lines(self):
        return [line for line in self.words.split("\n") if line.strip(" ")]


tags = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<ul>", "</ul>", "<ol>", "<li>", "</li>", "<br/>", "</ol>"),
        *(
            "<script>",
            "</script>",
            '<a href="https://example.org/">',
            "</a>",
            "<div onclick=x>",
            "&lt;",
            "&amp;",
            "&gt;",
        ),
        *(" ", "  ", "\n", "\u0338", "\u0301", "e", "<", ">", "&", "\xa0", "\x00", "\u2028"),
    ]
)


@given(st.lists(tags | st.text(max_size=5), max_size=25).map("".join))
def test_the_text_is_what_the_text_nodes_say_and_cleaning_twice_changes_no_word(markup):
    for part in richtext.paragraphs(markup):
        assert TextNodes(part.html).lines() == [line for line in part.text.split("\n") if line.strip(" ")]
        assert richtext.clean(part.html).text == part.text


def test_emphasis_and_links_stay_and_paragraphs_are_told_apart():
    markup = '<p>One <b>bold</b> <a href="https://example.org/?a=1&amp;b=2">link</a>.</p><p>Two<br/>lines</p><p></p>'
    one, two = richtext.paragraphs(markup)
    assert one.text == "One bold link."
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">link</a>' in one.html
    assert two == ("<p>Two<br>lines</p>", "Two\nlines")


def test_paragraphs_inside_an_item_stay_apart():
    (part,) = richtext.paragraphs("<ul><li><p>a</p><p>b</p></li><li>c<br/></li></ul>")
    assert part == ("<ul><li>a<br>b</li><li>c</li></ul>", "a\nb\nc")


def test_a_list_joins_its_items_with_a_newline():
    (part,) = richtext.paragraphs("<ul><li>stone</li><li>mortar <i>and</i> sand</li></ul>")
    assert part.text == "stone\nmortar and sand"


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<p onclick="alert(1)" style="color:red">x</p>',
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=https://example.org></iframe>",
        "<!-- <p>x</p> -->",
        '<a href="https://example.org" onmouseover=alert(1)>x</a>',
    ],
)
def test_nothing_that_runs_or_loads_gets_through(markup):
    safe = richtext.clean(markup).html
    for word in ["script", "alert", "onerror", "onclick", "onmouse", "style", "data:", "iframe", "svg", "<!--", "img"]:
        assert word not in safe


def test_composition_never_eats_a_tag():
    (part,) = richtext.paragraphs("<p><b>a</b>\u0338 e\u0301</p>")
    assert part.text == "a\u0338 é"
    assert "</b>" in part.html


def test_plain_text_is_escaped_and_cut_into_lines():
    assert richtext.plain("a < b\r\n\r\n  c  ") == ("<p>a &lt; b</p><p>c</p>", "a < b\nc")
    assert richtext.line(" a\n b\x00 ") == "a b"
