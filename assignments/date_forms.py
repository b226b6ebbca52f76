"""What a teacher types about due times of single students."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from assignments.actions import DueSaid
from assignments.forms import TextField, date_field, time_field
from assignments.models import Submission
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
    def add_refused(self, refused: ValidationFailed) -> None:
        """Puts a refusal of the action beside the field that it is about."""
        for error in refused.extra["errors"]:
            self.add_error(_FIELDS.get(error["pointer"]), error["message"])


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
