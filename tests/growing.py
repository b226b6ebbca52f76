"""A class in which everything of which there can be many grows: people, work, marks, comments, files that wait, and
what one teacher and one student have beside it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from accounts import actions as people
from accounts.models import Membership, User
from assignments import actions, readings
from assignments.models import (
    Assignment,
    ClassMove,
    Excuse,
    ExtensionRequest,
    Regrade,
    SharedComment,
)
from destalin_site.common import clock
from destalin_site.common.errors import DomainError
from destalin_site.common.ids import uuid7
from destalin_site.common.request import request_id
from lessons import adaptations, adapting, images
from lessons.models import Adaptation
from tests.api_client import token_for
from tests.assignments import corrected, edited, remarks, revised, rubric, work
from tests.assignments.pictures import photo
from tests.assignments.test_boards import joins
from tests.assignments.test_growth import Class, tomorrow
from tests.cast import Cast, person
from tests.lessons import factories

OWN = {"kind": "short", "prompt": "Who paid?", "points": "1", "required": True, "options": []}
OWN |= {"skill": "", "rubric": "", "model_answer": ""}


class Grown(Class):
    """`grow` makes more of everything, in the same rows.

    Of every student there is work that came back twice by a rubric (`judged`), work of which the names are hidden
    (`nameless`), a draft that may be read of a lesson that is published again (`revised`), and an excuse (`excused`).
    The rest is of the cast's teacher and student."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        self.each = 0
        plain = self.graded.edition
        self.judged = self._given(edition=rubric.make_edition(), title="Judged", resubmission=True, counts="pick")
        self.nameless = self._given(edition=plain, title="Nameless", anonymous=True)
        self.revised = self._given(edition=work.make_edition(), title="Revised", drafts_visible=True)
        self.again = self._given(edition=remarks.make_edition(), title="Again", resubmission=True)
        self.excused = self._given(edition=plain, title="Excused")
        self.back = self._given(edition=plain, title="Back")
        self.paper = self._given(edition=plain, title="Paper", resubmission=True)
        self.room = people.open_classroom(name="History 10C", zone="Europe/Warsaw", by=cast.teacher)
        self.adaptation = adaptations.start(work.make_edition(), by=cast.teacher)
        self.shared: SharedComment
        self.regrade: Regrade
        self.move: ClassMove
        self._ask_again()

    def _given(self, **fields: Any) -> Assignment:
        return work.make_assignment(self.cast, **fields)

    # --- What grows -----------------------------------------------------------------------------------------------

    def grow(self, students: int, each: int) -> None:
        """So many students in the class, and so many of everything else."""
        self.fill(students)
        while self.each < each:
            self.each += 1
            self._one_more(self.each)
        self._for_all()

    def do_all(self, student: User) -> None:
        if self.of(self.graded, student).attempt_count:
            return
        super().do_all(student)
        for levels in (("Sourcing: strong", "Context: strong"), ("Sourcing: sound", "Context: weak")):
            self._judge(student, *levels)
        if student == self.cast.classmate:
            self._excuse(self.nameless, student)
        else:
            work.hand_in(self.of(self.nameless, student), corrected.citing(self.nameless))
        now = edited.fresh(self.revised)
        body = work.body_for(now, citations=[work.cited(now.edition_id)], single=[1])
        actions.save_draft(self.of(self.revised, student), body=body, if_rev=0, by=student)
        self._excuse(self.excused, student)
        work.hand_in(self.of(self.back, student))
        work.mark(self.of(self.back, student), self.cast.teacher)

    def _excuse(self, assignment: Assignment, student: User) -> None:
        row = self.of(assignment, student)
        actions.excuse(row, category=Excuse.ILLNESS, reason="In bed", by=self.cast.teacher)

    def _judge(self, student: User, *levels: str) -> None:
        row = self.of(self.judged, student)
        work.hand_in(row, work.body_for(self.judged, citations=[work.cited(self.judged.edition_id)]))
        edited.save(self.of(self.judged, student), self.cast.teacher, *levels)
        remarks.comment(self.of(self.judged, student), self.cast.teacher)
        actions.return_grade(self.of(self.judged, student), by=self.cast.teacher)

    def _one_more(self, n: int) -> None:
        """One more of everything that is not a student."""
        teacher, student = self.cast.teacher, self.cast.student
        token_for(student, f"Tablet {n}")
        token_for(teacher, f"Telephone {n}")
        actions.save_template(body=f"Who decided? {n}", by=teacher)
        corrected.announce(self.source, f"19{60 + n}")
        self._people(n)
        self._classes(n)
        self._adaptations(n)
        self._dates(n)
        self._lesson(n)
        self._evidence(n)
        self._judge(student, "Sourcing: strong", "Context: weak")
        edited.edit(self.judged, edited.worth("Sourcing", "sound", f"{n % 3 + 1}.5"), teacher)
        self._final(student)

    def _people(self, n: int) -> None:
        """An assistant, and somebody whose work of this class was begun and who left it."""
        helper = person(f"helper{n}", school=self.cast.school)
        people.enrol(self.cast.room, helper, role="assistant", by=self.cast.teacher)
        gone = joins(self.cast, f"gone{n}", f"Gone {n}")
        work.hand_in(self.of(self.graded, gone))
        people.remove_member(Membership.objects.get(user=gone), by=self.cast.teacher)

    def _classes(self, n: int) -> None:
        """Another class of them, and other assignments: one there, the same here and in the class to move to, one
        that was taken from the student."""
        cast, edition = self.cast, self.graded.edition
        both = [cast.student.pk, cast.classmate.pk]
        room = people.open_classroom(name=f"Room {n}", zone="Europe/Warsaw", by=cast.teacher)
        people.enrol(room, cast.student, role="student", by=cast.teacher)
        for classroom in (cast.room, self.room, room):
            given = actions.create_assignment(classroom, edition=edition, title=f"More {n}", by=cast.teacher)
            for row in given.submissions.filter(student__in=both):
                work.hand_in(row, corrected.citing(given))
                work.mark(row, cast.teacher)
                if classroom != room:
                    actions.return_grade(work.reread(row), by=cast.teacher)
        actions.delete_assignment(self._given(edition=edition, title=f"Deleted {n}"), by=cast.teacher)
        taken = self._given(edition=edition, title=f"Taken {n}", audience=both)
        work.hand_in(self.of(taken, cast.student))
        actions.update_assignment(taken, if_version=1, audience=both[1:], by=cast.teacher)

    def _adaptations(self, n: int) -> None:
        cast, mine = self.cast, Adaptation.objects.get(pk=self.adaptation.pk)
        plan = adapting.with_own(mine.plan, str(uuid7()), OWN, mine.plan["sections"][0]["id"])
        self.adaptation = adaptations.change(mine, if_version=mine.version, plan=plan, by=cast.teacher)
        edition = adaptations.cut(self.adaptation, by=cast.teacher)
        given = self._given(edition=edition, title=f"Adapted {n}", audience=[cast.classmate.pk])
        row = self.of(given, cast.classmate)
        actions.save_draft(row, body=work.body_for(given), if_rev=0, by=cast.classmate)
        for away in (False, True):
            other = adaptations.start(self.graded.edition, by=cast.teacher)
            adaptations.cut(other, by=cast.teacher)
            if away:
                adaptations.put_away(other, by=cast.teacher)

    def _dates(self, n: int) -> None:
        cast, row = self.cast, self.of(self.extended, self.cast.student)
        given: dict[str, Any] = {"offset_minutes": 60 + n, "reason": f"Away {n}", "by": cast.teacher}
        ended = actions.give_dates(self.extended, students=[cast.student.pk, cast.classmate.pk], title="Two", **given)
        actions.end_dates(ended, by=cast.teacher)
        actions.give_dates(self.extended, students=[cast.student.pk, cast.classmate.pk], title=f"Two {n}", **given)
        asked = ExtensionRequest.objects.waiting().get(submission=row)
        actions.decline_request(asked, words="No.", if_version=asked.version, by=cast.teacher)
        actions.extend(self.of(self.extended, cast.student), due=tomorrow(3 + n), reason="Ill", by=cast.teacher)
        actions.ask_more_time(self.of(self.extended, cast.student), reason=f"Still ill {n}", by=cast.student)
        with suppress(DomainError):
            body = work.body_for(self.extended, f"Set aside {n}.")
            actions.save_draft(self.of(self.extended, cast.student), body=body, if_rev=0, by=cast.student)
        work.set_aside(self.of(self.extended, cast.student))

    def _lesson(self, n: int) -> None:
        """Another lesson, and one that is published again, to which the class is brought."""
        work.make_edition()
        self._publish(f"Version {n}. {work.TEXT}")
        self._bring()

    def _publish(self, text: str) -> None:
        assignment = edited.fresh(self.revised)
        self.newer = revised.saying(assignment.edition, text)

    def _bring(self) -> None:
        now = edited.fresh(self.revised)
        said: dict[str, Any] = {"from_edition": now.edition_id, "to_edition": self.newer.pk, "scope": "all"}
        self.brought = actions.upgrade_edition(now, **said, by=self.cast.teacher)

    def _evidence(self, n: int) -> None:
        """Pictures of paper, handed in for the student."""
        actions.hand_in_for(
            self.of(self.paper, self.cast.student),
            body={"answers": []},
            reason="On paper",
            client_attempt_id=uuid7(),
            edition=self.paper.edition_id,
            by=self.cast.teacher,
            received_at=clock.now(),
            scans=[images.clean(photo(shade=n)), images.clean(photo(shade=100 + n))],
        )
        row = self.of(self.paper, self.cast.student)
        actions.request_revision(row, due=tomorrow(9), words=f"Again {n}.", by=self.cast.teacher)

    def _final(self, *students: User) -> None:
        """Missing work of theirs is not final any more, and then it is."""
        assignment = edited.fresh(self.missing)
        rows = [self.of(assignment, student).pk for student in students]
        actions.undo_final_many(assignment, submissions=rows, by=self.cast.teacher)
        said: dict[str, Any] = {"if_version": assignment.version, "reason": "Nothing came", "by": self.cast.teacher}
        assert all(row.done for row in actions.make_final_many(assignment, submissions=rows, **said))

    # --- What is done for everybody who is there ------------------------------------------------------------------

    def _for_all(self) -> None:
        cast = self.cast
        self._final(*self.students[1::2])
        self._return()
        rows = [self.of(self.judged, student) for student in self.students]
        self.regrade = edited.apply(self.judged, cast.teacher, "chosen", *rows)
        edited.edit(self.judged, edited.worth("Sourcing", "sound", f"0.{self.each}"), cast.teacher)
        edited.edit(self.judged, edited.worth("Context", "weak", f"0.{self.each}"), cast.teacher)
        self._widen()
        self._share()
        self._move()
        self._ask_again()
        self._publish(f"Of {self.each}. Nobody's words are left.")
        self._bring()
        self.upgrade = self.brought
        self._publish(f"Of {self.each}. {work.TEXT}")
        self._bring()
        row = self.of(self.revised, cast.student)
        actions.read_upgrade(row, edition=row.edition_id, by=cast.student)
        self._publish(f"After {self.each}. {work.TEXT}")

    def _return(self) -> None:
        """What is marked and not returned, with one press."""
        waiting = self.back.submissions.filter(grade_ready=True).values_list("pk", flat=True)
        pressed = request_id.set(f"return-{self.each}")
        actions.return_many(self.back, submissions=list(waiting), by=self.cast.teacher)
        request_id.reset(pressed)

    def _widen(self) -> None:
        """A lesson of as many sections, sources and questions, of which the student has marks and the classmate a
        draft, and the teacher a version of her own."""
        cast = self.cast
        sources = [corrected.make_source() for _ in range(self.each)]
        sections = [(f"Section {n}", self._section(n, source)) for n, source in enumerate(sources)]
        edition = factories.make_edition(sections=sections)
        for source in sources:
            corrected.announce(source)
        self.wide = self._given(edition=edition, title=f"Wide {self.each}", drafts_visible=True)
        body = self._answered(self.wide)
        actions.save_draft(self.of(self.wide, cast.classmate), body=body, if_rev=0, by=cast.classmate)
        work.hand_in(self.of(self.wide, cast.student), body)
        work.mark(self.of(self.wide, cast.student), cast.teacher)
        remarks.comment(self.of(self.wide, cast.student), cast.teacher)
        actions.return_grade(self.of(self.wide, cast.student), by=cast.teacher)
        self.wide_adaptation = adaptations.start(edition, by=cast.teacher)

    def _answered(self, assignment: Assignment) -> dict[str, Any]:
        """Every question, with a citation in each paragraph and cell."""
        body = work.body_for(assignment, single=[1])
        for question in readings.document(assignment.edition_id).questions:
            cells = [(row["id"], column["id"]) for row in question.get("rows", ()) for column in question["columns"]]
            blocks = [{"kind": "cell", "row": row, "column": column, "text": "The mason."} for row, column in cells]
            if blocks:
                body["answers"].append({"question": question["id"], "blocks": blocks})
        for n, block in enumerate(block for answer in body["answers"] for block in answer["blocks"]):
            block |= {"id": f"b-{n}", "citations": [work.cited(assignment.edition_id)]}
        return body

    def _section(self, n: int, source: Any) -> list[Any]:
        wall = {
            "image": factories.make_image(colour=f"#0000{n:02x}"),
            "alt": "A wall",
            "decorative": False,
            "caption": "",
        }
        return [
            ("paragraph", f"<p>{work.TEXT}</p>"),
            ("source", {"source": source, "framing": "", "first": None, "last": None}),
            ("figure", {**wall, "image": factories.make_image(colour=f"#0000{n:02x}")}),
            ("question", factories.question("essay", points="4")),
            ("question", factories.choice("single")),
            ("question", factories.table()),
        ]

    def _share(self) -> None:
        chosen = [self.of(self.graded, student).pk for student in self.students]
        for n in range(self.each):
            said = actions.Said(f"To everybody {self.each}, {n}.")
            shown = actions.rehearse_comment(self.graded, said, submissions=chosen, by=self.cast.teacher)
            told = actions.share_comment(
                self.graded, said, submissions=chosen, preview=shown.tag, key=uuid7(), by=self.cast.teacher
            )
            assert told.shared is not None
            self.shared = told.shared

    def _move(self) -> None:
        """Somebody moves to the other class, with her text of everything that is given there too."""
        mover, pairs = joins(self.cast, f"mover{self.each}", "Mover"), []
        for there in self.room.assignments.all():
            here = self.cast.room.assignments.get(title=there.title)
            body = work.body_for(here, citations=[work.cited(here.edition_id)])
            actions.save_draft(self.of(here, mover), body=body, if_rev=0, by=mover)
            pairs.append((here.pk, there.pk))
        member = Membership.objects.get(user=mover)
        self.move = actions.move_student(member, to=self.room, copies=pairs, by=self.cast.teacher)

    def _ask_again(self) -> None:
        """The student hands in once more, is told as much as there is of everything, and has to revise it and to
        answer."""
        student, teacher = self.cast.student, self.cast.teacher
        given = Assignment.objects.filter(pk=self.again.pk)
        given.update(replies_required=False)
        work.hand_in(self.of(self.again, student))
        for n in range(self.each or 1):
            remarks.comment(self.of(self.again, student), teacher, body=f"By whom? {n}")
        work.mark(self.of(self.again, student), teacher)
        actions.request_revision(self.of(self.again, student), due=tomorrow(9), words="Again.", by=teacher)
        given.update(replies_required=True)
        actions.save_draft(
            self.of(self.again, student),
            body=work.body_for(self.again, "So far."),
            if_rev=self.of(self.again, student).draft.rev,
            by=student,
        )
