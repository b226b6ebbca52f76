"""The forms about notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.boards import MailChoice
from assignments.models import NoticeChoice
from destalin_site.common import moments


class NoticeChoiceForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("Notices by mail"), choices=NoticeChoice.Mail.choices, widget=forms.RadioSelect, required=True
    )
    hour = forms.TypedChoiceField(label=_("Not before"), coerce=int)

    def __init__(self, choice: MailChoice, data: Any = None) -> None:
        super().__init__(data, initial={"mail": choice.mail, "hour": choice.hour})
        zone = moments.zone_name(choice.zone)
        hours = [(hour, f"{hour:02d}:00 {zone}") for hour in range(24)]
        field = self.fields["hour"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = hours


class ReadUntilForm(forms.Form):
    until = forms.DateTimeField()
