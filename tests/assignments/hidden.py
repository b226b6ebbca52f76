"""A term in which something is hidden in every place that can hide anything, each by a word of its own.

`World.secrets` says who may read which: everybody whom a secret does not name must never meet it, and everybody whom it
names must find it, so that no crawl passes because there was nothing to find.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import actions as people
from accounts.models import User
from assignments import actions, readings, regrades
from assignments.device_clock import Said
from assignments.errors import AssignmentClosed
from assignments.models import Assignment, Comment, Excuse, Scan, Submission
from destalin_site.common import clock
from destalin_site.common.errors import VersionStale
from destalin_site.common.ids import uuid7
from lessons import adaptations
from lessons.models import Edition
from tests.api_client import token_for
from tests.assignments import edited, remarks, rubric, work
from tests.assignments.crawl import PICTURE
from tests.assignments.pictures import photo
from tests.cast import Cast, person
from tests.lessons import factories

TEACHER = frozenset({"teacher"})
OTHERS = frozenset({"other_teacher"})
STUDENT, CLASSMATE, STRANGER = (frozenset({name}) for name in ("student", "classmate", "other_student"))
ESSAY, SHORT, SINGLE = "essay", "short", "single"


@dataclass(frozen=True, slots=True)
class Secret:
    """`pattern` matches it wherever it stands; `text` is a part of it; `finders` are those who may read it, and do."""

    name: str
    finders: frozenset[str]
    text: str
    pattern: re.Pattern[str]

    def stands_in(self, said: str) -> bool:
        # Nearly nothing has it at all, and that is found out a hundred times as fast.
        return self.text in said and bool(self.pattern.search(said))


def make_edition() -> Edition:
    """An essay with a rubric, a short answer, a choice and a table; what the model answers say is for staff."""
    essay = factories.question(ESSAY, points="4", rubric=rubric.make_rubric(), model_answer="<p>Hush-model-essay</p>")
    short = factories.question(SHORT, points="2", required=False, model_answer="<p>Hush-model-short</p>")
    choice = {**factories.choice(SINGLE), "points": "1", "required": False}
    table = factories.table(points="1", required=False)
    return factories.make_edition(
        title="Walls of the town",
        sections=[
            ("Before", [("paragraph", f"<p>{work.TEXT}</p>"), ("question", essay)]),
            ("After", [("question", short), ("question", choice), ("question", table)]),
        ],
    )


@dataclass
class World:
    cast: Cast
    edition: Edition = field(default_factory=make_edition)
    secrets: list[Secret] = field(default_factory=list)
    # A few of each kind, where all of them would tell the same again.
    telling: list[Submission] = field(default_factory=list)
    # Whose they are is hidden from staff.
    nameless: list[Submission] = field(default_factory=list)
    # One of each student, for whom all of it is shut.
    few: list[Submission] = field(default_factory=list)

    def hide(self, name: str, finders: frozenset[str], text: str | None = None) -> str:
        """A word that only `finders` may read."""
        text = text or f"Hush-{name}"
        # Never a part of a longer word or number: a time has digits and a point as well.
        self.secrets.append(Secret(name, finders, text, re.compile(rf"(?<![\w.:-]){re.escape(text)}(?![\w-])")))
        return text

    def with_cell(self, body: dict[str, Any], name: str, finders: frozenset[str]) -> dict[str, Any]:
        """`body` with a word in the last cell of the table."""
        (asked,) = (one for one in readings.document(self.edition.pk).questions if one["kind"] == "table")
        place = {"row": asked["rows"][-1]["id"], "column": asked["columns"][-1]["id"]}
        cell = {"id": "b-cell", "kind": "cell", **place, "text": self.hide(name, finders), "citations": []}
        return {"answers": [*body["answers"], {"question": asked["id"], "blocks": [cell]}]}

    def assign(self, title: str, **fields: Any) -> Assignment:
        return work.make_assignment(self.cast, self.edition, title=title, **fields)

    def given(self, title: str, *to: User, **fields: Any) -> Submission:
        """Work of the first of `to`, the student where nobody is named; nobody else is given it."""
        people = to or (self.cast.student,)
        assignment = self.assign(title, audience=[person.pk for person in people], **fields)
        return work.submission_of(assignment, people[0])

    def question(self, submission: Submission, kind: str) -> str:
        return next(name for name, each in readings.questions(submission.assignment).items() if each.kind == kind)

    def judge(self, name: str, submission: Submission, score: str, finders: frozenset[str]) -> None:
        """Marks with a comment, a criterion with one, feedback, a total and a comment on words, by the teacher."""
        submission.refresh_from_db()
        marks = [
            {
                "question": self.question(submission, SHORT),
                "points": Decimal("1.5"),
                "comment": self.hide(f"{name}-mark", finders),
            }
        ]
        level = rubric.levels(submission.assignment, "Sourcing: sound", "Voice: own")
        level[0]["comment"] = self.hide(f"{name}-criterion", finders)
        work.mark(
            submission,
            self.cast.teacher,
            questions=marks,
            criteria=level,
            feedback=self.hide(f"{name}-feedback", finders),
            score=Decimal(score),
        )
        submission.refresh_from_db()
        remarks.comment(submission, self.cast.teacher, body=self.hide(f"{name}-comment", finders))
        submission.refresh_from_db()

    def give_back(self, submission: Submission) -> None:
        actions.return_grade(submission, reason="Read again", by=self.cast.teacher)
        submission.refresh_from_db()

    def found_in(self, text: str) -> set[str]:
        return {secret.name for secret in self.secrets if secret.stands_in(text)}

    def belonging_to(self, person: str) -> set[str]:
        return {secret.name for secret in self.secrets if person in secret.finders}


def ahead(days: int = 7) -> dt.datetime:
    return clock.now() + dt.timedelta(days=days)


def due_ahead(days: int = 7) -> actions.DueSaid:
    return actions.DueSaid(ahead(days).date(), dt.time(12), "Europe/Warsaw")


def make(cast: Cast) -> World:
    world = World(cast)
    for text in ("Hush-model-essay", "Hush-model-short"):
        world.hide(text, TEACHER | OTHERS, text)
    of_the_student(world)
    of_the_classmate(world)
    without_names(world)
    of_the_staff(world)
    of_another_school(world)
    of_who_moved(world)
    return world


def of_the_student(world: World) -> None:
    """One piece of work for each way in which something about it can be kept from her."""
    cast, hide = world.cast, world.hide
    both = (cast.student, cast.classmate)

    drafted = world.given("Drafted", *both)
    hers = hide("her-text", TEACHER | STUDENT)
    work.hand_in(drafted, work.body_for(drafted.assignment, f"It was decided elsewhere. {hers}", single=[1]))
    world.judge("drafted", drafted, hide("drafted-score", TEACHER, "3.37"), TEACHER)
    said_to_many(world, drafted)

    returned = world.given("Returned", *both)
    work.hand_in(returned)
    world.judge("returned", returned, hide("returned-score", TEACHER | STUDENT, "3.91"), TEACHER | STUDENT)
    world.give_back(returned)

    followed = world.given("Returned twice, and drafted once more")
    work.hand_in(followed)
    world.judge("superseded", followed, "1.87", TEACHER)
    world.give_back(followed)
    actions.note_seen(followed, by=cast.student)
    actions.claim(followed, by=cast.teacher)
    followed.refresh_from_db()
    key = followed.returned_grade.comments.get().key
    world.judge("second", followed, "2.13", TEACHER | STUDENT)
    stale = Comment.objects.get(grade__submission=followed, grade__status="draft", key=key)
    actions.delete_comment(followed, key=key, if_version=stale.version, by=cast.teacher)
    followed.refresh_from_db()
    world.give_back(followed)
    actions.claim(followed, by=cast.teacher)
    world.judge("third", followed, hide("third-score", TEACHER, "2.59"), TEACHER)

    for name, seen in (("recalled", True), ("unseen", False)):
        recalled = world.given(f"Taken back, {name}")
        work.hand_in(recalled)
        # What she had opened stays in her log as a number.
        score = "2.71" if seen else hide("unseen-score", TEACHER, "2.83")
        world.judge(name, recalled, score, TEACHER)
        world.give_back(recalled)
        if seen:
            actions.note_seen(recalled, by=cast.student)
        reason = hide(f"{name}-reason", TEACHER | STUDENT if seen else TEACHER)
        actions.recall(recalled, reason=reason, by=cast.teacher)

    improved = world.given("Handed in three times", resubmission=True, counts="first")
    work.hand_in(improved)
    world.judge("first-of-three", improved, hide("first-score", TEACHER | STUDENT, "2.37"), TEACHER | STUDENT)
    world.give_back(improved)
    work.hand_in(improved)
    world.judge("set-aside", improved, hide("set-aside-score", TEACHER, "2.41"), TEACHER)
    actions.release(improved, by=cast.teacher)
    work.hand_in(improved)
    world.judge("third-of-three", improved, hide("taken-back-score", TEACHER, "2.43"), TEACHER)
    world.give_back(improved)
    actions.recall(improved, reason=hide("taken-back-reason", TEACHER), by=cast.teacher)

    revising = world.given("To be revised")
    work.hand_in(revising)
    world.judge("revised", revising, "2.03", TEACHER | STUDENT)
    actions.request_revision(
        revising, due=due_ahead(), words=hide("revision-words", TEACHER | STUDENT), by=cast.teacher
    )

    extended = world.given("Extended", due=due_ahead(3))
    actions.extend(extended, due=due_ahead(5), reason=hide("extension-reason", TEACHER), by=cast.teacher)
    other_dates(world, world.given("Other dates", due=due_ahead(3)))
    excused = world.given("Excused", *both)
    actions.excuse(excused, category=Excuse.ILLNESS, reason=hide("excuse-reason", TEACHER), by=cast.teacher)

    removed_work(world, both)
    shut = world.given("Not open yet", opens_at=ahead(), instructions=hide("shut-instructions", TEACHER))
    assert shut.state == "assigned"
    world.telling += [drafted, followed, recalled, improved, revising, excused]
    world.few.append(drafted)


def removed_work(world: World, both: tuple[User, User]) -> None:
    """Taken away from her, which leaves her what she wrote and what came back, and nothing that was drafted."""
    cast, hide = world.cast, world.hide
    for name, finders, cents in (("removed", TEACHER | STUDENT, 4), ("deleted", STUDENT, 6)):
        gone = world.given(f"That was {name}", *both)
        work.hand_in(gone, work.body_for(gone.assignment, f"It was decided elsewhere. {hide(f'{name}-text', finders)}"))
        world.judge(f"{name}-back", gone, hide(f"{name}-score", finders, f"2.1{cents}"), finders)
        world.give_back(gone)
        actions.claim(gone, by=cast.teacher)
        drafted = TEACHER if name == "removed" else frozenset[str]()
        world.judge(f"{name}-anew", gone, hide(f"{name}-drafted", drafted, f"2.2{cents}"), drafted)
        assignment = Assignment.objects.get(pk=gone.assignment_id)
        if name == "removed":
            actions.update_assignment(
                assignment, audience=[cast.classmate.pk], if_version=assignment.version, by=cast.teacher
            )
        else:
            actions.delete_assignment(assignment, by=cast.teacher)
    world.telling.append(work.submission_of(Assignment.objects.get(title="That was removed"), cast.student))


def said_to_many(world: World, *works: Submission) -> None:
    """The same to each of them, on the whole of what was handed in; nothing of it is returned."""
    said = actions.Said(world.hide("shared-comment", TEACHER))
    chosen, assignment = [each.pk for each in works], works[0].assignment
    shown = actions.rehearse_comment(assignment, said, submissions=chosen, by=world.cast.teacher)
    actions.share_comment(assignment, said, submissions=chosen, preview=shown.tag, by=world.cast.teacher)


def other_dates(world: World, submission: Submission) -> None:
    actions.give_dates(
        submission.assignment,
        students=[submission.student_id],
        title=world.hide("group-title", TEACHER),
        due=due_ahead(4),
        reason=world.hide("other-dates-reason", TEACHER),
        by=world.cast.teacher,
    )


def of_the_classmate(world: World) -> None:
    cast, hide = world.cast, world.hide
    his = TEACHER | CLASSMATE

    submission = work.submission_of(Assignment.objects.get(title="Returned"), cast.classmate)
    cited = work.cited(world.edition.pk, note=hide("his-note", his))
    text = f"It was decided elsewhere. {hide('his-text', his)}"
    receipt = work.hand_in(submission, work.body_for(submission.assignment, text, citations=[cited])).attempt
    hide("his-receipt", his, receipt.receipt_code)
    world.judge("his", submission, hide("his-score", his, "1.09"), his)
    actions.request_revision(submission, due=due_ahead(), words=hide("his-revision-words", his), by=cast.teacher)
    submission.refresh_from_db()
    comment = submission.returned_grade.comments.get()
    said = {"stance": "unchanged", "text": hide("his-reply", his), "if_version": 0}
    actions.reply(submission, comment=comment, by=cast.classmate, **said)
    again = work.body_for(submission.assignment, f"Again. {hide('his-second-text', his)}")
    work.hand_in(submission, world.with_cell(again, "his-cell", his))

    begun = work.submission_of(Assignment.objects.get(title="Drafted"), cast.classmate)
    body = work.body_for(begun.assignment, hide("his-draft", CLASSMATE))
    actions.save_draft(begun, body=world.with_cell(body, "his-draft-cell", CLASSMATE), if_rev=0, by=cast.classmate)
    stale = work.body_for(begun.assignment, hide("his-stale-save", CLASSMATE))
    with pytest.raises(VersionStale):
        actions.save_draft(begun, body=stale, if_rev=0, by=cast.classmate)
    world.telling += [submission, begun]

    closed = world.given("Closed", cast.classmate)
    yesterday = clock.now() - dt.timedelta(days=1)
    Assignment.objects.filter(pk=closed.assignment_id).update(closes_at=yesterday)
    Submission.objects.filter(pk=closed.pk).update(closes_at=yesterday)
    closed = work.submission_of(closed.assignment, cast.classmate)
    late = work.body_for(closed.assignment, hide("his-parked", his))
    with pytest.raises(AssignmentClosed):
        work.hand_in(closed, late)

    world.assign(hide("his-alone", his), audience=[cast.classmate.pk])
    on_paper(world, work.submission_of(Assignment.objects.get(title="Excused"), cast.classmate))
    finished_offline(world, world.given("Finished on a train", cast.classmate))

    anew = world.given("Judged anew", cast.classmate)
    work.hand_in(anew)
    world.judge("anew", anew, "1.13", his)
    world.give_back(anew)
    edited.edit(anew.assignment, edited.worth("Sourcing", "sound", hide("new-points", his, "3.47")), cast.teacher)
    edited.apply(anew.assignment, cast.teacher, "chosen", anew, reason=hide("his-regrade-reason", his))
    to_be_judged_anew(world)


def on_paper(world: World, submission: Submission) -> None:
    """Brought on paper, with two pictures of it. What the pictures were called is kept nowhere."""
    his = TEACHER | CLASSMATE
    called = [f"{world.hide(f'his-file-{n}', frozenset())}.jpg" for n in (1, 2)]
    said = {
        "client_attempt_id": str(uuid7()),
        "edition": submission.assignment.edition_id,
        "body": work.body_for(submission.assignment, world.hide("his-paper", his)),
        "on_behalf": {"reason": world.hide("his-paper-reason", his)},
    }
    files = [SimpleUploadedFile(name, photo(shade=90 * n), "image/jpeg") for n, name in enumerate(called)]
    client = Client(headers={"Authorization": f"Bearer {token_for(world.cast.teacher)}"})
    sent = {"attempt": json.dumps(said), "scans": files}
    assert client.post(f"/api/v1/submissions/{submission.pk}/attempts", sent).status_code == 201
    for picture in Scan.objects.order_by("place"):
        world.hide(f"his-picture-{picture.place}", his, f"{PICTURE}{picture.sha256}")
    world.telling.append(submission)
    world.few.append(submission)


def finished_offline(world: World, submission: Submission) -> None:
    """On a device whose clock is years behind."""
    said = Said(at=dt.datetime(2019, 2, 3, 4, 5, 6, tzinfo=dt.UTC), time_token="", mono_s=0, boot="")
    work.hand_in(submission, captured=said)
    pattern = re.compile("2019-02-03|3 Feb[a-z]* 2019")
    world.secrets.append(Secret("his-device-time", TEACHER | CLASSMATE, "2019", pattern))


def without_names(world: World) -> None:
    """Marked without names, both of them, and nothing is returned. What stands for a name is for staff alone: whoever
    knew her number would know her work from what is said of it."""
    cast, hide = world.cast, world.hide
    hers = world.given("Without names", cast.student, cast.classmate, anonymous=True)
    his = work.submission_of(hers.assignment, cast.classmate)
    for whose, one, finders, number in (("her", hers, STUDENT, 74183), ("his", his, CLASSMATE, 86297)):
        Submission.objects.filter(pk=one.pk).update(alias=number)
        hide(f"{whose}-number", TEACHER, str(number))
        text = f"It was decided elsewhere. {hide(f'{whose}-nameless-text', TEACHER | finders)}"
        receipt = work.hand_in(work.reread(one), work.body_for(one.assignment, text)).attempt
        # Staff who read it there would have a code that tells, of whoever shows it, which work is hers.
        hide(f"{whose}-nameless-receipt", finders, receipt.receipt_code)
        score = hide(f"{whose}-nameless-score", TEACHER, f"3.{number % 100}")
        world.judge(f"{whose}-nameless", one, score, TEACHER)
    world.telling.append(hers)
    world.nameless.append(hers)


def to_be_judged_anew(world: World) -> None:
    """The rubric has changed. Who may bring his marks along is shown what would come of it; nobody has done it."""
    cast = world.cast
    waits = world.given("To be judged anew", cast.classmate)
    work.hand_in(waits)
    marks = [
        {"question": name, "points": None if each.kind == ESSAY else Decimal(1), "comment": ""}
        for name, each in readings.questions(waits.assignment).items()
    ]
    level = rubric.levels(waits.assignment, "Sourcing: sound", "Context: weak", "Voice: own")
    work.mark(waits, cast.teacher, questions=marks, criteria=level)
    waits.refresh_from_db()
    world.give_back(waits)
    edited.edit(waits.assignment, edited.worth("Sourcing", "sound", "3.83"), cast.teacher)
    (row,) = regrades.preview(edited.fresh(waits.assignment)).rows
    assert row.new
    world.hide("regrade-preview", TEACHER, str(row.new))


def of_the_staff(world: World) -> None:
    cast, hide = world.cast, world.hide
    actions.save_template(body=hide("bank", TEACHER), by=cast.teacher)
    hide("join-code", TEACHER, cast.room.join_code)
    hide("classmate", TEACHER | STUDENT | CLASSMATE, cast.classmate.display_name)
    adaptation = adaptations.start(world.edition, by=cast.teacher)
    adaptations.change(adaptation, if_version=1, by=cast.teacher, title=hide("own-version", TEACHER))


def of_another_school(world: World) -> None:
    cast, hide = world.cast, world.hide
    theirs = OTHERS | STRANGER
    hide("other-class", theirs, cast.other_room.name)
    hide("other-code", OTHERS, cast.other_room.join_code)
    hide("other-teacher", theirs, cast.other_teacher.display_name)
    hide("other-student", theirs, cast.other_student.display_name)
    foreign = actions.create_assignment(
        cast.other_room,
        edition=world.edition,
        by=cast.other_teacher,
        title=hide("other-title", theirs),
        instructions=hide("other-instructions", theirs),
    )
    submission = work.submission_of(foreign, cast.other_student)
    work.hand_in(submission, work.body_for(foreign, hide("other-text", theirs)))
    work.mark(submission, cast.other_teacher, questions=[], feedback=hide("other-feedback", theirs))
    actions.return_grade(work.reread(submission), by=cast.other_teacher)
    world.telling.append(submission)
    # Room A is to them what they are to room A.
    for name, finders, text in (
        ("room-a", TEACHER | STUDENT | CLASSMATE, cast.room.name),
        ("title-a", TEACHER | STUDENT, "Returned twice, and drafted once more"),
    ):
        hide(name, finders, text)


def of_who_moved(world: World) -> None:
    """A student came to a parallel class, and her draft with her: nobody but she reads a word of it."""
    cast, hide = world.cast, world.hide
    parallel = people.open_classroom(name=hide("parallel-class", TEACHER), zone="Europe/Warsaw", by=cast.teacher)
    mover = person("mover", display_name=hide("mover", TEACHER), school=cast.school)
    place = people.enrol(cast.room, mover, role="student", by=cast.teacher)
    left = world.given("Left behind", mover)
    cited = work.cited(world.edition.pk, note=hide("moved-note", frozenset()))
    body = work.body_for(left.assignment, hide("moved-text", frozenset()), citations=[cited])
    actions.save_draft(left, body=world.with_cell(body, "moved-cell", frozenset()), if_rev=0, by=mover)
    there = actions.create_assignment(parallel, edition=world.edition, title="Come to", by=cast.teacher)
    actions.move_student(place, to=parallel, copies=[(left.assignment_id, there.pk)], by=cast.teacher)
    came = str(work.submission_of(there, mover).draft.body)
    assert all(each in came for each in ("moved-text", "moved-note", "moved-cell"))
