"""What a teacher types about due times of single students."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments import timing
from assignments.actions import MOST_OFFSET, DueSaid
from assignments.forms import TextField, date_field, time_field
from assignments.models import ExtensionRequest, Submission
from destalin_site.common import moments
from destalin_site.common.errors import ValidationFailed

# Where a refusal of the action is shown.
_FIELDS: Final = {
    "/due": "date",
    "/due/date": "date",
    "/due/zone": "date",
    "/reason": "reason",
    "/feedback": "words",
}
_WEEK: Final = dt.timedelta(days=7)


class _Refused(forms.Form):
    fields_of: ClassVar[Mapping[str, str]] = _FIELDS

    def add_refused(self, refused: ValidationFailed) -> None:
        """Puts a refusal of the action beside the field that it is about."""
        for error in refused.extra["errors"]:
            self.add_error(self.fields_of.get(error["pointer"]), error["message"])


class DeviceTimeForm(forms.Form):
    """Why the time counts at which work was finished on a device."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with who decided it and when. The class’s teachers read it, the student not."),
    )


class ExtensionForm(_Refused):
    """A later due time for one student, on the clocks of the assignment."""

    date = date_field(gettext_lazy("Until"), required=True)
    time = time_field(gettext_lazy("At"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with who gave it and when. The class’s teachers read it, the student does not."),
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        assignment = submission.assignment
        self.zone = assignment.due_zone or assignment.classroom.zone
        if due := submission.due_at:
            local = due.astimezone(moments.zone_of(self.zone))
            # Something that could be given: a day more than she has.
            initial = {
                "date": local.date() + dt.timedelta(days=1),
                "time": local.time().replace(second=0, microsecond=0),
            }
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `extend`."""
        said = self.cleaned_data
        return {"due": DueSaid(said["date"], said["time"], self.zone), "reason": said["reason"]}


class _OnOwnClocks(_Refused):
    """A day and a time, which are said together, on the clocks of the assignment."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        date, time = cleaned.get("date"), cleaned.get("time")
        if bool(date) != bool(time) and not {"date", "time"} & set(self.errors):
            said = _("Say at what time.") if date else _("Say on which day.")
            self.add_error("time" if date else "date", said)
        return cleaned

    def said(self, zone: str) -> DueSaid | None:
        date = self.cleaned_data["date"]
        return DueSaid(date, self.cleaned_data["time"], zone) if date else None


class AskForm(_OnOwnClocks):
    """Why a student needs more time, and until when if she likes to say."""

    reason = TextField(500)
    date = date_field(gettext_lazy("Until"))
    time = time_field(gettext_lazy("At"))
    version = forms.IntegerField(required=False, min_value=1)  # of what she changes

    def __init__(
        self, *args: Any, submission: Submission, waiting: ExtensionRequest | None = None, **kwargs: Any
    ) -> None:
        assignment = submission.assignment
        self.zone = assignment.due_zone or assignment.classroom.zone
        if waiting is not None:
            asked = {"reason": waiting.reason, "date": waiting.due_date, "time": waiting.due_time}
            kwargs.setdefault("initial", asked)
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.required, reason.label = True, gettext_lazy("Why you need more time")
        reason.help_text = gettext_lazy("The teachers of your class read it, and nobody else.")
        reason.widget = forms.Textarea(attrs={"rows": 4, "maxlength": 500})
        reason.widget.is_required = True

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `ask_more_time` and `change_request`."""
        return {"reason": self.cleaned_data["reason"], "wish": self.said(self.zone)}


class AnswerForm(_OnOwnClocks):
    """What somebody who grades answers to a request for more time."""

    date = date_field(gettext_lazy("Until"))
    time = time_field(gettext_lazy("At"))
    words = TextField(500)
    version = forms.IntegerField(min_value=1)
    do = forms.ChoiceField(choices=[("grant", ""), ("decline", "")])

    fields_of: ClassVar[Mapping[str, str]] = {**_FIELDS, "/words": "words"}

    def __init__(self, *args: Any, request: ExtensionRequest, **kwargs: Any) -> None:
        assignment = request.submission.assignment
        self.zone = assignment.due_zone or assignment.classroom.zone
        wish = request.due_at or (request.submission.due_at or request.asked_at) + dt.timedelta(days=1)
        local = wish.astimezone(moments.zone_of(self.zone))
        kwargs.setdefault("initial", {"date": local.date(), "time": local.time().replace(second=0, microsecond=0)})
        super().__init__(*args, **kwargs)
        words = self.fields["words"]
        words.label = gettext_lazy("A word to the student")
        words.help_text = gettext_lazy("Needed where you give no more time.")
        words.widget = forms.Textarea(attrs={"rows": 3, "maxlength": 500})

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `grant_request`, or of `decline_request`."""
        said = {"words": self.cleaned_data["words"], "if_version": self.cleaned_data["version"]}
        return said if self.declines else {**said, "due": self.said(self.zone)}

    @property
    def declines(self) -> bool:
        return self.cleaned_data["do"] == "decline"


class OverrideForm(_Refused):
    """Other dates for some students or for all, on the clocks of the class."""

    whom = forms.ChoiceField(
        choices=[("some", gettext_lazy("Some students")), ("class", gettext_lazy("The whole class"))],
        required=False,
    )
    students = forms.MultipleChoiceField(label=gettext_lazy("For whom"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Name of the group"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("For more than one student, so that you find it again."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days later"),
        required=False,
        min_value=-MOST_OFFSET // 1_440,
        max_value=MOST_OFFSET // 1_440,
        help_text=gettext_lazy("Moves with the due time of the assignment. Below zero: earlier."),
    )
    due_date = date_field(
        gettext_lazy("Or due on"), gettext_lazy("Stays where it is when the due time of the assignment moves.")
    )
    due_time = time_field(gettext_lazy("Due at"))
    closes_date = date_field(gettext_lazy("Closes on"), gettext_lazy("Left empty, as the assignment does."))
    closes_time = time_field(gettext_lazy("Closes at"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with who gave it and when. The class’s teachers read it, the student does not."),
    )

    fields_of: ClassVar[Mapping[str, str]] = {
        "/students": "students",
        "/title": "title",
        "/due": "due_date",
        "/due/date": "due_date",
        "/offset_minutes": "days",
        "/closes_at": "closes_date",
        "/reason": "reason",
    }

    def __init__(self, *args: Any, zone: str, students: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)
        self.fields["students"].choices = [(str(pk), name) for pk, name in students]  # type: ignore[attr-defined]

    @property
    def for_class(self) -> bool:
        return bool(self["whom"].value() == "class")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("students") and not self.for_class and "students" not in self.errors:
            self.add_error("students", _("Choose at least one student."))
        for name in ("due", "closes"):
            date, time = cleaned.get(f"{name}_date"), cleaned.get(f"{name}_time")
            if bool(date) != bool(time) and not {f"{name}_date", f"{name}_time"} & set(self.errors):
                said = _("Say at what time.") if date else _("Say on which day.")
                self.add_error(f"{name}_{'time' if date else 'date'}", said)
        return cleaned

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `give_dates`."""
        said = self.cleaned_data
        closes = None
        if said["closes_date"]:
            closes = timing.Due.resolve(said["closes_date"], said["closes_time"], self.zone).at
        return {
            # Who is ticked is in the class.
            "students": [] if self.for_class else [UUID(pk) for pk in said["students"]],
            "for_class": self.for_class,
            "title": "" if self.for_class else said["title"],
            "due": DueSaid(said["due_date"], said["due_time"], self.zone) if said["due_date"] else None,
            "offset_minutes": None if said["days"] is None else said["days"] * 1_440,
            "closes_at": closes,
            "reason": said["reason"],
        }


class RevisionForm(_Refused):
    """A day by which one student revises her work, on the clocks of the assignment or of the class."""

    words = TextField()
    date = date_field(gettext_lazy("Due on"), required=True)
    time = time_field(gettext_lazy("Due at"), required=True)

    def __init__(self, *args: Any, submission: Submission, now: dt.datetime, **kwargs: Any) -> None:
        assignment = submission.assignment
        self.zone = assignment.due_zone or assignment.classroom.zone
        week = (now + _WEEK).astimezone(moments.zone_of(self.zone))
        kwargs.setdefault("initial", {"date": week.date(), "time": assignment.due_time or dt.time(23, 59)})
        super().__init__(*args, **kwargs)
        words = self.fields["words"]
        words.label = gettext_lazy("What to revise")
        words.help_text = gettext_lazy("The student reads it above her answer.")
        words.widget = forms.Textarea(attrs={"rows": 5, "maxlength": 20_000})

    def fields_for_action(self) -> dict[str, Any]:
        """The arguments of `request_revision`."""
        said = self.cleaned_data
        return {"due": DueSaid(said["date"], said["time"], self.zone), "words": said["words"]}
