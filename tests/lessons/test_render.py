"""A document as finished values, and the promise that offsets of citations rest on."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from lessons import render, richtext
from lessons.document import Document
from lessons.models import Source
from tests.lessons.documents import block, small_document

VOID = {"br", "img", "input", "source", "link", "meta", "line", "circle", "path", "rect"}


class Blocks(HTMLParser):
    """The text content of every element with data-block, as a browser would give it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self._open: list[tuple[str, str | None, list[str]]] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(named["id"])
        if tag not in VOID:
            self._open.append((tag, named.get("data-block"), []))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        opened, name, words = self._open.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"
        if name is not None:
            self.found.append((name, "".join(words)))

    def handle_data(self, data):
        for _tag, _name, words in self._open:
            words.append(data)


def blocks_of(markup: str) -> Blocks:
    reader = Blocks()
    reader.feed(markup)
    reader.close()
    return reader


def page_of(document: dict) -> str:
    return render_to_string("lessons/_reading.html", {"reading": render.reading(Document(document))})


EXPLANATION = richtext.Rich("<p>Counts <b>differ</b>.</p>", "Counts differ.")


def disputed(rows=None, explanation=EXPLANATION):
    """As the compiler writes it."""
    rows = rows or [
        {"who": "The police's own count", "low": 681692, "high": 681692, "note": "summary of 1953"},
        {"who": "Reference works", "low": 700000, "high": 1200000, "note": ""},
    ]
    lines = ["How many died? (people)"]
    for row in rows:
        figure = f"{row['low']:,}" if row["low"] == row["high"] else f"{row['low']:,}–{row['high']:,}"
        lines.append(f"{row['who']}: {figure}" + (f" ({row['note']})" if row["note"] else ""))
    items = "".join(f"<li>{line}</li>" for line in lines[1:])
    return {
        "id": "d1",
        "kind": "disputed",
        "n": 4,
        "name": "¶4",
        "text": "\n".join([*lines, explanation.text]) if explanation.text else "\n".join(lines),
        "html": f"<p>{lines[0]}</p><ul>{items}</ul>{explanation.html}",
        "label": "How many died?",
        "unit": "people",
        "rows": rows,
        "explanation": explanation.html,
    }


@pytest.fixture
def document():
    data = small_document()
    data["sections"][1]["blocks"] += [
        disputed(),
        block("c1", 5, "Take care: 🧱 & <tags>.", "callout", title="Beware"),
        block("t1", 6, "Nur Worte", "quote", attribution="A mason", language="de"),
    ]
    for item in data["sections"][1]["blocks"]:
        if item["id"] == "c1":
            item["html"] = "<p>Take care: 🧱 &amp; &lt;tags&gt;.</p>"
    return data


def test_the_text_content_of_every_block_on_the_page_is_exactly_its_text(document):
    shown = blocks_of(page_of(document)).found
    texts = {item["id"]: item["text"] for item in Document(document).blocks() if item["kind"] != "question"}
    assert shown == [(name, texts[name]) for name, _text in shown]
    # The second passage is left out of the excerpt.
    assert {name for name, _text in shown} == texts.keys() - {"a2"}


def test_a_whole_source_shows_every_passage_with_its_text(document):
    sheet = render.whole_sheet(Document(document), "mason")
    shown = blocks_of(render_to_string("lessons/_passages.html", {"sheet": sheet})).found
    assert shown == [(item["id"], item["text"]) for item in document["sources"][0]["blocks"]]
    assert render.whole_sheet(Document(document), "nobody") is None


def test_no_address_stands_twice_on_a_page(document):
    document["sections"][0]["blocks"].append(
        block("src2", 7, "And again.", "source", source="source-a", passages=["a1", "a2"])
    )
    ids = blocks_of(page_of(document)).ids
    assert len(ids) == len(set(ids))
    assert {"s1", "s2", "p1", "p2", "A1", "A2", "q1"} <= set(ids)


def test_left_out_passages_are_shown_as_a_gap(document):
    [sheet] = [
        item.sheet for section in render.reading(Document(document)).sections for item in section.blocks if item.sheet
    ]
    assert sheet.excerpt
    assert [passage.name or "gap" for passage in sheet.passages] == ["A1", "gap"]


@given(
    st.text(st.sampled_from("ab &<é🧱\u0301\n")),
    st.lists(st.sampled_from(["p", "li", "b", "br", "ol", "a"]), max_size=6),
)
def test_sanitized_markup_keeps_the_words_and_line_ends_of_its_text(words, tags):
    markup = "".join(f"<{tag}>{words}" if tag == "br" else f"<{tag}>{words}</{tag}>" for tag in tags) + words
    rich = richtext.clean(f"<ul>{markup}</ul><p>{markup}</p>")
    assert render.text_content(render.with_lines(rich.html, rich.text)) == rich.text


@pytest.mark.parametrize(
    ("markup", "text", "expected"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo", "<p>one</p>\n<p>two</p>"),
        ("<p>one<br>two</p>", "one\ntwo", "<p>one<br>\ntwo</p>"),
        ("<ul><li>a</li><li>b &amp; c</li></ul>", "a\nb & c", "<ul><li>a</li>\n<li>b &amp; c</li></ul>"),
        ('<p><a href="/x">a</a></p>', "a", '<p><a href="/x">a</a></p>'),
    ],
)
def test_line_ends_stand_between_the_elements(markup, text, expected):
    assert render.with_lines(markup, text) == expected


def test_where_markup_and_text_disagree_the_words_win():
    assert render.with_lines("<p>other words</p>", "a <b>\nc") == "<p>a &lt;b&gt;</p>\n<p>c</p>"


@pytest.mark.parametrize(
    "rows",
    [
        [{"who": "A & B", "low": 0, "high": 0, "note": ""}, {"who": "C", "low": 0, "high": 1, "note": "(so)"}],
        [{"who": "A", "low": -5, "high": 7, "note": ""}, {"who": "B", "low": 1, "high": 2**53 - 1, "note": "x"}],
    ],
)
def test_a_disputed_figure_says_its_words_whatever_the_numbers(rows):
    item = disputed(rows, richtext.Rich("", ""))
    assert render.text_content(render.disputed_body(item)) == item["text"]
    assert "<table>" in render.disputed_body(item)


def test_a_disputed_figure_is_drawn_on_one_scale_from_nought(document):
    body = render.disputed_body(disputed())
    assert 'cx="56.8%"' in body  # 681,692 of 1,200,000
    assert 'x1="58.3%" x2="100.0%"' in body
    [scale] = [
        item.scale for section in render.reading(Document(document)).sections for item in section.blocks if item.scale
    ]
    assert (scale.bottom, scale.top) == ("0", "1,200,000")


def test_a_passage_in_translation_is_not_announced_as_the_original(document):
    source = document["sources"][0]
    source["paraphrase"] = False
    passages = render.whole_sheet(Document(document), "mason").passages
    assert [passage.lang for passage in passages] == ["ru", ""]
    source["paraphrase"] = True
    assert [passage.lang for passage in render.whole_sheet(Document(document), "mason").passages] == ["", ""]


@pytest.mark.parametrize(
    ("points", "shown"), [("1", "1 point"), ("2.50", "2.5 points"), ("0", "0 points"), ("10", "10 points")]
)
def test_points_are_said_in_words(points, shown):
    assert render.points(points) == shown


def test_a_prompt_is_its_blocks_markup_and_a_phrase_for_labels(document):
    asked = document["questions"][0]
    place = next(b for section in document["sections"] for b in section["blocks"] if b["id"] == asked["id"])
    place["html"] = '<p>Who <b>paid</b>?</p><p>See <a href="https://example.org/">A &amp; B</a>.<br>Now.</p>'
    place["text"] = asked["prompt"] = "Who paid?\nSee A & B.\nNow."
    line = render.question_line(Document(document), asked, 1)
    assert render.text_content(line.body) == asked["prompt"]
    assert '<a href="https://example.org/">A &amp; B</a>' in line.body
    assert line.phrase == "Who <b>paid</b>?<br>See A &amp; B.<br>Now."


def test_a_question_without_a_block_is_still_asked_and_escaped(document):
    asked = {**document["questions"][0], "id": "elsewhere", "prompt": "a < b\nc"}
    line = render.question_line(Document(document), asked, 1)
    assert line.body == "<p>a &lt; b</p>\n<p>c</p>"
    assert line.phrase == "a &lt; b<br>c"


@given(st.data())
def test_a_mark_covers_just_the_words_that_were_cited_whatever_the_markup(data: st.DataObject) -> None:
    shown = data.draw(
        st.sampled_from(
            [
                render.body(block("a", 1, "один & 🧱", html="<p>один &amp; <b>🧱</b></p>")),
                render.body(block("b", 1, "stone\nmortar", html="<ul><li>stone</li><li>mor<i>tar</i></li></ul>")),
                render.block_body(disputed()),
            ]
        )
    )
    text = render.text_content(shown)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = render.marked(shown, start, end)
    assert render.text_content(marked) == text
    said = unescape("".join(re.findall(r'<mark class="sel">([^<]*)</mark>', marked)))
    assert "".join(said.split()) == "".join(text[start:end].split())
    assert unescape(re.sub(r"</?mark[^>]*>", "", marked)) == unescape(shown)
    assert not re.search(r"<(?:ul|ol|table|tbody|tr)>\s*<mark", marked)


# --- Words and people -------------------------------------------------------------------------------------------------


@pytest.fixture
def marked_document():
    data = small_document()
    data["people"] = [
        {
            "id": "eve",
            "name": "Eve Able",
            "original": "",
            "language": "ru",
            "born": {"edtf": "1905", "display": "1905", "from": None, "to": None},
            "died": {"edtf": "", "display": "", "from": None, "to": None},
            "office": "Foreman",
            "role": "She counted.",
        }
    ]
    paragraph, listed = data["sections"][0]["blocks"][1:3]
    paragraph.update(
        text="🧱 A mason & Eve Able.",
        html="<p>🧱 A mason &amp; <b>Eve</b> Able.</p>",
        marks=[{"start": 4, "end": 9, "entry": "mason"}, {"start": 12, "end": 20, "entry": "eve"}],
    )
    listed.update(html="<ul><li>stone</li><li><a href='/x'>mortar</a></li><li>labour</li></ul>")
    listed["marks"] = [{"start": 6, "end": 12, "entry": "mason"}]
    data["sources"][0]["blocks"][1]["marks"] = [{"start": 18, "end": 23, "entry": "mason"}]
    return data


def test_marked_words_are_links_to_their_entries_and_no_letter_of_the_text_moves(marked_document):
    page = page_of(marked_document)
    texts = {item["id"]: item["text"] for item in Document(marked_document).blocks()}
    shown = blocks_of(page).found
    assert shown == [(name, texts[name]) for name, _text in shown]
    assert '🧱 A <a class="gloss" id="use-mason" href="#word-mason" draggable="false">mason</a> &amp; ' in page
    # An element that begins inside a mark cuts its link in two; the first is where the list leads back to.
    assert '<b><a class="gloss" id="use-eve" href="#word-eve" draggable="false">Eve</a></b>' in page
    assert '<a class="gloss" href="#word-eve" draggable="false"> Able</a>' in page
    # Links cannot be nested.
    assert "<a href='/x'>mortar</a>" in page
    ids = blocks_of(page).ids
    assert len(ids) == len(set(ids))


def test_every_link_of_a_word_has_its_entry_and_the_entry_leads_back(marked_document):
    page = page_of(marked_document)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(blocks_of(page).ids)
    first, second = render.reading(Document(marked_document)).words
    assert (first.name, first.original, first.lang, first.latin) == ("Mason", "каменщик", "ru", "ru-Latn")
    assert (first.anchor, first.back) == ("word-mason", "use-mason")
    assert (second.facts, second.meaning) == (("born 1905", "Foreman"), "She counted.")
    assert '<span lang="ru">каменщик</span> <i lang="ru-Latn">kamenshchik</i>' in page


def test_the_page_of_a_source_lists_the_words_that_it_uses_alone(marked_document):
    sheet = render.whole_sheet(Document(marked_document), "mason")
    assert [(word.name, word.back) for word in sheet.words] == [("Mason", "use-mason")]
    assert "use-mason" in sheet.passages[1].body


@given(
    st.lists(st.sampled_from(["p", "li", "b", "i", "a", "br"]), max_size=5),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=4),
)
def test_marking_never_changes_the_text_of_any_markup(tags, spans):
    markup = "".join(f"<{tag}>é🧱 &amp;" + ("" if tag == "br" else f"</{tag}>") for tag in tags) + "end & <i>of</i> it"
    rich = richtext.clean(f"<p>{markup}</p>")
    body = render.with_lines(rich.html, rich.text)
    marks = [{"start": start, "end": start + length, "entry": "x"} for start, length in spans]
    linked = render.linked(body, marks, lambda entry: f'<a href="#{entry}">')
    assert render.text_content(linked) == rich.text


@pytest.mark.parametrize(
    ("born", "died", "words"),
    [
        ("1894", "1971", "1894–1971"),
        ("17 April 1894", "11 September 1971", "17 April 1894 – 11 September 1971"),
        ("", "1953", "died 1953"),
        ("", "", ""),
    ],
)
def test_a_life_is_said_as_far_as_it_is_known(born, died, words):
    assert render.life(born, died) == words


@pytest.mark.parametrize("kind", Source.Kind.values)
def test_every_kind_of_source_is_named_as_a_record_names_it(kind):
    assert render.kind_name(kind)[0].isupper()


@pytest.mark.parametrize(("code", "words"), [("ru", "Russian"), ("mul", "Several languages"), ("xx-none", "xx-none")])
def test_a_language_is_named_in_words_where_they_are_known(code, words):
    assert render.language_name(code) == words
