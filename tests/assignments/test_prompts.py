"""What a question asks is shown as its curator wrote it, on every page that shows questions."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.test.html import Element, parse_html
from django.urls import reverse

from accounts.models import User
from assignments import actions
from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.cast import Cast
from tests.lessons import factories

pytestmark = pytest.mark.django_db

PROMPT = '<p>Who <b>really</b> paid?</p><p>See <a href="https://example.org/">the ledger</a> &amp; judge.</p>'


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    asked = [
        ("question", {**factories.question("essay", points="4"), "prompt": PROMPT}),
        ("question", {**factories.choice(), "prompt": PROMPT}),
    ]
    edition = factories.make_edition(sections=[("S", [("paragraph", f"<p>{work.TEXT}</p>"), *asked])])
    return work.make_assignment(cast, edition)


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    return work.submission_of(assignment, cast.student)


def page(user: User, address: str) -> Element:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return parse_html(answer.content.decode())


def inside(element: Element, **attributes: str) -> Iterator[Element]:
    """The elements in this one, in order; with attributes only those that have each of these words in them."""
    for child in element.children:
        if isinstance(child, Element):
            given = {name: (value or "").split() for name, value in child.attributes}
            if all(word in given.get(name, []) for name, word in attributes.items()):
                yield child
            yield from inside(child, **attributes)


def named(element: Element, name: str) -> list[Element]:
    return [child for child in inside(element) if child.name == name]


def attribute(element: Element, name: str) -> str:
    return dict(element.attributes).get(name) or ""


def words(element: Element) -> str:
    """Its text, a space where an element begins or ends."""
    parts = [child if isinstance(child, str) else words(child) for child in element.children]
    return " ".join(" ".join(parts).split())


def prompts(shown: Element, kind: str) -> list[Element]:
    return list(inside(shown, **{"class": kind}))


def says_all(prompt: Element) -> None:
    assert prompt.name == "div"  # no heading or label: those may not hold paragraphs
    assert [words(part) for part in named(prompt, "p")] == ["Who really paid?", "See the ledger & judge."]
    assert [words(bold) for bold in named(prompt, "b")] == ["really"]
    assert [attribute(link, "href") for link in named(prompt, "a")] == ["https://example.org/"]


def test_the_reading_room_shows_it(cast: Cast, assignment: Assignment) -> None:
    shown = prompts(page(cast.student, reverse("lesson", args=[assignment.edition.lesson.slug])), "prompt")
    assert len(shown) == 2
    for prompt in shown:
        says_all(prompt)


def test_the_desk_shows_it_and_names_the_fields_with_it(cast: Cast, submission: Submission) -> None:
    shown = page(cast.student, reverse("desk", args=[submission.pk]))
    essay, choice = prompts(shown, "question")
    says_all(essay)
    says_all(choice)
    field = next(field for field in named(shown, "textarea") if attribute(field, "name").startswith("text-"))
    assert attribute(field, "aria-labelledby").split()[0] == attribute(essay, "id")
    options = next(inside(shown, **{"class": "choices"}))
    assert (options.name, attribute(options, "aria-labelledby")) == ("fieldset", attribute(choice, "id"))
    headings = [heading for heading in named(shown, "h2") if "qname" in attribute(heading, "class")]
    assert [words(heading)[:10] for heading in headings] == ["Question 1", "Question 2"]


def test_the_receipt_the_feedback_and_the_grading_desk_show_it(cast: Cast, submission: Submission) -> None:
    work.hand_in(submission, work.body_for(submission.assignment, single=[0]))
    work.mark(submission, cast.teacher)
    says_all(prompts(page(cast.teacher, reverse("grade", args=[submission.pk])), "qn")[0])
    actions.return_grade(submission, by=cast.teacher)
    for name, args in [("receipt", [submission.pk, 1]), ("feedback", [submission.pk])]:
        shown = prompts(page(cast.student, reverse(name, args=args)), "question")
        assert len(shown) == 2, name
        for prompt in shown:
            says_all(prompt)


def test_a_label_and_a_list_show_it_on_one_line_without_the_link(cast: Cast, assignment: Assignment) -> None:
    slug = assignment.edition.lesson.slug
    shown = page(cast.teacher, f"{reverse('assign', args=[cast.room.pk])}?lesson={slug}")
    label = next(label for label in named(shown, "label") if list(inside(label, name="questions")))
    submission = work.submission_of(assignment, cast.student)
    actions.save_draft(submission, body={"answers": []}, if_rev=0, by=cast.student)
    shown = page(cast.student, reverse("hand-in", args=[submission.pk]))
    item = next(item for item in named(shown, "li") if words(item).startswith("Question 1:"))
    for line in (label, item):
        assert "Who really paid? See the ledger & judge." in words(line)
        assert [words(bold) for bold in named(line, "b")] == ["really"]
        assert named(line, "br")
        assert not named(line, "a")
        assert not named(line, "p")
