"""Terms, people, events and rubrics: from the curators' desk into an edition."""

from typing import Any

import pytest

from accounts.models import User
from lessons.cms import actions, groups
from lessons.models import Event, GlossaryTerm, Lesson, Person, Rubric
from lessons.problems import CannotCompile
from tests.lessons.desk import at_desk, author, editor
from tests.lessons.factories import make_lesson, make_source, publish, question

pytestmark = pytest.mark.django_db
DESK = "/cms/snippets/lessons"


@pytest.fixture
def writer() -> User:
    return author()


def make_term(**fields: Any) -> GlossaryTerm:
    said = {"slug": "zek", "term": "Zek", "original": "зэк", "meaning": "An inmate of a camp.", "forms": "zek\nzeks"}
    return GlossaryTerm.objects.create(**{**said, **fields})


def make_event(**fields: Any) -> Event:
    return Event.objects.create(
        **{"slug": "speech", "title": "The speech", "date": "1956-02-25", "text": "He speaks.", **fields}
    )


def make_rubric() -> Rubric:
    levels = [
        {"name": "Good", "points": "2", "description": "Says why."},
        {"name": "Weak", "points": None, "description": "Says that."},
    ]
    criterion = {"name": "Reason", "description": "", "levels": levels}
    return Rubric.objects.create(slug="short", title="Short answer", criteria=[("criterion", criterion)])


def lesson_with(*, body: list[Any] | None = None, **lists: list[Any]) -> Lesson:
    lesson = make_lesson(sections=[("One", body or [("paragraph", "<p>A zek met zeks.</p>")])])
    for name, rows in lists.items():
        setattr(lesson, name, rows)
    return lesson


def test_a_lesson_takes_its_terms_people_and_events_into_its_edition() -> None:
    person = Person.objects.create(slug="eve", name="Eve Able", born="1905~", died="1989", role="She was there.")
    lesson = lesson_with(
        terms=[make_term()],
        people=[person],
        events=[
            make_event(known_from="1989", known_by="Those in the hall."),
            make_event(slug="death", title="A death", date="1953-03-05"),
        ],
    )
    document = publish(lesson).read()
    assert [(term["id"], term["original"], term["meaning"]) for term in document.glossary] == [
        ("zek", "зэк", "An inmate of a camp.")
    ]
    assert document.people[0]["born"]["display"] == "c. 1905"
    death, speech = document.events
    assert (death["id"], death["known"]["from"]) == ("death", "1953-03-05")
    assert (speech["date"]["from"], speech["known"]["from"], speech["known_by"]) == (
        "1956-02-25",
        "1989-01-01",
        "Those in the hall.",
    )
    block = document.sections[0]["blocks"][0]
    assert block["marks"] == [{"start": 2, "end": 5, "entry": "zek"}]


def test_what_changes_afterwards_leaves_the_edition_as_it_is() -> None:
    term = make_term()
    edition = publish(lesson_with(terms=[term]))
    term.meaning = "Changed."
    term.save()
    assert edition.read().glossary[0]["meaning"] == "An inmate of a camp."
    edition.lesson.terms = [term]
    assert publish(edition.lesson).number == 2


def test_a_question_brings_its_rubric_along_once() -> None:
    rubric = make_rubric()
    asked = {**question(), "rubric": rubric}
    document = publish(lesson_with(body=[("question", asked), ("question", asked)])).read()
    assert [row["rubric"] for row in document.questions] == ["short", "short"]
    assert len(document.rubrics) == 1
    levels = document.rubrics[0]["criteria"][0]["levels"]
    assert [(level["name"], level["points"]) for level in levels] == [("Good", "2"), ("Weak", "")]


def claims(**value: Any) -> list[Any]:
    return [("claim", {"text": "He meant it.", "locator": "chapter 3", **value})]


def test_a_historians_claim_carries_the_passages_that_it_rests_on() -> None:
    speech = make_source(passages=("He spoke.", "He wept."), title="A speech")
    letter = make_source(passages=("Dear brother.",), title="A letter")
    grounds = [
        {"source": speech, "passage": 2, "reading": "As regret."},
        {"source": letter, "passage": 1, "reading": "As proof."},
    ]
    book = make_source(title="A book", kind="monograph", claims=claims(rests_on=grounds))
    shown = [{"source": row, "framing": "", "first": None, "last": None} for row in (speech, book)]
    document = publish(lesson_with(body=[("source", value) for value in shown])).read()
    first, second = document.sources[1]["claims"][0]["rests_on"]
    assert (first["text"], first["reading"]) == ("He wept.", "As regret.")
    assert document.block(first["block"])["name"] == "A2"
    assert (second["title"], second["text"], second["block"]) == ("A letter", "Dear brother.", "")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"locator": " "}, "locator-missing"),
        ({"rests_on": []}, "grounds-missing"),
        ({"rests_on": [{"passage": 9, "reading": "?"}]}, "passages-outside"),
    ],
)
def test_a_claim_without_its_place_or_its_grounds_is_not_published(value: dict[str, Any], code: str) -> None:
    speech = make_source(passages=("He spoke.",))
    said = {"rests_on": [{"passage": 1, "reading": "As regret."}], **value}
    said["rests_on"] = [{"source": speech, **ground} for ground in said["rests_on"]]
    book = make_source(title="A book", kind="monograph", claims=claims(**said))
    lesson = lesson_with(body=[("source", {"source": book, "framing": "", "first": None, "last": None})])
    with pytest.raises(CannotCompile) as refused:
        publish(lesson)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("kind", ["glossaryterm", "person", "event", "rubric"])
def test_an_author_finds_lists_and_forms_of_each_kind(kind: str, writer: User) -> None:
    for path in ("", "add/"):
        assert at_desk(writer).get(f"{DESK}/{kind}/{path}").status_code == 200


def test_an_author_adds_a_term_and_a_wrong_date_is_said_beside_its_field(writer: User) -> None:
    desk = at_desk(writer)
    said = {"term": "Troika", "slug": "troika", "language": "ru", "meaning": "Three men who sentence."}
    assert desk.post(f"{DESK}/glossaryterm/add/", said).status_code == 302
    assert GlossaryTerm.objects.get().meaning == "Three men who sentence."
    event = {"title": "A march", "slug": "march", "date": "spring 1956", "text": "They march."}
    refused = desk.post(f"{DESK}/event/add/", event)
    assert refused.context["form"].errors["date"] == ["Write 1956, 1956-02, 1956-02-25, 1956~ or 1953/1964."]
    assert desk.post(f"{DESK}/event/add/", {**event, "date": "1956-03"}).status_code == 302
    assert str(Event.objects.get().date_to) == "1956-03-31"


def test_a_second_save_that_did_not_see_the_first_is_refused(writer: User) -> None:
    term = make_term()
    term.save_revision(user=writer)
    loaded = term.latest_revision_id
    term.meaning = "Changed by a colleague."
    term.save()
    term.save_revision(user=editor())
    where = f"{DESK}/glossaryterm/edit/{term.pk}/"
    said = {"term": "Zek", "slug": "zek", "language": "ru", "meaning": "Mine."}
    stale = at_desk(writer).post(where, {**said, "loaded_revision_id": loaded})
    assert stale.status_code == 200
    term.refresh_from_db()
    assert term.meaning == "Changed by a colleague."
    latest = term.latest_revision
    seen = {"loaded_revision_id": latest.pk, "loaded_revision_created_at": latest.created_at.isoformat()}
    fresh = at_desk(writer).post(where, {**said, **seen})
    assert fresh.status_code == 302
    term.refresh_from_db()
    assert term.meaning == "Mine."


def test_what_a_draft_uses_is_kept_from_deletion() -> None:
    term = make_term()
    lesson = lesson_with(terms=[term])
    lesson.save_revision()
    assert actions.what_keeps(term) == [f"The lesson “{lesson.title}”"]
    rubric = make_rubric()
    asked = lesson_with(body=[("question", {**question(), "rubric": rubric})])
    assert actions.what_keeps(rubric) == [f"The lesson “{asked.title}”"]
    page = at_desk(editor()).get(f"{DESK}/glossaryterm/delete/{term.pk}/")
    assert page.status_code == 409
    assert actions.what_keeps(make_event()) == []


def test_kinds_of_a_later_release_go_to_the_groups_that_are_there() -> None:
    from django.contrib.auth.models import Group, Permission

    for group in Group.objects.all():
        group.permissions.remove(*Permission.objects.filter(content_type__model="event"))
    assert not author().has_perm("lessons.add_event")
    groups.make()
    assert author("another").has_perm("lessons.add_event")
    assert not author("third").has_perm("lessons.delete_event")
    assert editor().has_perm("lessons.delete_event")
