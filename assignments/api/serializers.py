"""What requests about assignments and work may contain, and what answers do contain.

Answers to hot lists are written straight from rows (`shapes`); these classes are the schema that holds them.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.serializers import ZoneField
from assignments import remarks
from assignments.actions import MOST_AT_ONCE, MOST_OFFSET
from assignments.device_clock import Doubt, Trust
from assignments.grade_log import What
from assignments.models import Assignment, CommentReply, Excuse, Notice, NoticeChoice
from assignments.models.assignment import MOST_GRACE, MOST_OFFLINE_GRACE, MOST_WITHDRAWALS
from assignments.timing import Origin
from destalin_site.common.api import ClockTimeField, Input, MomentField
from destalin_site.common.names import NameField
from lessons.api.serializers import ErratumOut


class PointsField(serializers.DecimalField):
    """Points and scores are decimal strings. None of them is null, and no blank text stands for it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, min_value=0, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if isinstance(data, str) and not data.strip():
            self.fail("invalid")
        return super().validate_empty_values(data)


# --- Assignments


class DueIn(Input):
    date = serializers.DateField()
    time = ClockTimeField(help_text=_("On the clocks of the zone, for example 23:59."))
    zone = ZoneField()


class LatePolicyIn(Input):
    percent = serializers.IntegerField(min_value=1, max_value=100, help_text=_("Of the possible points."))
    every = serializers.ChoiceField(choices=["hour", "day", "week"], default="day", help_text=_("That has begun."))
    floor_percent = serializers.IntegerField(min_value=0, max_value=100, default=0, help_text=_("Lateness leaves it."))


class CourseIn(Input):
    """What becomes of work at the due time, at the close, and after it was returned."""

    grace_seconds = serializers.IntegerField(
        min_value=0, max_value=MOST_GRACE, required=False, help_text=_("So long after the due time is still in time.")
    )
    offline_grace_h = serializers.IntegerField(
        min_value=0,
        max_value=MOST_OFFLINE_GRACE,
        required=False,
        help_text=_("So many hours after it would be late, work finished offline counts by when it was finished."),
    )
    withdrawals = serializers.IntegerField(
        min_value=0, max_value=MOST_WITHDRAWALS, required=False, help_text=_("How often work may be taken back.")
    )
    reinstates_at_close = serializers.BooleanField(
        required=False, help_text=_("What was taken back counts again at the close, when nothing was handed in since.")
    )
    hands_in_at_close = serializers.BooleanField(required=False, help_text=_("Drafts are handed in at the close."))
    drafts_visible = serializers.BooleanField(
        required=False,
        help_text=_(
            "Staff read drafts, and students are told so. Until somebody has begun; not while names are hidden."
        ),
    )
    resubmission = serializers.BooleanField(
        required=False, help_text=_("Work may be handed in again after it was returned.")
    )
    replies_required = serializers.BooleanField(
        required=False, help_text=_("Comments that were returned are answered before work is handed in again.")
    )
    resubmit_until = MomentField(required=False, allow_null=True, help_text=_("Until when; null: until the close."))
    missing_percent = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        help_text=_("What missing work is projected to, of the points; null: to nothing."),
    )


class HidingIn(Input):
    anonymous = serializers.BooleanField(
        required=False,
        help_text=_("Names are hidden while you mark. It can be set until something is in, and is never unset."),
    )


class AssignmentIn(CourseIn, HidingIn):
    counts = serializers.ChoiceField(
        choices=Assignment.Counts.values,
        required=False,
        help_text=_("Which of several returned grades is the mark. Changed at `/counts`."),
    )
    id = serializers.UUIDField(required=False, help_text=_("Made by the client, so that a repeat makes no second one."))
    classroom = serializers.UUIDField()
    edition = serializers.RegexField(r"\A[0-9a-f]{64}\Z", help_text=_("The sha256 of a current edition."))
    title = NameField(max_length=200)
    instructions = serializers.CharField(max_length=20_000, required=False, allow_blank=True, trim_whitespace=False)
    questions = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        allow_null=True,
        max_length=200,
        help_text=_("Null for all of them."),
    )
    opens_at = MomentField(required=False, allow_null=True)
    due = DueIn(required=False, allow_null=True)
    closes_at = MomentField(required=False, allow_null=True)
    points = PointsField(required=False, allow_null=True)
    attempts = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    late_policy = LatePolicyIn(required=False, allow_null=True)
    audience = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        max_length=500,
        help_text=_("Null for the whole class."),
    )


class AssignmentChangeIn(CourseIn, HidingIn):
    title = NameField(max_length=200, required=False)
    instructions = serializers.CharField(max_length=20_000, required=False, allow_blank=True, trim_whitespace=False)
    opens_at = MomentField(required=False, allow_null=True)
    due = DueIn(required=False, allow_null=True)
    closes_at = MomentField(required=False, allow_null=True)
    attempts = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    late_policy = LatePolicyIn(required=False, allow_null=True)
    audience = serializers.ListField(child=serializers.UUIDField(), required=False, allow_null=True, max_length=500)
    dry_run = serializers.BooleanField(
        required=False, help_text=_("Whether the answer says what would be changed, and nothing is.")
    )


class DueOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    date = serializers.DateField()
    time = serializers.CharField(help_text=_("On the clocks of the zone, for example 23:59."))
    zone = serializers.CharField()


class EditionNumberOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField()


class LatePolicyOut(serializers.Serializer[Any]):
    percent = serializers.IntegerField()
    every = serializers.ChoiceField(choices=["hour", "day", "week"])
    floor_percent = serializers.IntegerField()


class LevelOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    points = serializers.CharField(help_text=_("Empty on a scale."))
    description = serializers.CharField()


class CriterionOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    levels = LevelOut(many=True)


class RubricOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    criteria = CriterionOut(many=True)


class NameOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class DeletionOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = NameOut(allow_null=True, help_text=_("Null where it had reached nobody."))
    handed_in = serializers.IntegerField(help_text=_("How many of those from whom it was taken had handed in."))


class AssignmentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    classroom = serializers.UUIDField()
    edition = EditionNumberOut(allow_null=True, help_text=_("Null to a student before it opens."))
    reading = serializers.CharField(allow_null=True, help_text=_("The sha256 of the text that the caller may read."))
    title = serializers.CharField()
    instructions = serializers.CharField()
    questions = serializers.ListField(child=serializers.CharField(), allow_null=True)
    opens_at = serializers.DateTimeField(allow_null=True)
    due = DueOut(
        allow_null=True,
        help_text=_("That of the assignment itself; what holds for a student stands in her submission."),
    )
    closes_at = serializers.DateTimeField(
        allow_null=True,
        help_text=_("That of the assignment itself; what holds for a student stands in her submission."),
    )
    points = serializers.CharField(allow_null=True)
    attempts = serializers.IntegerField(allow_null=True, help_text=_("How often work may be handed in; null: ever so."))
    late_policy = LatePolicyOut(allow_null=True, help_text=_("What lateness takes off; null: nothing."))
    grace_seconds = serializers.IntegerField(help_text=_("So long after the due time is still in time."))
    offline_grace_h = serializers.IntegerField(
        help_text=_("So many hours after it would be late, work finished offline counts by when it was finished.")
    )
    withdrawals = serializers.IntegerField(help_text=_("How often work may be taken back."))
    reinstates_at_close = serializers.BooleanField(help_text=_("What was taken back counts again at the close."))
    hands_in_at_close = serializers.BooleanField(help_text=_("Drafts are handed in at the close."))
    drafts_visible = serializers.BooleanField(help_text=_("Whether staff may read what is not handed in."))
    resubmission = serializers.BooleanField(help_text=_("Work may be handed in again after it was returned."))
    replies_required = serializers.BooleanField(
        help_text=_("Comments that were returned are answered before work is handed in again.")
    )
    resubmit_until = serializers.DateTimeField(allow_null=True, help_text=_("Until when; null: until the close."))
    counts = serializers.ChoiceField(
        choices=Assignment.Counts.values, help_text=_("Which of several returned grades is the mark.")
    )
    missing_percent = serializers.IntegerField(
        allow_null=True, help_text=_("What missing work is projected to, of the points; null: to nothing.")
    )
    audience = serializers.ListField(
        child=serializers.UUIDField(),
        allow_null=True,
        required=False,
        help_text=_("To staff only: the named students, or null for the whole class."),
    )
    rubric = RubricOut(
        allow_null=True, required=False, help_text=_("To staff only: what is judged by; null where points are typed.")
    )
    anonymous = serializers.BooleanField(help_text=_("Whether names are hidden from whoever marks, or were."))
    revealed_at = serializers.DateTimeField(allow_null=True, help_text=_("When names were shown; null: not yet."))
    state = serializers.ChoiceField(
        choices=["scheduled", "open", "closed", "archived"],
        help_text=_("By the dates of the assignment itself: a student whose own are later may still hand in."),
    )
    version = serializers.IntegerField()
    deleted = DeletionOut(required=False, help_text=_("In the list of what was deleted alone."))


class NamesIn(Input):
    confirmed = serializers.BooleanField(help_text=_("True: names are shown, and can never be hidden here again."))


class AssignmentPageOut(serializers.Serializer[Any]):
    results = AssignmentOut(many=True)
    next = serializers.CharField(allow_null=True)


# --- Work


class TimingOut(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=["not_due", "on_time", "late", "missing"])
    seconds = serializers.IntegerField()
    due = serializers.DateTimeField(allow_null=True)
    explanation = serializers.CharField()


class ReturnedOut(serializers.Serializer[Any]):
    score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()
    at = serializers.DateTimeField()


class MarkedOut(serializers.Serializer[Any]):
    score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()
    attempt = serializers.IntegerField(allow_null=True, help_text=_("Null: nothing was handed in."))
    grade = serializers.UUIDField()


class MissingOut(serializers.Serializer[Any]):
    """Neither is a score that was given: `projected` is stored nowhere, and a teacher made `final` of it."""

    projected = serializers.CharField(allow_null=True)
    final = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()


class ClaimOut(serializers.Serializer[Any]):
    holder = NameOut()
    until = serializers.DateTimeField()


class ExcusedOut(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=Excuse.values)


class SubmissionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    assignment = serializers.UUIDField()
    student = NameOut(required=False, allow_null=True, help_text=_("To staff only; null while names are hidden."))
    alias = serializers.CharField(
        required=False, allow_null=True, help_text=_("To staff only: what stands for a hidden name.")
    )
    edition = serializers.CharField(
        allow_null=True, help_text=_("The sha256 of what the student reads. Null to her before it opens.")
    )
    upgrade_unseen = serializers.BooleanField(
        help_text=_("Her reading was brought to this edition, and she has not said yet that she saw what changed.")
    )
    state = serializers.CharField()
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField(allow_null=True, help_text=_("Null to staff while names are hidden."))
    timing = TimingOut(allow_null=True, help_text=_("Null to staff while names are hidden."))
    extended = serializers.BooleanField(help_text=_("Whether there is more time than the assignment gives."))
    due_from = serializers.ChoiceField(
        choices=[origin.value for origin in Origin],
        help_text=_("Where the due time comes from; empty where nothing is due."),
    )
    closes_at = serializers.DateTimeField(
        allow_null=True, help_text=_("Until when handing in is open to this student.")
    )
    withdrawals = serializers.IntegerField(help_text=_("How often it was taken back."))
    withdrawn = serializers.BooleanField(help_text=_("Whether the last hand-in was taken back."))
    revisions = serializers.IntegerField(help_text=_("How often a revision was asked for."))
    allowed = serializers.ListField(child=serializers.CharField(), help_text=_("Acts that would succeed now."))
    refused = serializers.DictField(child=serializers.CharField(), help_text=_("The others, with the problem type."))
    attempts = serializers.IntegerField(help_text=_("How often this was handed in."))
    draft_rev = serializers.IntegerField()
    changes_not_handed_in = serializers.BooleanField(
        help_text=_(
            "Whether the draft was changed after what counts was handed in. False to staff while names are hidden."
        )
    )
    hand_ins_waiting = serializers.IntegerField(help_text=_("Refused hand-ins that a teacher may accept."))
    asks_more_time = serializers.BooleanField(help_text=_("Whether a request for more time waits for an answer."))
    claim = ClaimOut(allow_null=True, required=False, help_text=_("To staff only: who is grading."))
    excused = ExcusedOut(allow_null=True, help_text=_("Null while it is to be done."))
    returned = ReturnedOut(allow_null=True, help_text=_("What was returned last."))
    mark = MarkedOut(allow_null=True, help_text=_("Of what was returned that which counts."))
    missing = MissingOut(allow_null=True, help_text=_("What it counts as because it is missing."))


class SubmissionPageOut(serializers.Serializer[Any]):
    results = SubmissionOut(many=True)
    next = serializers.CharField(allow_null=True)


class PassageUseOut(serializers.Serializer[Any]):
    id = serializers.CharField(help_text=_("Of the passage or of the source, in the edition of the assignment."))
    kind = serializers.ChoiceField(choices=["passage", "source"])
    name = serializers.CharField()
    cited_by = serializers.IntegerField(help_text=_("Students; each is counted once."))
    not_cited_by = serializers.IntegerField(help_text=_("Students who handed in and do not cite it."))


class PassagePageOut(serializers.Serializer[Any]):
    results = PassageUseOut(many=True)
    next = serializers.CharField(allow_null=True)


class BodyField(serializers.JSONField):
    """An answer's body. Its shape is judged by `answers.read`, which says where and what."""


class DraftIn(Input):
    body = BodyField()


class DraftOut(serializers.Serializer[Any]):
    rev = serializers.IntegerField()
    saved_at = serializers.DateTimeField(allow_null=True)
    body_sha256 = serializers.CharField()
    body = serializers.JSONField()


class SavedOut(serializers.Serializer[Any]):
    rev = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    body_sha256 = serializers.CharField()


class CapturedOut(serializers.Serializer[Any]):
    """When it was finished, as the device says on which it was finished."""

    at = serializers.DateTimeField(help_text=_("In the site's time where it is believed, else as the device says."))
    by_device = serializers.DateTimeField(help_text=_("By the device's own clock."))
    trust = serializers.ChoiceField(choices=[Trust.LOW.value, Trust.MEDIUM.value])
    doubt = serializers.ChoiceField(
        choices=[doubt.value for doubt in Doubt], help_text=_("Why trust is low; empty where it is not.")
    )


class ParkedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["save", "submit"])
    reason = serializers.CharField(help_text=_("The problem type of the refusal."))
    received_at = serializers.DateTimeField(allow_null=True, help_text=_("Null to staff while names are hidden."))
    captured = CapturedOut(allow_null=True, help_text=_("Null where no device said, and to staff without names."))
    body_sha256 = serializers.CharField()
    body = serializers.JSONField()


class ParkedPageOut(serializers.Serializer[Any]):
    results = ParkedOut(many=True)
    next = serializers.CharField(allow_null=True)


class OnBehalfIn(Input):
    reason = serializers.CharField(max_length=2000)


class CapturedIn(Input):
    """What the device says of when this was finished. It is believed or not, and never a reason to refuse the work."""

    at = MomentField(help_text=_("By the device's own clock."))
    time_token = serializers.CharField(
        max_length=2000, allow_blank=True, trim_whitespace=False, help_text=_("The newest `Time-Token`, or empty.")
    )
    mono_s = serializers.FloatField(min_value=0, help_text=_("Seconds from that token until it was finished."))
    boot = serializers.CharField(
        max_length=2000, allow_blank=True, trim_whitespace=False, help_text=_("The `Device-Boot` they were counted on.")
    )


class AttemptIn(Input):
    client_attempt_id = serializers.UUIDField()
    edition = serializers.CharField(max_length=64)
    body = BodyField()
    incomplete = serializers.BooleanField(required=False)
    draft_rev = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    body_sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z", required=False)
    captured = CapturedIn(required=False)
    scans = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=255),
        required=False,
        help_text=_("Pictures of the paper stand in a form, beside this; as JSON there are none."),
    )
    on_behalf = OnBehalfIn(
        required=False,
        help_text=_("By a teacher, who hands in what the student wrote elsewhere: what is missing is left to her."),
    )


class HandInFormIn(serializers.Serializer[Any]):
    """A hand-in with pictures of the paper, as multipart/form-data."""

    attempt = serializers.CharField(help_text=_("The same as JSON."))
    scans = serializers.ListField(child=serializers.FileField(), help_text=_("PNG, JPEG, GIF or WebP; up to ten."))


class AttemptTimingOut(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=["not_due", "on_time", "late", "missing"])
    seconds = serializers.IntegerField()
    due = serializers.DateTimeField(allow_null=True)
    rule = serializers.CharField()
    trust = serializers.ChoiceField(
        choices=[trust.value for trust in Trust],
        help_text=_("How far the device is believed that says when it was finished; empty where none does."),
    )
    explanation = serializers.CharField()


class AttemptRefOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    timing = AttemptTimingOut()


class ReceiptRefOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    body_sha256 = serializers.CharField()
    signature = serializers.CharField()


class HandedInOut(serializers.Serializer[Any]):
    attempt = AttemptRefOut()
    receipt = ReceiptRefOut()
    submission = SubmissionOut()


class CitedCorrectionOut(serializers.Serializer[Any]):
    erratum = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment] # its key in the answer
    citations = serializers.ListField(child=serializers.CharField(), help_text=_("Of the body, by their ids."))


class ScanOut(serializers.Serializer[Any]):
    place = serializers.IntegerField()
    sha256 = serializers.CharField()
    type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField(help_text=_("Where its bytes are, for whoever may read the hand-in."))


class AttemptOut(serializers.Serializer[Any]):
    """To staff no time, receipt or person stands with a hand-in while names are hidden."""

    number = serializers.IntegerField()
    edition = serializers.CharField()
    received_at = serializers.DateTimeField(allow_null=True)
    via = serializers.CharField()
    by = NameOut(allow_null=True, help_text=_("Who handed it in: the student, or the teacher who did it for her."))
    incomplete = serializers.BooleanField()
    words = serializers.IntegerField()
    captured = CapturedOut(allow_null=True, help_text=_("When it was finished; null where no device said."))
    timing = AttemptTimingOut(allow_null=True)
    receipt = ReceiptRefOut(allow_null=True)
    body = serializers.JSONField()
    scans = ScanOut(many=True, help_text=_("Pictures of the paper; none to staff while names are hidden."))
    corrections = CitedCorrectionOut(
        many=True, help_text=_("Corrections of sources that it cites; the words cited stay as they are.")
    )


class AnswerPartOut(serializers.Serializer[Any]):
    """One paragraph, claim, cell or chosen option of a hand-in."""

    submission = serializers.UUIDField()
    student = NameOut(allow_null=True)
    alias = serializers.CharField(allow_null=True, help_text=_("While names are hidden."))
    attempt = serializers.IntegerField()
    place = serializers.IntegerField(help_text=_("In its hand-in, from 1."))
    question = serializers.CharField()
    kind = serializers.CharField(help_text=_("text, claim, cell or option"))
    option = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    row = serializers.CharField(allow_null=True, help_text=_("Of a cell, as the question names it."))
    column = serializers.CharField(allow_null=True)


class AnswerPageOut(serializers.Serializer[Any]):
    results = AnswerPartOut(many=True)
    next = serializers.CharField(allow_null=True)


class AttemptPageOut(serializers.Serializer[Any]):
    results = AttemptOut(many=True)
    next = serializers.CharField(allow_null=True)


class ReceiptOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    received_at = serializers.DateTimeField()
    body_sha256 = serializers.CharField()
    genuine = serializers.BooleanField(help_text=_("Whether the signature is this site's."))


# --- Grading


class ClaimIn(Input):
    takeover = serializers.BooleanField(required=False)


class MarkIn(Input):
    question = serializers.CharField(max_length=100)
    points = PointsField(allow_null=True)
    comment = serializers.CharField(max_length=20_000, required=False, allow_blank=True, trim_whitespace=False)


class ChoiceIn(Input):
    question = serializers.CharField(max_length=100)
    criterion = serializers.CharField(max_length=100)
    level = serializers.CharField(
        max_length=100, allow_null=True, help_text=_("Null is not scored, which is not zero.")
    )
    comment = serializers.CharField(max_length=20_000, required=False, allow_blank=True, trim_whitespace=False)


class GradeIn(Input):
    questions = MarkIn(many=True, required=False, max_length=200)  # type: ignore[call-arg] # many=True takes it
    criteria = ChoiceIn(  # type: ignore[call-arg] # many=True takes it
        many=True,
        required=False,
        max_length=500,
        help_text=_("Levels of the rubric. They give the points of the questions that it scores."),
    )
    rubric = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("The number of the edition that these levels are of: they are not chosen in another. 0 is none."),
    )
    score = PointsField(required=False, allow_null=True)
    feedback = serializers.CharField(max_length=50_000, required=False, allow_blank=True, trim_whitespace=False)


class MarkOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    points = serializers.CharField(allow_null=True, help_text=_("Null is not scored, which is not zero."))
    comment = serializers.CharField()


class ChoiceOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    criterion = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    points = serializers.CharField(allow_null=True, help_text=_("Null on a scale, and where nothing is scored."))
    comment = serializers.CharField()


class GradeOut(serializers.Serializer[Any]):
    """Exactly {"status": "none"} while there is nothing that the caller may see."""

    status = serializers.ChoiceField(choices=["none", "draft", "returned"])
    attempt = serializers.IntegerField(required=False, allow_null=True)
    questions = MarkOut(many=True, required=False)
    rubric = serializers.IntegerField(
        required=False, allow_null=True, help_text=_("The number of the rubric edition that it was judged by.")
    )
    criteria = ChoiceOut(many=True, required=False)
    feedback = serializers.CharField(required=False)
    score = serializers.CharField(required=False, allow_null=True, help_text=_("The teacher's own total, if any."))
    entered_score = serializers.CharField(required=False, allow_null=True)
    final_score = serializers.CharField(required=False, allow_null=True)
    out_of = serializers.CharField(required=False)
    returned_at = serializers.DateTimeField(required=False, allow_null=True)


class ReturnedGradeOut(GradeOut):
    """A grade that was returned. Its comments are at `/comments?attempt=`, its lateness at its hand-in."""

    status = serializers.ChoiceField(choices=["returned"])
    grade = serializers.UUIDField()
    deducted = serializers.CharField(help_text=_("What lateness takes off the score that was entered."))
    counts = serializers.BooleanField(help_text=_("Whether it is the mark."))


class GradesOut(serializers.Serializer[Any]):
    results = ReturnedGradeOut(many=True)


class AnchorIn(Input):
    block = serializers.CharField(max_length=100, trim_whitespace=False)
    start = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    end = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    quote = serializers.CharField(max_length=1_000_000, trim_whitespace=False)


class PassageIn(Input):
    source = serializers.CharField(  # type: ignore[assignment] # as in a citation
        max_length=100, allow_null=True, trim_whitespace=False, help_text=_("Null for the lesson's own text.")
    )
    anchor = AnchorIn(help_text=_("In the edition that the hand-in was written upon."))


class CommentIn(Input):
    id = serializers.UUIDField(required=False, help_text=_("Made by the client, so that a repeat makes no second one."))
    question = serializers.CharField(
        max_length=100, trim_whitespace=False, allow_null=True, help_text=_("Null: the whole hand-in.")
    )
    anchor = AnchorIn(
        allow_null=True,
        help_text=_(
            "In the hand-in that counts: a block of the answer, and offsets in code points. Null: the whole answer."
        ),
    )
    body = serializers.CharField(max_length=remarks.LONGEST, trim_whitespace=False)
    passage = PassageIn(required=False, allow_null=True)
    template = serializers.UUIDField(required=False, help_text=_("Of your bank: a use of it is counted."))


class CommentChangeIn(Input):
    body = serializers.CharField(max_length=remarks.LONGEST, trim_whitespace=False, required=False)
    passage = PassageIn(required=False, allow_null=True)


class AnchorOut(serializers.Serializer[Any]):
    block = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField()


class PassageOut(serializers.Serializer[Any]):
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment] # as in a citation
    anchor = AnchorOut()


class ReplyIn(Input):
    stance = serializers.ChoiceField(choices=CommentReply.Stance.values)
    text = serializers.CharField(
        max_length=remarks.LONGEST, required=False, allow_blank=True, trim_whitespace=False, default=""
    )


class ReplyOut(serializers.Serializer[Any]):
    stance = serializers.ChoiceField(choices=CommentReply.Stance.values)
    text = serializers.CharField()
    attempt = serializers.IntegerField(help_text=_("The hand-in that it comes with."))
    at = serializers.DateTimeField(allow_null=True, help_text=_("Null to staff while names are hidden."))
    version = serializers.IntegerField()


class CommentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    attempt = serializers.IntegerField()
    question = serializers.CharField(allow_null=True, help_text=_("Null for the whole hand-in."))
    anchor = AnchorOut(allow_null=True, help_text=_("Null for the whole answer."))
    body = serializers.CharField()
    passage = PassageOut(allow_null=True)
    by = NameOut(allow_null=True)
    at = serializers.DateTimeField()
    returned = serializers.BooleanField(help_text=_("Whether it was returned."))
    version = serializers.IntegerField()
    reply = ReplyOut(allow_null=True, help_text=_("The student's; staff find it once it came with a hand-in."))


class CommentPageOut(serializers.Serializer[Any]):
    results = CommentOut(many=True)
    next = serializers.CharField(allow_null=True)


class TemplateIn(Input):
    body = serializers.CharField(max_length=remarks.LONGEST, trim_whitespace=False)
    passage = PassageIn(required=False, allow_null=True)
    edition = serializers.RegexField(
        r"\A[0-9a-f]{64}\Z", required=False, allow_null=True, help_text=_("In which the passage stands.")
    )


class TemplateChangeIn(Input):
    body = serializers.CharField(max_length=remarks.LONGEST, trim_whitespace=False, required=False)
    passage = PassageIn(required=False, allow_null=True)
    edition = serializers.RegexField(r"\A[0-9a-f]{64}\Z", required=False, allow_null=True)


class TemplateOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    body = serializers.CharField()
    passage = PassageOut(allow_null=True)
    edition = serializers.CharField(allow_null=True)
    uses = serializers.IntegerField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField()


class TemplatePageOut(serializers.Serializer[Any]):
    results = TemplateOut(many=True)
    next = serializers.CharField(allow_null=True)


class SharedCommentIn(Input):
    id = serializers.UUIDField(required=False, help_text=_("Made by the client: the same one again changes nothing."))
    submissions = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)
    question = serializers.CharField(
        max_length=100, trim_whitespace=False, allow_null=True, help_text=_("Null: the whole hand-in.")
    )
    body = serializers.CharField(max_length=remarks.LONGEST, trim_whitespace=False)
    passage = PassageIn(required=False, allow_null=True, help_text=_("In the edition of the assignment."))
    template = serializers.UUIDField(
        required=False, help_text=_("Of your bank: each who gets the comment counts as a use of it.")
    )
    dry_run = serializers.BooleanField(help_text=_("Whether the answer says what would be done, and nothing is."))
    preview = serializers.CharField(
        max_length=64, required=False, help_text=_("That of the dry run. What is not as it was then is not done.")
    )


class SharedRowOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    given = serializers.BooleanField()
    code = serializers.CharField(help_text=_("Why it is not given, or why it stays; empty where it is."))
    words = serializers.CharField()
    later = serializers.BooleanField(help_text=_("It is returned already: the comment comes with the next return."))
    without_passage = serializers.BooleanField(
        help_text=_("The passage does not stand in the edition of this hand-in, and is left out.")
    )


class SharingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text=_("Of what was given; null after a dry run."))
    dry_run = serializers.BooleanField()
    preview = serializers.CharField()
    results = SharedRowOut(many=True, help_text=_("By id of the work."))


class SharedCommentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    question = serializers.CharField(allow_null=True)
    body = serializers.CharField()
    passage = PassageOut(allow_null=True)
    edition = serializers.CharField()
    by = NameOut()
    at = serializers.DateTimeField()
    taken_back_at = serializers.DateTimeField(allow_null=True)
    results = SharedRowOut(many=True, help_text=_("What became of each when it was given."))


class SharedCommentPageOut(serializers.Serializer[Any]):
    results = SharedCommentOut(many=True)
    next = serializers.CharField(allow_null=True)


class TakenBackOut(serializers.Serializer[Any]):
    gone = serializers.ListField(child=serializers.UUIDField(), help_text=_("Work from which it was taken out."))
    stays = SharedRowOut(many=True)


class DeviceTimeIn(Input):
    reason = serializers.CharField(max_length=500)


class ExtensionIn(Input):
    due = DueIn()
    reason = serializers.CharField(max_length=500)


class LateByItOut(serializers.Serializer[Any]):
    attempt = serializers.IntegerField(help_text=_("The number of the hand-in."))
    late_seconds = serializers.IntegerField()


class LeftByItOut(serializers.Serializer[Any]):
    attempt = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["draft", "returned"])
    score = serializers.DecimalField(7, 2)
    left = serializers.DecimalField(7, 2)
    out_of = serializers.DecimalField(7, 2)


class RevokingOut(serializers.Serializer[Any]):
    attempts = LateByItOut(many=True, help_text=_("What would be late."))
    grades = LeftByItOut(many=True, help_text=_("What lateness would leave of their scores."))


class ExtensionOut(serializers.Serializer[Any]):
    due = DueOut()
    reason = serializers.CharField()
    by = NameOut()
    at = serializers.DateTimeField()
    revoking = RevokingOut(help_text=_("What `DELETE` with `handed_in_too=true` would do; without it, neither."))


class ExtensionRequestIn(Input):
    reason = serializers.CharField(max_length=500)
    due = DueIn(required=False, allow_null=True, help_text=_("Until when she would like to have time."))


class RequestAnswerIn(Input):
    answer = serializers.ChoiceField(choices=["granted", "declined"])
    due = DueIn(required=False, allow_null=True, help_text=_("Until when; null: until what she wished."))
    words = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text=_("Needed where it is declined.")
    )


class ExtensionRequestOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    due = DueOut(allow_null=True, help_text=_("What she wishes; null: she said no time."))
    asked_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    answer = serializers.ChoiceField(
        choices=["waiting", "granted", "declined", "withdrawn"], help_text=_("Withdrawn: by the student.")
    )
    words = serializers.CharField(help_text=_("Of the answer; empty where nothing was said."))
    answered_by = NameOut(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text=_("What was given."))


class OverrideIn(Input):
    students = serializers.ListField(
        child=serializers.UUIDField(), max_length=500, required=False, help_text=_("None of them where it is for all.")
    )
    for_class = serializers.BooleanField(
        default=False, help_text=_("For everybody who has the assignment, and for whoever comes to it later.")
    )
    title = serializers.CharField(max_length=100, required=False, allow_blank=True, help_text=_("Of a group."))
    due = DueIn(required=False, allow_null=True)
    offset_minutes = serializers.IntegerField(
        min_value=-MOST_OFFSET,
        max_value=MOST_OFFSET,
        required=False,
        allow_null=True,
        help_text=_("So much later than the assignment’s due time, and moving with it; below zero: earlier."),
    )
    closes_at = MomentField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=500)


class OverrideOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField(help_text=_("Of a group; else empty."))
    for_class = serializers.BooleanField(help_text=_("For everybody, whoever comes later included: nobody is named."))
    students = NameOut(many=True)
    due = DueOut(allow_null=True)
    offset_minutes = serializers.IntegerField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    by = NameOut()
    at = serializers.DateTimeField()


class StaysInTimeOut(serializers.Serializer[Any]):
    due = DueOut(help_text=_("By which their hand-ins would be late; other dates of the whole class move it."))
    count = serializers.IntegerField()
    students = NameOut(many=True, allow_null=True, help_text=_("Null while names are hidden."))


class LeftBehindOut(serializers.Serializer[Any]):
    in_time = StaysInTimeOut(
        allow_null=True, help_text=_("Who has handed in after an earlier due time, and stays in time; null for nobody.")
    )
    overrides = OverrideOut(many=True, help_text=_("Other dates that were set to a day, and so do not move along."))
    words = serializers.ListField(child=serializers.CharField(), help_text=_("The same in sentences."))


class AssignmentChangedOut(AssignmentOut):
    dry_run = serializers.BooleanField(help_text=_("Then nothing is changed, and `version` is what it was."))
    left_behind = LeftBehindOut(help_text=_("What another due time leaves as it is."))


class OverridesOut(serializers.Serializer[Any]):
    results = OverrideOut(many=True)


class RevisionIn(Input):
    due = DueIn()
    feedback = serializers.CharField(max_length=20_000, required=False, allow_blank=True, trim_whitespace=False)


class RevisionOut(serializers.Serializer[Any]):
    due = DueOut()
    feedback = serializers.CharField(help_text=_("What to revise; empty where the marks say it."))
    by = NameOut()
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(
        choices=["open", "returned", "kept", "replaced"], help_text=_("What became of it.")
    )


class ReturnIn(Input):
    reason = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text=_(
            "Why it differs from what was returned before; the student reads it. It must be given where the score of "
            "the same hand-in becomes another."
        ),
    )
    without_submission = serializers.BooleanField(required=False, help_text=_("Where nothing was handed in."))
    confirmed = serializers.BooleanField(
        required=False, help_text=_("With `without_submission`: there is a draft that nobody has seen.")
    )


class GradeLogEntryOut(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=[what.value for what in What])
    at = serializers.DateTimeField()
    by = NameOut(allow_null=True, help_text=_("Null: the site itself."))
    old = serializers.CharField(allow_null=True, help_text=_("The score in sight before; null is no score."))
    new = serializers.CharField(allow_null=True, help_text=_("The score in sight since; null is no score."))
    out_of = serializers.CharField(allow_null=True)
    attempt = serializers.IntegerField(allow_null=True, help_text=_("Null: nothing was handed in."))
    reason = serializers.CharField()


class GradeLogPageOut(serializers.Serializer[Any]):
    results = GradeLogEntryOut(many=True)
    next = serializers.CharField(allow_null=True)


class RecallIn(Input):
    reason = serializers.CharField(max_length=2000)


class ReturnsIn(Input):
    submissions = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)


class ReturnsManyIn(ReturnsIn):
    reason = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text=_(
            "Why marks change that students see already, who read it. Without one a row whose score would become "
            "another is kept."
        ),
    )
    dry_run = serializers.BooleanField(
        required=False, help_text=_("Whether the answer says what would be returned, and nothing is.")
    )


class RecallsIn(ReturnsIn):
    reason = serializers.CharField(max_length=2000)


class ReturnRowOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    status = serializers.IntegerField()
    problem = serializers.DictField(required=False)


class ReturnsOut(serializers.Serializer[Any]):
    results = ReturnRowOut(many=True)


class ReturnedRowOut(ReturnRowOut):
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden, and where nothing was found."))
    alias = serializers.CharField(allow_null=True, help_text=_("While names are hidden."))
    score = serializers.CharField(allow_null=True, help_text=_("What the student sees; null: words alone, or refused."))
    out_of = serializers.CharField(allow_null=True)


class ReturnsManyOut(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(help_text=_("Then nothing is returned."))
    results = ReturnedRowOut(many=True)


# --- What counts


class GivenGradeOut(serializers.Serializer[Any]):
    grade = serializers.UUIDField()
    attempt = serializers.IntegerField(allow_null=True, help_text=_("Null: nothing was handed in."))
    score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()


class MarkMoveOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden."))
    alias = serializers.CharField(allow_null=True, help_text=_("What stands for the name while names are hidden."))
    old = GivenGradeOut()
    new = GivenGradeOut()


class CountsPreviewOut(serializers.Serializer[Any]):
    counts = serializers.ChoiceField(choices=Assignment.Counts.values)
    moves = MarkMoveOut(many=True, help_text=_("The marks that would move."))
    marks = serializers.IntegerField(help_text=_("How many there are in all."))
    preview = serializers.CharField(help_text=_("Stands for just these moves: send it along with the change."))


class CountsIn(Input):
    counts = serializers.ChoiceField(choices=Assignment.Counts.values)
    preview = serializers.RegexField(r"\A[0-9a-f]{32}\Z", help_text=_("Of the preview that was shown."))


class StandingGradesOut(serializers.Serializer[Any]):
    """One grade for each hand-in that was returned, the last; what was taken back is not here."""

    results = GivenGradeOut(many=True)
    counts = serializers.ChoiceField(choices=Assignment.Counts.values)
    mark = serializers.UUIDField(allow_null=True)
    picked = serializers.UUIDField(allow_null=True, help_text=_("What a teacher chose."))


class PickIn(Input):
    grade = serializers.UUIDField(help_text=_("One of those that stand."))
    reason = serializers.CharField(max_length=2000, help_text=_("The student reads it."))


# --- Missing work


class FinalMarkRowOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField(
        allow_null=True,
        help_text=_("Null while names are hidden: what is sent has the id of the student then."),
    )
    student = NameOut()
    missing = MissingOut()


class FinalMarksOut(serializers.Serializer[Any]):
    """Everybody whose work is missing and counts as something; `projected` is what would be made final."""

    results = FinalMarkRowOut(many=True)
    next = serializers.CharField(allow_null=True)


class FinalMarksIn(ReturnsIn):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


# --- Excusing


class ExcuseIn(Input):
    category = serializers.ChoiceField(
        choices=Excuse.values, required=False, help_text=_("“other” when it is not said.")
    )
    reason = serializers.CharField(max_length=2000)


class ExcuseByNameOut(serializers.Serializer[Any]):
    """While names are hidden no time stands beside one."""

    category = serializers.ChoiceField(choices=Excuse.values)
    reason = serializers.CharField()
    by = NameOut()


class ExcuseOut(ExcuseByNameOut):
    """Why a student is excused, and since when."""

    at = serializers.DateTimeField()


# --- Corrections


class CitingOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = serializers.CharField()


class AcknowledgedOut(serializers.Serializer[Any]):
    by = serializers.UUIDField()
    at = serializers.DateTimeField()


class ClassErratumOut(ErratumOut):
    assignments = serializers.ListField(child=serializers.UUIDField())
    citing = CitingOut(many=True, help_text=_("Work whose hand-in that counts cites the source."))
    acknowledged = AcknowledgedOut(allow_null=True)


class ClassErratumPageOut(serializers.Serializer[Any]):
    results = ClassErratumOut(many=True)
    next = serializers.CharField(allow_null=True)


# --- Boards


class ColumnOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)


class ClassBoardOut(serializers.Serializer[Any]):
    """`cells[student][assignment]` is null where it was not given to her, else [state, timing result, seconds late,
    whether marks are ready to return, returned score]."""

    assignments = ColumnOut(many=True)
    students = NameOut(many=True)
    cells = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.JSONField(), allow_null=True))
    )


class TotalsOut(serializers.Serializer[Any]):
    """Each piece of work that was given is in exactly one of the places, from `not_started` to `excused`."""

    given = serializers.IntegerField(help_text=_("Pieces of work, those of excused students too."))
    not_started = serializers.IntegerField()
    draft_begun = serializers.IntegerField()
    to_grade = serializers.IntegerField()
    with_colleague = serializers.IntegerField(help_text=_("Somebody else than the caller is reading it now."))
    to_return = serializers.IntegerField(help_text=_("Marked, and not returned."))
    returned = serializers.IntegerField()
    revising = serializers.IntegerField()
    excused = serializers.IntegerField()
    handed_in = serializers.IntegerField(help_text=_("A hand-in counts, whatever became of it."))
    late = serializers.IntegerField()
    missing = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text=_("A hand-in waits for a decision."))


class CountedColumnOut(ColumnOut):
    totals = TotalsOut()


class ClassTotalsOut(serializers.Serializer[Any]):
    """Of every assignment, oldest first, and of all of them together."""

    assignments = CountedColumnOut(many=True)
    totals = TotalsOut()


class BoardRowOut(serializers.Serializer[Any]):
    student = NameOut(allow_null=True, help_text=_("Null while names are hidden."))
    alias = serializers.CharField(allow_null=True, help_text=_("What stands for the name while names are hidden."))
    submission = serializers.UUIDField()
    state = serializers.CharField()
    badges = serializers.ListField(child=serializers.CharField())
    opened = serializers.BooleanField(
        allow_null=True,
        help_text=_("Whether what was returned was opened; null where nothing is, and while names are hidden."),
    )
    attempts = serializers.IntegerField()
    score = serializers.CharField(allow_null=True)
    missing = MissingOut(allow_null=True, help_text=_("What missing work counts as."))


class ExpectedOut(NameOut):
    missing = serializers.BooleanField()
    excused = serializers.BooleanField()


class AssignmentBoardOut(serializers.Serializer[Any]):
    """While names are hidden the rows are the work that is in, by number, and `expected` are the students who have
    handed in nothing, by name."""

    columns = serializers.ListField(child=serializers.CharField())
    rows = BoardRowOut(many=True)
    totals = serializers.DictField(child=serializers.IntegerField())
    names_hidden = serializers.BooleanField()
    expected = ExpectedOut(many=True)


# --- Notices


class NoticedAssignmentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()


class NoticedClassroomOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class ToldOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Notice.Kind.values)
    at = serializers.DateTimeField()
    words = serializers.CharField(help_text=_("The sentence, in the language of the caller. It tells no score."))
    url = serializers.CharField(help_text=_("The page that it leads to."))
    submission = serializers.UUIDField()
    assignment = NoticedAssignmentOut()
    classroom = NoticedClassroomOut()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePageOut(serializers.Serializer[Any]):
    results = ToldOut(many=True)
    next = serializers.CharField(allow_null=True)
    unread = serializers.IntegerField(help_text=_("Of all of them, not of this page."))


class ReadUntilIn(Input):
    until = MomentField()


class UnreadOut(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class NoticeChoiceIn(Input):
    mail = serializers.ChoiceField(choices=NoticeChoice.Mail.values, required=False)
    hour = serializers.IntegerField(
        min_value=0, max_value=23, required=False, help_text=_("Not before this hour, on the clocks of `zone`.")
    )


class NoticeChoiceOut(serializers.Serializer[Any]):
    mail = serializers.ChoiceField(choices=NoticeChoice.Mail.values)
    hour = serializers.IntegerField()
    zone = serializers.CharField()
    address = serializers.CharField(
        allow_null=True, help_text=_("Null without a confirmed address: nothing is sent then.")
    )
    trouble = serializers.CharField(allow_null=True, help_text=_("Why nothing is sent to that address any more."))
