"""What teachers fill in. Rules live in the actions; a form reads what was typed and puts a refusal beside its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments import remarks, rubrics, signs, timing
from assignments.actions import DueSaid
from assignments.answers import CELL, Body, Question
from assignments.editing import cell_field
from assignments.models import Assignment, Excuse
from assignments.models.assignment import MOST_GRACE, MOST_OFFLINE_GRACE, MOST_WITHDRAWALS
from assignments.rubrics import Criterion
from destalin_site.common import moments
from destalin_site.common.errors import DomainError
from destalin_site.common.names import NameFormField

COURSE: Final = (
    "grace_minutes",
    "offline_grace_h",
    "withdrawals_limit",
    "reinstates_at_close",
    "hands_in_at_close",
    "drafts_visible",
    "resubmission",
    "replies_required",
    "improve_date",
    "improve_time",
)
TIMES: Final = ("opens", "due", "closes", "improve")


class PointsField(forms.CharField):
    """Points as people type them: with a point or a comma. None where nothing is typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=12, **kwargs)
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = (super().to_python(value) or "").replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(_("Write a number, such as 3 or 2.5."), code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        return signs.points_input(value) if isinstance(value, Decimal) else value

    def run_validators(self, value: Any) -> None:
        """How long the text was is checked by the browser; the number is checked by the action."""


class TextField(forms.CharField):
    """Several lines, as they were typed. Forms send line ends in the way of another age."""

    def __init__(self, max_length: int = 20_000) -> None:
        super().__init__(required=False, max_length=max_length, strip=False)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def date_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    reach = [MinValueValidator(timing.FIRST_DAY), MaxValueValidator(timing.LAST_DAY)]
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text, validators=reach)


def time_field(label: Any, *, required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


@dataclass(frozen=True, slots=True)
class Past:
    """Times that are past, and what a moved one leaves behind. `key` stands for just these: other ones are asked about
    again."""

    key: str
    sentences: tuple[str, ...]


class AssignmentForm(forms.Form):
    """An assignment. Dates are said on the clocks of the class."""

    # Of a new one only: the edition that the page showed, and an id, so that a second click makes no second one.
    edition = forms.CharField(required=False, widget=forms.HiddenInput)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The times that are past and meant so: what the button that says so carries.
    meant = forms.CharField(required=False, max_length=200)
    title = NameFormField(label=gettext_lazy("Title"), max_length=200)
    instructions = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What to look for, how long the answer should be."),
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions"),
        error_messages={"required": gettext_lazy("Choose at least one question.")},
    )
    opens_date = date_field(gettext_lazy("Opens on"), gettext_lazy("Left empty, it opens at once."))
    opens_time = time_field(gettext_lazy("Opens at"))
    due_date = date_field(gettext_lazy("Due on"), gettext_lazy("What comes later is marked late, and still accepted."))
    due_time = time_field(gettext_lazy("Due at"))
    closes_date = date_field(gettext_lazy("Closes on"), gettext_lazy("What comes later waits for your decision."))
    closes_time = time_field(gettext_lazy("Closes at"))
    audience = forms.ChoiceField(choices=Assignment.Audience.choices, initial=Assignment.Audience.ALL.value)
    students = forms.MultipleChoiceField(label=gettext_lazy("Students"), required=False)
    points = PointsField(
        label=gettext_lazy("Points in all"), help_text=gettext_lazy("Left empty, the points of the questions count.")
    )
    attempts_limit = forms.IntegerField(
        label=gettext_lazy("How often it may be handed in"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("Left empty, as often as a student likes until you begin to grade."),
    )

    late_percent = forms.IntegerField(
        label=gettext_lazy("Per cent of the points that lateness takes off"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Left empty, lateness is told and costs nothing."),
    )
    late_every_seconds = forms.TypedChoiceField(
        label=gettext_lazy("For every"),
        required=False,
        coerce=int,
        choices=Assignment.Every.choices,
        initial=Assignment.Every.DAY.value,
        help_text=gettext_lazy("That has begun after the due time."),
    )
    late_floor_percent = forms.IntegerField(
        label=gettext_lazy("Per cent that lateness leaves"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Left empty, it may take everything. It never lifts a mark."),
    )

    counts = forms.ChoiceField(
        label=gettext_lazy("What counts, where work is returned more than once"),
        required=False,
        choices=Assignment.Counts.choices,
        initial=Assignment.Counts.LATEST.value,
        help_text=gettext_lazy("The students are told. You can change it later, and see first whose mark would move."),
    )
    missing_percent = forms.IntegerField(
        label=gettext_lazy("Per cent of the points that missing work counts as"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Left empty, as nothing. Boards show it as projected until you make it final."),
    )

    grace_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of grace"),
        required=False,
        min_value=0,
        max_value=MOST_GRACE // 60,
        help_text=gettext_lazy("So long after the due time work still counts as in time. Everybody is told."),
    )
    offline_grace_h = forms.IntegerField(
        label=gettext_lazy("Hours for work that was finished without a connection"),
        required=False,
        min_value=0,
        max_value=MOST_OFFLINE_GRACE,
        help_text=gettext_lazy(
            "So long after the due time it may still arrive, and counts as in time when it was finished in time. The "
            "site checks the clock of the device; where it cannot, you decide. Left empty, the time of arrival counts. "
            "Everybody is told."
        ),
    )
    withdrawals_limit = forms.IntegerField(
        label=gettext_lazy("How often work may be taken back"),
        required=False,
        min_value=0,
        max_value=MOST_WITHDRAWALS,
        initial=5,
        help_text=gettext_lazy("Before it is due, and before you begin to read. 0: never."),
    )
    reinstates_at_close = forms.BooleanField(
        label=gettext_lazy("What was taken back counts again at the close, when nothing was handed in since"),
        required=False,
        initial=True,
    )
    hands_in_at_close = forms.BooleanField(
        label=gettext_lazy("Drafts are handed in at the close, as they were saved last"), required=False
    )
    drafts_visible = forms.BooleanField(
        label=gettext_lazy("You and your colleagues may read drafts while they are written"),
        required=False,
        help_text=gettext_lazy(
            "Students are told so where they write. It can be chosen until somebody has begun, and not while names are "
            "hidden."
        ),
    )
    resubmission = forms.BooleanField(
        label=gettext_lazy("Work may be improved and handed in again after it was returned"), required=False
    )
    replies_required = forms.BooleanField(
        label=gettext_lazy("Comments that came back are answered before work is handed in again"),
        required=False,
        help_text=gettext_lazy(
            "Each of them: changed, not changed because, or a question. Your own hand-in for her waits for none."
        ),
    )
    improve_date = date_field(
        gettext_lazy("Improved versions until"), gettext_lazy("Left empty, until the assignment closes.")
    )
    improve_time = time_field(gettext_lazy("At"))
    # Sent by a page that has the ticks below. From one that was opened before it had them, a missing tick says nothing.
    settings = forms.CharField(required=False, initial="known", widget=forms.HiddenInput)
    anonymous = forms.BooleanField(
        label=gettext_lazy("Names are hidden while you mark"),
        required=False,
        help_text=gettext_lazy(
            "You and your colleagues read and mark the work under numbers. You show the names when you choose, for "
            "good. Lateness takes nothing off meanwhile. Hide them when you give the work: later, who saw its links "
            "before may know them again."
        ),
    )

    def __init__(
        self,
        *args: Any,
        zone: str,
        students: Iterable[tuple[UUID, str]],
        questions: Iterable[str] | None,
        may_hide: bool = True,
        **kwargs: Any,
    ) -> None:
        """`questions` None: an assignment that exists, whose questions and points stay. `may_hide`: names are not
        hidden, and can still be."""
        super().__init__(*args, **kwargs)
        if not may_hide:
            del self.fields["anonymous"]
        self.zone = zone
        self.shifts: dict[str, timing.Due] = {}
        self.fields["students"].choices = [(str(pk), name) for pk, name in students]  # type: ignore[attr-defined]
        if questions is None:
            for name in ("questions", "points", "edition", "id", "counts"):
                del self.fields[name]
        else:
            self.every = list(questions)
            self.fields["questions"].choices = [(pk, pk) for pk in self.every]  # type: ignore[attr-defined]
            # A lesson without questions is read, not answered.
            self.fields["questions"].required = bool(self.every)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in TIMES:
            date, time = cleaned.get(f"{name}_date"), cleaned.get(f"{name}_time")
            if time and not date and f"{name}_date" not in self.errors:
                self.add_error(f"{name}_date", ValidationError(_("Say on which day."), code="no-date"))
            elif date and not time and f"{name}_time" not in self.errors:
                self.add_error(f"{name}_time", ValidationError(_("Say at what time."), code="no-time"))
        if cleaned.get("audience") == Assignment.Audience.NAMED and not cleaned.get("students"):
            self.add_error("students", ValidationError(_("Choose at least one student."), code="nobody"))
        return cleaned

    def _ticked(self, name: str) -> bool:
        if self.cleaned_data["settings"]:
            return bool(self.cleaned_data[name])
        return bool(self.cleaned_data[name] or self.get_initial_for_field(self.fields[name], name))

    @property
    def counting_open(self) -> bool:
        """Whether anything about what counts is not as it is by itself, or was refused."""
        missing = self["missing_percent"]
        counts = self["counts"].value() if "counts" in self.fields else Assignment.Counts.LATEST
        return bool(missing.errors) or missing.value() not in (None, "") or counts != Assignment.Counts.LATEST

    @property
    def course_open(self) -> bool:
        """Whether anything about grace, taking back and improving is not as it is by itself, or was refused."""
        usual = {"withdrawals_limit": 5, "reinstates_at_close": True}
        return any(
            self[name].errors or (self[name].value() or False) not in (usual.get(name, False), str(usual.get(name)))
            for name in COURSE
        )

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `create_assignment`; without questions and points, those of `update_assignment`."""
        cleaned = self.cleaned_data
        due_date, due_time = cleaned["due_date"], cleaned["due_time"]
        named = cleaned["audience"] == Assignment.Audience.NAMED
        fields = {
            "title": cleaned["title"],
            "instructions": cleaned["instructions"],
            "opens_at": self._instant("opens"),
            "due": DueSaid(due_date, due_time, self.zone) if due_date else None,
            "closes_at": self._instant("closes"),
            "attempts_limit": cleaned["attempts_limit"],
            "late_percent": cleaned["late_percent"],
            "late_every_seconds": int(cleaned["late_every_seconds"] or Assignment.Every.DAY),
            "late_floor_percent": cleaned["late_floor_percent"] or 0,
            "grace_seconds": (cleaned["grace_minutes"] or 0) * 60,
            "offline_grace_h": cleaned["offline_grace_h"] or 0,
            "withdrawals_limit": 5 if cleaned["withdrawals_limit"] is None else cleaned["withdrawals_limit"],
            "reinstates_at_close": self._ticked("reinstates_at_close"),
            "hands_in_at_close": self._ticked("hands_in_at_close"),
            "drafts_visible": self._ticked("drafts_visible"),
            "resubmission": self._ticked("resubmission"),
            "replies_required": self._ticked("replies_required"),
            "resubmit_until": self._instant("improve"),
            "missing_percent": cleaned["missing_percent"],
            "audience": [UUID(pk) for pk in cleaned["students"]] if named else None,
        }
        if "anonymous" in self.fields:
            fields["anonymous"] = cleaned["anonymous"]
        if due_date:
            self.shifts["due"] = timing.Due.resolve(due_date, due_time, self.zone)
        if "questions" in self.fields:
            chosen = cleaned["questions"]
            fields["questions"] = None if len(chosen) == len(self.every) else [q for q in self.every if q in chosen]
            fields["points"] = cleaned["points"]
            fields["counts"] = cleaned["counts"] or Assignment.Counts.LATEST.value
        return fields

    def changes_for_action(self) -> dict[str, Any]:
        """Those arguments of `update_assignment` that the form was used to change. The others may hold more than it
        shows, such as seconds or another zone, and stay as they are."""
        fields, touched = self.fields_for_action(), set(self.changed_data)
        self.shifts = {name: said for name, said in self.shifts.items() if touched & _shown_as(name)}
        return {name: value for name, value in fields.items() if touched & _shown_as(name.removesuffix("_at"))}

    def _instant(self, name: str) -> dt.datetime | None:
        date, time = self.cleaned_data[f"{name}_date"], self.cleaned_data[f"{name}_time"]
        if not date:
            return None
        self.shifts[name] = timing.Due.resolve(date, time, self.zone)
        return self.shifts[name].at

    def warnings(self) -> list[str]:
        """What a change of the clocks did to the times that were said."""
        found = []
        for said in self.shifts.values():
            words = {
                "said": f"{said.time:%H:%M}",
                "day": moments.long_day(said.at, self.zone),
                "zone": moments.zone_name(self.zone),
                "counts": moments.clock_time(said.at, self.zone),
                "short": moments.zone_short(said.at, self.zone),
            }
            if said.shift is timing.Shift.GAP:
                words["why"] = _("does not exist on %(day)s in %(zone)s, since the clocks go forward") % words
            elif said.shift is timing.Shift.OVERLAP:
                words["why"] = _("comes twice on %(day)s in %(zone)s, since the clocks go back") % words
            else:
                continue
            found.append(_("%(said)s %(why)s. What counts is %(counts)s (%(short)s).") % words)
        return found

    def past(self, now: dt.datetime, left_behind: Sequence[str] = ()) -> Past | None:
        """Times said here that are over already, and what they leave behind, until their person has said that just
        these are meant. Asked after `fields_for_action` or `changes_for_action`."""
        due, closes = self.shifts.get("due"), self.shifts.get("closes")
        over, sentences = [], list(left_behind)
        if left_behind:
            over.append(due.at.isoformat() if due else "never")
        if due and due.over <= now:
            over.append(due.at.isoformat())
            said = _("The due time, %(moment)s, is past: what is handed in is late from the start.")
            sentences.append(said % {"moment": moments.moment(due.at, self.zone)})
        if closes and closes.at <= now:
            over.append(closes.at.isoformat())
            said = _("The closing time, %(moment)s, is past: what is handed in waits for your decision.")
            sentences.append(said % {"moment": moments.moment(closes.at, self.zone)})
        key = " ".join(dict.fromkeys(over))
        return Past(key, tuple(sentences)) if over and self.cleaned_data["meant"] != key else None

    def tell(self, error: DomainError) -> None:
        """Puts a refusal beside the field that it is about, else on top."""
        rows = error.extra.get("errors", [])
        for row in rows:
            self.add_error(self._field(row["pointer"]), ValidationError(row["message"], code=row["code"]))
        if not rows:
            self.add_error(None, ValidationError(str(error.detail), code=error.code))

    def _field(self, pointer: str) -> str | None:
        first = pointer.strip("/").split("/")[0]
        name = {
            "opens_at": "opens_date",
            "due": "due_date",
            "closes_at": "closes_date",
            "resubmit_until": "improve_date",
            "grace_seconds": "grace_minutes",
            "withdrawals": "withdrawals_limit",
            "audience": "students",
        }
        field = name.get(first, first)
        return field if field in self.fields else None


def _shown_as(name: str) -> set[str]:
    """The fields of the form that say `name`."""
    if name == "grace_seconds":
        return {"grace_minutes"}
    if name == "resubmit_until":
        return {"improve_date", "improve_time"}
    if name in TIMES:
        return {f"{name}_date", f"{name}_time"}
    return {"audience", "students"} if name == "audience" else {name}


def _minute(at: dt.datetime | dt.time | None) -> dt.time | None:
    """A time as a form shows it."""
    if at is None:
        return None
    return dt.time(at.hour, at.minute)


def initial_of(assignment: Assignment, named: Iterable[UUID]) -> dict[str, Any]:
    """The form of an assignment as it stands, with its times on the clocks of the class."""
    zone = moments.zone_of(assignment.classroom.zone)

    def local(at: dt.datetime | None) -> dt.datetime | None:
        return at.astimezone(zone) if at else None

    opens, closes = local(assignment.opens_at), local(assignment.closes_at)
    improve = local(assignment.resubmit_until)
    # What was said, as long as it was said on these clocks: after a gap the instant reads otherwise.
    same = assignment.due_zone == assignment.classroom.zone
    due = local(assignment.due_at)
    return {
        "title": assignment.title,
        "instructions": assignment.instructions,
        "opens_date": opens and opens.date(),
        "opens_time": _minute(opens),
        "due_date": assignment.due_date if same else due and due.date(),
        "due_time": _minute(assignment.due_time if same else due),
        "closes_date": closes and closes.date(),
        "closes_time": _minute(closes),
        "audience": assignment.audience,
        "students": [str(pk) for pk in named],
        "attempts_limit": assignment.attempts_limit,
        "late_percent": assignment.late_percent,
        "late_every_seconds": assignment.late_every_seconds,
        "late_floor_percent": assignment.late_floor_percent or None,
        "grace_minutes": assignment.grace_seconds // 60 or None,
        "offline_grace_h": assignment.offline_grace_h or None,
        "withdrawals_limit": assignment.withdrawals_limit,
        "reinstates_at_close": assignment.reinstates_at_close,
        "hands_in_at_close": assignment.hands_in_at_close,
        "drafts_visible": assignment.drafts_visible,
        "resubmission": assignment.resubmission,
        "replies_required": assignment.replies_required,
        "missing_percent": assignment.missing_percent,
        "improve_date": improve and improve.date(),
        "improve_time": _minute(improve),
    }


class MarksForm(forms.Form):
    """Points and words for one piece of work. Field names carry the ids of the questions."""

    version = forms.IntegerField(min_value=0)
    over = forms.IntegerField(min_value=0, required=False)  # "save mine all the same", upon this version
    about = forms.CharField(required=False, max_length=36)  # the hand-in that was read, by its id; empty for none
    rubric = forms.IntegerField(min_value=0, required=False)  # the edition whose levels were shown; 0 for none
    feedback = TextField()
    score = PointsField()

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        questions: Mapping[str, Decimal | None],
        criteria: Sequence[Criterion] = (),
    ) -> None:
        super().__init__(data)
        self.questions = questions
        self.criteria = criteria
        by_rubric = rubrics.possible(criteria)
        for pk, possible in questions.items():
            if possible and pk not in by_rubric:
                self.fields[f"points-{pk}"] = PointsField()
            self.fields[f"comment-{pk}"] = TextField()
        for each in criteria:
            self.fields[f"level-{each.question}-{each.id}"] = forms.CharField(required=False, max_length=100)
            self.fields[f"remark-{each.question}-{each.id}"] = TextField()

    @property
    def if_version(self) -> int:
        over = self.cleaned_data.get("over")
        return self.cleaned_data["version"] if over is None else over

    @property
    def read(self) -> str | None:
        """The hand-in that the page showed; None where it does not say."""
        return self.cleaned_data["about"] if "about" in self.data else None

    def marks(self) -> list[dict[str, Any]]:
        return [
            {
                "question": pk,
                "points": self.cleaned_data.get(f"points-{pk}"),
                "comment": self.cleaned_data[f"comment-{pk}"],
            }
            for pk in self.questions
        ]

    def choices(self) -> list[dict[str, Any]]:
        """What was chosen on each criterion of the rubric; an empty field is not scored."""
        return [
            {
                "question": each.question,
                "criterion": each.id,
                "level": self.cleaned_data[f"level-{each.question}-{each.id}"] or None,
                "comment": self.cleaned_data[f"remark-{each.question}-{each.id}"],
            }
            for each in self.criteria
        ]

    def tell(self, error: DomainError) -> None:
        """Puts a refusal beside the points that it is about, else on top."""
        names, rows = list(self.questions), error.extra.get("errors", [])
        if not rows:
            self.add_error(None, ValidationError(str(error.detail), code=error.code))
        for row in rows:
            parts = row["pointer"].strip("/").split("/")
            field = None
            if parts[0] == "questions" and len(parts) == 3:
                field = f"points-{names[int(parts[1])]}"
            elif parts[0] == "score":
                field = "score"
            self.add_error(field if field in self.fields else None, ValidationError(row["message"], code=row["code"]))


class CommentForm(forms.Form):
    """A comment on a hand-in. `rev` is its version, nothing for a new one; `words` are those that it is about, nothing
    for the whole block, and `near` is where they stood when they were selected. Without a block it is about the whole
    answer, without a question about the whole hand-in. `asked` is the earlier comment to which its student answered by
    a question: this is what she is told to that."""

    key = forms.UUIDField(required=False)
    rev = forms.IntegerField(min_value=1, required=False)
    question = forms.CharField(max_length=100, strip=False, required=False)
    block = forms.CharField(max_length=100, strip=False, required=False)
    words = TextField(max_length=200_000)
    near = forms.IntegerField(min_value=0, required=False)
    body = TextField(max_length=remarks.LONGEST)
    passage = forms.CharField(max_length=20, required=False)
    template = forms.UUIDField(required=False)  # of the bank: what the words were taken from
    asked = forms.UUIDField(required=False)

    def tell(self, error: DomainError) -> None:
        """Puts a refusal beside the field that it is about, else on top."""
        rows = error.extra.get("errors", [])
        if not rows:
            self.add_error(None, ValidationError(str(error.detail), code=error.code))
        for row in rows:
            field = {"body": "body", "passage": "passage", "anchor": "words"}.get(
                row["pointer"].strip("/").split("/")[0]
            )
            self.add_error(field, ValidationError(row["message"], code=row["code"]))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class SharedCommentForm(forms.Form):
    """One comment for many: what, on what, and for whom. `template` is of the bank, for who types nothing."""

    body = TextField(max_length=remarks.LONGEST)
    question = forms.CharField(max_length=100, strip=False, required=False)
    passage = forms.CharField(max_length=20, required=False)
    template = forms.UUIDField(required=False)
    submissions = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": gettext_lazy("Choose at least one student.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [pk for pk in map(_uuid, self._said("submissions")) if pk]
        # Whose they are is asked where the comment is given.
        cast(forms.TypedMultipleChoiceField, self.fields["submissions"]).choices = [(str(pk), "") for pk in said]

    def _said(self, name: str) -> list[str]:
        return cast(QueryDict, self.data).getlist(name) if self.is_bound else []

    def chosen(self) -> list[UUID]:
        """Who is chosen, as it was typed or as the page begins."""
        if not self.is_bound:
            return list(self.initial.get("submissions", []))
        return [pk for pk in map(_uuid, self._said("submissions")) if pk]

    def tell(self, error: DomainError) -> None:
        """Puts a refusal beside the field that it is about, else on top."""
        rows = error.extra.get("errors", [])
        if not rows:
            self.add_error(None, ValidationError(str(error.detail), code=error.code))
        for row in rows:
            name = row["pointer"].strip("/").split("/")[0]
            field = name if name in self.fields else None
            self.add_error(field, ValidationError(row["message"], code=row["code"]))


class TemplateForm(forms.Form):
    """A comment of the bank. `rev` is its version, nothing for a new one."""

    body = TextField(max_length=remarks.LONGEST)
    rev = forms.IntegerField(min_value=1, required=False)
    do = forms.ChoiceField(choices=[("save", ""), ("delete", "")], required=False)


class ReasonForm(forms.Form):
    """Why a return is taken back."""

    reason = forms.CharField(max_length=500)


class CountsForm(forms.Form):
    """What counts, and the preview that was shown."""

    counts = forms.ChoiceField(choices=Assignment.Counts.choices)
    preview = forms.RegexField(r"\A[0-9a-f]{32}\Z")


class PickForm(forms.Form):
    """Which grade counts, and why; neither where the latest counts again."""

    grade = forms.UUIDField(required=False)
    reason = forms.CharField(required=False, max_length=500)


class FinalMarksForm(forms.Form):
    """Whose missing work is made final, by the version of the assignment that was shown; or where that is undone."""

    do = forms.ChoiceField(choices=[("make", ""), ("undo", "")])
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(
        required=False,
        max_length=500,
        error_messages={"max_length": gettext_lazy("Say why in at most 500 letters.")},
    )
    submissions = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": gettext_lazy("Choose at least one student.")}
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["submissions"].choices = [(one, one) for one in data.getlist("submissions")]  # type: ignore[attr-defined]


class ExcuseForm(forms.Form):
    """Why a student need not do an assignment."""

    category = forms.ChoiceField(choices=Excuse.choices)
    reason = forms.CharField(max_length=500)


class HandInForForm(forms.Form):
    """What a student wrote elsewhere, by question, and why a teacher brings it. `client_attempt_id` stays the same
    however often the page is sent."""

    edition = forms.CharField(max_length=64)
    client_attempt_id = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=500)  # the table asks for one

    def __init__(self, data: QueryDict, *, questions: Mapping[str, Question]) -> None:
        super().__init__(data)
        self.questions = questions
        for pk, question in questions.items():
            names = _cell_names(question) if question.is_table else [] if question.is_choice else [f"text-{pk}"]
            self.fields.update({name: TextField(max_length=200_000) for name in names})

    @property
    def choices(self) -> dict[str, list[str]]:
        """The options that were ticked, where any was."""
        data = cast(QueryDict, self.data)
        given = {pk: data.getlist(f"choice-{pk}") for pk, question in self.questions.items() if question.is_choice}
        return {pk: [str(option) for option in options] for pk, options in given.items() if options}

    @property
    def texts(self) -> dict[str, str]:
        """The texts as they were typed, by question; those of cells by the names of their fields."""
        typed = {pk: f"text-{pk}" for pk, question in self.questions.items() if not question.is_choice}
        typed |= {name: name for question in self.questions.values() for name in _cell_names(question)}
        return {key: str(self.data.get(name, "")) for key, name in typed.items()}

    def body(self) -> Body:
        """Of a form that is valid. Its blocks keep their ids however often it is sent, and so the body its digest."""
        answers: list[dict[str, Any]] = []
        for number, pk in enumerate(self.questions, 1):
            if options := self.choices.get(pk):
                answers.append({"question": pk, "blocks": [], "choice": options})
            elif cells := self._cells(number, self.questions[pk]):
                answers.append({"question": pk, "blocks": cells})
            elif (text := self.cleaned_data.get(f"text-{pk}", "")).strip():
                block = {"id": f"b{number}", "kind": "paragraph", "text": text, "citations": []}
                answers.append({"question": pk, "blocks": [block]})
        return {"answers": answers}

    def _cells(self, number: int, question: Question) -> list[dict[str, Any]]:
        """Those that have words."""
        return [
            {"id": f"b{number}-{n}", "kind": CELL, "row": row, "column": column, "text": text, "citations": []}
            for n, (name, (row, column)) in enumerate(zip(_cell_names(question), question.cells, strict=True), 1)
            if (text := self.cleaned_data.get(name, "")).strip()
        ]


def _cell_names(question: Question) -> list[str]:
    """The names of the fields of a table, in the order of its cells."""
    return [cell_field(question.id, n) for n in range(1, len(question.cells) + 1)]


class ReturnForm(forms.Form):
    """What goes with a return: why it differs from the one before; that nothing was handed in, and that a draft which
    nobody has seen does not matter; how many refused hand-ins the page showed."""

    reason = forms.CharField(required=False, max_length=500)
    without_submission = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)
    waiting = forms.IntegerField(min_value=0, required=False)
