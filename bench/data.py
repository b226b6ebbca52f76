"""A school for the bench, built through the same actions as any other."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID, uuid4

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts import actions as people
from accounts.api.tokens import digest
from accounts.models import Classroom, DeviceToken, Membership, User
from assignments import actions, answers, receipts
from assignments.lifecycle import State
from assignments.models import Assignment, Attempt, Grade, Submission
from lessons import pieces, stems
from lessons.models import Course, CurrentEdition, Edition, IndexedEdition, IndexedPassage, Lesson, Section
from lessons.pieces import Piece

SENTENCE = "A plain sentence of about a hundred characters stands here, so that the text has the size of a true one. "
CLASS, YEAR = 30, 40  # students, and the assignments that they get in a year
DUE_TODAY = 50  # the number of the assignment that is; each is due a day after the one before


@dataclass
class School:
    edition: str
    teacher: User
    board: UUID  # the class of `students` × `assignments`
    teacher_token: str
    few_token: str  # a student with ten assignments
    many_token: str  # a student with a hundred
    hand_ins: list[tuple[str, UUID, dict[str, Any]]]  # token, submission, body


def person(name: str, **fields: Any) -> User:
    user = User(username=name, display_name=name.title(), **fields)
    user.set_unusable_password()
    user.save()
    return user


def token(user: User) -> str:
    plain, now = f"bench-{user.username}", timezone.now()
    DeviceToken.objects.create(
        user=user, name="bench", digest=digest(plain), last_used_at=now, expires_at=now + dt.timedelta(days=90)
    )
    return plain


def publish_lesson(size: int) -> Edition:
    """A lesson of about `size` bytes and one question, published."""
    paragraphs = max(1, size // 2 // (len(SENTENCE) * 4))  # each is in the document as text and as html
    question = {
        "kind": "essay",
        "prompt": "<p>What holds the sentences together?</p>",
        "points": "10",
        "required": False,
        "skill": "close-reading",
        "options": [],
        "model_answer": "",
    }
    lesson = Lesson(
        course=Course.objects.create(slug="bench", title="Bench"), slug="bench", title="A long lesson", minutes=45
    )
    text = [("paragraph", f"<p>{SENTENCE * 4}</p>") for _ in range(paragraphs)]
    lesson.sections = [
        Section(heading="Text", sort_order=0, body=text),
        Section(heading="Question", sort_order=1, body=[("question", question)]),
    ]
    lesson.save()
    lesson.save_revision().publish()
    return Edition.objects.get(current__lesson=lesson)


# Two words to look for: of five editions one has the first, of two one the second, each in a passage or two.
LOOKED_FOR = (("amnesty", 5), ("speech", 2))


def build_catalogue(editions: int) -> None:
    """So many lessons with 30 passages of 60 words each in the catalogue, as rows: what the search looks through."""
    chance = random.Random(1956)  # the same catalogue every time
    words = ["".join(chance.choices("aeioulnrstdkmp", k=chance.randint(3, 9))) for _ in range(5_000)]
    weights = list(accumulate(1 / place for place in range(1, len(words) + 1)))
    course, now = Course.objects.create(slug="many", title="Many lessons"), timezone.now()
    lessons = Lesson.objects.bulk_create(
        Lesson(course=course, slug=f"many-{number}", title=f"Lesson {number}", live=True) for number in range(editions)
    )
    cut = [
        Edition(id=f"{lesson.pk:064x}", lesson=lesson, number=1, title=lesson.title, schema=1, size=1, published_at=now)
        for lesson in lessons
    ]
    Edition.objects.bulk_create(cut)
    CurrentEdition.objects.bulk_create(
        CurrentEdition(lesson_id=each.lesson_id, edition=each, since=now) for each in cut
    )
    for first in range(0, editions, 100):
        rows, passages = [], []
        for number, edition in enumerate(cut[first : first + 100], first):
            texts = [chance.choices(words, cum_weights=weights, k=60) for _ in range(30)]
            for word, every in LOOKED_FOR:
                if number % every == 0:
                    chance.choice(texts)[30] = chance.choice(texts)[40] = word
            found = pieces.kept(
                edition.title,
                (Piece("text", f"p{n}", f"¶{n}", " ".join(text).capitalize()) for n, text in enumerate(texts, 1)),
            )
            facts = {name: getattr(found, name) for name in ("places", "title", "heads", "body")}
            row = IndexedEdition(
                lesson_id=edition.lesson_id, edition=edition, version=stems.VERSION, first_year=1956, last_year=1961,
                skills=",sourcing,", **facts,
            )  # fmt: skip
            rows.append(row)
            passages += [
                IndexedPassage(
                    id=IndexedPassage.key(edition.lesson_id, n),
                    indexed=row,
                    **{name: getattr(piece, name) for name in ("kind", "anchor", "name", "lang", "source", "text")},
                )
                for n, piece in enumerate(found.pieces)
            ]
        IndexedEdition.objects.bulk_create(rows)
        IndexedPassage.objects.bulk_create(passages)


def make_class(name: str, teacher: User, students: list[User]) -> Classroom:
    room = people.open_classroom(name=name, zone="Europe/Warsaw", by=teacher)
    for student in students:
        people.join_classroom(code=room.join_code, by=student)
    return room


def answer(edition: Edition, words: str) -> dict[str, Any]:
    question = edition.read().questions[0]["id"]
    block = {"id": str(uuid4()), "kind": "paragraph", "text": words, "citations": []}
    return {"answers": [{"question": question, "blocks": [block]}]}


def build(students: int, assignments: int, hand_ins: int) -> School:
    teacher = person("teacher", teaches=True)
    edition = publish_lesson(40_000)
    class_of = [person(f"pupil{number}") for number in range(students)]
    board = make_class("Board", teacher, class_of)
    given = [assign(board, edition, teacher, number) for number in range(assignments)]
    fill(given, class_of, edition, teacher)

    few = person("few")
    small = make_class("Small", teacher, [few])
    for number in range(10):
        assign(small, edition, teacher, number)

    # Each hand-in of the bench is a first one: a student of her own for each.
    writers = [person(f"writer{number}") for number in range(hand_ins)]
    desk = make_class("Desk", teacher, [])
    Membership.objects.bulk_create(
        Membership(classroom=desk, user=writer, role=Membership.Role.STUDENT) for writer in writers
    )
    assign(desk, edition, teacher, 0)
    body = answer(edition, (SENTENCE * 5)[:500])
    for writer in writers:
        token(writer)
    mine = Submission.objects.filter(assignment__classroom=desk).select_related("student")
    waiting = [(f"bench-{row.student.username}", row.pk, body) for row in mine]
    return School(edition.pk, teacher, board.pk, token(teacher), token(few), token(class_of[0]), waiting)


def assign(room: Classroom, edition: Edition, teacher: User, number: int) -> Assignment:
    due = timezone.now().date() + dt.timedelta(days=number - DUE_TODAY)
    return actions.create_assignment(
        room,
        edition=edition,
        title=f"Assignment {number}",
        instructions="Read, then answer in your own words.",
        due=actions.DueSaid(due, dt.time(23, 59), "Europe/Warsaw"),
        by=teacher,
    )


@dataclass(frozen=True)
class Shares:
    """One of so many is handed in, one of so many of those is marked, one of so many of those is returned; 0: none."""

    handed_in: int = 3
    marked: int = 3
    returned: int = 3


def fill(
    given: list[Assignment], class_of: list[User], edition: Edition, teacher: User, shares: Shares | None = None
) -> None:
    """Work handed in, marked and returned through actions, so many of each as the shares say."""
    shares = shares or Shares()
    work = Submission.objects.filter(assignment__in=given, student__in=class_of).select_related("student", "assignment")
    for place, submission in enumerate(work.order_by("assignment", "student")):
        if place % shares.handed_in:
            continue
        actions.submit(
            submission,
            body=answer(edition, "Short."),
            client_attempt_id=uuid4(),
            edition=edition.pk,
            by=submission.student,
            received_at=timezone.now(),
        )
        if place % (shares.handed_in * shares.marked):
            continue
        marks = [{"question": edition.read().questions[0]["id"], "points": Decimal(7), "comment": ""}]
        actions.save_marks(submission, questions=marks, feedback="Good.", score=None, if_version=0, by=teacher)
        if shares.returned and place % (shares.handed_in * shares.marked * shares.returned) == 0:
            actions.return_grade(submission, by=teacher)
        else:
            actions.release(submission, by=teacher)


# What only some contests need. Each is a class of its own, so that none changes what another one reads.


def build_drafts(school: School, number: int, *, room: UUID | None = None) -> list[tuple[str, UUID, dict[str, Any]]]:
    """(token, submission, body) of so many students, each with a draft in its first revision: of a class of their own,
    or the first ones of `room`."""
    edition = Edition.objects.get(pk=school.edition)
    if room is None:
        students = [person(f"drafter{place}") for place in range(number)]
        classroom = make_class("Drafts", school.teacher, students)
    else:
        classroom = Classroom.objects.get(pk=room)
        students = list(User.objects.filter(memberships__classroom=room, memberships__role="student")[1 : number + 1])
    given = assign(classroom, edition, school.teacher, DUE_TODAY + 1)
    body = answer(edition, (SENTENCE * 5)[:500])
    found = []
    for row in Submission.objects.filter(assignment=given, student__in=students).select_related("student"):
        actions.save_draft(row, body=answer(edition, "Begun."), if_rev=0, by=row.student)
        found.append((token(row.student), row.pk, body))
    return found


def build_to_return(school: School, number: int) -> list[tuple[UUID, list[UUID]]]:
    """So many assignments of a class, with the work of each student, marked and not yet returned."""
    edition = Edition.objects.get(pk=school.edition)
    students = [person(f"returned{place}") for place in range(CLASS)]
    room = make_class("Returned", school.teacher, students)
    found = []
    for place in range(number):
        given = assign(room, edition, school.teacher, place)
        fill([given], students, edition, school.teacher, Shares(handed_in=1, marked=1, returned=0))
        work = Submission.objects.filter(assignment=given, grade_ready=True).values_list("pk", flat=True)
        found.append((given.pk, list(work)))
    return found


def build_large(school: School, students: int, assignments: int) -> UUID:
    """A class for the larger board."""
    edition = Edition.objects.get(pk=school.edition)
    class_of = [person(f"many{place}") for place in range(students)]
    room = make_class("Large", school.teacher, class_of)
    fill_as_rows(
        [assign(room, edition, school.teacher, number) for number in range(assignments)],
        edition,
        school.teacher,
        Shares(),
    )
    return room.pk


def build_year(school: School, takers: int) -> tuple[list[UUID], list[str]]:
    """The assignments of a class after a year, everything handed in and returned; and tokens of so many teachers who
    may take it along."""
    edition = Edition.objects.get(pk=school.edition)
    room = make_class("Year", school.teacher, [person(f"year{place}") for place in range(CLASS)])
    given = [assign(room, edition, school.teacher, number) for number in range(YEAR)]
    fill_as_rows(given, edition, school.teacher, Shares(handed_in=1, marked=1, returned=1))
    beside = [person(f"beside{place}", teaches=True) for place in range(takers)]
    Membership.objects.bulk_create(Membership(classroom=room, user=one, role=Membership.Role.TEACHER) for one in beside)
    return [one.pk for one in given], [token(one) for one in beside]


def fill_as_rows(given: list[Assignment], edition: Edition, teacher: User, shares: Shares) -> None:
    """As `fill` leaves them, but as rows and without their events: 10,000 hand-ins through actions take minutes, and
    what reads them reads no event."""
    work = Submission.objects.filter(assignment__in=given)
    now, question = timezone.now(), edition.read().questions[0]["id"]
    body = answers.read(answer(edition, (SENTENCE * 5)[:500]))
    raw, sha256, words = answers.canonical(body).decode(), answers.body_sha256(body), answers.word_count(body)
    attempts: list[Attempt] = []
    grades: list[Grade] = []
    for place, (pk, student) in enumerate(work.order_by("assignment", "student").values_list("pk", "student_id")):
        if place % shares.handed_in:
            continue
        attempt = Attempt(
            submission_id=pk, number=1, edition=edition, client_attempt_id=uuid4(), body_json=raw, body_sha256=sha256,
            words=words, received_at=now, made_at=now, by_id=student, receipt_code=receipts.new_code(),
        )  # fmt: skip
        attempt.receipt_signature = receipts.sign(attempt.receipt_code, sha256, now)
        attempts.append(attempt)
        if place % (shares.handed_in * shares.marked):
            continue
        back = shares.returned and place % (shares.handed_in * shares.marked * shares.returned) == 0
        marks = [{"question": question, "points": "7", "comment": ""}]
        grade = Grade(
            submission_id=pk, attempt=attempt, version=1, marks=marks, feedback="Good.", out_of=Decimal(10),
            entered_score=Decimal(7), final_score=Decimal(7), saved_at=now, saved_by=teacher,
        )  # fmt: skip
        if back:
            grade.status, grade.returned_at, grade.returned_by = Grade.Status.RETURNED, now, teacher
            grade.stands = True
        grades.append(grade)
    Attempt.objects.bulk_create(attempts, batch_size=500)
    Grade.objects.bulk_create(grades, batch_size=500)
    made = Attempt.objects.filter(submission=OuterRef("pk")).values("pk")[:1]
    work.filter(attempts__isnull=False).update(
        state=State.SUBMITTED, attempt_count=1, counted=Subquery(made), handed_in_at=now, late_seconds=0
    )
    work.filter(grades__status=Grade.Status.DRAFT).update(grade_ready=True)
    shown = Grade.objects.filter(submission=OuterRef("pk"), status=Grade.Status.RETURNED).values("pk")[:1]
    work.filter(grades__status=Grade.Status.RETURNED).update(
        state=State.RETURNED, returned_grade=Subquery(shown), mark_grade=Subquery(shown)
    )
