"""What a teacher fills in about her own version of a lesson. Rules live in `lessons.adapting`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.forms import PointsField
from destalin_site.common.errors import ValidationFailed
from destalin_site.common.ids import uuid7
from destalin_site.common.names import NameFormField
from lessons import adaptations, adapting
from lessons.adapting import Own
from lessons.blocks import QUESTION_KINDS, SKILLS

ROWS: Final = 6  # of options that the page offers


class StartForm(forms.Form):
    lesson = forms.SlugField(max_length=100)


class AdaptationForm(forms.Form):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = NameFormField(label=gettext_lazy("Title"), max_length=200)
    instructions = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=adaptations.INSTRUCTIONS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Stand in every assignment of this version, and can be changed there."),
    )


class QuestionForm(forms.Form):
    """A question of her own. Options have fields of their own, by their place."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    prompt = forms.CharField(
        label=gettext_lazy("Question"), max_length=adapting.PROMPT_LIMIT, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[each for each in QUESTION_KINDS if each[0] in adapting.OWN_KINDS]
    )
    section = forms.ChoiceField(label=gettext_lazy("Stands in"))
    points = PointsField(label=gettext_lazy("Points"), help_text=gettext_lazy("From 0 to 1000."))
    required = forms.BooleanField(label=gettext_lazy("Needs an answer"), required=False)
    skill = forms.ChoiceField(label=gettext_lazy("Skill"), choices=[("", "–"), *SKILLS], required=False)
    rubric = forms.ChoiceField(label=gettext_lazy("Rubric"), required=False)
    model_answer = forms.CharField(
        label=gettext_lazy("Model answer"),
        required=False,
        max_length=adapting.ANSWER_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For those who grade. Students never see it."),
    )

    def __init__(
        self,
        *args: Any,
        sections: Iterable[tuple[str, str]],
        rubrics: Iterable[tuple[str, str]],
        options: list[dict[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = list(sections)  # type: ignore[attr-defined]
        self.fields["rubric"].choices = [("", "–"), *rubrics]  # type: ignore[attr-defined]
        self.options_before = options
        self.options_error = ""
        for field in ("version", "prompt", "points"):
            self.fields[field].required = True
        self.fields["points"].initial = "1"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines of options: as they were typed, else as they are."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            given = [
                {
                    "id": self.data.get(f"option-{n}-id", ""),
                    "text": self.data.get(f"option-{n}", ""),
                    "correct": f"option-{n}-right" in self.data,
                }
                for n in range(adapting.MOST_OPTIONS)
                if f"option-{n}" in self.data
            ]
        else:
            given = [dict(option) for option in self.options_before]
        while len(given) < min(max(ROWS, len(self.options_before) + 2), adapting.MOST_OPTIONS):
            given.append({"id": "", "text": "", "correct": False})
        return given

    def own(self) -> Own:
        cleaned = self.cleaned_data
        known = {option["id"] for option in self.options_before}
        options = [
            {
                "id": row["id"] if row["id"] in known else str(uuid7()),
                "text": row["text"].strip(),
                "correct": row["correct"],
            }
            for row in self.rows
            if row["text"].strip()
        ]
        said = {name: cleaned[name] for name in adapting.OWN_FIELDS}
        return {
            **said,
            "prompt": cleaned["prompt"].replace("\r\n", "\n"),
            "model_answer": cleaned["model_answer"].replace("\r\n", "\n"),
            "points": f"{cleaned['points']:f}" if cleaned["points"] is not None else "",
            "options": options,
        }

    def tell(self, error: ValidationFailed) -> None:
        """Puts a refusal beside the field that it is about, else on top."""
        for row in error.extra["errors"]:
            field = row["pointer"].rsplit("/", 1)[-1]
            if field == "options":
                self.options_error = row["message"]
                self.add_error(None, ValidationError(_("Options: %(why)s") % {"why": row["message"]}, code=row["code"]))
            else:
                self.add_error(field if field in self.fields else None, ValidationError(row["message"], row["code"]))


def initial_of(question: Own, section: str) -> Mapping[str, Any]:
    return {**{name: question[name] for name in adapting.OWN_FIELDS}, "section": section}
