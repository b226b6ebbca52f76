"""The files of a curriculum: what they may say, what of them is refused, how their texts are marked up."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from lessons.curriculum import blocks, charts, files, markup, shapes
from lessons.curriculum.files import CurriculumRefused, Fault
from lessons.curriculum.loading import read_files
from lessons.images import clean
from lessons.models import CuratedImage
from tests.lessons import factories

COURSE = "slug: ice\ntitle: Ice\nlessons:\n  - the-thaw\n"
LESSON = """slug: the-thaw
title: The thaw
glossary: [zek]
sections:
  - heading: Before
    blocks:
      - paragraph: Ice.
"""
TERMS = "- slug: zek\n  term: Zek\n  meaning: An inmate.\n"
SOURCE = """- slug: letter
  title: A letter
  kind: letter
  language: ru
  record: {author: A neighbour}
  primary: true
  paraphrase: true
  text: [Ice.]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "course.yaml").write_text(COURSE)
    (tmp_path / "glossary.yaml").write_text(TERMS)
    (tmp_path / "lessons" / "01.yaml").write_text(LESSON)
    return tmp_path


def faults(folder: Path) -> list[str]:
    with pytest.raises(CurriculumRefused) as refused:
        read_files(folder)
    return [f"{fault.file}:{fault.line}" for fault in refused.value.faults]


def test_files_without_a_fault_are_read(folder: Path) -> None:
    read = read_files(folder)
    assert [lesson["slug"] for lesson in read.lessons] == ["the-thaw"]
    assert [term["slug"] for term in read.glossary] == ["zek"]


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("lessons/01.yaml", "title: The thaw", "titel: The thaw", ["01.yaml:1", "01.yaml:2"]),
        ("lessons/01.yaml", "[zek]", "[zeks]", ["01.yaml:3"]),
        ("lessons/01.yaml", "slug: the-thaw", "slug: The Thaw", ["01.yaml:1"]),
        ("lessons/01.yaml", "paragraph: Ice.", "paragraf: Ice.", ["01.yaml:7"]),
        ("lessons/01.yaml", "paragraph: Ice.", "paragraph: 7", ["01.yaml:7"]),
        ("lessons/01.yaml", "paragraph: Ice.", "source: {source: nowhere}", ["01.yaml:7"]),
        ("lessons/01.yaml", "paragraph: Ice.", "question: {kind: riddle, prompt: Why}", ["01.yaml:7", "01.yaml:7"]),
        ("lessons/01.yaml", "glossary: [zek]", "title: Twice", ["01.yaml:3"]),
        ("lessons/01.yaml", "  - heading", " - heading: [", ["01.yaml:5"]),
        ("course.yaml", "  - the-thaw", "  - another", ["01.yaml:1", "course.yaml:3"]),
        ("glossary.yaml", "term: Zek", "term: ''", ["glossary.yaml:2"]),
        ("glossary.yaml", TERMS, TERMS + TERMS, ["glossary.yaml:4"]),
        ("glossary.yaml", TERMS, "zek: An inmate", ["glossary.yaml:1"]),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(folder: Path, file: str, old: str, new: str, where: list[str]) -> None:
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    assert faults(folder) == where


LONG = "x" * 301  # longer than any line of ours


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("lessons/01.yaml", "title: The thaw", f"title: {LONG}", ["01.yaml:2"]),
        ("lessons/01.yaml", "title: The thaw", "title: The thaw\nlanguage: In English", ["01.yaml:3"]),
        ("lessons/01.yaml", "title: The thaw", "title: The thaw\nminutes: 40000000000", ["01.yaml:3"]),
        ("lessons/01.yaml", "heading: Before", f"heading: {LONG}", ["01.yaml:5"]),
        (
            "lessons/01.yaml",
            "paragraph: Ice.",
            "quote:\n          text: Ice.\n          language: of ice",
            ["01.yaml:9"],
        ),
        ("course.yaml", "title: Ice", f"title: {LONG}", ["course.yaml:2"]),
        ("course.yaml", "slug: ice", f"slug: {LONG}", ["course.yaml:1"]),
        ("glossary.yaml", "term: Zek", f"term: {LONG}\n  language: 'р'", ["glossary.yaml:2", "glossary.yaml:3"]),
        ("sources/letter.yaml", "title: A letter", f"title: {LONG}", ["letter.yaml:2"]),
        ("sources/letter.yaml", "kind: letter", "kind: omen", ["letter.yaml:3"]),
        ("sources/letter.yaml", "language: ru", "language: russian_", ["letter.yaml:4"]),
        ("sources/letter.yaml", "language: ru", f"url: https://ice.example/{LONG * 2}", ["letter.yaml:4"]),
    ],
)
def test_what_no_row_would_take_is_told_with_its_file_and_line_on_every_database(
    folder: Path, file: str, old: str, new: str, where: list[str]
) -> None:
    (folder / "sources").mkdir()
    (folder / "sources" / "letter.yaml").write_text(SOURCE)
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    assert faults(folder) == where


def test_a_date_that_cannot_be_read_is_told(folder: Path) -> None:
    event = '- slug: a\n  title: A\n  date: "{}"\n  text: It happens.\n'
    (folder / "events.yaml").write_text(event.format("1956-02-25"))
    assert read_files(folder).events[0]["date"] == "1956-02-25"
    (folder / "events.yaml").write_text(event.format("spring 1956"))
    assert faults(folder) == ["events.yaml:3"]


def test_who_knew_earlier_is_only_said_of_what_others_came_to_know(folder: Path) -> None:
    """The desk refuses to save the one without the other; an open end says that it is not sure."""
    event = '- slug: a\n  title: A\n  date: "1937-07-30"\n  text: It happens.\n{}  known_by: A few.\n'
    (folder / "events.yaml").write_text(event.format("  known_from: 1937-07-30/\n"))
    assert read_files(folder).events[0]["known_by"] == "A few."
    (folder / "events.yaml").write_text(event.format(""))
    assert faults(folder) == ["events.yaml:5"]


def test_a_fault_is_written_as_editors_jump_to_it() -> None:
    assert str(Fault("a.yaml", 3, "is missing")) == "a.yaml:3: is missing"


# --- Markup


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain.", "<p>Plain.</p>"),
        ("The *Thaw* and **more**.", "<p>The <i>Thaw</i> and <b>more</b>.</p>"),
        ("[here](https://example.org/a_b)", '<p><a href="https://example.org/a_b">here</a></p>'),
        ("1 \\* 2 \\_ 3", "<p>1 * 2 _ 3</p>"),
        ("<script>&", "<p>&lt;script&gt;&amp;</p>"),
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("folded\nline", "<p>folded line</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ],
)
def test_the_markup_of_texts(text: str, html: str) -> None:
    assert markup.to_html(text) == html


@given(st.text(alphabet="ab *_[]()\\<>&'\"—é𐍈", max_size=40))
def test_words_come_back_as_they_went_whatever_signs_are_in_them(words: str) -> None:
    plain = " ".join(words.split())
    said = markup.to_html(markup.escape(plain))
    assert markup.to_text(said) == markup.escape(plain)


# --- Ids


def raw(*texts: str) -> list[dict[str, Any]]:
    return blocks.raw_passages(texts)


def ids(kept: list[dict[str, Any]]) -> list[str]:
    return [block["id"] for block in kept]


def test_new_blocks_get_the_same_ids_on_every_site() -> None:
    first, second = (blocks.keep_ids(raw("One.", "Two."), [], "here") for _site in range(2))
    assert first == second
    assert len(set(ids(first))) == 2


def test_a_block_keeps_its_id_when_others_come_go_move_or_change() -> None:
    one, two, three = ids(old := blocks.keep_ids(raw("One.", "Two.", "Three."), [], "here"))
    assert ids(blocks.keep_ids(raw("Zero.", "One.", "Two.", "Three."), old, "here"))[1:] == [one, two, three]
    assert ids(blocks.keep_ids(raw("One.", "Three."), old, "here")) == [one, three]
    assert ids(blocks.keep_ids(raw("Three.", "One.", "Two."), old, "here")) == [three, one, two]
    assert ids(blocks.keep_ids(raw("One.", "Two, changed.", "Three."), old, "here")) == [one, two, three]


def test_no_two_blocks_ever_share_an_id() -> None:
    old = blocks.keep_ids(raw("One.", "Two."), [], "here")
    kept = blocks.keep_ids(raw("Two.", "New.", "One.", "New.", "Two."), old, "here")
    assert len(set(ids(kept))) == 5


def test_options_of_a_question_keep_theirs_too() -> None:
    def asked(*options: str) -> list[dict[str, Any]]:
        value = {"kind": "single", "prompt": "Why?", "points": 2, "options": list(options)}
        return [blocks.raw_block({"question": value}, blocks.Names())]

    old = blocks.keep_ids(asked("+Ice", "Snow"), [], "here")
    ice, snow = ids(old[0]["value"]["options"])
    new = blocks.keep_ids(asked("Rain", "Snow", "+Ice"), old, "here")
    assert ids(new[0]["value"]["options"])[1:] == [snow, ice]


@pytest.mark.parametrize("text", ["Ice", "+Ice", "\\+1 degree", "+\\+1 degree", "\\\\a"])
def test_an_option_comes_back_as_it_was_written(text: str) -> None:
    value = {"kind": "single", "prompt": "Why?", "points": 2, "options": [text, "+Other"]}
    again = blocks.record_of(blocks.raw_block({"question": value}, blocks.Names()), blocks.Names())
    assert again["question"]["options"][0] == text


# --- Drawings


ROWS: dict[str, list[dict[str, Any]]] = {
    "bars": [{"label": "Held", "value": 2526402}, {"label": "Freed", "value": 1201738, "note": "Usual figure."}],
    "ranges": [{"label": "Low", "low": 681692, "high": 681692, "who": "Police"}, {"label": "W", "low": 1, "high": 2}],
    "spans": [{"label": "Malenkov", "from": "1953-03-05", "to": "1955-02", "group": "Premier"}],
    "points": [{"label": "Poznań", "lon": 16.9, "lat": 52.4, "when": "1956-06-28"}],
    "panels": [{"panel": "Positive", "label": "2003", "value": 53}, {"panel": "Leader", "label": "2016", "value": 28}],
}


@pytest.mark.parametrize("kind", ROWS)
def test_every_kind_of_drawing_is_the_same_picture_every_time(kind: str) -> None:
    figure = {"title": "A title that is too long for one line of the picture, so that it goes on", "kind": kind}
    figure |= {"unit": "people", "rows": ROWS[kind]}
    assert set(shapes.FIGURE_ROWS) == set(ROWS)
    drawn = charts.draw(figure)
    assert drawn == charts.draw(figure)
    assert clean(drawn).width == charts.WIDTH
    assert drawn != charts.draw({**figure, "title": "Another"})


def test_the_table_behind_a_drawing_says_its_figures() -> None:
    figure = {"title": "", "kind": "bars", "unit": "people", "rows": ROWS["bars"], "note": "Never add them."}
    assert charts.table(figure) == {
        "columns": ["", "people", "Note"],
        "rows": [["Held", "2,526,402", ""], ["Freed", "1,201,738", "Usual figure."]],
        "note": "Never add them.",
    }
    ranges = {"title": "", "kind": "ranges", "unit": "people", "rows": ROWS["ranges"]}
    assert [row[1] for row in charts.table(ranges)["rows"]] == ["681,692", "1–2"]


def test_what_is_written_is_read_the_same(tmp_path: Path) -> None:
    said = {"a": "x: y # z " * 20, "b": ["one", "two"], "c": "1956-02-25", "d": "  kept  ", "e": "«Да»\n\nи нет"}
    (tmp_path / "f.yaml").write_text(files.write(said))
    assert files.read(tmp_path / "f.yaml", []) == said


def test_a_drawing_that_nothing_names_and_nothing_shows_is_told_and_stays(folder: Path, db: None) -> None:
    left = factories.make_image("People rehoused")
    CuratedImage.objects.filter(pk=left.pk).update(slug="people-rehoused", drawing={"kind": "bars"})
    shown = factories.make_image("People released", colour="black")
    CuratedImage.objects.filter(pk=shown.pk).update(slug="people-released", drawing={"kind": "bars"})
    figure = {"image": shown, "alt": "Six bars", "decorative": False, "caption": ""}
    factories.make_lesson(sections=[("One", [("figure", figure)])])
    factories.make_image("A photograph", colour="white")
    out = io.StringIO()
    call_command("load_curriculum", str(folder), stdout=out)
    told = [line for line in out.getvalue().splitlines() if "stays in the library" in line]
    assert len(told) == 1
    assert "“People rehoused” (people-rehoused)" in told[0]
    assert CuratedImage.objects.count() == 3
