"""The compiler, over plain values: no database."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import compiler, document, problems
from lessons.citations import SourceFacts
from lessons.compiler import ImageDraft, LessonDraft, SectionDraft, SourceDraft, compile_lesson

SIZE = {"sha256": "0" * 64, "type": "image/jpeg", "width": 320, "height": 200}
ASSET = {**SIZE, "width": 700, "height": 438, "sizes": [SIZE]}


def raw(kind, value, block_id=None):
    return {"type": kind, "id": block_id or f"{kind}-1", "value": value}


def item(value, item_id="i"):
    return {"type": "item", "id": item_id, "value": value}


def option(text, correct=False, item_id=None):
    return item({"text": text, "correct": correct}, item_id or f"o-{text}")


def question(**fields):
    value = {"kind": "short", "prompt": "<p>Why?</p>", "points": "5", "required": True, "skill": "sourcing"}
    return {**value, "options": [], "model_answer": "<p>Because.</p>", **fields}


def source(key="1", **fields):
    facts = {"slug": f"source-{key}", "title": f"Source {key}", "kind": "letter", "creator": "Mason, Jan"}
    blocks = [raw("paragraph", f"<p>Passage {n}.</p>", f"s{key}-{n}") for n in (1, 2, 3)]
    values = {"id": f"source-id-{key}", "live": True, "primary": True, "rights": "", "paraphrase": True}
    values |= {"record": {"author": "A mason"}, "blocks": blocks, "images": []}
    return SourceDraft(**{**values, "facts": SourceFacts(**facts, date="1956-02~"), **fields})


def lesson(*blocks, **fields):
    values = {"slug": "walls", "title": "Walls", "summary": "", "inquiry": "", "course": "c", "language": "en"}
    values |= {"level": "", "minutes": 45, "sections": [SectionDraft("s1", "Before", blocks)]}
    return LessonDraft(
        **{**values, "sources": {"1": source("1"), "2": source("2")}, **fields},
        images={"9": ImageDraft(ASSET, "Photo: us", "Ours")},
    )


def only_block(compiled):
    assert not compiled.problems
    (block,) = compiled.document["sections"][0]["blocks"]
    return block


EVERY_KIND = [
    raw("heading", {"text": "A heading", "level": "3"}),
    raw("paragraph", "<p>One.</p>"),
    raw("list", {"items": [item("<p>stone</p>"), item("<p>mortar <b>and</b> sand</p>")], "ordered": True}),
    raw("quote", {"text": "<p>Слово</p>", "attribution": "A mason", "language": "ru"}),
    raw("callout", {"title": "Mind", "text": "<p>Two words are confused.</p>"}),
    raw("figure", {"image": 9, "alt": "A wall", "decorative": False, "caption": "<p>The wall</p>", "credit": ""}),
    raw("source", {"source": 1, "framing": "<p>Watch the money.</p>", "first": None, "last": None}),
    raw(
        "disputed",
        {
            "label": "How many?",
            "unit": "people",
            "rows": [
                item({"who": "The police", "low": 681692, "high": None, "note": ""}),
                item({"who": "Historians", "low": 950000, "high": 1200000, "note": "with deaths under arrest"}),
            ],
            "explanation": "<p>They count different things.</p>",
        },
    ),
    raw("question", question()),
]


def test_every_kind_of_block_compiles_into_a_valid_document():
    compiled = compile_lesson(lesson(*EVERY_KIND))
    assert not compiled.problems
    document.validate(compiled.document)
    blocks = compiled.document["sections"][0]["blocks"]
    names = [(block["kind"], block["name"]) for block in blocks]
    assert names == [
        ("heading", ""),
        ("paragraph", "¶1"),
        ("list", "¶2"),
        ("quote", "¶3"),
        ("callout", "¶4"),
        ("figure", "¶5"),
        ("source", "¶6"),
        ("disputed", "¶7"),
        ("question", ""),
    ]
    by_kind = {block["kind"]: block for block in blocks}
    assert by_kind["list"]["text"] == "stone\nmortar and sand"
    assert by_kind["list"]["html"] == "<ol><li>stone</li><li>mortar <b>and</b> sand</li></ol>"
    assert by_kind["quote"]["language"] == "ru"
    assert by_kind["figure"]["image"]["credit"] == "Photo: us"
    assert by_kind["disputed"]["text"] == (
        "How many? (people)\nThe police: 681,692\nHistorians: 950,000–1,200,000 (with deaths under arrest)\n"
        "They count different things."
    )


def test_the_same_draft_gives_the_same_bytes():
    one = compile_lesson(lesson(*EVERY_KIND)).document
    other = compile_lesson(copy.deepcopy(lesson(*EVERY_KIND))).document
    assert document.canonical_bytes(one) == document.canonical_bytes(other)


def test_numbers_run_through_the_whole_lesson_and_letters_follow_first_use():
    sections = [
        SectionDraft("s1", "One", [raw("paragraph", "<p>a</p>", "p1"), raw("source", {"source": 2}, "u1")]),
        SectionDraft("s2", "Two", [raw("paragraph", "<p>b</p>", "p2"), raw("source", {"source": 1}, "u2")]),
        SectionDraft("s3", "Three", [raw("source", {"source": 2}, "u3")]),
    ]
    compiled = compile_lesson(lesson(sections=sections))
    data = compiled.document
    assert [block["n"] for section in data["sections"] for block in section["blocks"]] == [1, None, 2, None, None]
    assert [(found["letter"], found["slug"]) for found in data["sources"]] == [("A", "source-2"), ("B", "source-1")]
    assert data["sources"][1]["blocks"][2]["name"] == "B3"
    assert compiled.source_keys == ["2", "1"]


def test_a_block_of_several_paragraphs_is_numbered_by_the_paragraph_and_keeps_its_id_first():
    block = raw("paragraph", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>", "p1")
    (first, second, third) = compile_lesson(lesson(block)).document["sections"][0]["blocks"]
    assert (first["id"], first["name"], second["name"]) == ("p1", "¶1", "¶2")
    assert (third["kind"], third["ordered"], third["text"]) == ("list", False, "c\nd")
    assert len({first["id"], second["id"], third["id"]}) == 3


def test_only_the_passages_asked_for_are_shown_and_all_are_carried():
    compiled = compile_lesson(lesson(raw("source", {"source": 1, "first": 2, "last": 3})))
    assert only_block(compiled)["passages"] == ["s1-2", "s1-3"]
    assert len(compiled.document["sources"][0]["blocks"]) == 3


def test_a_heading_goes_with_the_passage_that_it_leads_to():
    texts = [raw("heading", {"text": "I"}, "h1"), raw("paragraph", "<p>a</p>", "a1")]
    texts += [raw("heading", {"text": "II"}, "h2"), raw("paragraph", "<p>b</p>", "b1")]
    draft = lesson(raw("source", {"source": 1, "first": 2, "last": 2}), sources={"1": source(blocks=texts)})
    assert only_block(compile_lesson(draft))["passages"] == ["h2", "b1"]


def test_correct_options_and_model_answers_go_to_the_key_alone():
    options = [option("Nobody"), option("The city", correct=True)]
    compiled = compile_lesson(
        lesson(raw("question", question(kind="single", options=options, model_answer="<p>Secret</p>"), "q1"))
    )
    (asked,) = compiled.document["questions"]
    assert asked["options"] == [{"id": "o-Nobody", "text": "Nobody"}, {"id": "o-The city", "text": "The city"}]
    key = document.Key(compiled.key)
    assert key.correct("q1") == {"o-The city"}
    assert key.answer("q1")["model_answer"] == "Secret"
    student_sees = document.canonical_bytes(compiled.document)
    assert b"Secret" not in student_sees
    assert b"correct" not in student_sees


@pytest.mark.parametrize(("points", "written"), [("5", "5"), ("2.50", "2.5"), ("0", "0"), ("100", "100"), (10, "10")])
def test_points_are_decimal_strings_in_one_form(points, written):
    compiled = compile_lesson(lesson(raw("question", question(points=points))))
    assert compiled.document["questions"][0]["points"] == written


def test_ids_that_a_copy_brought_in_twice_are_told_apart():
    twins = {"1": source("1"), "2": replace(source("2"), blocks=source("1").blocks)}
    blocks = [
        raw("source", {"source": 1}, "u1"),
        raw("source", {"source": 2}, "u2"),
        raw("paragraph", "<p>x</p>", "s1-1"),
    ]
    compiled = compile_lesson(lesson(*blocks, sources=twins))
    assert not compiled.problems
    document.validate(compiled.document)


def test_text_is_normalized_and_html_made_safe():
    block = only_block(
        compile_lesson(lesson(raw("paragraph", '<p>cafe\u0301 <script>x</script><b onclick="x">b</b>\r\n c\x00</p>')))
    )
    assert block["text"] == "café b c"
    assert block["html"] == "<p>café <b>b</b> c</p>"


def test_stored_rich_text_is_expanded_before_it_is_cleaned():
    markup = '<p><a linktype="page" id="3">x</a></p>'
    block = only_block(
        compile_lesson(
            lesson(raw("paragraph", markup)),
            expand=lambda stored: stored.replace('linktype="page" id="3"', 'href="https://example.org/"'),
        )
    )
    assert 'href="https://example.org/"' in block["html"]


def test_a_source_carries_its_record_and_its_citations():
    data = compile_lesson(lesson(raw("source", {"source": 1}))).document["sources"][0]
    assert data["date"] == {"edtf": "1956-02~", "display": "c. February 1956", "from": "1956-02-01", "to": "1956-02-29"}
    assert data["creator"] == "Jan Mason"
    assert data["record"]["author"] == "A mason"
    assert data["note"].startswith("Jan Mason, “Source 1,”")
    assert data["csl"]["author"] == [{"family": "Mason", "given": "Jan"}]


FAULTS = [
    ([raw("paragraph", "<p> </p>")], "/sections/0/body/0", "text-missing"),
    ([raw("heading", {"text": " "})], "/sections/0/body/0/text", "text-missing"),
    ([raw("list", {"items": []})], "/sections/0/body/0/items", "text-missing"),
    ([raw("quote", {"text": ""})], "/sections/0/body/0/text", "text-missing"),
    ([raw("callout", {"text": "", "title": "x"})], "/sections/0/body/0/text", "text-missing"),
    ([raw("poem", {})], "/sections/0/body/0", "block-unknown"),
    ([raw("figure", {"image": None, "alt": "x"})], "/sections/0/body/0/image", "image-missing"),
    ([raw("figure", {"image": 8, "alt": "x"})], "/sections/0/body/0/image", "image-gone"),
    ([raw("figure", {"image": 9, "alt": " "})], "/sections/0/body/0/alt", "alt-missing"),
    ([raw("figure", {"image": 9, "alt": "wall_1956.JPG"})], "/sections/0/body/0/alt", "alt-is-file-name"),
    ([raw("figure", {"image": 9, "alt": "IMG_1234"})], "/sections/0/body/0/alt", "alt-is-file-name"),
    ([raw("figure", {"image": 9, "alt": "A wall", "decorative": True})], "/sections/0/body/0/alt", "alt-of-decoration"),
    ([raw("source", {"source": None})], "/sections/0/body/0/source", "source-missing"),
    ([raw("source", {"source": 7})], "/sections/0/body/0/source", "source-gone"),
    ([raw("source", {"source": 1, "first": 3, "last": 2})], "/sections/0/body/0/last", "passages-backwards"),
    ([raw("source", {"source": 1, "first": 4})], "/sections/0/body/0/first", "passages-outside"),
    ([raw("disputed", {"label": "x", "unit": "", "rows": []})], "/sections/0/body/0/rows", "figures-too-few"),
    ([raw("question", question(kind="riddle"))], "/sections/0/body/0/kind", "kind-unknown"),
    ([raw("question", question(prompt="<p></p>"))], "/sections/0/body/0/prompt", "text-missing"),
    ([raw("question", question(points="-1"))], "/sections/0/body/0/points", "points-wrong"),
    ([raw("question", question(points="NaN"))], "/sections/0/body/0/points", "points-wrong"),
    ([raw("question", question(points=None))], "/sections/0/body/0/points", "points-wrong"),
    ([raw("question", question(options=[option("x")]))], "/sections/0/body/0/options", "options-unwanted"),
    (
        [raw("question", question(kind="single", options=[option("x")]))],
        "/sections/0/body/0/options",
        "options-too-few",
    ),
    (
        [raw("question", question(kind="single", options=[option("x"), option("y")]))],
        "/sections/0/body/0/options",
        "correct-not-one",
    ),
    (
        [raw("question", question(kind="single", options=[option("x", True), option("y", True)]))],
        "/sections/0/body/0/options",
        "correct-not-one",
    ),
    (
        [raw("question", question(kind="multiple", options=[option("x"), option("y")]))],
        "/sections/0/body/0/options",
        "correct-none",
    ),
    (
        [raw("question", question(kind="multiple", options=[option("x", True), option(" x ")]))],
        "/sections/0/body/0/options",
        "option-twice",
    ),
    (
        [raw("question", question(kind="multiple", options=[option("x", True), option(" ")]))],
        "/sections/0/body/0/options",
        "option-empty",
    ),
]


@pytest.mark.parametrize(("blocks", "pointer", "code"), FAULTS)
def test_what_stops_a_lesson_is_named_with_its_field(blocks, pointer, code):
    compiled = compile_lesson(lesson(*blocks))
    assert (pointer, code) in compiled.problems
    assert problems.message(code)


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (["2", "0"], None),
        (["", None], None),
        (["2", "1", ""], "points-in-part"),
        (["0", None], "points-in-part"),
        (["2", "-1"], "points-wrong"),
        (["2"], "levels-too-few"),
    ],
)
def test_the_levels_of_a_criterion_all_have_points_or_none_has(points, code):
    levels = [item({"name": "A level", "points": each, "description": "So."}) for each in points]
    assert compiler.criterion_faults({"name": "Evidence", "levels": levels}).get("levels") == code
    assert code is None or problems.message(code)


@pytest.mark.parametrize(
    ("draft", "pointer", "code"),
    [
        (lesson(raw("paragraph", "<p>x</p>"), title=" "), "/title", "title-missing"),
        (lesson(raw("paragraph", "<p>x</p>"), slug=""), "/slug", "slug-missing"),
        (lesson(sections=[]), "/sections", "sections-missing"),
        (lesson(), "/sections", "sections-missing"),
        (
            lesson(sections=[SectionDraft("s1", "", [raw("paragraph", "<p>x</p>")])]),
            "/sections/0/heading",
            "heading-missing",
        ),
        (
            lesson(sections=[SectionDraft("s1", "A", [raw("paragraph", "<p>x</p>")]), SectionDraft("s1", "B", [])]),
            "/sections/1",
            "section-twice",
        ),
        (
            lesson(raw("source", {"source": 1}), sources={"1": source(live=False)}),
            "/sections/0/body/0/source",
            "source-not-published",
        ),
        (
            lesson(
                raw("source", {"source": 1}),
                sources={"1": source(facts=SourceFacts(slug="s", title="S", kind="letter", date="long ago"))},
            ),
            "/sources/s/date",
            "source-date",
        ),
        (
            lesson(
                raw("source", {"source": 1}), sources={"1": source(images=[raw("figure", {"image": 9, "alt": ""})])}
            ),
            "/sources/source-1/images/0/alt",
            "alt-missing",
        ),
        (lesson(raw("paragraph", "<p>x</p>"), title="a\ud800b"), "/title", "text-not-writable"),
        (lesson(raw("paragraph", "<p>x</p>"), summary="a\ud800b"), "/summary", "text-not-writable"),
        (lesson(raw("paragraph", "<p>a\ud800b</p>")), "/sections/0/body/0", "text-not-writable"),
        (lesson(raw("question", question(prompt="<p>\udc00</p>"))), "/sections/0/body/0/prompt", "text-not-writable"),
        (
            lesson(raw("list", {"items": [item("<p>a</p>"), item("<p>\ud800</p>")]})),
            "/sections/0/body/0/items/1",
            "text-not-writable",
        ),
        (
            lesson(raw("source", {"source": 1}), sources={"1": source(blocks=[raw("paragraph", "<p>\ud800</p>")])}),
            "/sources/source-1/text/0",
            "text-not-writable",
        ),
        (lesson(raw("paragraph", "<p>x</p>"), title="Walls \u202egnorw"), "/title", "name-bidi"),
        (lesson(raw("paragraph", "<p>x</p>"), title="Wa\u200blls"), "/title", "name-control"),
        (lesson(raw("paragraph", "<p>x</p>"), title="Z" + "\u0336" * 5), "/title", "name-marks"),
        (lesson(raw("paragraph", "<p>x</p>"), title="\u0336"), "/title", "name-blank"),
        # 199 letters to the form, 398 once they are normalized.
        (lesson(raw("paragraph", "<p>x</p>"), title="\u0958" * 199), "/title", "name-too-long"),
        (lesson(sections=[SectionDraft("s", "\u202egnorw", [])]), "/sections/0/heading", "name-bidi"),
        (
            lesson(raw("heading", {"text": "\u2067x", "level": "3"})),
            "/sections/0/body/0/text",
            "name-bidi",
        ),
        (
            lesson(
                raw("source", {"source": 1}),
                sources={"1": source(facts=SourceFacts(slug="s", title="S", kind="letter", creator="\u202e"))},
            ),
            "/sources/s/creator",
            "name-bidi",
        ),
    ],
)
def test_what_stops_it_elsewhere_is_named_too(draft, pointer, code):
    assert (pointer, code) in compile_lesson(draft).problems


@pytest.mark.parametrize("kind", ["paragraph", "quote", "callout", "question"])
def test_what_is_no_text_is_left_out_of_the_preview(kind):
    value = {"text": "<p>\ud800</p>", "kind": "short", "prompt": "<p>\ud800</p>", "points": "1"}
    bad = raw(kind, "<p>\ud800</p>" if kind == "paragraph" else value)
    compiled = compile_lesson(lesson(raw("paragraph", "<p>Kept.</p>", "kept"), bad, title="Walls \ud800"))
    assert {problem.code for problem in compiled.problems} == {"text-not-writable"}
    assert [block["text"] for block in compiled.document["sections"][0]["blocks"]] == ["Kept."]
    assert compiled.document["lesson"]["title"] == "Walls \ufffd"
    document.check_writable(compiled.document)


def test_a_disputed_row_says_what_is_wrong_beside_its_field():
    assert compiler.disputed_row_faults({"who": "", "low": None, "high": 3}) == {
        "who": "who-missing",
        "low": "figure-missing",
    }
    assert compiler.disputed_row_faults({"who": "x", "low": 4, "high": 3}) == {"high": "figure-backwards"}
    assert compiler.disputed_row_faults({"who": "x", "low": 2**60, "high": None}) == {"low": "figure-too-large"}
    assert compiler.disputed_row_faults({"who": "x", "low": 3, "high": 3}) == {}


def test_every_code_has_words_and_no_words_are_left_over():
    import inspect

    text = inspect.getsource(compiler)
    for code in problems.MESSAGES:
        assert f'"{code}"' in text, code


markup = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "<li>", "<ul>", "</ul>", "&", "<", "é", "🧱", " ", "\n", "x"]), max_size=12
).map("".join)
values = st.fixed_dictionaries(
    {},
    optional={
        "text": markup,
        "prompt": markup,
        "kind": st.sampled_from(["short", "single", "multiple", "x", None]),
        "options": st.lists(st.builds(option, st.sampled_from("ab "), st.booleans()), max_size=3),
        "items": st.lists(st.builds(item, markup), max_size=3),
        "image": st.sampled_from([None, 8, 9]),
        "alt": st.sampled_from([None, "", "A wall"]),
        "source": st.sampled_from([None, 1, 2, 3]),
        "first": st.sampled_from([None, 1, 4]),
        "points": st.sampled_from([None, "1", "x", 1e400]),
        "rows": st.lists(st.builds(item, st.just({"who": "x", "low": 1})), max_size=3),
        "label": markup,
    },
)
kinds = ["heading", "list", "quote", "callout", "figure", "source", "disputed", "question", "poem"]
any_block = st.builds(raw, st.sampled_from(kinds), values) | st.builds(raw, st.just("paragraph"), markup)


@given(st.lists(any_block, max_size=6))
def test_any_draft_either_compiles_into_a_valid_document_or_says_why_not(blocks):
    compiled = compile_lesson(lesson(*blocks))
    if compiled.problems:
        assert all(problem.code in problems.MESSAGES for problem in compiled.problems)
    else:
        document.validate(compiled.document)
        document.canonical_bytes(compiled.document)
        document.canonical_bytes(compiled.key)


@pytest.mark.parametrize(
    "name",
    [
        *("my holiday photo.JPG", "DSC_0042", "DSCF1234", "P1010101", "20240305_101112", "image (1)", "Scan 12"),
        *("Screenshot 2024-01-01 at 10.00.00", "IMG-20200101-WA0001", "0f9a340504c31345", "wall.avif"),
    ],
)
def test_the_name_of_a_file_is_no_description(name):
    assert compiler.figure_faults({"image": 1, "alt": name}) == {"alt": "alt-is-file-name"}


@pytest.mark.parametrize(
    "words",
    [
        *("Scan 1 of the letter, with a stamp", "Image of a wall", "Photo 3 shows the wall at night", "1956"),
        *("A poster: “Read .jpg files here”", "1953 to 1956 in one line", "A facade"),
    ],
)
def test_words_that_say_something_are_a_description(words):
    assert compiler.figure_faults({"image": 1, "alt": words}) == {}


def test_an_image_names_its_webp_renditions_where_it_has_any():
    webp = {**SIZE, "type": "image/webp", "sha256": "1" * 64}
    figure = raw("figure", {"image": 9, "alt": "A wall"})
    lesson = LessonDraft(
        **dict.fromkeys(("slug", "title", "summary", "inquiry", "course", "language", "level"), ""),
        minutes=None,
        sections=[SectionDraft("s", "One", [figure])],
    )
    for asset, expected in [(ASSET, None), ({**ASSET, "webp": []}, None), ({**ASSET, "webp": [webp]}, [webp])]:
        compiled = compile_lesson(replace(lesson, images={"9": ImageDraft(asset, "", "")}))
        (block,) = compiled.document["sections"][0]["blocks"]
        assert block["image"].get("webp") == expected
