"""A plan and the document that it makes: plain values, no database."""

import copy
import uuid

import pytest

from lessons import adapting, document
from tests.lessons.documents import block, small_document

OWN = str(uuid.UUID(int=7))
OTHER = str(uuid.UUID(int=8))


def lesson(**texts):
    """Three sections: text; source A and a question on it; source B and a question that names A."""
    data = small_document()
    other = copy.deepcopy(data["sources"][0])
    other |= {"id": "source-b", "slug": "foreman", "letter": "B", "title": "The book of the foreman"}
    other["blocks"] = [block("b1", 1, "Twelve stones.", name="B1")]
    other["claims"] = [
        {
            "id": "c1",
            "text": "They were paid.",
            "locator": "p. 3",
            "rests_on": [
                {
                    "source": "source-a",
                    "title": "",
                    "bibliography": "",
                    "passage": 1,
                    "block": "a1",
                    "text": "By the stone.",
                }
            ],
        }
    ]
    data["sources"].append(other)
    data["sections"].append(
        {
            "id": "s3",
            "number": 3,
            "heading": "Later",
            "blocks": [
                block("srcb", 4, "And the foreman.", "source", source="source-b", passages=["b1"]),
                block("q2", None, texts.get("q2", "How many stones?"), "question"),
                block("p3", 5, texts.get("p3", "It stood.")),
            ],
        }
    )
    question = data["questions"][0]
    data["questions"].append({**question, "id": "q2", "section": "s3", "prompt": texts.get("q2", "How many stones?")})
    document.validate(data)
    return data


def key(data):
    answers = [{"id": q["id"], "correct": [], "model_answer": "", "model_answer_html": ""} for q in data["questions"]]
    return {"schema": document.SCHEMA, "answers": answers}


def applied(plan, data, **fields):
    settled, faults = adapting.settled(plan, data)
    assert not faults
    return adapting.apply(
        settled, data, key(data), **{"title": "Mine", "adaptation": OTHER, "edition": "0" * 64, "number": 3, **fields}
    )


def question(**fields):
    made = {"kind": "short", "prompt": "Why?\nSay how.", "points": "2.50", "required": True, "skill": "", "rubric": ""}
    return {**made, "model_answer": "Because.", "options": [], **fields}


def test_everything_kept_says_the_same_but_for_its_title_and_where_it_comes_from():
    data = lesson()
    before = copy.deepcopy(data)
    made = applied(adapting.first_plan(data), data)
    assert not made.troubles
    assert made.document["adaptation"] == {"id": OTHER, "ancestor": "0" * 64, "number": 3}
    same = {name: part for name, part in made.document.items() if name != "adaptation"}
    assert same == {**data, "lesson": {**data["lesson"], "title": "Mine"}}
    assert made.key == key(data)
    assert data == before


def test_sections_change_places_and_numbers_follow():
    data = lesson()
    plan = adapting.moved(adapting.first_plan(data), "s3", -1)
    made = applied(plan, data).document
    document.validate(made)
    assert [(s["id"], s["number"]) for s in made["sections"]] == [("s1", 1), ("s3", 2), ("s2", 3)]
    assert {b["id"]: b["n"] for s in made["sections"] for b in s["blocks"]}["src"] == 5
    assert [q["id"] for q in made["questions"]] == ["q2", "q1"]


def test_a_dropped_section_takes_its_questions_along_and_comes_back_with_them():
    data = lesson()
    plan = adapting.first_plan(data)
    dropped = adapting.with_kept(plan, "s3", False)
    made = applied(dropped, data)
    assert [q["id"] for q in made.document["questions"]] == ["q1"]
    assert [a["id"] for a in made.key["answers"]] == ["q1"]
    assert adapting.with_kept(dropped, "s3", True) == plan


def test_a_dropped_source_goes_with_what_shows_it_and_claims_keep_their_words():
    data = lesson()
    made = applied(adapting.with_kept(adapting.first_plan(data), "source-a", False), data)
    assert not made.troubles
    assert [(s["id"], s["letter"]) for s in made.document["sources"]] == [("source-b", "A")]
    assert made.document["sources"][0]["blocks"][0]["name"] == "A1"
    ground = made.document["sources"][0]["claims"][0]["rests_on"][0]
    assert (ground["block"], ground["text"], ground["paraphrase"]) == ("", "By the stone.", True)
    assert "src" not in {b["id"] for s in made.document["sections"] for b in s["blocks"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("What does Source A hide?", "rests-on-dropped"),
        ("Compare A1 with the rest.", "rests-on-dropped"),
        ("Read a mason to his brother again.", "rests-on-dropped"),
        ("Is source B right?", "names-other-letter"),
        ("О чём молчит источник А?", "rests-on-dropped"),
        ("Сравните А1 с другими.", "rests-on-dropped"),
        ("Прав ли автор источника B?", "names-other-letter"),
        ("Прав ли автор Источника Б?", "names-other-letter"),
    ],
)
def test_a_question_that_rests_on_a_dropped_source_is_told(text, code):
    data = lesson(q2=text)
    made = applied(adapting.with_kept(adapting.first_plan(data), "source-a", False), data)
    assert [(trouble.code, trouble.at, trouble.where) for trouble in made.troubles] == [(code, "q2", text)]
    plan = adapting.with_kept(adapting.with_kept(adapting.first_plan(data), "source-a", False), "q2", False)
    assert not applied(plan, data).troubles


def test_every_source_of_a_row_of_them_is_told():
    data = lesson(q2="Compare sources A and B.")
    made = applied(adapting.with_kept(adapting.first_plan(data), "source-a", False), data)
    assert [trouble.code for trouble in made.troubles] == ["rests-on-dropped", "names-other-letter"]


def test_a_choice_that_offers_a_source_rests_on_it():
    data = lesson()
    data["questions"][1] |= {"kind": "single", "options": [{"id": "o1", "text": "Source A"}, {"id": "o2", "text": "-"}]}
    made = applied(adapting.with_kept(adapting.first_plan(data), "source-a", False), data)
    assert [(trouble.code, trouble.at) for trouble in made.troubles] == [("rests-on-dropped", "q2")]


@pytest.mark.parametrize("text", ["They marched on A4.", "Resources A.", "Истоки А.", "Есть источник. А что дальше?"])
def test_what_only_looks_like_a_name_is_none(text):
    data = lesson(q2=text)
    assert not applied(adapting.with_kept(adapting.first_plan(data), "source-a", False), data).troubles


def test_a_text_that_names_a_paragraph_is_told_when_it_is_gone_or_counted_otherwise():
    data = lesson(p3="As ¶1 says, and paragraph 4.")
    gone = applied(adapting.with_kept(adapting.first_plan(data), "s1", False), data)
    assert [(t.code, t.named, t.now) for t in gone.troubles] == [
        ("rests-on-paragraph", "¶1", ""),
        ("names-other-paragraph", "¶4", "¶2"),
    ]
    assert not applied(adapting.first_plan(data), data).troubles


def test_a_section_that_is_left_empty_and_a_lesson_without_sections_are_told():
    data = lesson()
    plan = adapting.first_plan(data)
    for name in ("source-a", "q1"):
        plan = adapting.with_kept(plan, name, False)
    assert [(t.code, t.at) for t in applied(plan, data).troubles] == [("section-empty", "s2")]
    for name in ("s1", "s2", "s3"):
        plan = adapting.with_kept(plan, name, False)
    assert [t.code for t in applied(plan, data).troubles] == ["nothing-kept"]


def test_her_own_question_stands_in_its_section_with_its_key_apart():
    data = lesson()
    options = [{"id": "o1", "text": "Yes", "correct": True}, {"id": "o2", "text": "No", "correct": False}]
    plan = adapting.with_own(adapting.first_plan(data), OWN, question(kind="single", options=options), "s2")
    made = applied(plan, data)
    assert not made.troubles
    asked = made.document["questions"][1]
    assert (asked["id"], asked["section"], asked["points"], asked["prompt"]) == (OWN, "s2", "2.5", "Why?\nSay how.")
    assert asked["options"] == [{"id": "o1", "text": "Yes"}, {"id": "o2", "text": "No"}]
    assert made.key["answers"][1]["correct"] == ["o1"]
    assert "Because." not in document.canonical_bytes(made.document).decode()
    assert adapting.without_own(plan, OWN) == adapting.first_plan(data)


def test_questions_move_within_their_section_and_into_the_next_one():
    data = lesson()
    plan = adapting.with_own(adapting.first_plan(data), OWN, question(), "s2")
    up = adapting.moved(plan, OWN, -1)
    assert [q["id"] for q in applied(up, data).document["questions"]] == [OWN, "q1", "q2"]
    on = adapting.moved(plan, OWN, 1)
    assert adapting.section_of(on, OWN) == "s3"
    back = adapting.moved(on, OWN, -1)
    assert adapting.section_of(back, OWN) == "s2"


def test_sources_change_places_and_letters_follow():
    data = lesson()
    made = applied(adapting.moved(adapting.first_plan(data), "source-b", -1), data).document
    document.validate(made)
    assert [(s["id"], s["letter"]) for s in made["sources"]] == [("source-b", "A"), ("source-a", "B")]


def test_what_a_plan_does_not_name_is_dropped():
    data = lesson()
    plan, faults = adapting.settled({"sections": [{"id": "s1"}], "sources": []}, data)
    assert not faults
    made = applied(plan, data)
    assert [s["id"] for s in made.document["sections"]] == ["s1"]
    assert made.document["sources"] == made.document["questions"] == []


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        ({"sections": [{"id": "nowhere"}]}, ("/sections/0/id", "unknown-section")),
        ({"sections": [{"id": "s1"}, {"id": "s1"}]}, ("/sections/1/id", "twice")),
        ({"sources": [{"id": "nowhere"}]}, ("/sources/0/id", "unknown-source")),
        ({"sections": [{"id": "s1", "questions": [{"id": "x"}]}]}, ("/sections/0/questions/0/id", "unknown-question")),
        ({"own": {OWN: question()}}, (f"/own/{OWN}", "stands-nowhere")),
        ({"own": {"../x": question()}}, ("/own/../x", "id-not-free")),
        (
            {"own": {OWN: question(kind="single", options=[{"id": "o", "text": t, "correct": False} for t in "ab"])}},
            (f"/own/{OWN}/options", "id-not-free"),
        ),
        ({"own": {OWN: question(prompt=" ")}}, (f"/own/{OWN}/prompt", "text-missing")),
        ({"own": {OWN: question(prompt="x" * 4_001)}}, (f"/own/{OWN}/prompt", "text-too-long")),
        ({"own": {OWN: question(prompt="a\0b")}}, (f"/own/{OWN}/prompt", "text-not-writable")),
        ({"own": {OWN: question(points="1e9")}}, (f"/own/{OWN}/points", "points-wrong")),
        ({"own": {OWN: question(rubric="gone")}}, (f"/own/{OWN}/rubric", "rubric-gone")),
        ({"own": {OWN: question(kind="single")}}, (f"/own/{OWN}/options", "options-too-few")),
        ({"own": {str(uuid.UUID(int=n)): question() for n in range(31)}}, ("/own", "too-many-questions")),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_place(plan, fault):
    _plan, faults = adapting.settled(plan, lesson())
    assert fault in faults


def test_a_question_of_hers_never_takes_the_id_of_a_block():
    data = lesson()
    data["sections"][0]["blocks"][1]["id"] = OWN
    plan = adapting.with_own(adapting.first_plan(data), OWN, question(), "s1")
    assert (f"/own/{OWN}", "id-not-free") in adapting.settled(plan, data)[1]


def test_markup_in_her_question_is_text():
    data = lesson()
    plan = adapting.with_own(adapting.first_plan(data), OWN, question(prompt="<script>alert(1)</script>"), "s1")
    asked = next(b for s in applied(plan, data).document["sections"] for b in s["blocks"] if b["id"] == OWN)
    assert asked["html"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
