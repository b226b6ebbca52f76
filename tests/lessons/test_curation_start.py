"""The first page of the desk, and what it leads to: what waits, what is scheduled, what cannot be published."""

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import TaskState

from accounts.models import User
from lessons.cms import waiting
from lessons.models import Edition, Lesson
from tests.cast import Cast
from tests.lessons.desk import LESSONS, at_desk, author, editor, lesson_form, send
from tests.lessons.factories import make_lesson, make_source, publish

pytestmark = pytest.mark.django_db
HOME, REVIEW, UNFINISHED = "/cms/", "/cms/review/", "/cms/unfinished/"


@pytest.fixture
def writer() -> User:
    return author()


@pytest.fixture
def publisher() -> User:
    return editor()


def written(writer: User, **fields: Any) -> Lesson:
    """A lesson whose newest draft this person saved."""
    lesson = make_lesson(**fields)
    lesson.save_revision(user=writer)
    return lesson


def submitted(writer: User, **fields: Any) -> Lesson:
    lesson = written(writer, **fields)
    lesson.get_workflow().start(lesson, user=writer)
    return lesson


def send_back(lesson: Lesson, publisher: User, note: str) -> None:
    task = TaskState.objects.get(workflow_state__object_id=str(lesson.pk))
    url = f"{LESSONS}/workflow/action/{lesson.pk}/reject/{task.pk}/"
    assert at_desk(publisher).post(url, {"comment": note}).status_code == 302


def panels(person: User, path: str = HOME) -> dict[str, list[waiting.Row]]:
    context = at_desk(person).get(path).context
    return {panel.name: list(panel.found.rows) for panel in context["panels"]}


def titles(rows: list[waiting.Row]) -> list[str]:
    return [row.title for row in rows]


def test_what_was_submitted_waits_for_editors_and_not_for_authors(writer: User, publisher: User) -> None:
    submitted(writer, title="Walls")
    for path in (HOME, REVIEW):
        (row,) = panels(publisher, path)["to-review"]
        assert (row.title, row.kind) == ("Walls", "lesson")
        assert "Author submitted it on" in row.said
        assert not panels(writer, path).get("to-review")
        assert titles(panels(writer, path)["with-reviewers"]) == ["Walls"]
    assert titles(panels(writer)["own-drafts"]) == []


def test_what_is_reviewed_of_a_published_lesson_is_a_click_from_its_comparison(writer: User, publisher: User) -> None:
    lesson = make_lesson(title="Walls")
    publish(lesson, by=publisher)
    send(at_desk(writer), lesson, lesson_form(lesson, title="Walls, revised"), "submit")
    (row,) = panels(publisher)["to-review"]
    assert row.title == "Walls, revised"
    assert at_desk(publisher).get(row.compare_url).status_code == 200


def test_what_was_sent_back_comes_with_its_note_to_whoever_submitted_it(writer: User, publisher: User) -> None:
    lesson = submitted(writer, title="Walls")
    send_back(lesson, publisher, "Name the archive.")
    (row,) = panels(writer)["sent-back"]
    assert (row.title, row.note) == ("Walls", "Name the archive.")
    assert "Editor sent it back on" in row.said
    assert "Name the archive." in at_desk(writer).get(HOME).content.decode()
    assert not panels(author("another")).get("sent-back")
    assert not panels(publisher)["to-review"]


def test_own_drafts_are_those_that_readers_do_not_have(writer: User, publisher: User) -> None:
    written(writer, title="Walls")
    written(publisher, title="Of the editor")
    written(writer, title="Done").latest_revision.publish(user=publisher)
    assert titles(panels(writer)["own-drafts"]) == ["Walls"]
    source = make_source(title="A letter", published=False, by=writer)
    assert titles(panels(writer)["own-drafts"]) == [source.title, "Walls"]


def test_the_schedule_says_what_goes_live_and_what_is_taken_down_and_when(publisher: User) -> None:
    soon = timezone.now() + datetime.timedelta(days=2)
    coming, going = make_lesson(title="Coming"), make_lesson(title="Going")
    later = {"go_live_at": soon.strftime("%Y-%m-%d %H:%M")}
    send(at_desk(publisher), coming, lesson_form(coming, **later), "publish")
    until = {"expire_at": (soon - datetime.timedelta(days=1)).strftime("%Y-%m-%d %H:%M")}
    send(at_desk(publisher), going, lesson_form(going, **until), "publish")
    first, second = panels(publisher)["scheduled"]
    assert (first.title, first.said.split(" on ")[0]) == ("Going", "Will be taken down")
    assert (second.title, second.said.split(" on ")[0]) == ("Coming", "Will be published")
    assert not Edition.objects.filter(lesson=coming).exists()


def test_what_cannot_be_published_says_why(writer: User) -> None:
    written(writer, title="Empty", sections=[])
    written(writer, title="Ready")
    (row,) = panels(writer)["unfinished"]
    assert (row.title, row.reasons) == ("Empty", ("Add at least one section with something in it.",))
    page = at_desk(writer).get(UNFINISHED)
    assert titles(page.context["rows"]) == ["Ready", "Empty"]
    assert "It can be published." in page.content.decode()


def test_drafts_are_compiled_a_page_at_a_time(writer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from lessons.cms import home

    monkeypatch.setattr(home, "PAGE", 2)
    for number in range(3):
        written(writer, title=f"Draft {number}")
    assert titles(at_desk(writer).get(UNFINISHED).context["rows"]) == ["Draft 2", "Draft 1"]
    assert titles(at_desk(writer).get(f"{UNFINISHED}?p=2").context["rows"]) == ["Draft 0"]


@pytest.mark.parametrize("path", [HOME, REVIEW, UNFINISHED])
def test_a_page_of_what_waits_costs_the_same_for_many(
    path: str, writer: User, publisher: User, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessons.cms import home

    monkeypatch.setattr(home, "PAGE", waiting.COMPILED)
    client = at_desk(publisher)

    def work(count: int) -> None:
        soon = timezone.now() + datetime.timedelta(days=2)
        for _ in range(count):
            submitted(writer)
            written(publisher)
            back = submitted(publisher)
            send_back(back, publisher, "Again, please.")
            later = make_lesson(go_live_at=soon)
            later.save_revision(user=publisher).publish(user=publisher)

    work(waiting.COMPILED)  # as many as are compiled on one page
    client.get(path)
    few = queries(lambda: client.get(path))
    work(6)
    assert queries(lambda: client.get(path)) == few


def test_the_first_page_looks_for_lessons_and_counts_them(writer: User) -> None:
    publish(make_lesson(title="Walls"))
    page = at_desk(writer).get(HOME).content.decode()
    assert "1 published lesson<" in page
    assert "Search all pages" not in page
    action = re.search(r'<form class="desk-search" action="([^"]+)"', page)
    assert action
    rows = at_desk(writer).get(action[1], {"q": "walls"}).context["object_list"]
    assert [row.title for row in rows] == ["Walls"]
    # The field of the sidebar leads to the same list.
    assert re.search(r'"_type": "wagtail.sidebar.SearchModule", "_args": \["/cms/snippets/lessons/lesson/"\]', page)


@pytest.mark.parametrize("path", [REVIEW, UNFINISHED])
def test_nobody_but_curators_sees_what_waits(path: str, cast: Cast, writer: User) -> None:
    assert at_desk(writer).get(path).status_code == 200
    assert at_desk(cast.teacher).get(path).status_code == 302


def test_the_menu_is_by_task(writer: User) -> None:
    page = at_desk(writer).get(HOME).content.decode()
    names = re.findall(r'"name": "([a-z-]+)"', page)
    tasks = ["lessons", "courses", "sources", "glossary-and-people", "events", "images", "review", "import-an-article"]
    assert [name for name in names if name in tasks] == tasks
    assert {"glossary-terms", "people", "rubrics"} <= set(names)
