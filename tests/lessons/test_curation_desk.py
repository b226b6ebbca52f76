"""The desk itself: who comes in, what is listed, what may be deleted, what the log keeps."""

import datetime
import io
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.log_actions import LogContext, log
from wagtail.models import ModelLogEntry, TaskState, Workflow

from accounts.models import User
from lessons.cms import groups
from lessons.cms.states import STATES
from lessons.models import Course, CuratedImage, Event, GlossaryTerm, Lesson, Person, Source
from tests.cast import Cast
from tests.lessons.desk import LESSONS, at_desk, author, editor, lesson_form, send
from tests.lessons.factories import make_course, make_image, make_lesson, make_source, publish

pytestmark = pytest.mark.django_db
SOURCES, COURSES = "/cms/snippets/lessons/source", "/cms/snippets/lessons/course"


@pytest.fixture
def writer() -> User:
    return author()


@pytest.fixture
def publisher() -> User:
    return editor()


# Who comes in


@pytest.mark.parametrize("path", ["/cms/", f"{LESSONS}/", f"{LESSONS}/add/", "/cms/import/", "/cms/images/"])
def test_teachers_and_students_never_enter(path: str, cast: Cast) -> None:
    for person in (cast.teacher, cast.student):
        response = at_desk(person).get(path)
        assert response.status_code in {302, 403}
        assert "Import an article" not in response.content.decode()
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", ["/cms/", f"{LESSONS}/", f"{SOURCES}/", f"{COURSES}/", f"{LESSONS}/add/"])
def test_authors_and_editors_enter(path: str, writer: User, publisher: User) -> None:
    for person in (writer, publisher):
        assert at_desk(person).get(path).status_code == 200


def test_the_groups_and_their_review_are_made_once_and_changes_stay(writer: User) -> None:
    review = Workflow.objects.get(name=groups.REVIEW)
    assert {str(each.content_type.model) for each in review.workflow_content_types.all()} == {"lesson", "source"}
    assert not writer.has_perm("lessons.publish_lesson")
    assert editor().has_perm("lessons.publish_lesson")
    Group.objects.get(name=groups.AUTHORS).permissions.clear()
    groups.make()
    assert Group.objects.get(name=groups.AUTHORS).permissions.count() == 0
    assert Workflow.objects.count() == 1
    assert not Group.objects.filter(name="Moderators").exists()


def test_groups_come_back_after_all_tables_were_emptied() -> None:
    Group.objects.all().delete()
    Workflow.objects.all().delete()
    groups.make()
    assert set(Group.objects.values_list("name", flat=True)) == {groups.AUTHORS, groups.EDITORS}
    assert Workflow.objects.get().workflow_tasks.get().task.specific.groups.get().name == groups.EDITORS


def test_the_menu_leads_to_nothing_that_is_not_here(cast: Cast) -> None:
    page = at_desk(cast.admin).get("/cms/").content.decode()
    names = set(re.findall(r'"name": "([a-z-]+)"', page))
    assert {"lessons", "sources", "courses", "import-an-article", "images", "site-history"} <= names
    assert not names & {"explorer", "documents", "users", "groups", "sites", "redirects", "aging-pages", "locked-pages"}


def test_people_are_not_edited_on_wagtails_forms(cast: Cast) -> None:
    client = at_desk(cast.admin)
    assert client.get("/cms/account/")["Location"] == "/settings/"
    assert client.get("/cms/users/").status_code == client.get("/cms/users/add/").status_code == 302
    assert client.get("/cms/users/1/")["Location"].startswith("/admin/accounts/user/")


# Lists


def test_the_list_of_lessons_says_course_and_edition_and_filters(writer: User) -> None:
    course = make_course(title="After 1953")
    lesson = make_lesson(title="Walls", course=course)
    publish(lesson)
    make_lesson(title="Gates")
    page = at_desk(writer).get(f"{LESSONS}/").content.decode()
    assert "After 1953" in page
    rows = at_desk(writer).get(f"{LESSONS}/", {"course": course.pk}).context["object_list"]
    assert [row.title for row in rows] == ["Walls"]
    rows = at_desk(writer).get(f"{LESSONS}/", {"live": "false"}).context["object_list"]
    assert [row.title for row in rows] == ["Gates"]


@pytest.mark.parametrize(
    ("path", "make"),
    [(LESSONS, make_lesson), (SOURCES, make_source), (COURSES, make_course)],
    ids=["lessons", "sources", "courses"],
)
def test_a_list_costs_the_same_for_one_row_and_for_ten(path: str, make: Any, writer: User, queries: Any) -> None:
    client = at_desk(writer)
    make()
    client.get(f"{path}/")
    one = queries(lambda: client.get(f"{path}/"))
    for _ in range(9):
        make()
    assert queries(lambda: client.get(f"{path}/")) == one


def test_sources_are_listed_with_kind_date_and_uses(writer: User) -> None:
    source = make_source(title="A mason to his brother")
    make_lesson(sections=[("S", [("source", {"source": source})])])
    page = at_desk(writer).get(f"{SOURCES}/").content.decode()
    assert "letter" in page
    rows = at_desk(writer).get(f"{SOURCES}/", {"kind": "letter"}).context["object_list"]
    assert [row.uses for row in rows] == [1]
    assert not at_desk(writer).get(f"{SOURCES}/", {"kind": "speech"}).context["object_list"]


def test_lessons_are_filtered_by_their_state(writer: User, publisher: User) -> None:
    client = at_desk(writer)
    soon = timezone.now() + datetime.timedelta(days=2)
    made = {state: make_lesson(title=state) for state in STATES}
    for state in ("changed", "published", "taken-down"):
        publish(made[state])
    made["changed"].save_revision()
    Lesson.objects.get(title="taken-down").unpublish()
    for state in ("in-review", "sent-back"):
        made[state].get_workflow().start(made[state], user=writer)
    TaskState.objects.get(workflow_state__object_id=str(made["sent-back"].pk)).reject(user=publisher)
    made["scheduled"].go_live_at = soon
    made["scheduled"].save_revision().publish()
    rows = client.get(f"{LESSONS}/").context["object_list"]
    assert {row.title: row.state for row in rows} == {state: state for state in STATES}
    for state, name in STATES.items():
        page = client.get(f"{LESSONS}/", {"state": state})
        assert [row.title for row in page.context["object_list"]] == [state]
        assert str(name) in page.content.decode()


def test_sources_say_where_they_are_used_and_whether_rights_are_known(writer: User) -> None:
    shown = make_source(title="Shown", rights="Public domain")
    make_source(title="Idle", rights="")
    lessons = [make_lesson(title=f"L{i}", sections=[("S", [("source", {"source": shown})])]) for i in range(5)]
    client = at_desk(writer)

    def found(**query: Any) -> list[str]:
        return [row.title for row in client.get(f"{SOURCES}/", query).context["object_list"]]

    assert found(used_in=lessons[0].pk) == ["Shown"]
    assert found(unused="true") == ["Idle"]
    assert found(without_rights="true") == ["Idle"]
    assert found(years_min="1957") == []
    assert sorted(found(years_max="1957")) == ["Idle", "Shown"]
    assert "L0; L1; L2; 2 more" in client.get(f"{SOURCES}/").content.decode()


def test_pictures_without_a_description_are_found_and_decoration_is_not(writer: User) -> None:
    image = make_image()

    def figure(**fields: Any) -> tuple[str, Any]:
        return ("figure", {"image": image, "alt": "", "decorative": False, **fields})

    make_lesson(title="Lacks", sections=[("S", [("paragraph", "<p>x</p>"), figure()])])
    make_lesson(title="Says", sections=[("S", [figure(alt="A wall of bricks")])])
    make_lesson(title="Adorns", sections=[("S", [figure(decorative=True)])])
    publish(make_lesson(title="None"))
    rows = at_desk(writer).get(f"{LESSONS}/", {"without_alt": "true"}).context["object_list"]
    assert [row.title for row in rows] == ["Lacks"]
    make_source(title="A photograph", images=[figure()])
    make_source(title="A letter")
    rows = at_desk(writer).get(f"{SOURCES}/", {"without_alt": "true"}).context["object_list"]
    assert [row.title for row in rows] == ["A photograph"]


def test_what_lessons_refer_to_is_filtered_by_where_it_is_used(writer: User) -> None:
    used = GlossaryTerm.objects.create(slug="thaw", term="Thaw", meaning="A season.")
    GlossaryTerm.objects.create(slug="frost", term="Frost", meaning="Another.")
    lesson = make_lesson(terms=[used])
    client, terms = at_desk(writer), "/cms/snippets/lessons/glossaryterm/"

    def found(**query: Any) -> list[str]:
        return [row.term for row in client.get(terms, query).context["object_list"]]

    assert found(used_in=lesson.pk) == found(course=lesson.course_id) == ["Thaw"]
    assert found(unused="true") == ["Frost"]


# Deleting


@pytest.mark.parametrize("way", ["one", "many"])
def test_what_is_in_use_says_what_uses_it_and_stays(way: str, publisher: User) -> None:
    source = make_source(title="A mason to his brother")
    lesson = make_lesson(title="Walls", sections=[("S", [("source", {"source": source})])])
    publish(lesson)
    client = at_desk(publisher)
    for path, row, use in [
        (LESSONS, lesson, "Edition 1, published as “Walls”"),
        (SOURCES, source, "Edition 1 of “Walls”"),
        (SOURCES, source, "The draft of “Walls”"),
        (COURSES, lesson.course, "The lesson “Walls”"),
    ]:
        url = f"{path}/delete/{row.pk}/"
        if way == "many":
            url = f"/cms/bulk/lessons/{row._meta.model_name}/delete/?id={row.pk}"
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 409
            assert use in response.content.decode()
    assert Lesson.objects.exists()
    assert Source.objects.exists()
    assert Course.objects.exists()


@pytest.mark.parametrize("way", ["one", "many"])
def test_what_nobody_uses_is_deleted_and_the_log_says_by_whom(way: str, publisher: User, writer: User) -> None:
    lesson = make_lesson(title="Walls")
    url = f"{LESSONS}/delete/{lesson.pk}/"
    if way == "many":
        url = f"/cms/bulk/lessons/lesson/delete/?id={lesson.pk}"
    at_desk(writer).post(url)
    assert Lesson.objects.exists()  # an author may not
    at_desk(publisher).post(url)
    assert not Lesson.objects.exists()
    entry = ModelLogEntry.objects.get(action="wagtail.delete")
    assert (entry.label, entry.user) == ("Walls", publisher)


def test_a_use_that_came_after_the_question_still_keeps_the_row(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessons.cms import actions

    lesson = make_lesson()
    publish(lesson)
    said = iter([[], ["Edition 1"]])
    monkeypatch.setattr(actions, "what_keeps", lambda row: next(said))
    assert at_desk(publisher).post(f"{LESSONS}/delete/{lesson.pk}/").status_code == 409
    assert Lesson.objects.exists()


# The log


def test_every_change_has_a_line_with_who_and_when(writer: User, publisher: User) -> None:
    lesson = make_lesson(title="Walls")
    send(at_desk(writer), lesson, lesson_form(lesson, title="Walls, revised"))
    send(at_desk(publisher), lesson, lesson_form(lesson), "publish")
    at_desk(publisher).post(f"{LESSONS}/unpublish/{lesson.pk}/")
    lines = ModelLogEntry.objects.filter(object_id=str(lesson.pk))
    assert {(line.action, line.user) for line in lines} >= {
        ("wagtail.edit", writer),
        ("wagtail.edit", publisher),
        ("wagtail.publish", publisher),
        ("wagtail.unpublish", publisher),
        ("lessons.edition.cut", publisher),
    }
    edits = lines.filter(action="wagtail.edit").order_by("timestamp")
    # Before and after: the line names its revision, and the history compares it with the one before.
    assert edits[0].revision.content["title"] == "Walls, revised"
    history = at_desk(publisher).get(f"{LESSONS}/history/{lesson.pk}/").content.decode()
    assert "Edition 1 was cut" in history
    assert "/compare/" in history


def of_every_kind() -> list[tuple[str, Any, str]]:
    """Its address at the desk, the row, and words that only it says."""
    rows: list[tuple[str, Any, str]] = [
        ("lesson", make_lesson(sections=[("S", [("paragraph", "<p>A <b>wall</b> of clay.</p>")])]), "A wall of clay."),
        ("source", make_source(passages=("They pay by the stone.",)), "They pay by the stone."),
        ("glossaryterm", GlossaryTerm(slug="zek", term="Zek", meaning="Who is held there."), "Who is held there."),
        ("person", Person(slug="eve", name="Eve", role="Kept the count."), "Kept the count."),
        ("event", Event(slug="wall", title="Wall", date="1961-08-13", text="It was shut."), "It was shut."),
    ]
    for _kind, row, _words in rows:
        if row.pk is None:
            row.save()
            row.save_revision()
    return rows


@pytest.mark.parametrize("way", ["one", "many"])
def test_what_was_deleted_can_be_read_with_who_deleted_it_and_when(way: str, publisher: User, writer: User) -> None:
    for kind, row, words in of_every_kind():
        url = f"/cms/snippets/lessons/{kind}/delete/{row.pk}/"
        if way == "many":
            url = f"/cms/bulk/lessons/{kind}/delete/?id={row.pk}"
        at_desk(publisher).post(url)
        assert not type(row)._default_manager.exists()
        page = at_desk(writer).get("/cms/deleted/").content.decode()
        assert words in page, kind
        assert f"{publisher.get_full_name()} deleted it on " in page
    kept = ModelLogEntry.objects.filter(action="wagtail.delete", content_type__model="source").get().data["content"]
    assert "They pay by the stone." in kept["text"]


def test_a_delete_of_which_nothing_was_kept_says_so(writer: User) -> None:
    lesson = make_lesson(title="Walls")
    log(instance=lesson, action="wagtail.delete", deleted=True)
    assert "What it said was not kept." in at_desk(writer).get("/cms/deleted/").content.decode()


def test_what_is_said_of_an_image_is_logged_as_it_was_and_as_it_is(publisher: User) -> None:
    image = make_image("A wall")
    lines = ModelLogEntry.objects.filter(action="lessons.image.words")
    image.save()
    assert not lines.exists()
    with LogContext(publisher):
        image.title, image.description, image.rights, image.credit = "A gate", "A gate of oak.", "Free.", "The city"
        image.save()
    (line,) = lines
    assert line.user == publisher
    assert line.data["changed"] == {
        "title": ["A wall", "A gate"],
        "description": ["", "A gate of oak."],
        "rights": ["", "Free."],
        "credit": ["Photograph: the authors", "The city"],
    }
    User.objects.filter(pk=publisher.pk).update(is_superuser=True, is_staff=True)
    shown = at_desk(publisher).get("/cms/reports/site-history/").content.decode()
    assert "Title: was “A wall”, is “A gate”." in shown


def test_no_screen_changes_the_log(cast: Cast) -> None:
    from django.contrib import admin

    assert ModelLogEntry not in admin.site._registry
    assert at_desk(cast.admin).get("/cms/reports/site-history/").status_code == 200


# Images


def upload(kind: str = "JPEG", name: str = "wall.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    image = Image.new("RGB", (40, 30), "grey")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(out, kind, exif=exif) if kind in {"JPEG", "PNG", "WEBP"} else image.save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def test_an_uploaded_image_keeps_its_pixels_and_nothing_else(writer: User) -> None:
    file = upload()
    assert b"taken at home" in file.read()
    file.seek(0)
    response = at_desk(writer).post("/cms/images/add/", {"title": "A wall", "file": file, "tags": ""})
    assert response.status_code == 302, response.context["form"].errors
    image = CuratedImage.objects.get()
    stored = image.file.read()
    assert b"taken at home" not in stored
    assert image.asset is not None
    assert (image.width, image.height) == (40, 30)


def test_many_images_at_once_go_the_same_way(writer: User) -> None:
    response = at_desk(writer).post("/cms/images/multiple/add/", {"title": "A wall", "files[]": upload()})
    assert json.loads(response.content)["success"]
    assert b"taken at home" not in CuratedImage.objects.get().file.read()


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("wall.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        SimpleUploadedFile("wall.jpg", b"no picture at all"),
        upload("AVIF", "wall.avif"),
        upload("AVIF", "wall.jpg"),
        upload("BMP", "wall.png"),
        SimpleUploadedFile("wall.jpg", upload().read() + b"PK\x03\x04 and a second file behind it"),
    ],
    ids=["svg", "text", "avif", "avif as jpg", "bmp", "two files"],
)
def test_what_is_no_picture_of_ours_is_refused_beside_the_field(file: SimpleUploadedFile, writer: User) -> None:
    response = at_desk(writer).post("/cms/images/add/", {"title": "A wall", "file": file, "tags": ""})
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not CuratedImage.objects.exists()
