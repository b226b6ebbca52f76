"""The schema of a class as one document, which `assignments.exports` writes."""

from typing import Any

from rest_framework import serializers

from assignments.api.serializers import AnchorOut, CapturedOut, ClassErratumOut, MissingOut, PassageOut


class ExportedClassroomOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    zone = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class ExportedPersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField()
    left_at = serializers.DateTimeField(allow_null=True)


class ExportedDueOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    date = serializers.DateField()
    time = serializers.CharField()
    zone = serializers.CharField()


class ExportedLatePolicyOut(serializers.Serializer[Any]):
    percent = serializers.IntegerField()
    every_seconds = serializers.IntegerField()
    floor_percent = serializers.IntegerField()


class ExportedAssignmentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    edition = serializers.CharField(help_text="The sha256 of the edition: `/editions/{id}` has its text.")
    title = serializers.CharField()
    instructions = serializers.CharField()
    questions = serializers.ListField(child=serializers.CharField(), allow_null=True)
    opens_at = serializers.DateTimeField(allow_null=True)
    due = ExportedDueOut(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    points = serializers.CharField(allow_null=True)
    attempts = serializers.IntegerField(allow_null=True)
    late_policy = ExportedLatePolicyOut(allow_null=True)
    grace_seconds = serializers.IntegerField()
    offline_grace_h = serializers.IntegerField()
    withdrawals = serializers.IntegerField()
    reinstates_at_close = serializers.BooleanField()
    hands_in_at_close = serializers.BooleanField()
    drafts_visible = serializers.BooleanField(help_text="Whether staff may read drafts; their text is not here.")
    resubmission = serializers.BooleanField()
    replies_required = serializers.BooleanField()
    resubmit_until = serializers.DateTimeField(allow_null=True)
    audience = serializers.ListField(child=serializers.UUIDField(), allow_null=True)
    counts = serializers.CharField(help_text="Which of several returned grades is the mark.")
    missing_percent = serializers.IntegerField(allow_null=True, help_text="What missing work is projected to.")
    anonymous = serializers.BooleanField(
        help_text="Until `revealed_at` its work is not in the document: everything here leads to a name."
    )
    revealed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()


class ExportedTimingOut(serializers.Serializer[Any]):
    result = serializers.CharField()
    seconds = serializers.IntegerField(help_text="Late by so many.")
    explanation = serializers.CharField()


class ExportedSubmissionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    assignment = serializers.UUIDField()
    student = serializers.UUIDField()
    edition = serializers.CharField(help_text="The sha256 of what the student reads.")
    state = serializers.CharField()
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    counted = serializers.IntegerField(allow_null=True, help_text="The number of the hand-in that counts.")
    handed_in_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    extended = serializers.BooleanField()
    late_seconds = serializers.IntegerField(help_text="Of what is in, for whoever is excused too.")
    timing = ExportedTimingOut()
    mark = serializers.ChoiceField(choices=["scored", "not_scored", "missing", "excused"])
    excused = serializers.CharField(allow_null=True, help_text="For what kind of reason.")
    score = serializers.CharField(allow_null=True, help_text="As returned; nought is a score, and null is none.")
    out_of = serializers.CharField(allow_null=True)
    grade_version = serializers.IntegerField(allow_null=True, help_text="Of the grade that is the mark.")
    missing = MissingOut(allow_null=True, help_text="Null where it is not missing, or counts as nothing.")


class ExportedExtensionOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    due = ExportedDueOut()
    reason = serializers.CharField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it was taken back, or another was given.")
    ended_by = serializers.UUIDField(allow_null=True)


class ExportedRequestOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    reason = serializers.CharField()
    due = ExportedDueOut(allow_null=True, help_text="What the student wished.")
    at = serializers.DateTimeField()
    answer = serializers.CharField(help_text="Empty while nobody has answered.")
    words = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.UUIDField(allow_null=True)


class ExportedOverrideOut(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the group; else empty.")
    for_class = serializers.BooleanField(help_text="For everybody; then nobody is named.")
    students = serializers.ListField(child=serializers.UUIDField())
    due = ExportedDueOut(allow_null=True)
    offset_minutes = serializers.IntegerField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.UUIDField(allow_null=True)


class ExportedRevisionOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    due = ExportedDueOut()
    words = serializers.CharField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()
    outcome = serializers.CharField(help_text="Empty while it goes on.")
    ended_at = serializers.DateTimeField(allow_null=True)


class ExportedRubricOut(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Of the edition: a grade names its own.")
    title = serializers.CharField()
    criteria = serializers.ListField(child=serializers.DictField())
    by = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()


class ExportedReceiptOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    body_sha256 = serializers.CharField()
    signature = serializers.CharField()


class ExportedScanOut(serializers.Serializer[Any]):
    """A picture of paper. Its bytes are at `/submissions/{id}/attempts/{number}/scans/{place}`."""

    place = serializers.IntegerField()
    sha256 = serializers.CharField()
    type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()


class OwnScanOut(ExportedScanOut):
    file = serializers.CharField(allow_null=True, help_text="Beside this document, where it stands in a folder.")


class ExportedAttemptOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    number = serializers.IntegerField()
    edition = serializers.CharField()
    received_at = serializers.DateTimeField()
    captured = CapturedOut(allow_null=True, help_text="When it was finished, where a device said so.")
    by = serializers.UUIDField(allow_null=True)
    via = serializers.CharField()
    incomplete = serializers.BooleanField()
    words = serializers.IntegerField()
    receipt = ExportedReceiptOut()
    scans = ExportedScanOut(many=True)
    body = serializers.DictField(help_text="The very text that the receipt is for.")


class ExportedDecisionOut(serializers.Serializer[Any]):
    """Whether a hand-in came in time. The last one of a hand-in holds."""

    submission = serializers.UUIDField()
    number = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    reason = serializers.CharField()
    rule_version = serializers.IntegerField()
    rule = serializers.CharField()
    result = serializers.CharField()
    seconds = serializers.IntegerField()
    inputs = serializers.DictField()


class ExportedEditionOut(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The sha256 of the edition.")
    paraphrases = serializers.ListField(
        child=serializers.CharField(), help_text="Sources of it whose words are a study paraphrase."
    )


class MarkedOut(serializers.Serializer[Any]):
    """What a grade says."""

    questions = serializers.ListField(child=serializers.DictField())
    rubric = serializers.IntegerField(allow_null=True, help_text="The edition of the rubric that it was judged by.")
    criteria = serializers.ListField(child=serializers.DictField(), help_text="The levels that were chosen.")
    feedback = serializers.CharField()
    score = serializers.CharField(allow_null=True, help_text="The teacher's own total, where there is one.")
    entered_score = serializers.CharField(allow_null=True)
    deducted = serializers.CharField()
    final_score = serializers.CharField(allow_null=True)
    out_of = serializers.CharField()


class SaidOut(serializers.Serializer[Any]):
    """What a comment says, and where."""

    attempt = serializers.IntegerField()
    question = serializers.CharField(allow_null=True, help_text="Null for the whole hand-in.")
    anchor = AnchorOut(allow_null=True, help_text="Null for the whole answer.")
    body = serializers.CharField()
    passage = PassageOut(allow_null=True)


class ExportedGradeOut(MarkedOut):
    """Drafts and what was superseded too; `status` says which."""

    submission = serializers.UUIDField()
    version = serializers.IntegerField()
    attempt = serializers.IntegerField(allow_null=True)
    status = serializers.CharField()
    saved_at = serializers.DateTimeField()
    saved_by = serializers.UUIDField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    returned_by = serializers.UUIDField(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True)


class ExportedMarksOut(serializers.Serializer[Any]):
    """The marks as the grading desk has them. Another score or feedback is read back by `POST .../import`."""

    submission = serializers.UUIDField()
    student = serializers.UUIDField()
    marks_version = serializers.CharField(help_text="What they were when the document was made; stays as it is.")
    entered_score = serializers.CharField(allow_null=True)
    feedback = serializers.CharField()


class ExportedFinalMarkOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    percent = serializers.IntegerField()
    score = serializers.CharField()
    out_of = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()
    ended = serializers.CharField(help_text="Why it holds no more; empty while it does.")
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.UUIDField(allow_null=True)


class ExportedCommentOut(SaidOut):
    id = serializers.UUIDField()
    submission = serializers.UUIDField()
    grade_version = serializers.IntegerField(help_text="Of the grade that it belongs to.")
    by = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()


class ExportedReplyOut(serializers.Serializer[Any]):
    comment = serializers.UUIDField()
    submission = serializers.UUIDField()
    attempt = serializers.IntegerField()
    stance = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class ExportedEventOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    seq = serializers.IntegerField()
    name = serializers.CharField()
    transition = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True, help_text="Null for the site itself.")
    reason = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()
    facts = serializers.DictField()


class ClassExportOut(serializers.Serializer[Any]):
    """Flat lists that name each other by id, so that the document can be read while it arrives."""

    schema = serializers.IntegerField()
    exported_at = serializers.DateTimeField()
    classroom = ExportedClassroomOut()
    people = ExportedPersonOut(many=True)
    assignments = ExportedAssignmentOut(many=True)
    editions = ExportedEditionOut(many=True)
    submissions = ExportedSubmissionOut(many=True)
    extensions = ExportedExtensionOut(many=True)
    requests = ExportedRequestOut(many=True, help_text="For more time.")
    overrides = ExportedOverrideOut(many=True, help_text="Other dates, by name.")
    revisions = ExportedRevisionOut(many=True)
    rubrics = ExportedRubricOut(many=True)
    attempts = ExportedAttemptOut(many=True)
    timings = ExportedDecisionOut(many=True)
    grades = ExportedGradeOut(many=True)
    marks = ExportedMarksOut(many=True)
    final_marks = ExportedFinalMarkOut(many=True, help_text="Of missing work.")
    comments = ExportedCommentOut(many=True)
    replies = ExportedReplyOut(many=True, help_text="Those that came with a hand-in.")
    events = ExportedEventOut(many=True)
    errata = ClassErratumOut(many=True)


class OwnAttemptOut(ExportedAttemptOut):
    scans = OwnScanOut(many=True)


class OwnPersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class OwnSubmissionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    assignment = serializers.UUIDField()
    title = serializers.CharField()
    classroom = serializers.UUIDField()
    edition = serializers.CharField(
        allow_null=True, help_text="The sha256 of what you read; null before it opens, as is when it is due."
    )
    state = serializers.CharField()
    removed = serializers.BooleanField(help_text="It was taken away from you, or its assignment was deleted.")
    attempts = serializers.IntegerField()
    handed_in_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    extended = serializers.BooleanField()
    late_seconds = serializers.IntegerField(help_text="Of what is in, while you are excused too.")
    timing = ExportedTimingOut()
    mark = serializers.ChoiceField(choices=["scored", "not_scored", "missing", "excused"])
    score = serializers.CharField(allow_null=True, help_text="As returned; nought is a score, and null is none.")
    out_of = serializers.CharField(allow_null=True)
    missing = MissingOut(allow_null=True, help_text="Null where it is not missing, or counts as nothing.")


class OwnDraftOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    saved_at = serializers.DateTimeField()
    body = serializers.DictField()


class OwnParkedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    submission = serializers.UUIDField()
    kind = serializers.CharField(help_text="save, or submit")
    reason = serializers.CharField(help_text="The problem type of the refusal.")
    received_at = serializers.DateTimeField()
    body_sha256 = serializers.CharField()
    body = serializers.DictField()


class OwnGradeOut(MarkedOut):
    """What came back of each hand-in, while it stands; a removed piece of work keeps it."""

    submission = serializers.UUIDField()
    attempt = serializers.IntegerField(allow_null=True)
    counts = serializers.BooleanField(help_text="Whether it is the mark.")
    returned_at = serializers.DateTimeField()


class OwnCommentOut(SaidOut):
    id = serializers.UUIDField()
    submission = serializers.UUIDField()
    by = serializers.CharField(allow_null=True)


class OwnReplyOut(serializers.Serializer[Any]):
    comment = serializers.UUIDField()
    submission = serializers.UUIDField()
    stance = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class OwnWorkOut(serializers.Serializer[Any]):
    """Flat lists that name each other by id."""

    schema = serializers.IntegerField()
    exported_at = serializers.DateTimeField()
    person = OwnPersonOut()
    classrooms = ExportedClassroomOut(many=True)
    submissions = OwnSubmissionOut(many=True)
    drafts = OwnDraftOut(many=True)
    parked = OwnParkedOut(many=True, help_text="Texts that were set aside.")
    attempts = OwnAttemptOut(many=True)
    grades = OwnGradeOut(many=True)
    comments = OwnCommentOut(many=True)
    replies = OwnReplyOut(many=True)
    requests = ExportedRequestOut(many=True, help_text="For more time.")
