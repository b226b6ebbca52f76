"""The first page of the desk, and what it leads to: what waits, what is scheduled, what cannot be published."""

import datetime
import re
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from wagtail.models import ModelLogEntry, TaskState
from wagtail.test.utils.form_data import nested_form_data

from accounts.models import User
from lessons.cms import waiting
from lessons.models import Edition, Lesson, Rubric
from tests.cast import Cast
from tests.lessons.desk import LESSONS, at_desk, author, body_form, editor, lesson_form, send
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


def test_what_waits_for_review_is_shown_a_page_at_a_time(
    writer: User, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessons.cms import home

    monkeypatch.setattr(home, "PAGE", 2)
    for number in range(3):
        submitted(writer, title=f"Walls {number}")
    assert titles(panels(publisher, REVIEW)["to-review"]) == ["Walls 0", "Walls 1"]
    assert f'href="{REVIEW}?p=2"' in at_desk(publisher).get(REVIEW).content.decode()
    assert titles(panels(publisher, f"{REVIEW}?p=2")["to-review"]) == ["Walls 2"]
    assert titles(panels(publisher, f"{REVIEW}?p=no")["to-review"]) == ["Walls 0", "Walls 1"]


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


# Every act in the log, with what was before and after


def lines(row: Any) -> list[tuple[str, User]]:
    found = ModelLogEntry.objects.filter(object_id=str(row.pk), content_type__model=row._meta.model_name)
    return [(line.action, line.user) for line in found.order_by("timestamp", "pk")]


def test_writing_submitting_sending_back_and_approving_are_in_the_log(writer: User, publisher: User) -> None:
    lesson = make_lesson(title="Walls")
    send(at_desk(writer), lesson, lesson_form(lesson, title="Walls, by her"), "submit")
    send_back(lesson, publisher, "Name the archive.")
    send(at_desk(writer), lesson, lesson_form(lesson, title="Walls, with the archive"), "submit")
    task = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    at_desk(publisher).post(f"{LESSONS}/workflow/action/{lesson.pk}/approve/{task.pk}/")
    assert Edition.objects.get().title == "Walls, with the archive"
    found = lines(lesson)
    for line in [
        ("wagtail.edit", writer),
        ("wagtail.workflow.start", writer),
        ("wagtail.workflow.reject", publisher),
        ("wagtail.workflow.resume", writer),
        ("wagtail.workflow.approve", publisher),
        ("wagtail.publish", publisher),
        ("lessons.edition.cut", publisher),
    ]:
        assert line in found, (line, found)
    rejected = ModelLogEntry.objects.get(action="wagtail.workflow.reject")
    assert rejected.data["comment"] == "Name the archive."


def test_scheduling_unscheduling_publishing_and_taking_down_are_in_the_log(writer: User, publisher: User) -> None:
    lesson = make_lesson(title="Walls")
    client = at_desk(publisher)
    soon = timezone.now() + datetime.timedelta(days=2)
    send(client, lesson, lesson_form(lesson, go_live_at=soon.strftime("%Y-%m-%d %H:%M")), "publish")
    revision = Lesson.objects.get().scheduled_revision
    client.post(f"{LESSONS}/history/{lesson.pk}/revisions/{revision.pk}/unschedule/")
    send(client, lesson, lesson_form(lesson, go_live_at=""), "publish")
    client.post(f"{LESSONS}/unpublish/{lesson.pk}/")
    found = lines(lesson)
    for action in ("wagtail.publish.schedule", "wagtail.schedule.cancel", "wagtail.publish", "wagtail.unpublish"):
        assert (action, publisher) in found, (action, found)


def test_what_a_line_of_the_log_changed_is_a_comparison_of_before_and_after(writer: User) -> None:
    lesson = make_lesson(title="Walls")
    client = at_desk(writer)
    send(client, lesson, lesson_form(lesson, title="Gates"))
    line = ModelLogEntry.objects.get(action="wagtail.edit", user=writer)
    assert (line.revision.content["title"], line.content_changed) == ("Gates", True)
    before = lesson.revisions.exclude(pk=line.revision_id).latest("pk")
    assert before.content["title"] == "Walls"
    history = client.get(f"{LESSONS}/history/{lesson.pk}/").content.decode()
    url = f"{LESSONS}/history/{lesson.pk}/revisions/compare/{before.pk}...{line.revision_id}/"
    assert f"previous...{line.revision_id}" in history or url in history
    page = client.get(url).content.decode()
    assert '<span class="deletion">Walls</span><span class="addition">Gates</span>' in page


@pytest.mark.parametrize("kind", ["glossaryterm", "person", "event", "rubric", "source", "course"])
def test_making_and_changing_any_record_is_in_the_log_with_its_words(kind: str, writer: User) -> None:
    client, base = at_desk(writer), f"/cms/snippets/lessons/{kind}"
    name = {"glossaryterm": "term", "person": "name"}.get(kind, "title")
    form = {**RECORDS[kind], name: "First"}
    assert client.post(f"{base}/add/", form).status_code == 302
    row = apps.get_model("lessons", kind).objects.get()
    latest = getattr(row, "latest_revision", None)
    if latest:
        form |= {"loaded_revision_id": latest.pk, "loaded_revision_created_at": latest.created_at.isoformat()}
    assert client.post(f"{base}/edit/{row.pk}/", {**form, name: "Second"}).status_code == 302
    assert lines(row) == [("wagtail.create", writer), ("wagtail.edit", writer)]
    made, changed = ModelLogEntry.objects.filter(content_type__model=kind).order_by("timestamp", "pk")
    assert (made.label, changed.label) == ("First", "Second")
    if latest:
        assert (made.revision.content[name], changed.revision.content[name]) == ("First", "Second")


def criterion() -> dict[str, Any]:
    levels = [{"name": name, "points": "", "description": "So."} for name in ("Full", "None")]
    value = {"name": "Argument", "description": "", "levels": levels}
    block = Rubric._meta.get_field("criteria").stream_block
    return nested_form_data({"criteria": body_form(block, [{"type": "criterion", "id": "c1", "value": value}])})


RECORDS: dict[str, dict[str, Any]] = {
    "glossaryterm": {"meaning": "A season.", "language": "ru"},
    "person": {"role": "He lays stones.", "language": "ru"},
    "event": {"date": "1956-02", "text": "It went up."},
    "rubric": criterion(),
    "source": {
        "kind": "letter",
        "language": "en",
        "text-count": "0",
        "images-count": "0",
        "claims-count": "0",
        "dublin_core-count": "0",
    },
    "course": {"position": "0"},
}
