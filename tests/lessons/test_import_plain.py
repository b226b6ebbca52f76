"""Plain text without markup becomes sections, subheadings, lists and paragraphs."""

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.importing.article import Article, Found, ItemList, Paragraph, Quote, Subheading, text_of
from lessons.importing.reading import ArticleRefused, read_bytes, read_text
from lessons.importing.words import words_of

DATA = Path(__file__).parent / "data"
LONG = "It was a long winter, and nobody who lived through it forgot what the bread had tasted like."


def shape(article: Article) -> list[tuple[str, list[str]]]:
    return [(section.heading, [type(block).__name__ for block in section.blocks]) for section in article.sections]


def headings(article: Article) -> list[tuple[str, list[str]]]:
    return [
        (section.heading, [block.text for block in section.blocks if isinstance(block, Subheading)])
        for section in article.sections
    ]


def found(article: Article, what: Found) -> list[str]:
    return [each.excerpt for each in article.notes if each.found is what]


@pytest.fixture
def thaw() -> Article:
    return read_bytes((DATA / "the-thaw.txt").read_bytes(), name="the-thaw.txt")


def test_an_article_without_markup_gets_its_sections_and_subheadings(thaw: Article) -> None:
    assert headings(thaw) == [
        ("Introduction", []),
        ("Roots of the Thaw", ["What Had Been Forbidden", "First Signs"]),
        ("Openings", ["In Print", "On the Screen and in the Street"]),
        ("Limits", ["The Pasternak Affair", "The Manege"]),
        ("Remembering the Thaw", []),
    ]
    counts = thaw.counts()
    assert (counts.sections, counts.subheadings, counts.items, counts.labels, counts.links) == (5, 6, 6, 6, 1)


def test_not_one_word_of_the_article_is_lost(thaw: Article) -> None:
    assert words_of(thaw.as_text()) == words_of((DATA / "the-thaw.txt").read_text())


def test_the_title_comes_from_the_file_name_and_is_marked_unsure(thaw: Article) -> None:
    assert thaw.title == "The thaw"
    assert [each.found for each in thaw.unsure] == [Found.TITLE_FROM_FILE, Found.SECTION_REPEATS_SUBJECT]


def test_text_before_the_first_heading_becomes_an_introduction(thaw: Article) -> None:
    assert found(thaw, Found.INTRODUCTION_ADDED) == ["Introduction"]
    assert thaw.sections[0].heading_in_text is False


def test_a_heading_that_repeats_the_subject_is_a_section_and_marked_unsure(thaw: Article) -> None:
    assert found(thaw, Found.SECTION_REPEATS_SUBJECT) == ["Remembering the Thaw"]


def test_a_label_is_bold_and_its_text_is_not(thaw: Article) -> None:
    first = next(block for block in thaw.blocks() if isinstance(block, ItemList)).items[0]
    assert (first[0].text, first[0].bold) == ("A Plea for Sincerity:", True)
    assert not first[1].bold


def test_an_address_is_a_link_without_the_mark_behind_it(thaw: Article) -> None:
    assert [span.href for inline in thaw.inlines() for span in inline if span.href] == [
        "https://example.org/archive/manege"
    ]


@pytest.mark.skipif(not os.environ.get("ARTICLE_FILE"), reason="ARTICLE_FILE names no article")
def test_not_one_word_of_the_named_article_is_lost() -> None:
    path = Path(os.environ["ARTICLE_FILE"])
    article = read_bytes(path.read_bytes(), name=path.name)
    assert words_of(article.as_text()) == words_of(path.read_text(encoding="utf-8-sig"))
    if path.name == "destalinization.txt":
        counts = article.counts()
        assert (counts.sections, counts.subheadings, counts.items) == (1 + 7, 10, 16)


# Titles


def test_a_title_line_above_the_sections_is_the_title() -> None:
    article = read_text(f"The Hard Winter\nCauses\nHarvests\n{LONG}\nEffects\nPrices\n{LONG}")
    assert article.title == "The Hard Winter"
    assert headings(article) == [("Causes", ["Harvests"]), ("Effects", ["Prices"])]
    assert article.unsure == []


def test_the_title_of_the_form_is_taken_and_marked_when_the_text_has_none() -> None:
    article = read_text(LONG, title="Bread and Frost")
    assert article.title == "Bread and Frost"
    assert found(article, Found.TITLE_FROM_FORM) == ["Bread and Frost"]


def test_a_title_line_that_the_form_repeats_is_not_said_twice() -> None:
    article = read_text(f"The Hard Winter\n\n{LONG}", title="the hard winter")
    assert article.title == "The Hard Winter"
    assert shape(article) == [("Introduction", ["Paragraph"])]


def test_a_title_line_that_the_form_overrules_stays_in_the_text() -> None:
    text = f"The Hard Winter\nCauses\nHarvests\n{LONG}"
    article = read_text(text, title="Bread and Frost")
    assert article.title == "Bread and Frost"
    assert found(article, Found.TITLE_LINE_KEPT) == ["The Hard Winter"]
    assert words_of(article.as_text()) == words_of(text)


def test_without_file_name_or_form_the_subject_is_the_title() -> None:
    assert read_text("The Great Frost is a name for one winter of the last century, and for its memory.").title == (
        "Great Frost"
    )


# Headings


def test_headings_of_a_flat_article_each_open_a_section() -> None:
    article = read_text(f"{LONG}\nCauses\n{LONG}\nEffects\n{LONG}")
    assert [section.heading for section in article.sections] == ["Introduction", "Causes", "Effects"]
    assert Found.SECTION_STANDS_ALONE not in {each.found for each in article.notes}


def test_a_heading_before_the_first_nested_section_is_a_section_and_marked() -> None:
    article = read_text(f"{LONG}\nCauses\n{LONG}\nEffects\nPrices\n{LONG}\nHealth\n{LONG}")
    assert headings(article) == [("Introduction", []), ("Causes", []), ("Effects", ["Prices", "Health"])]
    assert found(article, Found.SECTION_STANDS_ALONE) == ["Causes"]


def test_three_headings_under_each_other_make_one_section_and_are_marked() -> None:
    article = read_text(f"{LONG}\nPart One\nCauses\nHarvests\n{LONG}\nPart Two\nEffects\n{LONG}")
    assert headings(article)[1:] == [("Part One", ["Causes", "Harvests"]), ("Part Two", ["Effects"])]
    assert found(article, Found.HEADINGS_STACKED) == ["Causes"]


@pytest.mark.parametrize("line", ["The winter ended.", "Why did it end?", "It had three causes:", "First of all,"])
def test_a_short_line_with_end_punctuation_is_text(line: str) -> None:
    assert shape(read_text(f"{LONG}\n{line}\n{LONG}")) == [("Introduction", ["Paragraph"] * 3)]


def test_a_short_line_before_shorter_text_is_text_and_marked() -> None:
    article = read_text(f"{LONG}\nSummary of the whole winter\nIt ended.")
    assert shape(article) == [("Introduction", ["Paragraph"] * 3)]
    assert found(article, Found.SHORT_LINE_KEPT) == ["Summary of the whole winter"]


def test_a_short_last_line_is_text_and_marked() -> None:
    article = read_text(f"{LONG}\nN. N., Moscow")
    assert found(article, Found.SHORT_LINE_KEPT) == ["N. N., Moscow"]


def test_verse_is_not_taken_for_a_stack_of_headings() -> None:
    verse = "The river froze\nThe road was gone\nWe burned the chairs\nAnd then the door\nAnd sang till dawn"
    article = read_text(f"{LONG}\n{verse}\nSpring\n{LONG}")
    assert [section.heading for section in article.sections] == ["Introduction", "Spring"]
    assert found(article, Found.SHORT_LINES_KEPT) == ["The river froze"]


def test_facts_under_each_other_are_labels_and_not_headings() -> None:
    article = read_text(f"{LONG}\nAuthor: N. N\nPlace: Moscow\n{LONG}")
    assert shape(article) == [("Introduction", ["Paragraph"] * 4)]
    assert article.sections[0].blocks[1].inline[0].bold  # type: ignore[union-attr]


def test_a_sentence_with_a_colon_has_no_label() -> None:
    paragraph = (
        read_text("There was one question: who would pay for all of that bread in the end?").sections[0].blocks[0]
    )
    assert isinstance(paragraph, Paragraph)
    assert not any(span.bold for span in paragraph.inline)


# Lists, quotes, lines


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "•", "– ", "-\t", "  - ", "\u00a0•\u00a0"])
def test_a_bullet_of_any_kind_is_a_list_item(bullet: str) -> None:
    article = read_text(f"{LONG}\n{bullet}one\n{bullet}two\n")
    items = article.sections[0].blocks[1]
    assert isinstance(items, ItemList)
    assert [text_of(item) for item in items.items] == ["one", "two"]


def test_lines_numbered_from_one_are_an_ordered_list() -> None:
    items = read_text(f"{LONG}\n1. one\n2. two\n3) three").sections[0].blocks[1]
    assert isinstance(items, ItemList)
    assert (items.ordered, len(items.items)) == (True, 3)


def test_a_number_that_begins_no_list_stays_in_its_words() -> None:
    text = f"{LONG}\n7. September was cold, and the papers of that day said so at great length for once."
    article = read_text(text)
    assert found(article, Found.NUMBER_KEPT)
    assert words_of(article.as_text()) == words_of(text)


def test_quoted_lines_are_a_quote() -> None:
    quote = read_text(f"{LONG}\n> one\n> two").sections[0].blocks[1]
    assert isinstance(quote, Quote)
    assert text_of(quote.inline) == "one\ntwo"


def test_lines_broken_at_a_width_are_joined_and_that_is_said() -> None:
    text = (
        "Causes\n\n"
        "The winter began early, and the stores of the towns were filled to\n"
        "less than half of what the planners had asked for in the autumn of\n"
        "that year.\n\n"
        "- bread: which was counted by the gram from the second week of the\n"
        "  month on\n"
        "- coal\n\n"
        "Effects\n"
        "Many families moved to the villages, where a cousin had a cow or a\n"
        "field of potatoes.\n"
    )
    article = read_text(text, title="The Hard Winter")
    assert shape(article) == [("Causes", ["Paragraph", "ItemList"]), ("Effects", ["Paragraph"])]
    assert Found.LINES_JOINED in {each.found for each in article.unsure}
    assert words_of(article.as_text()) == words_of(text)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x0b"])
def test_line_ends_of_any_system_read_alike(end: str) -> None:
    text = (DATA / "the-thaw.txt").read_text()
    assert read_text(text.replace("\n", end)).as_text() == read_text(text).as_text()


def test_marks_that_nobody_sees_change_nothing() -> None:
    text = (DATA / "the-thaw.txt").read_text()
    dressed = "\ufeff" + text.replace(" ", "\u00a0").replace("Soviet", "So\u00adviet").replace("Thaw", "Th\u200baw")
    assert read_bytes(dressed.encode()).as_text() == read_text(text).as_text()


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", " ", "- ", "-", "1. a", "2. b", "3) c", "01. d", "> q", "---", "• x", "Causes", "The Thaw", "#", "…"]
        ),
        st.text(alphabet="ab AB.:?-–•123[]()>#*|_\t\u00a0\u00ad\u200b\ufeff’«é\u0301𐍈", max_size=130),
        st.text(max_size=200),
        st.just(LONG),
        st.sampled_from(["see https://a.b/c(d)e, and", "[x](https://a.b)", "Name: https://a.b/;"]),
    ),
    max_size=14,
)


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from(["", "The Thaw", "causes", "A\x00\ud800B"]), st.sampled_from(["", "a.txt", "..", "x-y"]))
def test_no_word_of_any_text_is_lost(lines: list[str], title: str, name: str) -> None:
    text = "\n".join(lines)
    try:
        article = read_text(text, title=title, name=name, markup="plain")
    except ArticleRefused:
        return
    assert words_of(article.as_text()) == words_of(text)
    assert article.title.strip()
    assert all(section.heading.strip() for section in article.sections)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | LINES.map("\n".join).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with contextlib.suppress(ArticleRefused):  # the one refusal; anything else fails
        read_bytes(data)
