"""The work of one student on one assignment: where it stands, its draft, what was handed in, what was set aside."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Case, Expression, Q, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assignments import answers, names, tallies, timing
from assignments.device_clock import Doubt, Finished, Trust
from assignments.lifecycle import Claim, Standing, State
from assignments.models.assignment import Assignment
from assignments.querysets import AttemptQuerySet, ParkedCopyQuerySet, SubmissionQuerySet
from destalin_site.common.ids import uuid7
from lessons.models import Edition
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet

STATES = [
    (State.ASSIGNED.value, _("not started")),
    (State.DRAFTING.value, _("draft begun")),
    (State.SUBMITTED.value, _("handed in")),
    (State.IN_REVIEW.value, _("being read")),
    (State.RETURNED.value, _("returned")),
    (State.REVISING.value, _("revising")),
    (State.EXCUSED.value, _("excused")),
    (State.VOID.value, _("removed")),
]


TRUST = [
    (Trust.LOW.value, _("little")),
    (Trust.MEDIUM.value, _("within the offline grace")),
    (Trust.TEACHER.value, _("by a teacher’s decision")),
]
DOUBTS = [(doubt.value, doubt.value) for doubt in Doubt if doubt]


# At its close work in these is handed in, counts again, or ends as it was.
OPEN_ENDED = [State.DRAFTING.value, State.REVISING.value]


class Excuse(models.TextChoices):
    """Why a student need not do an assignment. The teacher's own words stand in the event."""

    ILLNESS = "illness", _("illness")
    SCHOOL = "school", _("another duty at school")
    OTHER = "other", _("another reason")


def _way_back() -> models.CharField[str, str]:
    return models.CharField(max_length=16, choices=STATES, blank=True, default="", editable=False)


class MayBeFinishedOffline(models.Model):
    """What a device said of when work was finished that arrived later; empty where none did."""

    captured_at_device = models.DateTimeField(null=True, editable=False, help_text=_("By the device’s own clock."))
    captured_at = models.DateTimeField(
        _("finished on the device"),
        null=True,
        editable=False,
        help_text=_("In the site’s time as far as that can be told; else what the device says."),
    )
    clock_trust = models.CharField(
        _("the device is believed"), max_length=8, choices=TRUST, blank=True, default="", editable=False
    )
    clock_doubt = models.CharField(
        _("why not further"), max_length=16, choices=DOUBTS, blank=True, default="", editable=False
    )

    class Meta:
        abstract = True

    @property
    def finished(self) -> Finished | None:
        return Finished.kept(self.captured_at_device, self.captured_at, self.clock_trust, self.clock_doubt)


def _tally() -> Expression:
    """What `tallies` reads."""
    state = Case(
        *(When(state=each.value, then=n) for n, each in enumerate(tallies.STATES)), default=len(tallies.STATES)
    )
    unwritten = Q(state__in=[State.ASSIGNED.value, State.DRAFTING.value])
    # Only the way back from an excuse leads to a draft that no state tells of: two events after the first.
    stands_open = Q(state=State.IN_REVIEW.value) | unwritten & ~Q(due_from="")
    stands_open |= Q(state=State.ASSIGNED.value, version__gt=1)
    facts = {
        tallies.READY: Q(grade_ready=True),
        tallies.IN: Q(handed_in_at__isnull=False),
        tallies.LATE: Q(late_seconds__gt=0),
        tallies.WAITING: Q(hand_ins_waiting__gt=0),
        tallies.OPEN: stands_open,
    }
    tally: Expression = state
    for bit, holds in facts.items():
        tally = tally + Case(When(holds, then=bit), default=0)
    return tally


def finished_columns(finished: Finished | None) -> dict[str, Any]:
    """The columns that say it."""
    return {
        "captured_at_device": finished.by_device if finished else None,
        "captured_at": finished.at if finished else None,
        "clock_trust": finished.trust.value if finished else "",
        "clock_doubt": finished.doubt.value if finished else "",
    }


class Submission(MayBeFinishedOffline):
    """One row for each student whom an assignment reaches; never deleted.

    Every column from `state` on is the projection of its events, written in the same action, and so is `edition`:
    `version` is the number of the last of them. The dates that hold for this student (`due_at` to `closes_at`) follow
    from the assignment and from what was given beyond it; `actions.dates` alone writes them. What a device said is that
    of the hand-in whose time decides, and so far as it counts now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="+", help_text=_("What she reads.")
    )
    upgrade_unseen = models.BooleanField(
        default=False, help_text=_("The edition was changed, and the student has not said that she saw how.")
    )
    alias = models.PositiveIntegerField(
        _("number in place of the name"),
        null=True,
        editable=False,
        help_text=_("Random; stands for the student where names were hidden when this was made, or have been since."),
    )
    created_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=16, choices=STATES, default=State.ASSIGNED.value)
    claim_from = _way_back()
    excused_from = _way_back()
    voided_from = _way_back()
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(_("changed"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim_until = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveIntegerField(_("hand-ins"), default=0)
    counted = models.ForeignKey("Attempt", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    late_seconds = models.PositiveIntegerField(_("seconds late"), null=True, blank=True)
    first_handed_in_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When the hand-in came whose lateness an improved one inherits.")
    )
    due_at = models.DateTimeField(
        _("due"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("For this student: the assignment’s due time, or another one that was given to her."),
    )
    due_from = models.CharField(
        max_length=16,
        blank=True,
        default="",
        editable=False,
        help_text=_("Where her due time comes from (`timing.Origin`); empty where it is the assignment’s own."),
    )
    usual_due_at = models.DateTimeField(
        null=True, editable=False, help_text=_("The due time that an extension has lengthened.")
    )
    late_from = models.DateTimeField(
        null=True, editable=False, help_text=_("The first instant at which work is late, or missing.")
    )
    closes_at = models.DateTimeField(
        null=True, editable=False, help_text=_("The last instant at which handing in is open to her.")
    )
    grade_ready = models.BooleanField(default=False)
    returned_grade = models.ForeignKey("Grade", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mark_grade = models.ForeignKey(
        "Grade",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Of the grades that were returned the one that is the mark (`counting`)."),
    )
    picked_grade = models.ForeignKey(
        "Grade",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What a teacher chose to count: this grade, or the one that is given to its hand-in after it."),
    )
    final_mark = models.ForeignKey(
        "FinalMark",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What missing work was made final as, until something is handed in or the due time moves away."),
    )
    hand_ins_waiting = models.PositiveIntegerField(default=0)
    withdrawn = models.ForeignKey(
        "Attempt",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What was taken back last, while nothing was handed in since."),
    )
    withdrawals = models.PositiveSmallIntegerField(default=0)
    reinstated = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often what was taken back came to count again: then it is a hand-in that she had.")
    )
    revisions = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often a teacher asked for a revision: each is one hand-in more.")
    )
    asks_more_time = models.BooleanField(default=False, help_text=_("Her request for more time is not answered yet."))
    excuse_category = models.CharField(_("excused for"), max_length=16, choices=Excuse.choices, blank=True, default="")
    tally = models.GeneratedField(
        expression=_tally(),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        editable=False,
        help_text=_("What the columns come to in one number, by which a class is counted (`tallies`)."),
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["assignment_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "student"], name="one_submission_each"),
            models.UniqueConstraint(fields=["assignment", "alias"], name="one_alias_each"),
            models.CheckConstraint(
                condition=Q(state="in_review", claimed_by__isnull=False, claim_until__isnull=False) & ~Q(claim_from="")
                | ~Q(state="in_review") & Q(claimed_by=None, claim_until=None, claim_from=""),
                name="a_claim_is_held_while_in_review",
            ),
            models.CheckConstraint(
                condition=Q(state="void") & ~Q(voided_from="") | ~Q(state="void") & Q(voided_from=""),
                name="a_way_back_from_void",
            ),
            models.CheckConstraint(
                condition=Q(counted=None, handed_in_at=None)
                | Q(attempt_count__gt=0, counted__isnull=False, handed_in_at__isnull=False),
                name="what_counts_was_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(excused_from="", excuse_category="") | ~Q(excused_from="") & ~Q(excuse_category=""),
                name="an_excuse_has_its_category",
            ),
        ]
        indexes = [
            models.Index(fields=["student", "state"], name="submissions_of_a_student"),
            models.Index(fields=["assignment", "state"], name="submissions_by_state"),
            # A class is counted by it, without a look at any row.
            models.Index(fields=["assignment", "tally"], name="submissions_to_count"),
            # Those that the site itself still has to do something about, by when.
            models.Index(fields=["closes_at"], condition=Q(state__in=OPEN_ENDED), name="submissions_to_settle"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.student_id}"

    @property
    def standing(self) -> Standing:
        return Standing(
            state=State(self.state),
            claim_from=State(self.claim_from) if self.claim_from else None,
            excused_from=State(self.excused_from) if self.excused_from else None,
            voided_from=State(self.voided_from) if self.voided_from else None,
        )

    @standing.setter
    def standing(self, standing: Standing) -> None:
        assert standing.state is not None
        self.state = standing.state.value
        self.claim_from = standing.claim_from.value if standing.claim_from else ""
        self.excused_from = standing.excused_from.value if standing.excused_from else ""
        self.voided_from = standing.voided_from.value if standing.voided_from else ""

    @property
    def called(self) -> str:
        """The student as staff are told of her: her name, or what stands for it while names are hidden."""
        return names.of(self).name

    @property
    def work_is_hidden(self) -> bool:
        """Whether there is work that staff read without a name."""
        in_hand = names.is_work_in(self.state, self.handed_in_at is not None, self.hand_ins_waiting)
        return in_hand and self.assignment.names_hidden

    @property
    def given(self) -> Assignment:
        """The assignment in the edition that this student reads."""
        given = self.assignment.in_edition(self.edition_id)
        if Submission.edition.is_cached(self):
            given.edition = self.edition
        return given

    def claim_seen_by(self, user_id: Any, now: dt.datetime) -> Claim:
        if self.state != State.IN_REVIEW or self.claim_until is None:
            return Claim.NONE
        if self.claim_until <= now:
            return Claim.EXPIRED
        return Claim.MINE if self.claimed_by_id == user_id else Claim.OTHERS

    def state_at(self, now: dt.datetime) -> State:
        """The state with an expired lease counted as released, as it is shown everywhere."""
        expired = self.claim_seen_by(None, now) is Claim.EXPIRED
        return State(self.claim_from) if expired else State(self.state)

    def timing_at(self, now: dt.datetime) -> timing.Timing:
        """Whether the work is in time: what was decided when it was handed in, and otherwise what the dates say now."""
        if self.state == State.EXCUSED:
            return timing.Timing(timing.Result.NOT_DUE, 0, timing.Rule.EXCUSED, self.handed_in_at, self.due_at)
        # What counts while she revises came before the revision was asked for: the new due time is not its own.
        asked_since = self.state == State.REVISING and self.due_from == timing.Origin.REVISION
        return timing.timing_of_work(
            self.handed_in_at,
            self.first_handed_in_at,
            self.due_at,
            self.late_seconds or 0,
            now=now,
            terms=self.terms,
            finished=self.finished,
            due_moved=asked_since,
        )

    @property
    def finished_before_it_came(self) -> bool:
        """Whether a device says so of the hand-in whose time decides."""
        came = self.first_handed_in_at or self.handed_in_at
        return self.captured_at is not None and came is not None and self.captured_at < came

    @property
    def terms(self) -> timing.Terms:
        """What her work is measured by, as far as this row tells; by which rows it was given is told by
        `actions.dates.terms`."""
        return timing.own_terms(self.assignment.terms, self.due_from, self.usual_due_at)

    @property
    def extended(self) -> bool:
        """Whether this student was given more time."""
        return self.due_from == timing.Origin.EXTENSION

    @property
    def effective_close(self) -> dt.datetime | None:
        """The last instant at which handing in is open to this student; never before her due time has passed."""
        until = self.assignment.resubmit_until
        if until is None or self.returned_grade_id is None:
            return self.closes_at
        return timing.effective_close(max(until, self.closes_at or until), self.due_at)

    def window_at(self, moment: dt.datetime) -> timing.Window:
        opens, close = self.assignment.opens_at, self.effective_close
        if opens is not None and moment < opens:
            return timing.Window.BEFORE
        return timing.Window.CLOSED if close is not None and moment > close else timing.Window.OPEN

    @property
    def attempts_limit(self) -> int | None:
        """How often she may hand in: a revision that was asked for is one time more."""
        limit = self.assignment.attempts_limit
        return None if limit is None else limit + self.revisions

    @property
    def hand_ins(self) -> int:
        """How many of her hand-ins are counted against the limit: what was taken back is none less that she has."""
        return self.attempt_count - self.withdrawals + self.reinstated

    @cached_property
    def comments_unanswered(self) -> bool:
        """Whether a comment that came back to her wants an answer still; of a row read `with_facts` without a query,
        and never but where the assignment wants answers."""
        grade = self.returned_grade if self.assignment.replies_required else None
        return grade is not None and grade.comments.unanswered().exists()

    def may_withdraw_at(self, moment: dt.datetime) -> bool:
        """Whether her due time still lies ahead, or there is none."""
        return self.due_at is None or moment < timing.over(self.due_at)


class HoldsBody(models.Model):
    """Text of a student, as the canonical JSON (RFC 8785) that its sha256 is of. Written as it came, never changed."""

    body_json = models.TextField()
    body_sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @property
    def body(self) -> answers.Body:
        return orjson.loads(self.body_json)


class Draft(HoldsBody):
    """What the student has written so far. `rev` grows by one with every save that is accepted."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, primary_key=True, related_name="draft")
    rev = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(_("saved"))
    # When the words that these took the place of were saved last: what a device says of these is held against it.
    others_saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return f"{self.submission_id} {self.rev}"


class Attempt(WriteOnceModel, HoldsBody, MayBeFinishedOffline):
    """What was handed in, for ever. The student's receipt is for exactly these bytes."""

    class Via(models.TextChoices):
        STUDENT = "student", _("by the student")
        PROXY = "proxy", _("on behalf of the student")
        AUTO = "auto", _("at the close")
        ACCEPTED_PARKED = "accepted_parked", _("from a copy that was set aside")
        PAPER = "paper", _("on paper")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(_("number"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    client_attempt_id = models.UUIDField()
    words = models.PositiveIntegerField(_("words"))
    incomplete = models.BooleanField(_("incomplete"), default=False)
    draft_rev = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(_("received"))
    made_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    via = models.CharField(_("how"), max_length=16, choices=Via.choices, default=Via.STUDENT)
    receipt_code = models.CharField(_("receipt"), max_length=9, unique=True)
    receipt_signature = models.CharField(max_length=64)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["submission_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_attempt_a_number"),
            models.UniqueConstraint(fields=["submission", "client_attempt_id"], name="one_attempt_a_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.number}"

    @property
    def decided(self) -> timing.Timing:
        """Whether it came in time, as that was decided last. One query."""
        return self.timings.order_by("-id")[0].as_timing()


class TimingDecision(WriteOnceModel):
    """Whether an attempt came in time, with all that this was decided from. The newest one counts."""

    class Reason(models.TextChoices):
        HANDED_IN = "handed_in", _("handed in")
        DUE_MOVED = "due_moved", _("the due time moved")
        EXTENDED = "extended", _("more time was given")
        DATES = "dates", _("the dates for this student changed")
        DEVICE_TIME = "device_time", _("the time of the device counts")
        ARRIVAL_TIME = "arrival_time", _("the time of arrival counts again")
        REVOKED = "revoked", _("more time was taken back, for what was handed in too")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="timings")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    rule_version = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=32)
    result = models.CharField(max_length=16)
    seconds = models.PositiveIntegerField()
    inputs = models.JSONField()

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("timing decision")
        verbose_name_plural = _("timing decisions")
        ordering = ["attempt_id", "id"]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.result}"

    def as_timing(self) -> timing.Timing:
        """The decision as the pure rules speak of it."""
        return timing.Timing.stored(
            self.inputs, result=self.result, seconds=self.seconds, rule=self.rule, version=self.rule_version
        )

    @classmethod
    def of(cls, attempt: Attempt, decided: timing.Timing, reason: str, made_at: dt.datetime) -> TimingDecision:
        """The row, not yet saved, that stores `decided`."""
        return cls(
            attempt=attempt,
            made_at=made_at,
            reason=reason,
            rule_version=decided.version,
            rule=decided.rule.value,
            result=decided.result.value,
            seconds=decided.seconds,
            inputs=decided.inputs(),
        )


class ParkedCopy(HoldsBody, MayBeFinishedOffline):
    """Text that could not be applied when it came, kept with the reason until somebody decides."""

    class Kind(models.TextChoices):
        SAVE = "save", _("a save")
        SUBMIT = "submit", _("a hand-in")

    class Resolution(models.TextChoices):
        WAITING = "", _("waiting")
        ACCEPTED = "accepted", _("accepted as handed in")
        USED = "used", _("used as the draft")
        DISCARDED = "discarded", _("discarded by the student")
        SUPERSEDED = "superseded", _("followed by a later hand-in")

    # The reason of a text that came along from another class, where it could not be the draft, or not whole.
    FROM_ANOTHER_CLASS: ClassVar = "from-another-class"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="parked")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=32, help_text=_("The problem type of the refusal."))
    client_attempt_id = models.UUIDField(null=True)
    edition_named = models.CharField(max_length=64, blank=True, help_text=_("The edition that the client had in mind."))
    incomplete = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("received"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=16, choices=Resolution.choices, blank=True, default="")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ParkedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("parked copy")
        verbose_name_plural = _("parked copies")
        ordering = ["received_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "body_sha256"], condition=Q(attempt=None), name="one_parked_copy_a_text"
            ),
            models.CheckConstraint(
                condition=Q(kind="save") | Q(client_attempt_id__isnull=False), name="a_parked_hand_in_has_its_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.kind} {self.reason}"

    @property
    def waiting(self) -> bool:
        return self.resolution == ParkedCopy.Resolution.WAITING
