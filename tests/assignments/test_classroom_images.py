"""Images for classrooms only: whose assignment pins an edition with one sees it, and nobody else gets its bytes."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assignments import actions
from assignments.models import Assignment
from destalin_site.common.actor import SYSTEM
from lessons import actions as curation
from lessons.models import Edition, Lesson
from tests.assignments import work
from tests.assignments.test_assign_page import address as assign_address
from tests.assignments.test_assign_page import filled
from tests.cast import Cast
from tests.lessons import factories
from tests.lessons.test_image_rights import CLASSROOM, PUBLIC, digests, figure

pytestmark = pytest.mark.django_db


class World:
    """A lesson in two editions with an open picture and two for classrooms, given to room A."""

    def __init__(self, cast: Cast) -> None:
        self.kept = [factories.make_image("A gate", colour="darkgreen"), factories.make_image("A tower", (1400, 500))]
        self.open = factories.make_image("A wall", colour="darkred")
        source = factories.make_source(slug="mason", images=[figure(self.kept[1], caption="")])
        body = [
            ("paragraph", f"<p>{work.TEXT}</p>"),
            figure(self.open),
            figure(self.kept[0]),
            ("source", {"source": source}),
            ("question", factories.question("essay", points="4")),
        ]
        self.first = factories.make_edition(slug="walls", sections=[("One", body)])
        for image in self.kept:
            curation.set_image_rights(image, shown_to=CLASSROOM, by=SYSTEM)
        lesson = Lesson.objects.get(pk=self.first.lesson_id)
        lesson.summary = "In other words."
        self.edition = factories.publish(lesson)
        self.assignment: Assignment = work.make_assignment(cast, self.edition)
        self.guarded = {
            part["sha256"]
            for image in self.edition.read().images()
            if image["sha256"] in {kept.asset_id for kept in self.kept}
            for part in [image, *image["sizes"], *image["webp"]]
        }


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def signed_in(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def crawl(client: Client, *starts: str) -> Iterator[tuple[str, Any]]:
    """Every page and file of the site that links lead to from these, each once."""
    waiting, known = list(starts), set(starts)
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer
        if "text/html" not in answer.get("Content-Type", "") or answer.status_code != 200:
            continue
        page = answer.content.decode()
        links = re.findall(r'\b(?:href|src|action)="([^"]*)"', page)
        links += [part.split()[0] for srcset in re.findall(r'srcset="([^"]*)"', page) for part in srcset.split(",")]
        for link in links:
            found = urldefrag(urljoin(address, link.replace("&amp;", "&")))[0]
            if found.startswith("/") and not found.startswith(("/static/", "/account/")) and found not in known:
                known.add(found)
                waiting.append(found)


def api_pages(world: World) -> list[str]:
    pages = ["courses", f"courses/{world.edition.lesson.course.slug}", "lessons", "lessons/walls", "lessons?q=wall"]
    return [f"/api/v1/{page}" for page in pages]


OUTSIDERS = ("anonymous", "other_student", "other_teacher", "stranger", "removed")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_names_a_guarded_image_and_no_address_serves_one_to(who: str, cast: Cast, world: World) -> None:
    client = signed_in(None if who == "anonymous" else getattr(cast, who))
    stored = {path.asset.read() for path in world.kept}
    starts = ["/", "/lessons/walls/editions/1/", *api_pages(world)]
    visited = 0
    media = 0
    for address, answer in crawl(client, *starts):
        visited += 1
        media += address.startswith("/api/v1/media/")
        body = answer.content if not getattr(answer, "streaming", False) else b"".join(answer.streaming_content)
        assert body not in stored, address
        assert not [digest for digest in world.guarded if digest.encode() in body], address
    assert visited > 10
    assert media >= len(digests(world.edition) - world.guarded)  # the open picture is served, in every rendition
    for edition in (world.first, world.edition):
        assert client.get(f"/api/v1/editions/{edition.pk}").status_code == 200
    for digest in world.guarded:
        answer = client.get(f"/api/v1/media/{digest}")
        assert answer.status_code == 404
        assert client.head(f"/api/v1/media/{digest}").status_code in {404, 405}


@pytest.mark.parametrize("who", ["student", "classmate", "teacher", "co_teacher", "assistant"])
def test_whoever_is_in_the_class_gets_every_rendition_with_the_cookie_and_with_a_token(
    who: str, cast: Cast, world: World, api: Any
) -> None:
    person = getattr(cast, who)
    for client in (signed_in(person), api.as_(person)):
        for digest in digests(world.edition):
            assert client.get(f"/api/v1/media/{digest}").status_code == 200


def test_the_desk_shows_the_pictures_and_every_address_on_it_is_served(cast: Cast, world: World) -> None:
    submission = work.submission_of(world.assignment, cast.student)
    student = signed_in(cast.student)
    page = student.get(reverse("desk", args=[submission.pk])).content.decode()
    named = set(re.findall(r"/api/v1/media/([0-9a-f]{64})", page))
    assert named == digests(world.edition)
    assert "This picture may be shown in class only" not in page
    for digest in named:
        assert student.get(f"/api/v1/media/{digest}").status_code == 200
    # The same lesson in the reading room, for the same person.
    assert set(re.findall(r"media/([0-9a-f]{64})", student.get("/lessons/walls/").content.decode())) == named


def test_a_picture_is_seen_as_long_as_the_assignment_is_there(cast: Cast, world: World) -> None:
    digest = min(world.guarded)
    student = signed_in(cast.student)
    assert student.get(f"/api/v1/media/{digest}").status_code == 200
    actions.delete_assignment(world.assignment, by=cast.teacher)
    assert student.get(f"/api/v1/media/{digest}").status_code == 404
    assert "<picture>" in student.get("/lessons/walls/").content.decode()  # the open one
    assert digest not in student.get("/lessons/walls/").content.decode()


def test_an_assignment_of_another_lesson_opens_nothing(cast: Cast, world: World) -> None:
    work_of_others = work.make_edition()
    actions.create_assignment(cast.other_room, edition=work_of_others, title="Walls", by=cast.other_teacher)
    for person in (cast.other_student, cast.other_teacher):
        assert signed_in(person).get(f"/api/v1/media/{min(world.guarded)}").status_code == 404


def test_opening_the_rights_opens_the_published_pages(world: World) -> None:
    for image in world.kept:
        curation.set_image_rights(image, shown_to=PUBLIC, by=SYSTEM)
    for digest in digests(world.edition):
        assert Client().get(f"/api/v1/media/{digest}").status_code == 200


# The teacher


def test_a_teacher_is_told_before_she_assigns_and_looks_without_the_pictures(cast: Cast, world: World) -> None:
    teacher = signed_in(cast.other_teacher)
    room = {"args": [cast.other_room.pk]}
    page = teacher.get(f"{reverse('assign', **room)}?lesson=walls").content.decode()
    assert "2 pictures of this lesson may be shown in class only." in page
    assert "Everybody else reads its description and its credit." in page
    tried = teacher.post(f"{reverse('assign-preview', **room)}?lesson=walls", filled(world.edition)).content.decode()
    assert tried.count("This picture may be shown in class only") == 3  # on its sheet in the lesson, and on its own
    assert not [digest for digest in world.guarded if digest in tried]


def test_a_teacher_is_told_on_the_page_of_an_assignment_too(cast: Cast, world: World) -> None:
    teacher = signed_in(cast.teacher)
    page = teacher.get(reverse("assignment-edit", args=[world.assignment.pk])).content.decode()
    assert "2 pictures of this lesson may be shown in class only." in page
    desk = teacher.get(reverse("desk-preview", args=[world.assignment.pk])).content.decode()
    assert "This picture may be shown in class only" not in desk


def test_where_nothing_is_kept_from_the_public_nothing_is_said(cast: Cast) -> None:
    edition: Edition = work.make_edition()
    page = signed_in(cast.teacher).get(assign_address(cast, edition)).content.decode()
    assert "in class only" not in page
