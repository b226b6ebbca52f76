"""A teacher adapts a lesson on pages of ours, and gives it to her class."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import School, User
from assignments import actions
from assignments.models import Assignment
from lessons import adaptations
from lessons.models import Adaptation, Edition
from tests.cast import Cast
from tests.lessons.factories import make_edition, make_source, publish, question


def at_desk(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def edition(cast: Cast) -> Edition:
    shown = {"source": make_source(title="A letter"), "framing": "", "first": None, "last": None}
    return make_edition(
        title="Walls",
        sections=[
            ("Before", [("paragraph", "<p>A wall went up.</p>")]),
            ("After", [("source", shown), ("question", question(prompt="What does source A hide?"))]),
        ],
    )


@pytest.fixture
def desk(cast: Cast) -> Client:
    return at_desk(cast.teacher)


@pytest.fixture
def mine(cast: Cast, edition: Edition) -> Adaptation:
    return adaptations.start(edition, by=cast.teacher)


def fields(row, **changes):
    row.refresh_from_db()
    return {"version": row.version, "title": row.title, "instructions": row.instructions, **changes}


def press(desk, row, act, **changes):
    return desk.post(reverse("adaptation", args=[row.pk]), fields(row, act=act, **changes))


def test_from_the_lesson_to_the_class_and_to_the_students_desk(cast, edition, desk):
    page = desk.get(reverse("lesson", args=[edition.lesson.slug])).content.decode()
    assert "Adapt this lesson" in page
    made = desk.post(reverse("adaptation-start"), {"lesson": edition.lesson.slug})
    row = Adaptation.objects.get()
    assert made.url == reverse("adaptation", args=[row.pk])
    before = row.plan["sections"][0]["id"]
    assert press(desk, row, f"drop:{before}").status_code == 302
    answer = press(desk, row, "use", title="My walls", instructions="Read slowly.")
    assert answer.status_code == 302, answer.content.decode()
    where = desk.get(answer.url)
    address = where.url
    assert address.endswith(f"?adaptation={row.pk}")
    shown = desk.get(address)
    assert "Read slowly." in shown.content.decode()
    form = shown.context["form"]
    row.refresh_from_db()
    sent = {
        "title": form["title"].value(),
        "instructions": form["instructions"].value(),
        "questions": form["questions"].value(),
        "edition": form["edition"].value(),
        "id": str(form["id"].value()),
        "audience": "all",
    }
    assert desk.post(address, sent).status_code == 302
    assignment = Assignment.objects.get()
    assert assignment.edition == row.edition
    student = at_desk(cast.student)
    work = student.get(reverse("desk", args=[assignment.submissions.get(student=cast.student).pk])).content.decode()
    assert "Adapted by Teacher from “Walls”, edition 1" in work
    assert "A wall went up." not in work
    reading = student.get(row.edition.address)
    assert "Adapted by Teacher from “Walls”, edition 1" in reading.content.decode()
    assert f'href="{edition.address}"' in reading.content.decode()
    listed = desk.get(reverse("adaptations")).content.decode()
    assert "My walls" in listed
    assert "History 10B" in listed
    # The original says what it said.
    assert "A wall went up." in student.get(reverse("lesson", args=[edition.lesson.slug])).content.decode()


def test_what_rests_on_a_source_left_out_is_told_and_nothing_typed_is_lost(desk, mine):
    source = mine.plan["sources"][0]["id"]
    press(desk, mine, f"drop:{source}")
    answer = press(desk, mine, "use", title="Mine", instructions="Typed just now.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "rests on source A (A letter), which is dropped" in page
    assert "Typed just now." in page
    assert not Edition.objects.exclude(adaptation=None).exists()
    press(desk, mine, f"keep:{source}", title="Mine")
    assert press(desk, mine, "use").status_code == 302


def test_a_stale_page_shows_both_texts_and_saves_once_it_was_seen(desk, mine):
    stale = fields(mine)
    press(desk, mine, "save", title="First")
    answer = desk.post(reverse("adaptation", args=[mine.pk]), {**stale, "title": "Second", "act": "save"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>First</td><td>Second</td>" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    again = {**stale, "version": version[1], "title": "Second", "act": "save"}
    assert desk.post(reverse("adaptation", args=[mine.pk]), again).status_code == 302
    mine.refresh_from_db()
    assert mine.title == "Second"


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "a\u202eb"}, {"instructions": "x" * 20_001}, {"instructions": "a\0b"}]
)
def test_what_cannot_be_stands_beside_its_field(desk, mine, wrong):
    answer = press(desk, mine, "save", **wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == wrong.keys()


@pytest.mark.parametrize("act", ["drop:nowhere", "up:", "remove:x", "edit:../../x", "nonsense", "x" * 5000, "add:\0"])
def test_a_button_that_nobody_offered_changes_nothing(desk, mine, act):
    before = mine.plan
    assert press(desk, mine, act).status_code in (302, 400, 422)
    mine.refresh_from_db()
    assert mine.plan == before


def question_of(row, **changes):
    row.refresh_from_db()
    section = row.plan["sections"][0]["id"]
    made = {"version": row.version, "prompt": "Who paid?", "kind": "short", "section": section, "points": "2,5"}
    return {**made, "skill": "", "rubric": "", "model_answer": "The city.", **changes}


def test_she_adds_changes_leaves_out_and_removes_a_question_of_her_own(desk, mine):
    assert desk.post(reverse("adaptation-question-new", args=[mine.pk]), question_of(mine)).status_code == 302
    mine.refresh_from_db()
    (name, made), *_rest = mine.plan["own"].items()
    assert (made["prompt"], made["points"]) == ("Who paid?", "2.5")
    address = reverse("adaptation-question", args=[mine.pk, name])
    assert "The city." in desk.get(address).content.decode()
    choice = {"kind": "single", "option-0": "Yes", "option-0-right": "on", "option-1": "No", "option-2": ""}
    assert desk.post(address, question_of(mine, **choice)).status_code == 302
    mine.refresh_from_db()
    assert [(o["text"], o["correct"]) for o in mine.plan["own"][name]["options"]] == [("Yes", True), ("No", False)]
    press(desk, mine, f"drop:{name}")
    press(desk, mine, f"remove:{name}")
    mine.refresh_from_db()
    assert mine.plan["own"] == {}
    assert desk.get(address).status_code == 404


def test_options_that_do_not_fit_are_told_and_kept(desk, mine):
    sent = question_of(mine, **{"kind": "single", "option-0": "Only one", "option-0-right": "on"})
    answer = desk.post(reverse("adaptation-question-new", args=[mine.pk]), sent)
    assert answer.status_code == 422
    assert "A choice needs at least two options." in answer.content.decode()
    assert 'value="Only one"' in answer.content.decode()


def test_a_question_written_upon_a_stale_page_is_kept_and_saved_again(desk, mine):
    sent = question_of(mine)
    press(desk, mine, "save", title="Changed")
    answer = desk.post(reverse("adaptation-question-new", args=[mine.pk]), sent)
    assert answer.status_code == 409
    assert "Who paid?" in answer.content.decode()
    version = re.search(r'name="version" value="(\d+)"', answer.content.decode())
    assert version
    again = {**sent, "version": version[1]}
    assert desk.post(reverse("adaptation-question-new", args=[mine.pk]), again).status_code == 302


def test_a_question_that_was_removed_in_another_window_comes_back_with_what_was_typed(desk, mine):
    desk.post(reverse("adaptation-question-new", args=[mine.pk]), question_of(mine))
    mine.refresh_from_db()
    (name,) = mine.plan["own"]
    address, sent = reverse("adaptation-question", args=[mine.pk, name]), question_of(mine, prompt="Who paid, and why?")
    press(desk, mine, f"remove:{name}")
    answer = desk.post(address, sent)
    assert answer.status_code == 409
    assert "Who paid, and why?" in answer.content.decode()
    assert desk.post(address, {**sent, "version": answer.context["version"]}).status_code == 302
    mine.refresh_from_db()
    assert mine.plan["own"][name]["prompt"] == "Who paid, and why?"


def test_the_preview_is_the_students_desk_and_keeps_nothing(desk, mine):
    page = desk.get(reverse("adaptation-preview", args=[mine.pk])).content.decode()
    assert "A wall went up." in page
    assert "Saving is off" in page
    assert not Edition.objects.exclude(adaptation=None).exists()


def test_a_newer_edition_in_the_library_is_told_and_another_version_can_be_started(cast, edition, desk, mine):
    assert "newer edition" not in desk.get(reverse("adaptation", args=[mine.pk])).content.decode()
    lesson = edition.lesson
    lesson.title = "Walls, revised"
    newer = publish(lesson)
    page = desk.get(reverse("adaptation", args=[mine.pk])).content.decode()
    assert "The library’s lesson has a newer edition of “Walls, revised”: edition 2." in page
    desk.post(reverse("adaptation-start"), {"lesson": lesson.slug})
    assert Adaptation.objects.exclude(pk=mine.pk).get().ancestor == newer
    assert press(desk, mine, "use").status_code == 302


def test_what_is_typed_is_saved_by_whatever_button_leaves_the_page(edition, desk, mine):
    edition.lesson.title = "Walls, revised"
    newer = publish(edition.lesson)
    page = desk.get(reverse("adaptation", args=[mine.pk])).content.decode()
    page = page[page.index("<main") : page.index("</main>")]
    # No other form takes her from this page without what she typed.
    assert page.count("<form") == 1
    assert '<form class="form adapting" id="adapting"' in page
    assert 'form="adapting" name="act" value="put-away"' in page
    answer = press(desk, mine, "renew", instructions="Typed just now.")
    other = Adaptation.objects.exclude(pk=mine.pk).get()
    assert (answer.url, other.ancestor) == (reverse("adaptation", args=[other.pk]), newer)
    mine.refresh_from_db()
    assert mine.instructions == "Typed just now."
    assert press(desk, mine, "put-away", title="Typed last").url == reverse("adaptations")
    mine.refresh_from_db()
    assert (mine.title, mine.archived) == ("Typed last", True)


def test_what_cannot_be_saved_is_not_put_away(desk, mine):
    answer = press(desk, mine, "put-away", title="", instructions="Typed just now.")
    assert answer.status_code == 422
    assert "Typed just now." in answer.content.decode()
    mine.refresh_from_db()
    assert not mine.archived


def test_a_teacher_makes_only_so_many_versions_and_is_told_what_to_do(cast, edition, desk, mine, settings):
    settings.ADAPTATIONS_A_TEACHER = 2
    lesson = {"lesson": edition.lesson.slug}
    assert desk.post(reverse("adaptation-start"), lesson).status_code == 302
    answer = desk.post(reverse("adaptation-start"), lesson, follow=True)
    assert "You have 2 versions of your own" in answer.content.decode()
    assert Adaptation.objects.count() == 2
    assert at_desk(cast.other_teacher).post(reverse("adaptation-start"), lesson).status_code == 302
    assert Adaptation.objects.count() == 3


def test_of_one_version_only_so_many_editions_are_cut_and_nothing_typed_is_lost(desk, mine, settings):
    settings.EDITIONS_AN_ADAPTATION = 1
    assert press(desk, mine, "use").status_code == 302
    answer = press(desk, mine, "use", title="Other walls")
    assert answer.status_code == 422
    assert "This version has 1 editions, and no more are kept." in answer.content.decode()
    mine.refresh_from_db()
    assert (mine.title, mine.editions.count()) == ("Other walls", 1)
    assert press(desk, mine, "use", title="Walls").status_code == 302


def test_a_version_outlives_the_withdrawal_of_its_original(cast, edition, desk, mine):
    press(desk, mine, "use", title="My walls")
    mine.refresh_from_db()
    first = mine.edition
    given = actions.create_assignment(cast.room, edition=first, by=cast.teacher, title="Before")
    edition.lesson.unpublish()
    page = desk.get(reverse("adaptation", args=[mine.pk])).content.decode()
    told = "The original, “Walls”, was withdrawn from the library."
    assert told in page
    assert told in desk.get(reverse("adaptations")).content.decode()
    assert "newer edition" not in page
    # Her class reads on, and so does whoever follows the link to the original.
    student = at_desk(cast.student)
    assert student.get(first.address).status_code == 200
    submission = given.submissions.get(student=cast.student)
    assert student.get(reverse("desk", args=[submission.pk])).status_code == 200
    assert student.get(edition.address).status_code == 200
    # She changes it, and gives what it says now; the lesson itself is adapted by nobody any more.
    assert press(desk, mine, "use", title="Her walls").status_code == 302
    mine.refresh_from_db()
    again = actions.create_assignment(cast.room, edition=mine.edition, by=cast.teacher, title="After")
    assert (again.edition.title, again.edition.number) == ("Her walls", 2)
    assert desk.post(reverse("adaptation-start"), {"lesson": edition.lesson.slug}).status_code == 404


def test_put_away_and_brought_back(desk, mine):
    press(desk, mine, "put-away")
    assert "Put away" in desk.get(reverse("adaptations")).content.decode()
    assert press(desk, mine, "save", title="Other").status_code == 422
    assert 'value="use"' not in desk.get(reverse("adaptation", args=[mine.pk])).content.decode()
    desk.post(reverse("adaptation-bring-back", args=[mine.pk]))
    assert press(desk, mine, "save", title="Other").status_code == 302


def test_times_are_told_on_her_clocks_or_else_on_her_schools(cast, desk, mine, settings):
    Adaptation.objects.update(changed_at=dt.datetime(2026, 3, 20, 20, 41, tzinfo=dt.UTC))
    settings.TIME_ZONE = "UTC"

    def told():
        return desk.get(reverse("adaptations")).content.decode()

    User.objects.filter(pk=cast.teacher.pk).update(zone="", school=None)
    assert "20 March 2026, 20:41 UTC" in told()
    school = School.objects.create(name="A school in Kazan", zone="Europe/Moscow")
    User.objects.filter(pk=cast.teacher.pk).update(school=school)
    assert "20 March 2026, 23:41 Moscow time (MSK)" in told()
    User.objects.filter(pk=cast.teacher.pk).update(zone="Asia/Tokyo")
    assert "21 March 2026, 05:41 Tokyo time (JST)" in told()


def test_who_teaches_no_more_reads_and_changes_nothing(cast, desk, mine):
    cast.teacher.teaches = False
    cast.teacher.save(update_fields=["teaches"])
    page = desk.get(reverse("adaptation", args=[mine.pk]))
    assert page.status_code == 200
    assert 'name="act"' not in page.content.decode()
    assert press(desk, mine, "save", title="Other").status_code == 403


def test_the_list_costs_the_same_for_one_and_for_ten(cast, edition, desk, mine, queries):
    one = queries(lambda: desk.get(reverse("adaptations")))
    for n in range(9):
        row = adaptations.start(edition, by=cast.teacher)
        adaptations.change(row, if_version=1, by=cast.teacher, title=f"Version {n}")
    assert queries(lambda: desk.get(reverse("adaptations"))) == one


def test_the_page_costs_the_same_for_one_question_and_for_ten(cast, desk, mine, queries):
    address = reverse("adaptation", args=[mine.pk])
    desk.get(address)
    one = queries(lambda: desk.get(address))
    for n in range(9):
        desk.post(reverse("adaptation-question-new", args=[mine.pk]), question_of(mine, prompt=f"Question {n}?"))
    desk.get(address)
    assert queries(lambda: desk.get(address)) == one


def test_a_name_in_the_address_that_is_no_id_leads_nowhere(cast, desk, mine):
    address = reverse("assign", args=[cast.room.pk])
    for name in ("nonsense", str(uuid.UUID(int=1)), str(mine.pk)):
        assert desk.get(address, {"adaptation": name}).status_code == 404
