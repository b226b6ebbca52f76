"""Editing keeps identities, and nobody saves over what she has not seen."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from lessons.models import Course, Edition, Lesson, Source
from lessons.problems import CannotCompile
from tests.lessons.desk import (
    JSON,
    LESSONS,
    at_desk,
    author,
    editor,
    lesson_form,
    loaded,
    new_section,
    send,
    source_form,
    with_section,
)
from tests.lessons.factories import make_course, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> User:
    return author()


@pytest.fixture
def publisher() -> User:
    return editor()


@pytest.fixture
def lesson() -> Lesson:
    return make_lesson(title="Walls")


def draft(lesson: Lesson) -> Lesson:
    return Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()


def uuids(lesson: Lesson) -> list[str]:
    return [str(section.uuid) for section in draft(lesson).sections.all()]


def block_ids(lesson: Lesson) -> list[str]:
    raw = [list(section.body.raw_data) for section in draft(lesson).sections.all()]
    return re.findall(r"'id': '([^']+)'", str(raw))


# Identities


def test_the_empty_form_of_a_section_draws_no_uuid(lesson: Lesson, writer: User) -> None:
    page = at_desk(writer).get(f"{LESSONS}/edit/{lesson.pk}/").content.decode()
    empty = re.search(r'name="sections-__prefix__-uuid"[^>]*>', page)
    assert empty
    assert "value=" not in empty[0]
    first = re.search(r'name="sections-0-uuid"[^>]*value="([^"]+)"', page)
    assert first
    assert first[1] == uuids(lesson)[0]


def test_added_sections_get_uuids_of_their_own_and_keep_them(lesson: Lesson, writer: User) -> None:
    publish(lesson)  # a draft of a published lesson lives in its revision alone, where new sections have no key
    form = with_section(with_section(lesson_form(lesson), new_section("One", "x")), new_section("Two", "y"))
    send(at_desk(writer), lesson, form)
    first = uuids(lesson)
    assert len(set(first)) == 4
    for _ in range(3):
        send(at_desk(writer), lesson, lesson_form(lesson))
    assert uuids(lesson) == first


def test_autosaving_tells_the_open_page_the_uuid_of_an_added_section(lesson: Lesson, writer: User) -> None:
    publish(lesson)
    client = at_desk(writer)
    form = with_section(lesson_form(lesson), new_section("Added", "x"))
    answer = json.loads(send(client, lesson, form, **JSON).content)
    assert answer["success"], answer
    updates = answer["field_updates"]
    assert updates["sections-2-uuid"] == uuids(lesson)[2]
    # The page goes on with what it was told, and the section stays the same one.
    form |= updates
    form |= {"overwrite_revision_id": answer["revision_id"], "sections-2-heading": "Added and named"}
    again = json.loads(send(client, lesson, form, **JSON).content)
    assert again["success"], again
    assert uuids(lesson)[2] == updates["sections-2-uuid"]
    assert [section.heading for section in draft(lesson).sections.all()][2] == "Added and named"


def test_sections_keep_their_uuids_when_they_change_places(lesson: Lesson, writer: User, publisher: User) -> None:
    publish(lesson)
    before, blocks = uuids(lesson), block_ids(lesson)
    form = lesson_form(lesson) | {"sections-0-ORDER": "2", "sections-1-ORDER": "1"}
    send(at_desk(publisher), lesson, form, "publish")
    assert uuids(lesson) == before[::-1]
    assert sorted(block_ids(lesson)) == sorted(blocks)
    assert [section["id"] for section in Edition.objects.current().get().read().sections] == before[::-1]


def test_a_new_section_is_published_once(lesson: Lesson, publisher: User) -> None:
    send(at_desk(publisher), lesson, with_section(lesson_form(lesson), new_section("Third", "Words.")), "publish")
    document = Edition.objects.get().read()
    assert [section["heading"] for section in document.sections] == ["Before", "After", "Third"]
    assert Lesson.objects.get().sections.count() == 3


def test_a_lesson_is_written_from_nothing(writer: User) -> None:
    course = make_lesson().course
    client = at_desk(writer)
    data = {
        "title": "Gates",
        "slug": "gates",
        "course": course.pk,
        "language": "en",
        "position": 0,
        "sections-TOTAL_FORMS": "0",
        "sections-INITIAL_FORMS": "0",
        "sections-MIN_NUM_FORMS": "0",
        "sections-MAX_NUM_FORMS": "1000",
    }
    assert client.post(f"{LESSONS}/add/", with_section(data, new_section("One", "Words."))).status_code == 302
    lesson = Lesson.objects.get(slug="gates")
    assert not lesson.live
    assert [section.heading for section in lesson.sections.all()] == ["One"]
    assert lesson.latest_revision.user == writer


# Copies


def test_a_copy_has_the_same_words_and_ids_of_its_own(lesson: Lesson, writer: User) -> None:
    source = make_source()
    lesson = make_lesson(
        title="Gates",
        sections=[("S", [("source", {"source": source}), ("list", {"items": ["<p>a</p>", "<p>b</p>"]})])],
    )
    publish(lesson)
    client = at_desk(writer)
    assert f"{LESSONS}/copy/{lesson.pk}/" in client.get(f"{LESSONS}/").content.decode()
    assert f"{LESSONS}/copy/{lesson.pk}/" in client.get(f"{LESSONS}/edit/{lesson.pk}/").content.decode()
    asked = client.get(f"{LESSONS}/copy/{lesson.pk}/").content.decode()
    assert "Make the copy" in asked
    response = client.post(f"{LESSONS}/copy/{lesson.pk}/")
    copy = Lesson.objects.exclude(pk=lesson.pk).get(slug="gates-2" if lesson.slug == "gates" else f"{lesson.slug}-2")
    assert response["Location"] == f"{LESSONS}/edit/{copy.pk}/"
    assert (copy.title, copy.live, copy.course) == ("Gates (copy)", False, lesson.course)
    assert not set(uuids(copy)) & set(uuids(lesson))
    assert len(block_ids(copy)) == len(block_ids(lesson)) > 3
    assert not set(block_ids(copy)) & set(block_ids(lesson))
    assert draft(copy).draft_sources.get().source == source
    words = [block["text"] for section in draft(copy).compile().document["sections"] for block in section["blocks"]]
    assert words == [b["text"] for s in draft(lesson).compile().document["sections"] for b in s["blocks"]]


def test_copying_needs_the_right_to_add(lesson: Lesson, cast: Any) -> None:
    client = Client()
    client.force_login(cast.teacher)
    assert client.post(f"{LESSONS}/copy/{lesson.pk}/").status_code in {302, 403}
    assert Lesson.objects.count() == 1


# What is no text, and what is no name

HALF = '{"blocks": [{"key": "a", "type": "unstyled", "text": "half of \\ud800 a pair"}], "entityMap": {}}'
NUL = HALF.replace("\\ud800", "\\u0000")


@pytest.mark.parametrize("value", [HALF, NUL], ids=["half a pair", "NUL"])
@pytest.mark.parametrize("action", ["", "publish"])
def test_what_is_no_text_is_refused_beside_its_block_and_no_draft_is_saved(
    action: str, value: str, lesson: Lesson, publisher: User
) -> None:
    form = lesson_form(lesson) | {"sections-0-body-0-value": value}
    response = send(at_desk(publisher), lesson, form, action)
    assert response.status_code == 200
    (error,) = response.context["form"].formsets["sections"].forms[0].errors["body"].as_data()
    assert error.block_errors[0].code == "text-not-writable"
    assert lesson.revisions.count() == 1
    assert (
        send(at_desk(publisher), lesson, form | {"sections-0-body-0-value": NUL.replace("\\u0000", "")}).status_code
        == 302
    )


def test_a_draft_with_what_is_no_text_is_shown_and_not_published(lesson: Lesson, publisher: User) -> None:
    stored = lesson.latest_revision
    stored.content["sections"][0]["body"] = json.dumps(
        [{"type": "paragraph", "id": "p", "value": "<p>half of \ud800 a pair</p>"}]
    )
    stored.save(update_fields=["content"])
    assert [problem.code for problem in draft(lesson).problems()] == ["text-not-writable"]
    assert at_desk(publisher).get(f"{LESSONS}/edit/{lesson.pk}/").status_code == 200
    with pytest.raises(CannotCompile):
        stored.publish(user=publisher)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "Walls \u202egnorw"}, "title"),
        ({"title": "Wa\u200blls"}, "title"),
        ({"title": "\u0958" * 199}, "title"),
    ],
    ids=["turned", "invisible", "longer than it looks"],
)
def test_a_title_that_is_no_name_is_refused_beside_its_field(
    changes: dict[str, str], field: str, lesson: Lesson, publisher: User
) -> None:
    response = send(at_desk(publisher), lesson, lesson_form(lesson, **changes))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert draft(lesson).title == "Walls"


def test_a_title_is_saved_as_the_normalizer_leaves_it(lesson: Lesson, publisher: User) -> None:
    send(at_desk(publisher), lesson, lesson_form(lesson, title=" Cafe\u0301  walls "))
    assert draft(lesson).title == "Caf\u00e9 walls"


def test_headings_are_names_too(publisher: User) -> None:
    lesson = make_lesson(sections=[("Before", [("heading", {"text": "Inside", "level": "3"})])])
    form = lesson_form(lesson) | {"sections-0-heading": "\u202egnorw", "sections-0-body-0-value-text": "\u2067x"}
    response = send(at_desk(publisher), lesson, form)
    assert response.status_code == 200
    (section,) = response.context["form"].formsets["sections"].forms
    assert section.errors["heading"].as_data()[0].code == "bidi"
    (error,) = section.errors["body"].as_data()
    assert error.block_errors[0].block_errors["text"].code == "bidi"
    assert send(at_desk(publisher), lesson, lesson_form(lesson) | {"sections-0-heading": ""}).status_code == 302


@pytest.mark.parametrize("field", ["title", "creator", "recipient"])
def test_titles_and_makers_of_sources_are_names_too(field: str, publisher: User) -> None:
    source = make_source()
    url = f"/cms/snippets/lessons/source/edit/{source.pk}/"
    form = source_form(source) | loaded(source.latest_revision)
    response = at_desk(publisher).post(url, form | {field: "\u202egnorw"})
    assert response.status_code == 200
    assert response.context["form"].errors.as_data()[field][0].code == "bidi"
    assert at_desk(publisher).post(url, form | {field: "Mason, Jan"}).status_code == 302


def test_what_is_no_text_is_refused_in_a_source(publisher: User) -> None:
    source = make_source()
    form = source_form(source) | loaded(source.latest_revision) | {"text-0-value": HALF}
    response = at_desk(publisher).post(f"/cms/snippets/lessons/source/edit/{source.pk}/", form)
    assert response.status_code == 200
    (error,) = response.context["form"].errors.as_data()["text"]
    assert error.block_errors[0].code == "text-not-writable"
    assert source.revisions.count() == 1


def test_the_title_of_a_course_is_a_name_too(publisher: User) -> None:
    course = make_course(title="Ice")
    url = f"/cms/snippets/lessons/course/edit/{course.pk}/"
    form = {"title": "Ice \u202ewaht", "slug": course.slug, "summary": "", "position": "0"}
    response = at_desk(publisher).post(url, form)
    assert response.context["form"].errors.as_data()["title"][0].code == "bidi"
    assert at_desk(publisher).post(url, form | {"title": "Thaw"}).status_code == 302


# Two people at once


@pytest.fixture
def other() -> User:
    return editor("second_editor")


SAVES = ["", "publish", "submit"]


@pytest.mark.parametrize("action", SAVES)
def test_a_save_over_an_unseen_version_is_refused_and_shows_whose_it_is(
    action: str, lesson: Lesson, publisher: User, other: User
) -> None:
    mine = lesson_form(lesson, title="Mine")
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    theirs = Lesson.objects.get().latest_revision
    response = send(at_desk(publisher), lesson, mine, action)
    assert response.status_code == 200
    assert draft(lesson).title == "Theirs"
    assert lesson.revisions.count() == 2
    assert not Edition.objects.exists()
    page = response.content.decode()
    assert "Second Editor saved this on" in page
    assert f"compare/{mine['loaded_revision_id']}...{theirs.pk}/" in page
    assert 'value="Mine"' in page  # nothing typed is lost


@pytest.mark.parametrize("action", SAVES)
def test_it_goes_through_once_the_change_has_been_seen(
    action: str, lesson: Lesson, publisher: User, other: User
) -> None:
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    newest = Lesson.objects.get().latest_revision.pk
    form = lesson_form(lesson, title="Mine") | {"newer_revision": newest}
    assert send(at_desk(publisher), lesson, form, action).status_code == 200  # the box is not ticked
    assert draft(lesson).title == "Theirs"
    assert send(at_desk(publisher), lesson, form | {"seen_newer_revision": newest}, action).status_code == 302
    assert draft(lesson).title == "Mine"


def test_what_was_seen_is_asked_again_when_a_third_version_came(lesson: Lesson, publisher: User, other: User) -> None:
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    newest = Lesson.objects.get().latest_revision.pk
    form = lesson_form(lesson, title="Mine") | {"newer_revision": newest, "seen_newer_revision": newest}
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs again"))
    assert send(at_desk(publisher), lesson, form).status_code == 200
    assert draft(lesson).title == "Theirs again"


def test_the_same_person_in_another_window_is_not_called_another_person(lesson: Lesson, publisher: User) -> None:
    mine = lesson_form(lesson, title="Mine")
    send(at_desk(publisher), lesson, lesson_form(lesson, title="Mine, in another window"))
    page = send(at_desk(publisher), lesson, mine).content.decode()
    assert "You saved this in another window on" in page
    assert "other person" not in page
    assert draft(lesson).title == "Mine, in another window"


def test_an_autosave_over_an_unseen_version_is_refused(lesson: Lesson, publisher: User, other: User) -> None:
    mine = lesson_form(lesson, title="Mine")
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    response = send(at_desk(publisher), lesson, mine, **JSON)
    assert (response.status_code, json.loads(response.content)["error_code"]) == (400, "invalid_revision")
    assert draft(lesson).title == "Theirs"


def test_an_autosave_of_one_page_refuses_the_next_save_of_another(lesson: Lesson, publisher: User, other: User) -> None:
    mine, theirs = lesson_form(lesson, title="Mine"), lesson_form(lesson, title="Theirs")
    answer = json.loads(send(at_desk(publisher), lesson, mine, **JSON).content)
    assert send(at_desk(other), lesson, theirs).status_code == 200
    mine |= {"overwrite_revision_id": answer["revision_id"], "title": "Mine, more"}
    assert json.loads(send(at_desk(publisher), lesson, mine, **JSON).content)["success"]
    assert draft(lesson).title == "Mine, more"


def test_restoring_over_an_unseen_version_is_refused(lesson: Lesson, publisher: User, other: User) -> None:
    first = lesson.latest_revision
    mine = lesson_form(lesson)
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    url = f"{LESSONS}/history/{lesson.pk}/revisions/{first.pk}/revert/"
    assert at_desk(publisher).post(url, mine).status_code == 200
    assert draft(lesson).title == "Theirs"
    assert at_desk(publisher).post(url, lesson_form(lesson, title="Walls")).status_code == 302
    assert draft(lesson).title == "Walls"


def test_an_approval_with_an_unseen_version_is_refused(
    lesson: Lesson, writer: User, publisher: User, other: User
) -> None:
    send(at_desk(writer), lesson, lesson_form(lesson), "submit")
    mine = lesson_form(lesson) | {"workflow-action-name": "approve"}
    send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
    assert send(at_desk(publisher), lesson, mine, "workflow-action").status_code == 200
    assert not Edition.objects.exists()


def test_a_page_that_does_not_say_what_it_was_loaded_with_is_refused(lesson: Lesson, publisher: User) -> None:
    form = {name: value for name, value in lesson_form(lesson, title="Mine").items() if "loaded_revision" not in name}
    assert send(at_desk(publisher), lesson, form).status_code == 200
    assert draft(lesson).title == "Walls"


def test_two_saves_that_both_passed_the_first_look_leave_one(
    lesson: Lesson, publisher: User, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessons.cms import views

    mine = lesson_form(lesson, title="Mine")
    look = views.RefusesStaleSaves.is_valid

    def overtaken(self: Any, form: Any) -> bool:
        passed = look(self, form)
        monkeypatch.setattr(views.RefusesStaleSaves, "is_valid", look)
        send(at_desk(other), lesson, lesson_form(lesson, title="Theirs"))
        return passed

    monkeypatch.setattr(views.RefusesStaleSaves, "is_valid", overtaken)
    response = send(at_desk(publisher), lesson, mine)
    assert response.status_code == 200
    assert "Second Editor saved this on" in response.content.decode()
    assert draft(lesson).title == "Theirs"


# Preview


def test_the_preview_is_the_reading_page_with_the_unsaved_words_in_it(lesson: Lesson, writer: User) -> None:
    client = at_desk(writer)
    url = f"{LESSONS}/preview/{lesson.pk}/"
    form = with_section(lesson_form(lesson), new_section("Not saved yet", "Words in the making."))
    assert json.loads(client.post(url, form).content) == {"is_valid": True, "is_available": True}
    page = client.get(url).content.decode()
    assert "Words in the making." in page
    assert "The wall went up in a night." in page
    assert 'data-block="' in page
    assert draft(lesson).sections.count() == 2
    assert not Edition.objects.exists()


def test_the_preview_of_an_unfinished_draft_says_what_is_missing(writer: User) -> None:
    lesson = make_lesson(sections=[])
    client = at_desk(writer)
    client.post(f"{LESSONS}/preview/{lesson.pk}/", lesson_form(lesson))
    page = client.get(f"{LESSONS}/preview/{lesson.pk}/")
    assert page.status_code == 200
    assert "Add at least one section" in page.content.decode()


def test_an_older_revision_can_be_looked_at_and_compared(lesson: Lesson, writer: User) -> None:
    first = lesson.latest_revision
    send(at_desk(writer), lesson, lesson_form(lesson, title="Walls, revised"))
    second = Lesson.objects.get().latest_revision
    client = at_desk(writer)
    history = f"{LESSONS}/history/{lesson.pk}/revisions"
    assert "Walls" in client.get(f"{history}/{first.pk}/view/").content.decode()
    compared = client.get(f"{history}/compare/{first.pk}...{second.pk}/").content.decode()
    assert "revised" in compared


def test_a_source_is_previewed_as_its_own_page(writer: User) -> None:
    source = make_source(published=False, passages=("They pay by the stone.",))
    client = at_desk(writer)
    revision = source.latest_revision
    page = client.get(f"/cms/snippets/lessons/source/history/{source.pk}/revisions/{revision.pk}/view/")
    assert page.status_code == 200
    assert "They pay by the stone." in page.content.decode()


# Two people at one course


def course_form(course: Course, **changes: str) -> dict[str, Any]:
    """What the page of this course would send if it were opened now."""
    row = Course.objects.get(pk=course.pk)
    form = {"title": row.title, "slug": row.slug, "summary": row.summary, "position": str(row.position), **changes}
    return form | (loaded(row.latest_revision) if row.latest_revision else {})


@pytest.mark.parametrize("has_revision", [True, False], ids=["with a revision", "made before there were any"])
def test_nobody_saves_over_a_course_that_she_has_not_seen(has_revision: bool, publisher: User, other: User) -> None:
    course = make_course(title="Ice")
    if has_revision:
        course.save_revision(user=other)
    url = f"/cms/snippets/lessons/course/edit/{course.pk}/"
    mine = course_form(course, title="Mine")
    assert at_desk(other).post(url, course_form(course, title="Theirs")).status_code == 302
    response = at_desk(publisher).post(url, mine)
    assert response.status_code == 200
    assert Course.objects.get().title == "Theirs"
    page = response.content.decode()
    assert "Second Editor saved this on" in page
    assert 'value="Mine"' in page
    newest = Course.objects.get().latest_revision
    assert newest.user == other
    assert 'name="seen_newer_revision"' in page
    seen = course_form(course, title="Mine") | {"newer_revision": newest.pk}
    assert at_desk(publisher).post(url, seen).status_code == 200  # the box is not ticked
    seen["seen_newer_revision"] = newest.pk
    assert at_desk(publisher).post(url, seen).status_code == 302
    assert Course.objects.get().title == "Mine"


def test_an_older_version_of_a_course_can_be_compared_and_restored(publisher: User) -> None:
    client = at_desk(publisher)
    added = client.post(
        "/cms/snippets/lessons/course/add/", {"title": "Ice", "slug": "ice", "summary": "", "position": "0"}
    )
    assert added.status_code == 302
    course = Course.objects.get()
    first = course.latest_revision
    client.post(f"/cms/snippets/lessons/course/edit/{course.pk}/", course_form(course, title="Thaw"))
    newest = Course.objects.get().latest_revision
    history = f"/cms/snippets/lessons/course/history/{course.pk}"
    assert client.get(f"{history}/revisions/compare/{first.pk}...{newest.pk}/").status_code == 200
    revert = f"{history}/revisions/{first.pk}/revert/"
    assert b"Ice" in client.get(revert).content
    assert client.post(revert, course_form(course, title="Ice")).status_code == 302
    assert Course.objects.get().title == "Ice"
    assert course.revisions.count() == 3


# Addresses


NOTHING = {"text-count": "0", "images-count": "0", "claims-count": "0", "dublin_core-count": "0"}


def new_source(client: Client, **fields: str) -> Source:
    """What the page of a new source sends as a draft; its script makes the address from the title."""
    response = client.post(
        "/cms/snippets/lessons/source/add/", {"kind": "letter", "language": "en", **NOTHING, **fields}
    )
    assert response.status_code == 302, response.context["form"].errors
    return Source.objects.latest("pk")


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("A letter", "a-letter"),
        ("Письмо", "письмо"),
        ("Word " * 30, "word-" * 29 + "word"),
        ("A letter", ""),
    ],
    ids=["taken", "other letters", "too long", "blank"],
)
def test_an_address_that_nobody_chose_is_made_free(title: str, made: str, writer: User) -> None:
    client = at_desk(writer)
    first, second = (new_source(client, title=title, slug=made) for _ in range(2))
    assert second.slug == f"{first.slug}-2"
    assert re.fullmatch(r"[a-z0-9-]{1,100}", first.slug)


def test_an_address_that_somebody_chose_and_is_taken_is_refused_beside_its_field(writer: User) -> None:
    client = at_desk(writer)
    taken = new_source(client, title="A letter", slug="mason")
    data = {"title": "Another letter", "slug": "mason", "kind": "letter", "language": "en", **NOTHING}
    response = client.post("/cms/snippets/lessons/source/add/", data)
    assert response.status_code == 200
    assert "slug" in response.context["form"].errors
    assert Source.objects.get() == taken


def test_saving_again_keeps_the_address(lesson: Lesson, writer: User) -> None:
    make_lesson(title="Walls", slug="walls")
    send(at_desk(writer), lesson, lesson_form(lesson, slug="walls"))
    assert draft(lesson).slug == "walls-2"
    send(at_desk(writer), lesson, lesson_form(lesson))
    send(at_desk(writer), lesson, lesson_form(lesson, slug="walls"))
    assert draft(lesson).slug == "walls-2"


def test_the_preview_comes_at_the_width_of_a_phone_and_of_a_desk(lesson: Lesson) -> None:
    assert [size["device_width"] for size in lesson.preview_sizes] == [390, 1280]
    assert [name for name, _label in lesson.preview_modes] == ["", "desk"]


def test_a_draft_is_previewed_as_a_student_finds_it_on_her_desk(lesson: Lesson, writer: User) -> None:
    client = at_desk(writer)
    url = f"{LESSONS}/preview/{lesson.pk}/"
    form = with_section(lesson_form(lesson), new_section("Not saved yet", "Words in the making."))
    assert json.loads(client.post(url, form).content)["is_valid"]
    page = client.get(url, {"mode": "desk"})
    content = page.content.decode()
    assert 'class="desk-body"' in content
    assert "Words in the making." in content
    assert "Who paid?" in content  # the question, with its field
    assert "Saving is off" in content
    assert 'value="hand-in"' not in content
    assert "model_answer" not in content
    assert "The city did." not in content
    assert not Edition.objects.exists()
    # What was typed since is what is shown: nothing of a draft is kept in memory.
    client.post(url, with_section(lesson_form(lesson), new_section("Not saved yet", "Other words.")))
    content = client.get(url, {"mode": "desk"}).content.decode()
    assert "Other words." in content
    assert "Words in the making." not in content


def test_the_desk_of_an_unfinished_draft_says_what_is_missing(writer: User) -> None:
    lesson = make_lesson(sections=[])
    client = at_desk(writer)
    client.post(f"{LESSONS}/preview/{lesson.pk}/", lesson_form(lesson))
    page = client.get(f"{LESSONS}/preview/{lesson.pk}/", {"mode": "desk"})
    assert page.status_code == 200
    assert "Add at least one section" in page.content.decode()


def test_a_copy_names_the_edition_that_it_comes_from(lesson: Lesson, writer: User, publisher: User) -> None:
    client = at_desk(writer)
    publish(lesson)
    lesson.title = "Walls, revised"
    second = publish(lesson)
    client.post(f"{LESSONS}/copy/{lesson.pk}/")
    copy = Lesson.objects.exclude(pk=lesson.pk).get()
    assert copy.ancestor == second
    page = client.get(f"{LESSONS}/edit/{copy.pk}/").content.decode()
    assert "Edition 2 of “Walls, revised”." in page
    assert f"{LESSONS}/edit/{lesson.pk}/" in page
    assert "Walls, revised (2)" in client.get(f"{LESSONS}/").content.decode()
    history = client.get(f"{LESSONS}/history/{copy.pk}/").content.decode()
    assert "Copied from Walls, revised, edition: 2" in history
    # It stays through saving and publishing, and the original is as it was.
    send(at_desk(publisher), copy, lesson_form(copy, title="Walls of ours"), "publish")
    assert Lesson.objects.get(pk=copy.pk).ancestor == second
    assert Edition.objects.get(current__lesson=lesson) == second


def test_a_copy_of_what_was_never_published_has_no_ancestor(lesson: Lesson, writer: User) -> None:
    at_desk(writer).post(f"{LESSONS}/copy/{lesson.pk}/")
    copy = Lesson.objects.exclude(pk=lesson.pk).get()
    assert copy.ancestor is None
    assert "Copied from" not in at_desk(writer).get(f"{LESSONS}/edit/{copy.pk}/").content.decode()


def compared(client: Client, lesson: Lesson, first: Any, second: Any) -> str:
    return client.get(f"{LESSONS}/history/{lesson.pk}/revisions/compare/{first.pk}...{second.pk}/").content.decode()


def test_the_comparison_shows_the_words_put_in_and_taken_out_of_each_block(writer: User) -> None:
    lesson = make_lesson(
        sections=[("S", [("paragraph", "<p>They pay by the stone.</p>"), ("paragraph", "<p>Nobody counts.</p>")])]
    )
    first = lesson.latest_revision
    body = lesson.sections.all()[0].body
    raw = [dict(block) for block in body.raw_data]
    raw[0]["value"] = "<p>They pay by the <b>day</b>.</p>"
    raw.append({"type": "paragraph", "id": "added", "value": "<p>Somebody counts.</p>"})
    del raw[1]
    section = lesson.sections.all()[0]
    section.body = type(body)(body.stream_block, raw, is_lazy=True)
    lesson.sections = [section]
    second = lesson.save_revision(user=writer)
    page = compared(at_desk(writer), lesson, first, second)
    assert '<span class="deletion">stone.</span><span class="addition">day.</span>' in page
    assert "They pay by the" in page
    assert "Uuid" not in page
    gone = re.search(r'<div class="comparison__child-object deletion">(.*?)</div>', page, re.DOTALL)
    come = re.search(r'<div class="comparison__child-object addition">(.*?)</div>', page, re.DOTALL)
    assert gone
    assert come
    assert "Nobody counts." in gone[1]
    assert "Somebody counts." in come[1]


def test_not_even_a_draft_is_kept_without_a_title(writer: User) -> None:
    response = at_desk(writer).post(
        "/cms/snippets/lessons/source/add/", {"kind": "letter", "language": "en", **NOTHING}
    )
    assert response.status_code == 200
    assert [error.code for error in response.context["form"].errors["title"].as_data()] == ["required"]
    assert not Source.objects.exists()
