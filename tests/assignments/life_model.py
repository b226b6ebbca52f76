"""The life of a submission once more, told as plainly as it can be and without the table: what its tests walk beside.

Times are whole minutes since the start. A due time ends with its minute; what closes at a minute is open in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

LEASE = 30
MARGIN = 1
DUE, CLOSE = 2_880, 4_320
ATTEMPTS, WITHDRAWALS = 3, 2
OFFLINE_HOURS = 24

STUDENT_ACTS = ("save", "submit", "replace", "withdraw", "keep_grade", "ask_more_time")
TEACHER_ACTS = (
    "keep_grade",
    "claim",
    "release",
    "mark",
    "return",
    "recall",
    "request_revision",
    "excuse",
    "lift_excuse",
    "grade_without_submission",
    "accept_parked",
    "hand_in_for",
    "extend",
)


def in_order(attempts: Iterable[int | None]) -> list[int | None]:
    """Where nothing was handed in comes last."""
    return sorted(attempts, key=lambda attempt: (attempt is None, attempt or 0))


@dataclass(frozen=True)
class Marks:
    score: int | None
    attempt: int | None
    by: str = ""
    at: int = 0
    level: int | None = None
    edition: int = 1  # of the rubric
    out_of: int = 4
    comments: frozenset[str] = frozenset()
    stamp: int = 0  # another one whenever somebody touched them


@dataclass
class Brought:
    """Marks that came to another edition: as they were, and the stamp that they had then."""

    is_draft: bool
    before: Marks
    stamp: int


@dataclass(frozen=True)
class Other:
    """Other dates for her alone, for a group of hers or for the class: outright, or as an offset, or another close."""

    kind: str
    due: int | None = None
    offset: int | None = None
    close: int | None = None

    def due_after(self, base: int | None) -> int | None:
        return self.due if self.offset is None else None if base is None else base + self.offset


@dataclass
class Asked:
    due: int
    at: int = 0
    outcome: str = ""
    ended: int = -1


@dataclass
class Model:
    resubmission: bool
    hands_in: bool
    base_due: int | None = DUE  # of the assignment
    base_close: int | None = CLOSE
    required: bool = False  # comments that came back are answered before she hands in
    answered: set[str] = field(default_factory=set)
    rubric: list[tuple[int, ...]] = field(default_factory=lambda: [(0, 1, 2, 3, 4)])  # points of the levels, by edition
    regrades: list[list[Brought]] = field(default_factory=list)
    stamps: int = 0
    now: int = 0
    state: str = "assigned"
    claim_from: str = ""
    excused_from: str = ""
    voided_from: str = ""
    holder: str = ""
    until: int = 0
    draft: str = ""
    saved: int = -1
    texts: list[str] = field(default_factory=list)  # of the attempts
    came: list[int] = field(default_factory=list)  # when each of them did
    ways: list[str] = field(default_factory=list)  # on which each of them came
    made: int = -1  # when the last of them was
    counted: int | None = None
    withdrawn: int | None = None
    withdrawals: int = 0
    put_by: int | None = None  # what was taken back when marks were given without a hand-in
    reinstated: int = 0
    parked: list[str] = field(default_factory=list)  # hand-ins that wait
    marks: Marks | None = None
    ready: bool = False
    returned: Marks | None = None
    asked: list[Asked] = field(default_factory=list)
    extended: int | None = None
    extended_at: int = 0
    counts: str = "latest"
    picked: tuple[int | None] | None = None  # the hand-in whose grade a teacher chose; that may be none at all
    percent: int | None = None  # of the points, for each day that work comes late
    floor: int = 0  # and never below so many per cent
    final: int | None = None  # a teacher made what missing work counts as final, when it was out of so much
    stands: dict[int | None, Marks] = field(default_factory=dict)  # of each hand-in that was returned
    asking: bool = False
    late: bool = False  # what was handed in came late; told by the row, since dates have tests of their own
    late_by: dict[int, int] = field(default_factory=dict)  # so is of each hand-in by how many seconds it came late
    opened: bool = False  # she has read what came back
    sent: int = -1  # when something that she handed in came last
    parked_at: dict[str, int] = field(default_factory=dict)
    by_site: list[int] = field(default_factory=list)  # when the site handed in, or let count again
    as_of: int | None = None  # what is taken now was finished offline then
    archived: bool = False
    gone: set[str] = field(default_factory=set)  # why it is not hers now: "dropped", "deleted"
    others: dict[int, Other] = field(default_factory=dict)  # that stand
    aside: set[str] = field(default_factory=set)  # every text that was not taken
    stale: list[str] = field(default_factory=list)  # saves among them that wait
    edition: int = 0  # that she reads
    class_edition: int = 0
    editions: list[int] = field(default_factory=list)  # of the attempts
    upgraded: bool = False
    known: set[int] = field(default_factory=set)  # editions that were decided about
    unseen: bool = False
    named: dict[str, int] = field(default_factory=dict)  # for which edition what was parked was written

    # ------------------------------------------------------------------------------------------------------------ facts

    @property
    def shown(self) -> str:
        """The state, with a lease that ran out counted as released."""
        return self.claim_from if self.state == "in_review" and self.until <= self.now else self.state

    @property
    def rest(self) -> str:
        return self.claim_from or self.state

    @property
    def revision(self) -> Asked | None:
        return next((one for one in reversed(self.asked) if one.outcome in ("", "returned")), None)

    @property
    def extension(self) -> int | None:
        """More time that was given for a revision ends with it, where nothing was handed in."""
        during = any(
            one.at <= self.extended_at and (one.ended < 0 or self.extended_at < one.ended) for one in self.asked
        )
        return None if self.revision is None and during else self.extended

    @property
    def plain(self) -> int | None:
        """Before a revision and more time: her own, else the most generous of her groups, else that of the class."""
        for kind in ("student", "group", "class"):
            dues = [one.due_after(self.base_due) for one in self.others.values() if one.kind == kind]
            if said := [due for due in dues if due is not None]:
                return max(said)
        return self.base_due

    @property
    def stated_close(self) -> int | None:
        for kind in ("student", "group", "class"):
            if said := [one.close for one in self.others.values() if one.kind == kind and one.close is not None]:
                return max(said)
        return self.base_close

    @property
    def usual(self) -> int | None:
        return self.revision.due if self.revision else self.plain

    @property
    def due(self) -> int | None:
        usual, longer = self.usual, self.extension
        return usual if usual is None or longer is None else max(usual, longer)

    @property
    def close(self) -> int | None:
        """Nothing closes before it is due; what was returned shuts nothing that has no close."""
        stated, revision = self.stated_close, self.revision
        if stated is None and (revision is None or revision.outcome):
            return None
        return max(end for end in (stated, self.plain, self.usual, self.extension) if end is not None)

    @property
    def open(self) -> bool:
        moment = self.now if self.as_of is None else self.as_of
        return self.close is None or moment <= self.close

    @property
    def left(self) -> bool:
        overtaking = 0 if self.as_of is None else sum(at > self.as_of for at in self.by_site)
        hers = len(self.texts) - self.withdrawals + self.reinstated - overtaking
        return hers < ATTEMPTS + len(self.asked)

    @property
    def missing(self) -> bool:
        return self.shown in ("assigned", "drafting") and self.counted is None and self.overdue

    @property
    def overdue(self) -> bool:
        return self.due is not None and self.now > self.due

    @property
    def counting(self) -> Marks | None:
        """The marks that count; none do while nothing is returned."""
        return None if self.returned is None else self.counting_among(self.returned, self.stands)

    def counting_among(self, seen: Marks, stands: dict[int | None, Marks]) -> Marks:
        scored = [stands[attempt] for attempt in in_order(stands) if stands[attempt].score is not None]
        if self.counts == "pick" and self.picked is not None:
            return stands.get(self.picked[0], seen)
        if self.counts in ("latest", "pick") or not scored:
            return seen
        if self.counts == "first":
            return scored[0]
        shares = [Fraction(self.left_of(marks) or 0) / marks.out_of for marks in scored]
        best = [marks for marks, share in zip(scored, shares, strict=True) if share == max(shares)]
        return seen if seen in best else best[-1]

    def left_of(self, marks: Marks | None) -> Decimal | None:
        """What lateness leaves of the score. It takes for each day that has begun, and lifts nothing to the floor."""
        if marks is None or marks.score is None:
            return None
        late = 0 if marks.attempt is None else self.late_by[marks.attempt]
        days = (late + 86_399) // 86_400
        taken = Fraction(min(100, (self.percent or 0) * days) * marks.out_of, 100)
        spare = max(Fraction(0), marks.score - Fraction(self.floor * marks.out_of, 100))
        left = marks.score - min(taken, spare)
        return (Decimal(left.numerator) / left.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def lengthened(self) -> bool:
        return self.due != self.usual

    @property
    def wrote_since(self) -> bool:
        """She went on writing after what counts came, and it reads otherwise now."""
        if self.counted is None or self.state not in ("submitted", "in_review"):
            return False
        return self.saved > self.came[self.counted - 1] and self.draft != self.texts[self.counted - 1]

    @property
    def timing(self) -> tuple[str, int]:
        """In a word, and by how many seconds late or missing. A due time is over with its minute."""
        if self.state == "excused":
            return "not_due", 0
        if self.counted is not None:
            late = self.late_by[self.counted]
            return ("late", late) if late else ("not_due" if self.due is None else "on_time", 0)
        if self.due is not None and self.overdue:
            return "missing", max(1, (self.now - self.due - 1) * 60)
        return "not_due", 0

    @property
    def badges(self) -> set[str]:
        """What the board says beside the state."""
        of_class = [one.due_after(self.base_due) for one in self.others.values() if one.kind == "class"]
        class_due = next((due for due in of_class if due is not None), self.base_due)
        mark, seen = self.counting, self.returned
        holding = {
            "missing": self.missing,
            "missing_final": self.missing and self.final is not None,
            "nothing_handed_in": self.counted is None and self.shown in ("returned", "revising"),
            "late": self.counted is not None and self.late_by[self.counted] > 0,
            "extended": self.due is not None and class_due is not None and self.due > class_due,
            "feedback_outdated": seen is not None and seen.attempt != self.counted,
            "earlier_counts": mark is not None and seen is not None and mark.attempt != seen.attempt,
            "parked_waiting": bool(self.parked),
            "asks_more_time": self.asking and self.state != "excused",
            "changes_not_handed_in": self.wrote_since,
        }
        return {name for name, holds in holding.items() if holds}

    @property
    def unanswered(self) -> list[str]:
        seen = self.returned.comments if self.returned else frozenset()
        return sorted(seen - self.answered)

    @property
    def kept_back(self) -> bool:
        return self.required and bool(self.unanswered)

    def held_by_other(self, who: str) -> bool:
        return self.shown == "in_review" and self.holder != who

    def can(self, act: str, who: str) -> bool:
        """Whether a well-made request would succeed now. The close is not settled yet, if it has passed."""
        s, student = self.shown, who == "student"
        mine = s == "in_review" and self.holder == who
        if self.archived:
            return False
        improves = s == "returned" and self.resubmission and self.open
        match act:
            case "save":
                return s != "void"
            case "submit":
                open_to_her = (s in ("assigned", "drafting", "revising") and self.open) or improves
                return open_to_her and self.left and not self.kept_back
            case "replace":
                return s == "submitted" and self.open and self.left and not self.kept_back
            case "withdraw":
                return s == "submitted" and not self.overdue and self.open and self.withdrawals < WITHDRAWALS
            case "keep_grade":
                return s == "revising"
            case "claim":
                return s in ("submitted", "returned") or mine
            case "release":
                return self.state == "in_review"
            case "mark":
                return s in ("assigned", "drafting", "submitted") or mine
            case "return":
                there = self.counted is not None or self.returned is not None
                return (s == "submitted" or mine) and there and self.ready
            case "recall":
                owner = who == "teacher"
                return s == "returned" and self.returned is not None and (owner or self.returned.by == who)
            case "request_revision":
                return s in ("submitted", "returned") or mine
            case "excuse":
                return s not in ("excused", "void")
            case "lift_excuse":
                return s == "excused"
            case "grade_without_submission":
                nothing = s in ("assigned", "drafting") or (mine and self.counted is None)
                return nothing and self.ready
            case "accept_parked":
                return s != "void" and bool(self.parked)
            case "hand_in_for":
                return s in ("assigned", "drafting", "revising") or improves
            case "extend":
                return s != "void" and self.due is not None
            case "ask_more_time":
                waits = s in ("assigned", "drafting", "revising") or (s == "submitted" and self.late)
                return waits and not self.asking and self.due is not None
        raise AssertionError(act, student)

    # ------------------------------------------------------------------------------------------------------------- acts

    def pick(self, chosen: tuple[int | None] | None) -> bool:
        """With None the latest counts again."""
        if self.archived or self.counts != "pick":
            return False
        self.picked = chosen
        return True

    def _lapse(self) -> None:
        """A lease that ran out is written down by whoever acts next."""
        if self.state == "in_review" and self.until <= self.now:
            self.to(self.claim_from)

    def to(self, state: str) -> None:
        self.state, self.claim_from, self.holder = state, "", ""

    def settle(self, margin: int = 0) -> bool:
        close = self.close
        if self.archived or close is None or self.now - margin <= close:
            return False
        if self.shown not in ("assigned", "drafting", "revising"):
            return False
        worth = self.draft and (not self.texts or (self.saved > self.made and self.draft != self.texts[-1]))
        worth = worth and self.saved <= close
        if self.hands_in and worth:
            self._hand_in(self.draft, "auto", came=self.saved, keeps_waiting=True)
            self.by_site.append(self.now)
        elif self.now - MARGIN <= close:
            return False  # what was handed in before the close may still be on its way
        elif self.withdrawn is not None:
            self.counted, self.withdrawn, self.final = self.withdrawn, None, None
            self.reinstated += 1
            self.by_site.append(self.now)
            if self.marks and self.marks.attempt != self.counted:
                self.marks = None
            self.ready = self.marks is not None and self.marks.score is not None
            self.to("submitted")
        elif self.state == "revising":
            self._end("kept")
            self._forget_other_marks()
            self.to("returned")
        else:
            return False
        return True

    def _hand_in(
        self,
        text: str,
        way: str,
        *,
        came: int | None = None,
        keeps_waiting: bool = False,
        edition: int | None = None,
    ) -> None:
        edition = self.edition if edition is None else edition
        if self.state == "assigned" and not self.draft:
            self.draft, self.saved = text, self.now
            self.edition = edition  # the draft that begins with it is of its edition
        self.texts.append(text)
        self.editions.append(edition)
        self.came.append(self.now if came is None else came)
        self.ways.append(way)
        self.made, self.counted, self.withdrawn = self.now, len(self.texts), None
        self.marks, self.ready, self.final = None, False, None
        if not keeps_waiting:
            self.parked = []
        if self.state == "excused" or self.excused_from:
            self.excused_from = ""
        self.to("submitted")

    def _end(self, outcome: str) -> None:
        for one in self.asked:
            if not one.outcome:
                one.outcome, one.ended = outcome, self.now
        self.withdrawn = None if outcome != "replaced" else self.withdrawn

    def save(self, text: str) -> bool:
        self.settle()
        if not self.can("save", "student"):
            self._set_aside(text)
            return False
        reopens = self.shown == "returned" and self.resubmission and self.open and self.left
        self._lapse()
        if self.state == "assigned":
            self.to("drafting")
        elif reopens:
            self.to("revising")
        self.draft, self.saved = text, self.now
        return True

    def _set_aside(self, text: str) -> None:
        self.aside.add(text)
        self.stale.append(text)
        self.sent = self.now

    def save_stale(self, text: str) -> bool:
        """Upon another draft than the one that is there."""
        self.settle()
        self._set_aside(text)
        return False

    def use(self, text: str) -> bool:
        """What was set aside becomes her draft."""
        if not self.can("save", "student"):
            return False
        self.save(text)
        self.stale.remove(text)
        return True

    def submit(self, text: str, done: int | None = None, *, believed: bool = True, named: int | None = None) -> bool:
        """`done`: when it was finished, as her device says. Other words that came since contradict that."""
        quiet = done is not None and self.sent <= done and (not self.draft or self.saved <= done)
        close = self.close
        if done is not None and believed and quiet and close is not None and done <= close < self.now:
            self.as_of = done if self.now <= close + OFFLINE_HOURS * 60 else None
        if self.as_of is None:
            self.settle()
        named = self.edition if named is None else named
        taken = self.can("submit", "student") or self.can("replace", "student")
        taken = taken and named == self.edition
        self.as_of = None
        if not taken:
            self.parked.append(text)
            self.parked_at[text], self.named[text] = self.now, named
            self.aside.add(text)
            self.sent = self.now
            return False
        self._lapse()
        self._hand_in(text, "student")
        self.sent = self.now
        return True

    def hand_in_for(self, text: str) -> bool:
        if not self.can("hand_in_for", "teacher"):
            return False
        self._lapse()
        self._hand_in(text, "proxy", keeps_waiting=True)
        return True

    def accept_parked(self) -> bool:
        """The newest of them; those before it give way."""
        if not self.can("accept_parked", "teacher"):
            return False
        self._lapse()
        text = self.parked[-1]
        named, known = self.named[text], self.upgraded and self.named[text] in self.known
        edition = named if known else self.edition
        self._hand_in(text, "accepted_parked", came=self.parked_at[text], edition=edition)
        self.sent = max(self.sent, self.parked_at[text])
        return True

    def let_another_time_count(self) -> None:
        """That of the device, or of arrival: it is nobody's turn by that."""
        self._lapse()

    def withdraw(self) -> bool:
        if self.withdrawn is not None and self.state in ("drafting", "revising"):
            return True
        if not self.can("withdraw", "student"):
            return False
        self._lapse()
        self.withdrawn, self.withdrawals, self.ready = self.counted, self.withdrawals + 1, False
        self.counted = self.returned.attempt if self.returned else None
        self.to("revising" if self.returned else "drafting")
        return True

    def keep_grade(self, who: str) -> bool:
        if self.state == "returned":
            return True
        if not self.can("keep_grade", who):
            return False
        self._end("kept")
        self._forget_other_marks()
        self.to("returned")
        return True

    def _forget_other_marks(self) -> None:
        """Marks on a hand-in that does not count are kept aside."""
        if self.marks is not None and self.marks.attempt != self.counted:
            self.marks, self.ready = None, False

    def claim(self, who: str, *, takeover: bool = False) -> bool:
        if not self.can("claim", who) and not (takeover and self.shown == "in_review"):
            return False
        self._lapse()
        if self.state != "in_review":
            self.claim_from, self.state = self.state, "in_review"
        self.holder, self.until = who, self.now + LEASE
        return True

    def release(self) -> bool:
        if self.state == "in_review":
            self.to(self.claim_from)
        return True

    def mark(self, who: str, level: int) -> bool:
        if not self.can("mark", who):
            return False
        self._lapse()
        if self.state not in ("assigned", "drafting"):
            self.claim(who)
        begun = self._begun()
        edition = begun.edition if begun else len(self.rubric)
        points = self.rubric[edition - 1]
        self.marks, self.ready = (
            Marks(
                points[level],
                self.counted,
                who,
                level=level,
                edition=edition,
                out_of=max(points),
                comments=begun.comments if begun else frozenset(),
                stamp=self._stamp(),
            ),
            True,
        )
        return True

    def _stamp(self) -> int:
        self.stamps += 1
        return self.stamps

    def _begun(self) -> Marks | None:
        """The marks on what counts: the draft, else what she sees. They stay with the edition of their beginning."""
        return next((marks for marks in (self.marks, self.returned) if marks and marks.attempt == self.counted), None)

    def comment(self, who: str, words: str) -> bool:
        """On marks that are drafted already."""
        if not self.can("mark", who) or self.marks is None or self.counted is None:
            return False
        assert self.marks.attempt == self.counted
        self._lapse()
        self.claim(who)
        comments = self.marks.comments | {words}
        self.marks = replace(self.marks, by=who, comments=comments, stamp=self._stamp())
        return True

    def reply(self, words: str) -> bool:
        if not self.can("save", "student") or self.returned is None or words not in self.returned.comments:
            return False
        self.answered.add(words)
        return True

    # ------------------------------------------------------------------------------------------------- the rubric

    def edit_rubric(self, points: tuple[int, ...]) -> bool:
        if self.archived:
            return False
        if points != self.rubric[-1]:
            self.rubric.append(points)
        return True

    def by_newest(self, marks: Marks) -> Marks:
        points = self.rubric[-1]
        score = None if marks.score is None or marks.level is None else points[marks.level]
        return replace(marks, score=score, edition=len(self.rubric), out_of=max(points))

    def to_bring(self) -> list[tuple[bool, Marks]]:
        """What is not on the newest edition: whether it is a draft, and the marks."""
        here = [
            (False, self.returned),
            (True, self.marks if self.marks and self.marks.attempt == self.counted else None),
        ]
        return [(draft, marks) for draft, marks in here if marks and marks.edition != len(self.rubric)]

    def counting_then(self) -> Marks:
        """What would count once what she sees is on the newest edition."""
        assert self.returned is not None
        new = self.by_newest(self.returned)
        return self.counting_among(new, {**self.stands, new.attempt: new})

    def regrade(self, scope: str) -> bool:
        """By the owner of the class; with `chosen` what she sees too."""
        rows = self.to_bring()
        if self.archived:
            return False
        if scope == "chosen" and not any(not draft for draft, _marks in rows):
            return False
        made = []
        for draft, before in rows:
            if scope == "none" or (scope == "drafts" and not draft) or self.held_by_other("teacher"):
                continue
            new = replace(self.by_newest(before), stamp=self._stamp())
            made.append(Brought(draft, before, new.stamp))
            self._put(draft, new)
        self.regrades.append(made)
        return True

    def _put(self, draft: bool, marks: Marks) -> None:
        if draft:
            self.marks = marks
            self.ready = marks.attempt == self.counted and marks.score is not None
        else:
            self.returned = self.stands[marks.attempt] = marks
            self.opened = False

    def undo_regrade(self, n: int) -> bool:
        left = self.regrades[n]
        if self.archived or not left:
            return False
        for one in list(left):
            now = self.marks if one.is_draft else self.returned
            if now is None or now.stamp != one.stamp or self.held_by_other("teacher"):
                continue
            left.remove(one)
            # Who said what, and when it was returned, stays; so do the comments.
            self._put(one.is_draft, replace(one.before, stamp=self._stamp()))
        return True

    # ------------------------------------------------------------------------------------------------ the return

    def _show(self, who: str) -> None:
        assert self.marks is not None
        score = self.marks.score if self.ready else None
        self.returned = replace(self.marks, score=score, by=who, at=self.now)
        self.opened = False
        self.stands[self.marks.attempt] = self.returned
        self.marks, self.ready = None, False

    def give_back(self, who: str, *, without: bool = False) -> bool:
        if without:
            self.settle(MARGIN)
        if not self.can("grade_without_submission" if without else "return", who):
            return False
        self._lapse()
        self._show(who)
        self._end("returned")
        if without and self.withdrawn is not None:
            self.put_by = self.withdrawn
        self.withdrawn = None
        self.to("returned")
        return True

    def recall(self, who: str) -> bool:
        if not self.can("recall", who):
            return False
        assert self.returned is not None
        self._lapse()
        led_back = "submitted" if self.counted is not None else ("drafting" if self.draft else "assigned")
        self.state, self.claim_from, self.holder, self.until = "in_review", led_back, who, self.now + LEASE
        self._forget_other_marks()
        self.marks = self.marks or replace(self.returned, by=who, stamp=self._stamp())
        for one in self.asked:
            if one.outcome == "returned" and one.ended == self.returned.at:
                one.outcome, one.ended = "", -1
        self.stands.pop(self.returned.attempt)
        self.returned, self.ready = None, self.marks.score is not None
        if self.counted is None and self.texts and self.put_by == len(self.texts):
            self.withdrawn = self.put_by
        return True

    def request_revision(self, who: str, due: int) -> bool:
        if not self.can("request_revision", who) or due < self.now:
            return False
        self._lapse()
        said = self.marks is not None and self.marks.attempt == self.counted and self.marks.score is not None
        if not said and self.returned is None:
            newest = len(self.rubric)
            blank = Marks(None, self.counted, who, edition=newest, out_of=max(self.rubric[-1]), stamp=self._stamp())
            self.marks, self.ready = blank, False
        if said or self.returned is None:
            self._show(who)
        self._end("replaced")
        self.asked.append(Asked(due, self.now))
        self._not_due()
        self.to("revising")
        return True

    def excuse(self) -> bool:
        if self.state == "excused":
            return True
        if not self.can("excuse", "teacher"):
            return False
        left = self.rest
        self.to("excused")
        self.excused_from = left
        return True

    def lift_excuse(self) -> bool:
        if self.state == "excused":
            if self.archived:
                return False
            self.to(self.excused_from)
            self.excused_from = ""
        return True

    def drop(self, why: str = "dropped") -> bool:
        """She left the class, or the assignment was deleted: the work is hers again once neither is so."""
        if not self.gone:
            left = self.rest
            self.to("void")
            self.voided_from = left
        self.gone.add(why)
        return True

    def readd(self, why: str = "dropped") -> bool:
        self.gone.discard(why)
        if not self.gone and self.state == "void":
            self.to(self.voided_from)
            self.voided_from = ""
        return True

    def archive(self) -> None:
        """Claims are let go; all else waits as it is."""
        self.archived = True
        if self.state == "in_review":
            self.to(self.claim_from)

    # ------------------------------------------------------------------------------------------------- other dates

    def give_dates(self, n: int, other: Other) -> bool:
        if self.archived or (other.offset is not None and self.base_due is None):
            return False
        if other.kind != "group":
            self.others = {key: one for key, one in self.others.items() if one.kind != other.kind}
        self.others[n] = other
        self._not_due()
        return True

    def end_dates(self, n: int) -> bool:
        if self.archived:
            return False
        if self.others.pop(n, None) is not None:
            self._not_due()
        return True

    def move_dates(self, **base: int | None) -> bool:
        if self.archived:
            return False
        before = self.base_due, self.base_close
        self.base_due, self.base_close = base.get("due", self.base_due), base.get("close", self.base_close)
        if before != (self.base_due, self.base_close):
            self._not_due()
        return True

    def revoke(self) -> bool:
        """More time is taken back for what is still to come."""
        if self.extended is None:
            return True
        if self.archived or self.shown == "void":
            return False
        self.extended = None
        self._not_due()
        return True

    # ------------------------------------------------------------------------------------------- another edition

    def upgrade(self, scope: str, to: int) -> bool:
        if self.archived:
            return False
        self.known |= {self.class_edition, to}
        if scope == "keep":
            return True
        self.class_edition, self.upgraded = to, True
        rest = self.rest
        rest = self.voided_from if rest == "void" else rest
        rest = self.excused_from if rest == "excused" else rest
        hers = rest in ("assigned", "drafting", "revising") and not (self.marks and self.marks.attempt is None)
        begun = rest != "assigned" or bool(self.draft)
        if hers and self.edition != to and (scope == "all" or not begun):
            self.edition, self.unseen = to, True
        return True

    def extend(self, until: int) -> bool:
        if not self.can("extend", "teacher") or self.usual is None or until <= self.usual:
            return False
        if until != self.extension or self.asking:
            self._lapse()
            self.extended, self.extended_at, self.asking = until, self.now, False
            self._not_due()
        return True

    def _not_due(self) -> None:
        """Work whose due time lies ahead again is not missing any more, and nothing of it is final."""
        self.final = self.final if self.overdue else None

    def make_final(self) -> bool:
        if self.archived or not self.missing:
            return False
        if self.final is None:
            self.final = max(self.rubric[-1])
        return True

    def undo_final(self) -> bool:
        if self.archived:
            return False
        self.final = None
        return True

    def ask(self) -> bool:
        """The same once more is the same request."""
        if self.asking:
            return True
        if not self.can("ask_more_time", "student"):
            return False
        self._lapse()
        self.asking = True
        return True

    def answer(self, until: int | None) -> bool:
        """With more time, or with none."""
        if not self.asking or self.archived:
            return False
        if until is None:
            self.asking = False
            return True
        return self.extend(until)
