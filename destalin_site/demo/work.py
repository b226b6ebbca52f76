"""Two classes in the middle of a term: every state that work can be in, reached by the acts that lead there.

Dates are counted from the day of loading, so that the demo always looks as if it were used.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from accounts.models import Membership
from assignments.errors import AssignmentClosed, StateConflict
from assignments.models import Assignment, Excuse
from destalin_site.common import clock
from destalin_site.common.errors import VersionStale
from destalin_site.demo import answers_9a as nine
from destalin_site.demo import answers_10b as ten
from destalin_site.demo.room import JOINED, Judgement, Room
from lessons.models import Edition

CLASS_10B = ["student1", "student2", "student3", "student4", "student5", "student6"]
CLASS_9A = ["student7", "student8"]


def load(editions: Mapping[str, Edition], *, say: Callable[[str], None] = lambda line: None) -> None:
    """`editions` by the address of their lesson."""
    now = clock.now()
    _history_10b(now, editions)
    say("History 10B")
    _history_9a(now, editions)
    say("History 9A")


def _history_10b(now: dt.datetime, editions: Mapping[str, Edition]) -> None:
    room = Room(now, editions, name="History 10B", teacher="teacher")
    at = room.calendar.at
    # José takes the code of the wrong class, and begins to work there.
    room.join(*CLASS_10B, "student8", on=at(JOINED, "10:05"))
    room.add("assistant", Membership.Role.ASSISTANT, on=at(JOINED, "16:30"))
    _undo(room)
    _spring(room)
    _session(room)
    _secret(room)
    _essay(room)
    _endings(room)
    _catching_up(room)
    room.read_up(on=at(-3, "20:00"))


def _undo(room: Room) -> None:
    """Over and returned, late work among it; somebody began and was taken out of the class."""
    at = room.calendar.at
    assignment = room.assign(
        "what-was-there-to-undo",
        "What was there to undo?",
        on=at(-34, "14:20"),
        questions=[ten.QUOTA, ten.LETTER, ten.POSPELOV],
        instructions="Lesson 1, sections 1 to 4. Cite the passage that each answer rests on.",
        due=room.calendar.due(-28),
    )
    room.save(assignment, "student8", ten.JOSE_UNDO_BEGUN, on=at(-33, "16:02"))
    room.remove("student8", on=at(-32, "08:40"))
    room.save(assignment, "student1", ten.ANNA_UNDO_BEGUN, on=at(-30, "19:10"))
    room.hand_in(assignment, "student1", ten.ANNA_UNDO, on=at(-29, "17:40"))
    room.hand_in(assignment, "student3", ten.LAYLA_UNDO, on=at(-29, "20:02"))
    room.hand_in(assignment, "student2", ten.DMITRI_UNDO, on=at(-28, "21:15"))
    room.hand_in(assignment, "student6", ten.SAM_UNDO, on=at(-28, "22:31"))
    room.hand_in(assignment, "student5", ten.HA_UNDO, on=at(-28, "23:58"))
    room.hand_in(assignment, "student4", ten.MAXIMILIANE_UNDO, on=at(-27, "07:30"))
    _grade(room, assignment, ten.UNDO_GRADES, on=at(-26, "16:30"), back=at(-26, "17:05"))
    room.see(assignment, "student1", "student2", "student3", "student4", "student5", on=at(-25, "15:40"))


def _spring(room: Room) -> None:
    """Deleted by a slip and brought back. Returned; one return was taken back and mended. One student sent more after
    her work had come back, which the teacher let count: her grade is about the earlier attempt. One had begun, fell
    ill, and is excused."""
    at = room.calendar.at
    assignment = room.assign(
        "the-spring-of-1953",
        "Who goes home? The amnesty of 1953",
        on=at(-27, "14:10"),
        questions=[ten.NOTE, ten.AMNESTY, ten.BOTH],
        instructions="Lesson 2, sections 1 and 2. Read Beria’s note and the decree before you look at the questions.",
        due=room.calendar.due(-20),
    )
    room.delete(assignment, on=at(-27, "14:12"))
    room.undelete(assignment, on=at(-27, "14:13"))
    room.hand_in(assignment, "student4", ten.MAXIMILIANE_SPRING_FIRST, on=at(-22, "16:20"))
    room.hand_in(assignment, "student1", ten.ANNA_SPRING, on=at(-22, "18:05"))
    room.hand_in(assignment, "student3", ten.LAYLA_SPRING, on=at(-21, "19:48"))
    room.hand_in(assignment, "student5", ten.HA_SPRING, on=at(-21, "20:30"))
    room.hand_in(assignment, "student2", ten.DMITRI_SPRING, on=at(-20, "23:41"))
    room.save(assignment, "student6", ten.SAM_SPRING_BEGUN, on=at(-20, "23:50"))
    room.excuse(assignment, "student6", Excuse.ILLNESS, reason=ten.EXCUSED_BECAUSE, on=at(-18, "16:50"))
    _grade(room, assignment, ten.SPRING_GRADES, on=at(-18, "17:15"), back=at(-18, "17:40"))
    room.see(assignment, "student1", "student3", "student4", on=at(-17, "14:25"))
    room.recall(assignment, "student2", reason=ten.RECALLED_BECAUSE, on=at(-17, "15:10"))
    room.give_back(assignment, ["student2"], on=at(-17, "15:16"))
    with suppress(StateConflict):  # it is parked, since her work is back already
        room.hand_in(assignment, "student4", ten.MAXIMILIANE_SPRING_SECOND, on=at(-16, "18:00"))
    room.accept(assignment, "student4", on=at(-15, "13:20"))


def _session(room: Room) -> None:
    """Closed and returned, seen by some, one of them to be revised; a hand-in that came after the close waits for the
    teacher's word."""
    at = room.calendar.at
    assignment = room.assign(
        "the-closed-session",
        "What was not said on 25 February",
        on=at(-20, "09:30"),
        questions=[ten.MIDNIGHT, ten.SILENT, ten.SILENCES],
        instructions="Lesson 3, to the end of section 5. One fact has to come from Lesson 1.",
        due=room.calendar.due(-13),
        closes_at=at(-8, "18:00"),
    )
    room.hand_in(assignment, "student1", ten.ANNA_SESSION, on=at(-15, "18:22"))
    room.hand_in(assignment, "student4", ten.MAXIMILIANE_SESSION, on=at(-14, "16:20"))
    room.hand_in(assignment, "student3", ten.LAYLA_SESSION, on=at(-14, "22:10"))
    room.hand_in(assignment, "student2", ten.DMITRI_SESSION, on=at(-13, "20:41"))
    room.hand_in(assignment, "student5", ten.HA_SESSION, on=at(-12, "00:14"))
    _grade(room, assignment, ten.SESSION_GRADES, on=at(-10, "16:10"), back=at(-10, "16:45"))
    room.see(assignment, "student1", "student5", on=at(-9, "15:30"))
    with suppress(AssignmentClosed):  # it is parked
        room.hand_in(assignment, "student6", ten.SAM_SESSION_TOO_LATE, on=at(-7, "20:00"))
    room.ask_to_revise(
        assignment, "student2", room.calendar.due(6), words=ten.DMITRI_SESSION_TO_REVISE, on=at(-2, "14:50")
    )


def _secret(room: Room) -> None:
    """Closed and being graded: one is ready to go back, one is open with the assistant, two wait; two are missing, one
    with a draft and one whose hand-in came too late. Of the two that wait both were finished offline: one is in time,
    since it came within the hours that are given for that, the other is late until the teacher believes the device. A
    question is answered in a table: some filled it, one left a cell empty, one all of them. It was given twice, and one
    of the two was deleted."""
    at = room.calendar.at
    fields: dict[str, Any] = {
        "questions": [ten.DATES, ten.TABLE, ten.GLAD, ten.LEAK],
        "instructions": "Lesson 4, sections 1 to 4. Question 3 is a table. For question 7 read the telegram twice.",
        "due": room.calendar.due(-4),
        "closes_at": at(-1, "18:00"),
        "offline_grace_h": 24,
    }
    twice = room.assign("how-a-secret-travelled", "The way of the speech", on=at(-13, "13:05"), **fields)
    assignment = room.assign("how-a-secret-travelled", "The way of the speech", on=at(-13, "13:06"), **fields)
    room.delete(twice, on=at(-13, "13:20"))
    room.hand_in(assignment, "student1", ten.ANNA_SECRET, on=at(-6, "18:22"))
    room.hand_in(assignment, "student2", ten.DMITRI_SECRET, on=at(-5, "20:41"))
    train = {"contact": at(-4, "21:05"), "finished": at(-4, "22:10")}
    room.save(assignment, "student5", ten.HA_SECRET_BEGUN, on=at(-4, "23:50"))
    room.hand_in(assignment, "student3", ten.LAYLA_SECRET, on=at(-3, "07:35"), **train)
    room.hand_in(assignment, "student4", ten.MAXIMILIANE_SECRET, on=at(-2, "16:20"), finished=at(-4, "21:20"))
    with suppress(AssignmentClosed):  # it is parked
        room.hand_in(assignment, "student6", ten.SAM_SECRET_TOO_LATE, on=at(-1, "20:00"))
    ready = Judgement("student1", ten.ANNA_SECRET_MARKS, ten.FOR_THE_ESSAY)
    room.mark(assignment, ready, on=at(-1, "18:40"))
    room.release(assignment, "student1", on=at(-1, "18:55"))
    begun = Judgement("student2", ten.DMITRI_SECRET_MARKS)
    room.mark(assignment, begun, by="assistant", on=room.calendar.ago(minutes=2))


def _essay(room: Room) -> None:
    """Open. Drafts, one of them with a text set aside, one with more time than the others; one replaced its hand-in;
    one took it back; one is back and not looked at."""
    at, ago = room.calendar.at, room.calendar.ago
    assignment = room.assign(
        "who-came-back",
        "Who came back? Essay",
        on=at(-6, "14:05"),
        questions=[ten.PEOPLES, ten.FREE_TEN, ten.ESSAY],
        instructions="All of Lesson 5. At least four sources, among them a historian and one that speaks against you.",
        due=room.calendar.due(5),
    )
    room.save(assignment, "student1", ten.ANNA_ESSAY_BEGUN, on=ago(minutes=50))
    room.hand_in(assignment, "student2", ten.DMITRI_ESSAY_FIRST, on=at(-1, "18:20"))
    room.hand_in(assignment, "student2", ten.DMITRI_ESSAY, on=at(-1, "20:05"))
    room.save(assignment, "student3", ten.LAYLA_ESSAY_BEGUN, on=at(-2, "19:00"))
    room.save(assignment, "student3", ten.LAYLA_ESSAY_AT_HOME, rev=1, on=at(-2, "19:20"))
    with suppress(VersionStale):  # the phone had not heard of the second save: its text is set aside
        room.save(assignment, "student3", ten.LAYLA_ESSAY_ON_THE_BUS, rev=1, on=at(-1, "07:45"))
    room.hand_in(assignment, "student5", ten.HA_ESSAY, on=at(-4, "16:10"))
    judgement = Judgement("student5", ten.HA_ESSAY_MARKS, ten.HA_ESSAY_FEEDBACK)
    _grade(room, assignment, [judgement], on=at(-3, "15:20"), back=at(-3, "15:45"))
    room.save(assignment, "student6", ten.SAM_ESSAY_BEGUN, on=at(-2, "21:55"))
    room.hand_in(assignment, "student4", ten.MAXIMILIANE_ESSAY_TOO_SOON, on=at(-1, "17:05"))
    room.take_back(assignment, "student4", on=at(-1, "17:20"))
    later = room.calendar.due(9)
    room.give_more_time(assignment, "student6", later, reason=ten.MORE_TIME_BECAUSE, on=at(-1, "13:40"))


def _endings(room: Room) -> None:
    """Not open yet, and due a day later for those who will be elsewhere."""
    assignment = room.assign(
        "berlin-poznan-budapest",
        "Three endings: Berlin, Warsaw, Budapest",
        on=room.calendar.at(-1, "13:15"),
        questions=["Compare the photograph from Berlin", "Check this claim: “About 25,000 to 30,000"],
        instructions="In class, in pairs. Opens at the beginning of the lesson.",
        opens_at=room.calendar.at(3, "08:00"),
        due=room.calendar.due(3, "09:35"),
    )
    council = ("student1", "student3")
    elsewhere: dict[str, Any] = {"offset_minutes": 24 * 60, "reason": ten.IN_THE_COUNCIL_BECAUSE}
    room.give_dates(assignment, ten.COUNCIL, council, on=room.calendar.at(-1, "13:25"), **elsewhere)


def _catching_up(room: Room) -> None:
    """Given to two, then to one: the other's draft is kept where nobody sees it."""
    at = room.calendar.at
    assignment = room.assign(
        "the-spring-of-1953",
        "Catching up: who followed Stalin?",
        on=at(-12, "15:00"),
        questions=[ten.SUCCESSOR, ten.BERIAS_FALL],
        due=room.calendar.due(2),
        audience=[room.person(name).pk for name in ("student4", "student6")],
    )
    room.save(assignment, "student4", ten.MAXIMILIANE_CATCHING_UP, on=at(-11, "17:30"))
    room.name_only(assignment, ["student6"], on=at(-10, "08:50"))
    room.save(assignment, "student6", ten.SAM_CATCHING_UP, on=at(-2, "21:25"))


def _history_9a(now: dt.datetime, editions: Mapping[str, Edition]) -> None:
    room = Room(now, editions, name="History 9A", teacher="teacher2")
    at = room.calendar.at
    room.join("student7", on=at(JOINED, "11:10"))
    room.join("student8", on=at(-32, "11:05"))
    _thaw(room)
    _roads(room)
    _bread(room)
    _article(room)
    room.read_up(on=at(-3, "20:00"))


def _thaw(room: Room) -> None:
    """Over and returned, one in time and seen, one late and not seen yet."""
    at = room.calendar.at
    assignment = room.assign(
        "the-thaw-and-its-frosts",
        "Who opened the door?",
        on=at(-26, "11:00"),
        questions=[nine.EARLY, nine.CENSORS, nine.POEM_AND_STORY],
        instructions="Lesson 8, sections 1 to 6. Read the poem’s record before the story’s.",
        due=room.calendar.due(-18, "20:00"),
    )
    room.hand_in(assignment, "student7", nine.OLENA_THAW, on=at(-19, "17:12"))
    room.hand_in(assignment, "student8", nine.JOSE_THAW, on=at(-18, "20:14"))
    _grade(room, assignment, nine.THAW_GRADES, on=at(-16, "12:10"), back=at(-16, "12:35"))
    room.see(assignment, "student7", on=at(-16, "18:00"))


def _roads(room: Room) -> None:
    """Over: one waits to be graded, one is missing with a draft."""
    at = room.calendar.at
    assignment = room.assign(
        "many-roads",
        "One speech, many roads",
        on=at(-14, "11:00"),
        questions=[nine.MONUMENT, nine.SPLIT],
        due=room.calendar.due(-5, "20:00"),
    )
    room.hand_in(assignment, "student7", nine.OLENA_ROADS, on=at(-6, "19:37"))
    room.save(assignment, "student8", nine.JOSE_ROADS_BEGUN, on=at(-5, "21:05"))


def _bread(room: Room) -> None:
    """The teacher's own version of a lesson, done in class: one told her answers and has her marks, one wrote on paper,
    and the teacher typed it in."""
    at = room.calendar.at
    fields: dict[str, Any] = {"instructions": nine.FOR_ONE_LESSON, "without": nine.LEFT_OUT, "own": nine.NOTICED}
    version = room.adapt("bread-flats-and-the-steppe", nine.ONE_LESSON, on=at(-9, "17:30"), **fields)
    assignment = room.assign(
        version,
        nine.ONE_LESSON,
        on=at(-9, "17:50"),
        questions=[nine.NOTICED.prompt, nine.POSTERS],
        due=room.calendar.due(-7, "12:00"),
    )
    room.mark(assignment, nine.OLENA_SPOKE, on=at(-7, "13:10"))
    room.give_back_unwritten(assignment, "student7", on=at(-7, "13:12"))
    room.hand_in_for(assignment, "student8", nine.JOSE_ON_PAPER, reason=nine.ON_PAPER_BECAUSE, on=at(-7, "11:50"))


def _article(room: Room) -> None:
    """Open: one draft, and one who has not begun."""
    at = room.calendar.at
    assignment = room.assign(
        "reading-an-article-against-the-evidence",
        "An article against the evidence",
        on=at(-4, "11:00"),
        questions=[nine.CONDEMNED, nine.WORDS, nine.HISTORIANS],
        instructions="Lesson 12, sections 1 to 5. Two passages for question 2.",
        due=room.calendar.due(3, "20:00"),
    )
    room.save(assignment, "student7", nine.OLENA_ARTICLE_BEGUN, on=at(-1, "18:45"))


def _grade(
    room: Room, assignment: Assignment, judgements: Sequence[Judgement], *, on: dt.datetime, back: dt.datetime
) -> None:
    """One after the other, a few minutes each, and all of them back at once."""
    for place, judgement in enumerate(judgements):
        room.mark(assignment, judgement, on=on + dt.timedelta(minutes=4 * place))
    room.give_back(assignment, [judgement.student for judgement in judgements], on=back)
