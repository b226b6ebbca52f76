"""Teachers' own versions of lessons: the pages and the API."""

from __future__ import annotations

from typing import Any

from assignments import actions
from lessons import adaptations, adapting
from lessons.models import Adaptation
from tests.assignments import work
from tests.cast import Cast
from tests.lessons.factories import make_edition
from tests.matrix import Row, lists, row

OWN = "00000000-0000-4000-8000-000000000007"


class World:
    """The teacher of room A has a version with a question of her own, cut but given to nobody; the other one hers."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.edition = make_edition(title="Walls")
        mine = adaptations.start(self.edition, by=cast.teacher)
        question = {"kind": "short", "prompt": "Who paid?", "points": "1", "required": True, "options": []}
        question |= {"skill": "", "rubric": "", "model_answer": ""}
        plan = adapting.with_own(mine.plan, OWN, question, mine.plan["sections"][0]["id"])
        self.mine = adaptations.change(mine, if_version=1, by=cast.teacher, title="Only mine", plan=plan)
        adaptations.cut(self.mine, by=cast.teacher)
        self.theirs = adaptations.start(self.edition, by=cast.other_teacher)

    @property
    def its(self) -> dict[str, Any]:
        return {"pk": self.mine.pk}

    @property
    def fields(self) -> dict[str, Any]:
        return {"version": 2, "title": "Changed", "instructions": "", "act": "save"}

    def now(self) -> Adaptation:
        return Adaptation.objects.get(pk=self.mine.pk)


class Given(World):
    """Her version, given to room A."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        edition = self.now().edition
        assert edition
        self.assignment = actions.create_assignment(cast.room, edition=edition, by=cast.teacher, title="Walls")
        assert work.submission_of(self.assignment, cast.student)


def only_hers(world: World, person: str, answer: Any) -> None:
    assert ("Only mine" in answer.content.decode()) == (person == "teacher")


def started(world: World) -> bool:
    return Adaptation.objects.count() > 2


def asks_why(world: World) -> dict[str, Any]:
    section = world.mine.plan["sections"][0]["id"]
    return {"version": 2, "prompt": "Why?", "kind": "short", "points": "1", "section": section}


HERS: dict[str, Any] = {"given": World, "url": lambda w: w.its, "everybody": 404}
PAGE: dict[str, Any] = {**HERS, "anonymous": 302}
REST: dict[str, Any] = {**HERS, "anonymous": 401}
TEACHERS = ("teacher", "co_teacher", "other_teacher")
VERSION = {"If-Match": '"v2"'}

MATRIX: dict[tuple[str, str], Row] = {
    ("get", "adaptations"): row(given=World, everybody=200, anonymous=302, sees=only_hers),
    ("post", "adaptation-start"): row(
        given=World,
        body=lambda w: {"lesson": w.edition.lesson.slug},
        everybody=403,
        anonymous=302,
        **dict.fromkeys(TEACHERS, 302),
        done=started,
    ),
    ("get", "adaptation"): row(**PAGE, teacher=200),
    ("post", "adaptation"): row(
        **PAGE, teacher=302, body=lambda w: w.fields, done=lambda w: w.now().title == "Changed"
    ),
    ("get", "adaptation-question-new"): row(**PAGE, teacher=200),
    ("post", "adaptation-question-new"): row(
        **PAGE,
        teacher=302,
        body=asks_why,
        done=lambda w: len(w.now().plan["own"]) == 2,
    ),
    ("get", "adaptation-question"): row(**{**PAGE, "url": lambda w: {**w.its, "question": OWN}}, teacher=200),
    ("post", "adaptation-question"): row(
        **{**PAGE, "url": lambda w: {**w.its, "question": OWN}},
        teacher=302,
        body=asks_why,
        done=lambda w: w.now().plan["own"][OWN]["prompt"] == "Why?",
    ),
    ("get", "adaptation-preview"): row(**PAGE, teacher=200),
    ("post", "adaptation-bring-back"): row(**PAGE, teacher=302),
    ("get", "adapted-edition"): row(
        given=Given,
        url=lambda w: {**w.its, "number": 1},
        everybody=404,
        members=200,
    ),
    ("get", "api-adaptations"): row(
        given=World,
        everybody=200,
        anonymous=401,
        sees=lists(lambda w: {"teacher": {str(w.mine.pk)}, "other_teacher": {str(w.theirs.pk)}}),
    ),
    ("post", "api-adaptations"): row(
        given=World,
        body=lambda w: {"lesson": w.edition.lesson.slug},
        everybody=403,
        anonymous=401,
        **dict.fromkeys(TEACHERS, 201),
        done=started,
    ),
    ("get", "api-adaptation"): row(**REST, teacher=200),
    ("patch", "api-adaptation"): row(
        **REST,
        teacher=200,
        body=lambda w: {"title": "Changed"},
        headers=lambda w: VERSION,
        done=lambda w: w.now().title == "Changed",
    ),
    ("get", "api-adaptation-preview"): row(**REST, teacher=200),
    ("post", "api-adaptation-editions"): row(**REST, teacher=201, body=lambda w: {}, headers=lambda w: VERSION),
    ("post", "api-adaptation-archive"): row(**REST, teacher=200, body=lambda w: {}, done=lambda w: w.now().archived),
    ("post", "api-adaptation-restoration"): row(**REST, teacher=200, body=lambda w: {}),
}
