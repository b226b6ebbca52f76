"""What a teacher types about a rubric, and the buttons that change its shape: each keeps what the fields hold, and only
saving saves. Rules live in `rubrics` and in the action."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments import readings, rubrics, signs
from assignments.actions.rubrics import MOST_CRITERIA, MOST_LEVELS, TITLE
from assignments.models import Assignment, Regrade, RubricEdition
from destalin_site.common.ids import uuid7

_NUMBER: Final = re.compile(r"\d{1,7}([.,]\d{1,9})?", re.ASCII)


@dataclass(slots=True)
class LevelLine:
    """A level as fields hold it. `at` begins their names."""

    at: str
    id: str
    name: str
    points: str
    description: str
    place: int
    errors: dict[str, str] = field(default_factory=dict)
    first: bool = False
    last: bool = False


@dataclass(slots=True)
class CriterionLine:
    at: str
    question: str
    id: str
    name: str
    description: str
    levels: list[LevelLine]
    errors: dict[str, str] = field(default_factory=dict)
    first: bool = False
    last: bool = False

    @property
    def said(self) -> str:
        return self.name or _("New criterion")


@dataclass(frozen=True, slots=True)
class Group:
    """A question, and the criteria by which answers to it are judged."""

    question: str
    title: str
    prompt: str
    words: str  # how it is marked
    takes: bool  # criteria can be added
    criteria: tuple[CriterionLine, ...]


class RubricForm:
    """The whole rubric of an assignment: as it was sent, else as it is."""

    def __init__(self, assignment: Assignment, newest: RubricEdition | None, data: QueryDict | None = None) -> None:
        self.assignment = assignment
        self.newest = newest
        self.questions = readings.questions(assignment)
        self.number = newest.number if newest else 0
        self.title = newest.title if newest else assignment.title[:TITLE]
        self.criteria: list[dict[str, Any]] = [dict(each) for each in newest.criteria] if newest else []
        self.errors: dict[str, str] = {}
        if data is not None:
            text = data.get("number", "")
            self.number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
            self.title = data.get("title", "").strip()
            self.criteria = list(_typed(data))
        self._order()

    def _order(self) -> None:
        """By question as they are asked; those that are asked no more come last."""
        places = {name: place for place, name in enumerate(self.questions)}
        self.criteria.sort(key=lambda each: places.get(each["question"], len(places)))

    def act(self, act: str) -> str:
        """What a button does to the fields, and the anchor of where it did it."""
        what, _sign, rest = act.partition(":")
        if what == "add":
            question = self.questions.get(rest)
            if question is not None and not question.is_choice and len(self.criteria) < MOST_CRITERIA:
                made = {"question": rest, "id": str(uuid7()), "name": "", "description": ""}
                self.criteria.append({**made, "levels": [_new_level(), _new_level()]})
                self._order()
                return f"c{max(n for n, each in enumerate(self.criteria) if each['question'] == rest)}"
            return ""
        places = [int(part) if part.isascii() and part.isdigit() and len(part) < 4 else -1 for part in rest.split(":")]
        place, level = places[0], places[1] if len(places) > 1 else -1
        if not 0 <= place < len(self.criteria):
            return ""
        levels: list[dict[str, Any]] = self.criteria[place]["levels"]
        match what:
            case "remove":
                del self.criteria[place]
                return ""
            case "up" | "down":
                to = place + (1 if what == "down" else -1)
                if not 0 <= to < len(self.criteria) or not self._together(place, to):
                    to = place
                self.criteria[place], self.criteria[to] = self.criteria[to], self.criteria[place]
                return f"c{to}"
            case "level-add" if len(levels) < MOST_LEVELS:
                levels.append(_new_level())
            case "level-remove" if 0 <= level < len(levels):
                del levels[level]
            case "level-up" if 0 < level < len(levels):
                levels[level - 1], levels[level] = levels[level], levels[level - 1]
            case "level-down" if 0 <= level < len(levels) - 1:
                levels[level + 1], levels[level] = levels[level], levels[level + 1]
        return f"c{place}"

    def _together(self, one: int, other: int) -> bool:
        return bool(self.criteria[one]["question"] == self.criteria[other]["question"])

    def tell(self, errors: Iterable[Mapping[str, str]]) -> None:
        """Puts each refusal beside the field that it is about, else on top."""
        for row in errors:
            name = _field(row["pointer"])
            self.errors[name] = " ".join(filter(None, [self.errors.get(name, ""), row["message"]]))

    @property
    def on_top(self) -> list[tuple[str, str]]:
        """Every refusal, with the anchor of its field; of the whole, without one."""
        return [(name if name != "criteria" else "", words) for name, words in self.errors.items()]

    def groups(self) -> list[Group]:
        lines = [self._line(n, each) for n, each in enumerate(self.criteria)]
        for place, line in enumerate(lines):
            line.first = place == 0 or lines[place - 1].question != line.question
            line.last = place + 1 == len(lines) or lines[place + 1].question != line.question
        document = readings.document(self.assignment.edition_id)
        found = []
        for number, asked in enumerate(document.questions, 1):
            if asked["id"] not in self.questions:
                continue
            question = self.questions[asked["id"]]
            own = tuple(line for line in lines if line.question == question.id)
            found.append(
                Group(
                    question=question.id,
                    title=_("Question %(number)d") % {"number": number},
                    prompt=asked["prompt"],
                    words=_words(question.is_choice, question.points, own),
                    takes=not question.is_choice and len(self.criteria) < MOST_CRITERIA,
                    criteria=own,
                )
            )
        gone = tuple(line for line in lines if line.question not in self.questions)
        if gone:
            said = _("They stay for those who wrote for the edition that asked it.")
            found.append(Group("", _("A question that is asked no more"), "", said, False, gone))
        return found

    def _line(self, n: int, each: dict[str, Any]) -> CriterionLine:
        levels = each["levels"]
        return CriterionLine(
            at=f"c{n}",
            question=each["question"],
            id=each["id"],
            name=each["name"],
            description=each["description"],
            levels=[
                LevelLine(
                    at=f"c{n}-l{place}",
                    id=level["id"],
                    name=level["name"],
                    points=level["points"],
                    description=level["description"],
                    place=place,
                    errors=self._errors_at(f"c{n}-l{place}-"),
                    first=place == 0,
                    last=place + 1 == len(levels),
                )
                for place, level in enumerate(levels)
            ],
            errors=self._errors_at(f"c{n}-"),
        )

    def _errors_at(self, begins: str) -> dict[str, str]:
        found = {name.removeprefix(begins): words for name, words in self.errors.items() if name.startswith(begins)}
        return {name: words for name, words in found.items() if "-" not in name}


def _typed(data: QueryDict) -> Iterable[dict[str, Any]]:
    # One more than there is room for, so that too many are refused and not cut.
    for n in range(MOST_CRITERIA + 1):
        if f"c{n}-question" not in data:
            return
        yield {
            **{name: _text(data, f"c{n}-{name}") for name in ("question", "id", "name", "description")},
            "levels": [
                {
                    **{name: _text(data, f"c{n}-l{place}-{name}") for name in ("id", "name", "description")},
                    "points": plain_points(_text(data, f"c{n}-l{place}-points")),
                }
                for place in range(MOST_LEVELS + 1)
                if f"c{n}-l{place}-id" in data
            ],
        }


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, "")).replace("\r\n", "\n").strip()


def plain_points(text: str) -> str:
    """As a rubric keeps them, whichever way people type them; what is no number stays, to be refused."""
    if not _NUMBER.fullmatch(text):
        return text
    return f"{Decimal(text.replace(',', '.')).normalize():f}"


def _new_level() -> dict[str, Any]:
    return {"id": str(uuid7()), "name": "", "points": "", "description": ""}


def _field(pointer: str) -> str:
    """ "/criteria/1/levels/0/name" is the field c1-l0-name; what is said of all levels stands with the criterion."""
    parts = pointer.strip("/").split("/")
    if parts[0] != "criteria" or len(parts) < 3:
        return parts[0]
    if parts[2] != "levels":
        return f"c{parts[1]}-{parts[2]}"
    return f"c{parts[1]}-l{parts[3]}-{parts[4]}" if len(parts) == 5 else f"c{parts[1]}-levels"


def _words(by_key: bool, points: Decimal | None, criteria: Sequence[CriterionLine]) -> str:
    if by_key:
        return _("Marked by the key.")
    best = [_best(line) for line in criteria]
    if any(each is not None for each in best):
        most = sum((each for each in best if each is not None), rubrics.ZERO)
        return _("Out of %(points)s, by its levels.") % {"points": signs.points(most)}
    if not points:
        return _("Without points.")
    return _("Out of %(points)s, typed on the grading desk.") % {"points": signs.points(points)}


def _best(line: CriterionLine) -> Decimal | None:
    """The points of the best level; None on a scale."""
    return max((Decimal(each.points) for each in line.levels if _NUMBER.fullmatch(each.points)), default=None)


def differences(theirs: Sequence[Mapping[str, Any]], mine: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """What two rubrics differ in, criterion by criterion: its name, and each as a line of words."""
    keys = {(each["question"], each["id"]): each["name"] for each in [*theirs, *mine]}
    here, there = ({(each["question"], each["id"]): _said(each) for each in side} for side in (theirs, mine))
    return [
        (name, here.get(key, ""), there.get(key, "")) for key, name in keys.items() if here.get(key) != there.get(key)
    ]


def _said(criterion: Mapping[str, Any]) -> str:
    levels = []
    for level in criterion["levels"]:
        said = f"{level['name']} {level['points']}".strip()
        levels.append(f"{said}: {level['description']}" if level["description"] else said)
    words = f"{criterion['name']}. {criterion['description']}".strip() if criterion["description"] else ""
    return "\n".join(filter(None, [words or criterion["name"], *levels]))


def count_words(n: int) -> str:
    return ngettext("%(n)d grade", "%(n)d grades", n) % {"n": n}


class RegradeForm(forms.Form):
    """Which marks are brought along, why, and what was shown."""

    digest = forms.CharField(max_length=64)
    scope = forms.ChoiceField(choices=Regrade.Scope.choices[:3])
    reason = forms.CharField(required=False, max_length=500)
    submissions = forms.TypedMultipleChoiceField(required=False)

    def __init__(self, data: QueryDict, *, possible: Iterable[Any]) -> None:
        super().__init__(data)
        self.fields["submissions"].choices = [(str(pk), "") for pk in possible]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # Or the log would say of returned marks that they were brought along, and nobody's was.
        if data.get("scope") == Regrade.Scope.CHOSEN and not data.get("submissions"):
            raise forms.ValidationError(_("Tick whose returned marks come along, or choose the drafts alone."))
        return data


class UndoForm(forms.Form):
    reason = forms.CharField(required=False, max_length=500)
