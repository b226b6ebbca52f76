"""Who may see which assignments and which work, written once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Classroom
from assignments import names
from assignments.lifecycle import HIDES_GRADE, SHOWS_GRADE, Act, State
from destalin_site.common import clock
from lessons.querysets import WriteOnceQuerySet

# The event of a score in sight that changed because lateness did.
RESCORED: Final = "rescore"
# The events of marks that came to another edition of their rubric: of a grade in sight, and of a draft.
REGRADED: Final = "regrade"
DRAFT_REGRADED: Final = "regrade draft"
# The events of a mark that is another grade now: the policy changed, or a teacher chose.
COUNTS: Final = "counts"
PICK: Final = "pick"
# The events of missing work whose mark was made final, and of such a mark that holds no more.
FINAL: Final = "final mark"
FINAL_ENDED: Final = "final mark ended"
LATE_POLICY: Final = "late_policy"  # as its reason: the teacher changed what lateness costs
# The events of other dates, which are given to students by name.
DATES: Final = "dates"
DATES_ENDED: Final = "dates ended"
EXTENSION_REVOKED: Final = "extension revoked"
# The event by which a piece of work came to another edition, and the one by which its student saw what that changed.
UPGRADE: Final = "upgrade"
UPGRADE_READ: Final = "upgrade read"
DATES_RESOLVED: Final = "dates resolved"  # the zone data changed, and nobody did anything
# Those of a request for more time, besides the one by which it is asked.
REQUEST_CHANGED: Final = "request changed"
DECLINED: Final = "more time declined"
TAKEN_BACK: Final = "request taken back"
# That of a text which came along from another class.
BROUGHT: Final = "draft brought along"
DELETED: Final = "assignment deleted"  # as the reason of work that was taken away: its assignment was
_TO_MARK: Final = (State.SUBMITTED.value, State.IN_REVIEW.value)
# What is done for a student who is known by name, or what she does so: nothing of it is told beside a number.
_BY_NAME: Final = (
    *(DATES, DATES_ENDED, DATES_RESOLVED, EXTENSION_REVOKED, REQUEST_CHANGED, DECLINED, TAKEN_BACK, FINAL, FINAL_ENDED),
    BROUGHT,
    *(act.value for act in (Act.EXTEND, Act.ASK_MORE_TIME, Act.EXCUSE, Act.LIFT_EXCUSE, Act.VOID, Act.RESTORE)),
    *(act.value for act in (Act.COUNT_DEVICE_TIME, Act.COUNT_ARRIVAL_TIME)),
)

_DRAFTING: Final = (Act.MARK.value, DRAFT_REGRADED)  # nothing to the student

if TYPE_CHECKING:
    from accounts.models import User
    from assignments.models import (  # noqa: F401 - named in the bases
        Assignment,
        Attempt,
        Comment,
        CommentReply,
        CommentTemplate,
        DateOverride,
        Digest,
        Event,
        Extension,
        ExtensionRequest,
        Grade,
        Notice,
        ParkedCopy,
        Revision,
        SharedComment,
        Submission,
    )


def due_is_over(now: dt.datetime) -> Q:
    """Work that is late or missing from now on: its own due time has passed, and the grace after it."""
    return Q(late_from__lte=now)


class AssignmentQuerySet(QuerySet["Assignment"]):
    def present(self) -> AssignmentQuerySet:
        """Without those that were deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> AssignmentQuerySet:
        return self.exclude(deleted_at=None)

    def visible_to(self, user: User | AnonymousUser) -> AssignmentQuerySet:
        """Staff see what their classes are given; a student sees what reaches her."""
        from assignments.models import Submission

        if not user.is_authenticated:
            return self.none()
        mine = Submission.objects.filter(student=user).exclude(state=State.VOID).values("assignment")
        return self.present().filter(Q(classroom__in=_taught_by(user)) | Q(pk__in=mine))

    def editable_by(self, user: User | AnonymousUser) -> AssignmentQuerySet:
        """Owners and teachers of the class, deleted ones too: deleting can be undone."""
        return self.filter(classroom__in=Classroom.objects.run_by(user).values("pk"))


class SubmissionQuerySet(QuerySet["Submission"]):
    def present(self) -> SubmissionQuerySet:
        """Of assignments that were not deleted."""
        return self.filter(assignment__deleted_at=None)

    def listed(self) -> SubmissionQuerySet:
        """Without the removed ones."""
        return self.present().exclude(state=State.VOID)

    def locked(self) -> SubmissionQuerySet:
        """These under their locks once they are read, in the order in which everybody takes them; what only refers to
        them need not wait for it."""
        return self.select_for_update(of=("self",), no_key=True).order_by("pk")

    def lock(self) -> list[UUID]:
        """Takes their locks, for what is read after that; their ids. What is joined may be older than its row."""
        return list(self.locked().values_list("pk", flat=True))

    def own(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """A student's own work, as she is shown it."""
        return self.listed().filter(student=user) if user.is_authenticated else self.none()

    def writable_by(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """A student's own work in any state: text that comes too late is parked, never turned away."""
        return self.filter(student=user) if user.is_authenticated else self.none()

    def kept_by(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """A student's own work as she may take it along: all that she is shown, and of what was removed, or given by an
        assignment that was deleted, that in which something of hers stands."""
        from assignments.models import Draft, ParkedCopy

        drafts, parked = (rows.objects.filter(submission=OuterRef("pk")) for rows in (Draft, ParkedCopy))
        written = Q(attempt_count__gt=0) | Q(returned_grade__isnull=False) | Q(Exists(drafts)) | Q(Exists(parked))
        shown = Q(assignment__deleted_at=None) & ~Q(state=State.VOID)
        return self.writable_by(user).filter(shown | written)

    def gradable_by(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """Work in the classes in which the user may grade; removed work too. While names are hidden, what is in."""
        rows = self.present().filter(assignment__classroom__in=_taught_by(user)).exclude(student_id=user.pk)
        return rows.filter(_shown_to_staff())

    def visible_to(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Q(student=user) & ~Q(state=State.VOID)
        return self.present().filter(own | Q(assignment__classroom__in=_taught_by(user)) & _shown_to_staff())

    def with_state_shown(self, now: dt.datetime) -> SubmissionQuerySet:
        """Annotates `state_shown`: the state with an expired lease counted as released."""
        expired = When(state=State.IN_REVIEW.value, claim_until__lte=now, then=F("claim_from"))
        return self.annotate(state_shown=Case(expired, default=F("state")))

    def with_facts(self) -> SubmissionQuerySet:
        """With everything that `facts.possible` and `timing_at` read, so that a list asks once."""
        from assignments.models import Comment

        unanswered = Exists(Comment.objects.filter(grade=OuterRef("returned_grade")).unanswered())
        asked = Case(When(assignment__replies_required=True, then=unanswered), default=Value(False))
        return self.annotate(comments_unanswered=asked).select_related(
            "assignment__classroom", "returned_grade", "mark_grade", "final_mark"
        )

    def with_draft_rev(self) -> SubmissionQuerySet:
        """Annotates `draft_rev`, 0 where nothing was saved."""
        from assignments.models import Draft

        rev = Draft.objects.filter(submission=OuterRef("pk")).values("rev")
        return self.annotate(draft_rev=Coalesce(Subquery(rev), Value(0)))

    def with_wrote_since(self) -> SubmissionQuerySet:
        """Annotates `wrote_since`: whether she went on writing after what counts came, and it reads otherwise now."""
        from assignments.models import Draft

        newer = Draft.objects.filter(submission=OuterRef("pk"), saved_at__gt=OuterRef("handed_in_at"))
        other = newer.exclude(body_sha256=OuterRef("counted__body_sha256"))
        waits = Q(state__in=[State.SUBMITTED.value, State.IN_REVIEW.value], counted__isnull=False)
        return self.annotate(wrote_since=Case(When(waits, then=Exists(other)), default=Value(False)))

    def with_marked_number(self) -> SubmissionQuerySet:
        """Annotates `marked_number`: the number of the hand-in whose grade is the mark."""
        return self.annotate(marked_number=F("mark_grade__attempt__number"))

    def with_graded_edition(self, grade: str = "returned_grade") -> SubmissionQuerySet:
        """Annotates `graded_edition`: the edition that this grade is about. Of marks without a hand-in it is what the
        student read when they were given: she may have been brought to another since."""
        return self.annotate(graded_edition=_graded_edition(f"{grade}__", "pk", "edition_id"))

    def with_version_told(self, user: User) -> SubmissionQuerySet:
        """Annotates `version_told`: the version, but to its student one that no drafting of marks moves, and to staff
        from whom her name is hidden one that nothing moves that they do for her by name."""
        from assignments.models import Event

        events = Event.objects.filter(submission=OuterRef("pk"))
        newest = events.exclude(name__in=_DRAFTING).order_by("-seq").values("seq")[:1]
        # How many there are, since the number of the newest would count those that are left out.
        among = events.exclude(name__in=_BY_NAME).order_by().values("submission").annotate(n=Count("pk")).values("n")
        hers = When(student=user.pk, then=Coalesce(Subquery(newest), Value(0)))
        nameless = When(names.hidden(), then=Coalesce(Subquery(among), Value(0)))
        return self.annotate(version_told=Case(hers, nameless, default=F("version")))


class AttemptQuerySet(WriteOnceQuerySet["Attempt"]):
    def visible_to(self, user: User | AnonymousUser) -> AttemptQuerySet:
        from assignments.models import Submission

        return self.filter(submission__in=Submission.objects.visible_to(user))


class ParkedCopyQuerySet(QuerySet["ParkedCopy"]):
    def waiting(self) -> ParkedCopyQuerySet:
        return self.filter(resolution="")

    def to_decide(self) -> ParkedCopyQuerySet:
        """Hand-ins that wait for a teacher's decision. A save that waits is its student's to decide, and work that was
        taken away is nobody's."""
        return (
            self.waiting()
            .filter(kind="submit", submission__assignment__deleted_at=None)
            .exclude(submission__state=State.VOID.value)
        )

    def own(self, user: User | AnonymousUser) -> ParkedCopyQuerySet:
        """A student's own, of removed work too: it is her text."""
        return self.filter(submission__student=user) if user.is_authenticated else self.none()

    def visible_to(self, user: User | AnonymousUser) -> ParkedCopyQuerySet:
        """A student sees her own; a grader sees those that were meant as hand-ins."""
        from assignments.models import Submission

        if not user.is_authenticated:
            return self.none()
        gradable = Submission.objects.gradable_by(user).values("pk")
        return self.filter(Q(submission__student=user) | Q(submission__in=gradable, kind="submit"))


class ExtensionQuerySet(QuerySet["Extension"]):
    def standing(self) -> ExtensionQuerySet:
        """Those that hold: nobody has taken them back or given another."""
        return self.filter(revoked_at=None)


class ExtensionRequestQuerySet(QuerySet["ExtensionRequest"]):
    def waiting(self) -> ExtensionRequestQuerySet:
        """Those that nobody has answered, and that were not taken back."""
        return self.filter(answer="")

    def to_answer(self) -> ExtensionRequestQuerySet:
        """Those that wait for somebody who grades. Who is excused meanwhile, or was removed, waits for nothing."""
        idle = [State.VOID.value, State.EXCUSED.value]
        return self.waiting().filter(submission__assignment__deleted_at=None).exclude(submission__state__in=idle)

    def latest_first(self) -> ExtensionRequestQuerySet:
        return self.order_by("-asked_at", "-id")

    def with_people(self) -> ExtensionRequestQuerySet:
        """With who answered, and with what was given."""
        return self.select_related("answered_by", "extension")


class DateOverrideQuerySet(QuerySet["DateOverride"]):
    def standing(self) -> DateOverrideQuerySet:
        """Those that hold: nobody has ended them."""
        return self.filter(ended_at=None)

    def with_people(self) -> DateOverrideQuerySet:
        """With whom they are for and who gave them, so that a list asks three times in all."""
        from assignments.models import OverrideMember

        members = OverrideMember.objects.select_related("submission__student").order_by("submission__student")
        return self.select_related("by", "ended_by").prefetch_related(Prefetch("members", members))


class RevisionQuerySet(QuerySet["Revision"]):
    def open(self) -> RevisionQuerySet:
        """Those that wait for the student, or for the teacher to return what she handed in."""
        return self.filter(outcome="")


class GradeQuerySet(QuerySet["Grade"]):
    def visible_to(self, user: User | AnonymousUser) -> GradeQuerySet:
        """A student sees the last that was returned of each of her hand-ins, unless it was taken back; graders see all
        of them."""
        from assignments.models import Submission

        if not user.is_authenticated:
            return self.none()
        own = Submission.objects.own(user).values("pk")
        gradable = Submission.objects.gradable_by(user).values("pk")
        return self.filter(Q(submission__in=own, stands=True) | Q(submission__in=gradable))

    def standing(self) -> GradeQuerySet:
        """Those that were returned and that nothing took the place of: one for each hand-in."""
        return self.filter(stands=True)

    def by_hand_in(self, *, of: str | None = None) -> GradeQuerySet:
        """In the order of the hand-ins, those of each `of` together; what was given without one comes last."""
        return self.order_by(*([of] if of else []), F("attempt__number").asc(nulls_last=True), "version")

    def with_edition(self) -> GradeQuerySet:
        """Annotates `graded_edition`, as of the work."""
        return self.annotate(graded_edition=_graded_edition("", "submission", "submission__edition_id"))

    def kept_by(self, user: User | AnonymousUser) -> GradeQuerySet:
        """What came back to a student and stands, of removed work too: only a return or a recall ends a returned grade,
        and removing is neither."""
        return self.standing().filter(submission__student=user) if user.is_authenticated else self.none()

    def latest_first(self) -> GradeQuerySet:
        return self.order_by("-version")

    def newest_version(self) -> int:
        """The version of the newest of them, 0 before the first."""
        return self.latest_first().values_list("version", flat=True).first() or 0

    def before(self, user: User | AnonymousUser) -> Grade | None:
        """The one that this user reads, of those of one piece of work: to graders the draft, else what was returned; to
        the student nothing else."""
        rows = self.visible_to(user).exclude(status="superseded").select_related("attempt", "rubric")
        # "draft" sorts before "returned".
        return rows.order_by("status").first()


class CommentQuerySet(QuerySet["Comment"]):
    def visible_to(self, user: User | AnonymousUser) -> CommentQuerySet:
        """Whoever sees the grade sees its comments: a student none of a draft, and none that was taken back."""
        from assignments.models import Grade

        return self.filter(grade__in=Grade.objects.visible_to(user).values("pk"))

    def of(self, grade: Grade | None) -> CommentQuerySet:
        """Those of one grade, with who made them and the edition that they point into."""
        return self.of_all([grade.pk] if grade else [])

    def of_all(self, grades: Collection[UUID]) -> CommentQuerySet:
        """The same of several grades, by their ids."""
        rows = self.filter(grade__in=grades) if grades else self.none()
        return rows.select_related("by", "attempt__edition__lesson").defer("attempt__body_json").order_by("at", "key")

    def unanswered(self) -> CommentQuerySet:
        """Those to which their student has said nothing. What she said to a copy counts for all of them."""
        from assignments.models import CommentReply

        same = {"comment__key": OuterRef("key"), "comment__grade__submission": OuterRef("grade__submission")}
        return self.exclude(Exists(CommentReply.objects.filter(**same)))

    def copy_to(self, draft: Grade) -> None:
        """The same comments on a grade of their own."""
        from assignments.models import Comment

        place = ("attempt_id", "question", "block", "start", "end", "quote")
        same = (*place, "key", "body", "passage", "by_id", "at", "shared_id")
        Comment.objects.bulk_create(
            Comment(grade=draft, version=row.version, **{name: getattr(row, name) for name in same}) for row in self
        )

    def keep(self) -> None:
        """From now on their words stay as they are."""
        self.update(kept=True)


class CommentReplyQuerySet(QuerySet["CommentReply"]):
    def visible_to(self, user: User | AnonymousUser) -> CommentReplyQuerySet:
        """A student sees her own; graders those that came with a hand-in, for until then they are as her draft is."""
        from assignments.models import Submission

        if not user.is_authenticated:
            return self.none()
        own = Submission.objects.own(user).values("pk")
        gradable = Submission.objects.gradable_by(user).values("pk")
        came = Q(attempt_number__lte=F("comment__grade__submission__attempt_count"))
        return self.filter(Q(comment__grade__submission__in=own) | Q(comment__grade__submission__in=gradable) & came)

    def to(self, submission: Submission) -> CommentReplyQuerySet:
        """Those to comments on this piece of work."""
        return self.filter(comment__grade__submission=submission)

    def latest_first(self) -> CommentReplyQuerySet:
        return self.order_by("-version")

    def by_key(self) -> dict[UUID, CommentReply]:
        """The latest of them to each comment, by its key."""
        rows = self.select_related("comment").order_by("version")
        return {row.comment.key: row for row in rows}


class CommentTemplateQuerySet(QuerySet["CommentTemplate"]):
    def own(self, user: User | AnonymousUser) -> CommentTemplateQuerySet:
        """A bank is its owner's alone."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def most_used_first(self) -> CommentTemplateQuerySet:
        return self.order_by("-uses", "-id")


class SharedCommentQuerySet(QuerySet["SharedComment"]):
    def gradable_by(self, user: User | AnonymousUser) -> SharedCommentQuerySet:
        """Staff read what was said to many in their classes; nobody else knows of it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(assignment__deleted_at=None, assignment__classroom__in=_taught_by(user))

    def newest_first(self) -> SharedCommentQuerySet:
        return self.order_by("-at", "-id")


class EventQuerySet(WriteOnceQuerySet["Event"]):
    def in_order(self) -> EventQuerySet:
        return self.order_by("submission_id", "seq")

    def handing_in_for(self) -> EventQuerySet:
        """Those by which somebody handed in for a student."""
        return self.filter(name=Act.HAND_IN_FOR.value)

    def excusing(self) -> EventQuerySet:
        """Those that excuse a student, with who did, newest first."""
        return self.filter(name=Act.EXCUSE.value).select_related("actor").order_by("-at", "-seq")

    def about_grades(self, *, drafts: bool) -> EventQuerySet:
        """By which a grade came into the student's sight or left it; with `drafts` the marks too, which are for staff
        alone."""
        names = SHOWS_GRADE | HIDES_GRADE | ({Act.MARK} if drafts else set())
        others = (RESCORED, REGRADED, COUNTS, PICK, FINAL, FINAL_ENDED)
        return self.filter(name__in=[*others, *(name.value for name in names)])


class NoticeQuerySet(QuerySet["Notice"]):
    def visible_to(self, user: User | AnonymousUser) -> NoticeQuerySet:
        """Her own, as long as they hold and what they lead to would open: work that is given to her still, work in a
        class that she marks, with its names; nothing of an assignment that is not open yet or was deleted."""
        from assignments.models import Notice

        if not user.is_authenticated:
            return self.none()
        now, staff = clock.now(), Q(kind__in=Notice.FOR_STAFF)
        hers = ~staff & Q(submission__student=user)
        marks = staff & Q(submission__assignment__classroom__in=_taught_by(user))
        # When work came is told by its notice, and by the place of that among others: not while names are hidden.
        marks &= ~names.hidden("submission__assignment__")
        return (
            self.filter(hers | marks, person=user, ended_at=None, at__lte=now, submission__assignment__deleted_at=None)
            .filter(Q(submission__assignment__opens_at=None) | Q(submission__assignment__opens_at__lte=now))
            .filter(~Q(kind=Notice.Kind.PARKED) | Q(submission__hand_ins_waiting__gt=0))
            .filter(~Q(kind__in=[Notice.Kind.AGAIN, Notice.Kind.ASKED]) | Q(submission__state__in=_TO_MARK))
            .filter(~Q(kind=Notice.Kind.MORE_TIME) | Q(submission__asks_more_time=True))
            .filter(~Q(kind=Notice.Kind.TAKEN_BACK) | Q(submission__withdrawn__isnull=False))
            .filter(~Q(kind=Notice.Kind.FINAL) | Q(submission__final_mark__isnull=False))
            .exclude(submission__state=State.VOID.value)
        )

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def not_mailed(self) -> NoticeQuerySet:
        return self.filter(digest=None)

    def with_work(self) -> NoticeQuerySet:
        """With all that their sentences and links are made of, so that a list asks once."""
        return self.select_related("submission__assignment__classroom", "submission__student")

    def latest_first(self) -> NoticeQuerySet:
        return self.order_by("-at", "-id")

    def put(self, **columns: Any) -> int:
        """Updates these, in the order in which everybody locks them: the mail, the reader and an act may meet."""
        locked = self.select_for_update(of=("self",), no_key=True).order_by("pk").values("pk")
        return self.model._default_manager.filter(pk__in=locked).update(**columns)


class DigestQuerySet(QuerySet["Digest"]):
    def unfinished(self) -> DigestQuerySet:
        """Those of which nobody knows yet that they went out, or that they never will."""
        return self.filter(state__in=["claimed", "waiting"])


def _graded_edition(grade: str, submission: str, own: str) -> Coalesce:
    """The edition that a grade is about, by where its columns are, the work, and the edition that its student reads."""
    from assignments.models import EditionMove

    since = EditionMove.objects.filter(submission=OuterRef(submission), upgrade__at__gt=OuterRef(f"{grade}saved_at"))
    before = Subquery(since.order_by("upgrade__at", "pk").values("from_edition_id")[:1])
    return Coalesce(f"{grade}attempt__edition_id", before, own, output_field=CharField())


def _shown_to_staff() -> Q:
    """Of work whose names are hidden only what is in: whose the rest is can be told from who is still expected."""
    return ~names.hidden() | names.work_in()


def _taught_by(user: User | AnonymousUser) -> QuerySet[Classroom, Any]:
    return Classroom.objects.taught_by(user).values("pk")
