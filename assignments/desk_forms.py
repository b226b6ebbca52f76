"""What the forms of the student's pages may contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments import answers, remarks
from assignments.answers import Question
from assignments.models import CommentReply
from destalin_site.common import json
from destalin_site.common.errors import MalformedRequest

TEXT = "text-"
CHOICE = "choice-"
STANCE = "stance-"


NO_REVISION = -1  # no draft has it: a save upon it is always parked
HIGHEST_REVISION = 2**31 - 1
ACTS = frozenset({"save", "hand-in", "add-claim", "remove", "uncite", "cite"})


class _Word(forms.CharField):
    """A word beside the text. One that cannot be read is none: it is no reason to turn the text away."""

    def clean(self, value: Any) -> str:
        try:
            return str(super().clean(value))
        except forms.ValidationError:
            return ""


class _Revision(forms.IntegerField):
    """What the text was written upon. Where that cannot be read the text is parked, not turned away."""

    def clean(self, value: Any) -> int:
        try:
            return int(super().clean(value))
        except forms.ValidationError:
            return NO_REVISION


class DeskForm(forms.Form):
    """The desk as a form sends it: the body that its fields started from, the revision, and what to do. It is refused
    only when its body cannot be read."""

    base = forms.CharField()
    rev = _Revision(required=True, min_value=0, max_value=HIGHEST_REVISION)
    do = _Word(required=False, max_length=120)
    passage = _Word(required=False, max_length=100)
    target = _Word(required=False, max_length=100)
    stance = _Word(required=False, max_length=20)

    def clean_base(self) -> answers.Body:
        try:
            return answers.read(json.read(self.cleaned_data["base"].encode()))
        except (MalformedRequest, answers.Unreadable) as unreadable:
            raise forms.ValidationError(_("This page cannot be read."), code="unreadable") from unreadable

    def clean_stance(self) -> str:
        stance = self.cleaned_data["stance"]
        return stance if stance in answers.STANCES else ""

    @property
    def act(self) -> tuple[str, str]:
        """What to do, and to what: ("uncite", "…"). Whatever is not known is a save."""
        act, _space, name = self.cleaned_data["do"].partition(" ")
        return (act, name) if act in ACTS else ("save", "")


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

    MINE, SCHOOL, BOTH, WITHDRAW = "mine", "school", "both", "withdraw"

    choice = forms.ChoiceField(choices=[(name, name) for name in (MINE, SCHOOL, BOTH, WITHDRAW)])
    rev = forms.IntegerField(min_value=0, max_value=HIGHEST_REVISION)


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


class ReplyForm(forms.Form):
    """What a student answers to a comment. `rev` is the version of what she said before, 0 for nothing."""

    stance = forms.ChoiceField(choices=CommentReply.Stance.choices)
    text = forms.CharField(required=False, max_length=remarks.LONGEST, strip=False)
    rev = forms.IntegerField(min_value=0)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
