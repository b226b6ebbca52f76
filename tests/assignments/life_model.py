"""The life of a submission once more, told as plainly as it can be and without the table: what its tests walk beside.

Times are whole minutes since the start. A due time ends with its minute; what closes at a minute is open in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LEASE = 30
MARGIN = 1
DUE, CLOSE = 2_880, 4_320
ATTEMPTS, WITHDRAWALS = 3, 2

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


@dataclass(frozen=True)
class Marks:
    score: int | None
    attempt: int | None
    by: str = ""
    at: int = 0


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
    final: bool = False  # a teacher made what missing work counts as final
    stands: dict[int | None, int | None] = field(default_factory=dict)  # the score of each hand-in that was returned
    asking: bool = False

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
    def usual(self) -> int:
        return self.revision.due if self.revision else DUE

    @property
    def due(self) -> int:
        return max(self.usual, self.extension or 0)

    @property
    def close(self) -> int:
        ends = [CLOSE, DUE, self.usual]
        return max([*ends, self.extension] if self.extension is not None else ends)

    @property
    def open(self) -> bool:
        return self.now <= self.close

    @property
    def left(self) -> bool:
        return len(self.texts) - self.withdrawals + self.reinstated < ATTEMPTS + len(self.asked)

    @property
    def missing(self) -> bool:
        return self.shown in ("assigned", "drafting") and self.counted is None and self.now > self.due

    @property
    def counting(self) -> int | None:
        """The score that counts; nothing does while nothing is returned."""
        if self.returned is None:
            return None
        order = sorted(self.stands, key=lambda attempt: (attempt is None, attempt or 0))
        scored = [score for attempt in order if (score := self.stands[attempt]) is not None]
        if self.counts == "latest" or not scored:
            return self.returned.score
        return scored[0] if self.counts == "first" else max(scored)

    def held_by_other(self, who: str) -> bool:
        return self.shown == "in_review" and self.holder != who

    def can(self, act: str, who: str) -> bool:
        """Whether a well-made request would succeed now. The close is not settled yet, if it has passed."""
        s, student = self.shown, who == "student"
        mine = s == "in_review" and self.holder == who
        improves = s == "returned" and self.resubmission and self.open
        match act:
            case "save":
                return s != "void"
            case "submit":
                return ((s in ("assigned", "drafting", "revising") and self.open) or improves) and self.left
            case "replace":
                return s == "submitted" and self.open and self.left
            case "withdraw":
                return s == "submitted" and self.now <= self.due and self.open and self.withdrawals < WITHDRAWALS
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
                return s != "void"
            case "ask_more_time":
                waits = s in ("assigned", "drafting", "revising") or (s == "submitted" and self.now > self.due)
                return waits and not self.asking
        raise AssertionError(act, student)

    # ------------------------------------------------------------------------------------------------------------- acts

    def _lapse(self) -> None:
        """A lease that ran out is written down by whoever acts next."""
        if self.state == "in_review" and self.until <= self.now:
            self.to(self.claim_from)

    def to(self, state: str) -> None:
        self.state, self.claim_from, self.holder = state, "", ""

    def settle(self, margin: int = 0) -> bool:
        if self.shown not in ("drafting", "revising") or self.now - margin <= self.close:
            return False
        worth = self.draft and (not self.texts or (self.saved > self.made and self.draft != self.texts[-1]))
        worth = worth and self.saved <= self.close
        if self.hands_in and worth:
            self._hand_in(self.draft, keeps_waiting=True)
        elif self.now - MARGIN <= self.close:
            return False  # what was handed in before the close may still be on its way
        elif self.withdrawn is not None:
            self.counted, self.withdrawn, self.final = self.withdrawn, None, False
            self.reinstated += 1
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

    def _hand_in(self, text: str, *, keeps_waiting: bool = False) -> None:
        if self.state == "assigned" and not self.draft:
            self.draft, self.saved = text, self.now
        self.texts.append(text)
        self.made, self.counted, self.withdrawn = self.now, len(self.texts), None
        self.marks, self.ready, self.final = None, False, False
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
            return False
        reopens = self.shown == "returned" and self.resubmission and self.open and self.left
        self._lapse()
        if self.state == "assigned":
            self.to("drafting")
        elif reopens:
            self.to("revising")
        self.draft, self.saved = text, self.now
        return True

    def submit(self, text: str) -> bool:
        self.settle()
        if not (self.can("submit", "student") or self.can("replace", "student")):
            self.parked.append(text)
            return False
        self._lapse()
        self._hand_in(text)
        return True

    def hand_in_for(self, text: str) -> bool:
        if not self.can("hand_in_for", "teacher"):
            return False
        self._lapse()
        self._hand_in(text, keeps_waiting=True)
        return True

    def accept_parked(self) -> bool:
        """The newest of them; those before it give way."""
        if not self.can("accept_parked", "teacher"):
            return False
        self._lapse()
        self._hand_in(self.parked[-1])
        return True

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

    def mark(self, who: str, score: int) -> bool:
        if not self.can("mark", who):
            return False
        self._lapse()
        if self.state not in ("assigned", "drafting"):
            self.claim(who)
        self.marks, self.ready = Marks(score, self.counted, who), True
        return True

    def _show(self, who: str) -> None:
        assert self.marks is not None
        score = self.marks.score if self.ready else None
        self.returned = Marks(score, self.marks.attempt, who, self.now)
        self.stands[self.marks.attempt] = score
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
        self.marks = self.marks or Marks(self.returned.score, self.returned.attempt, who)
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
            self.marks, self.ready = Marks(None, self.counted, who), False
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
            self.to(self.excused_from)
            self.excused_from = ""
        return True

    def drop(self) -> bool:
        left = self.rest
        self.to("void")
        self.voided_from = left
        return True

    def readd(self) -> bool:
        self.to(self.voided_from)
        self.voided_from = ""
        return True

    def extend(self, until: int) -> bool:
        if not self.can("extend", "teacher") or until <= self.usual:
            return False
        if until != self.extension or self.asking:
            self._lapse()
            self.extended, self.extended_at, self.asking = until, self.now, False
            self._not_due()
        return True

    def _not_due(self) -> None:
        """Work whose due time lies ahead again is not missing any more, and nothing of it is final."""
        self.final = self.final and self.now > self.due

    def make_final(self) -> bool:
        if not self.missing:
            return False
        self.final = True
        return True

    def undo_final(self) -> bool:
        self.final = False
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
        if not self.asking:
            return False
        if until is None:
            self.asking = False
            return True
        return self.extend(until)
