"""What the forms of the student's pages may contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments import answers
from assignments.answers import Question
from destalin_site.common import json
from destalin_site.common.errors import MalformedRequest

TEXT = "text-"
CHOICE = "choice-"
STANCE = "stance-"


class DeskForm(forms.Form):
    """The desk as a form sends it: the body that its fields started from, the revision, and what to do."""

    base = forms.CharField()
    rev = forms.IntegerField(min_value=0)
    do = forms.CharField(required=False, max_length=120)
    passage = forms.CharField(required=False, max_length=100)
    target = forms.CharField(required=False, max_length=100)
    stance = forms.ChoiceField(required=False, choices=[(stance, stance) for stance in answers.STANCES])

    def clean_base(self) -> answers.Body:
        try:
            return answers.read(json.read(self.cleaned_data["base"].encode()))
        except (MalformedRequest, answers.Unreadable) as unreadable:
            raise forms.ValidationError(_("This page cannot be read."), code="unreadable") from unreadable

    @property
    def act(self) -> tuple[str, str]:
        """What to do, and to what: ("uncite", "…")."""
        act, _space, name = self.cleaned_data["do"].partition(" ")
        return act or "save", name


def texts(data: QueryDict) -> dict[str, str]:
    """The text of each block, by its id."""
    return _named(data, TEXT)


def stances(data: QueryDict) -> dict[str, str]:
    """How each citation stands to its claim, by its id."""
    return {name: stance for name, stance in _named(data, STANCE).items() if stance in answers.STANCES}


def _named(data: QueryDict, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(data[name]) for name in data if name.startswith(prefix)}


def choices(data: QueryDict, questions: Mapping[str, Question]) -> dict[str, list[str]]:
    """The options chosen; a box that nobody ticked sends nothing, which is the empty choice."""
    return {
        name: [str(option) for option in data.getlist(f"{CHOICE}{name}")]
        for name, question in questions.items()
        if question.is_choice
    }


class HandInForm(forms.Form):
    """What was confirmed: this revision, with these gaps, under a name that stays the same however often it is sent."""

    rev = forms.IntegerField(min_value=0)
    client_attempt_id = forms.UUIDField()
    incomplete = forms.BooleanField(required=False)

    cleaned_data: dict[str, Any]

    @property
    def attempt_id(self) -> UUID:
        return self.cleaned_data["client_attempt_id"]


class ParkedForm(forms.Form):
    """What becomes of a copy that was set aside, upon the revision of the draft that was shown beside it."""

    MINE, SCHOOL, BOTH = "mine", "school", "both"

    choice = forms.ChoiceField(choices=[(name, name) for name in (MINE, SCHOOL, BOTH)])
    rev = forms.IntegerField(min_value=0)


class ReceiptForm(forms.Form):
    code = forms.CharField(
        label=_("Receipt code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "field field--code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


def as_json(body: answers.Body) -> str:
    """A body as the hidden field of a page carries it."""
    return orjson.dumps(body).decode()
