"""What REST tells of one piece of work, and whom, beside the model of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assignments.models import Submission
from tests.api_client import ApiClient
from tests.assignments.life_model import Marks, Model
from tests.cast import Cast

OUTSIDERS = ("classmate", "other_teacher", "other_student")
PATHS = ("", "/attempts", "/grade", "/board")
FINISHED_OFFLINE = "finished_offline"  # hangs on the word of a device, of which the model keeps none


@dataclass(frozen=True)
class Views:
    """A look at everything by those who have to do with it, and at one thing by one who has not: at which and by whom
    goes by the number of the look, so that each look costs little."""

    cast: Cast
    clients: Mapping[str, ApiClient]
    row: Submission
    model: Model
    editions: Sequence[str]
    at: Callable[[int], dt.datetime]
    number: int

    def check(self) -> dict[str, set[str]]:
        """What each of them is told that she may do now."""
        works = {"student": self.model.state != "void", "teacher": self.given, "co_teacher": self.given}
        self._board()  # before she opens her feedback by reading it
        allowed = {}
        for who, sees in works.items():
            told = self._told(who, "", sees)
            allowed[who] = set(told["allowed"]) if told else set()
            if told:
                self._work(told, who)
            if who == "co_teacher":
                continue  # as the teacher
            if told := self._told(who, "/attempts", sees):
                self._attempts(told)
            if told := self._told(who, "/grade", sees):
                self._grade(told, who)
        if works["student"]:
            self._listed([str(self.row.pk)])
        else:
            self._listed([])
            self._kept()
        self._outside()
        return allowed

    @property
    def given(self) -> bool:
        return "deleted" not in self.model.gone

    def _told(self, who: str, path: str, sees: bool) -> dict[str, Any] | None:
        answer = self.clients[who].get(f"/api/v1/submissions/{self.row.pk}{path}")
        assert answer.status_code == (200 if sees else 404), (who, path)
        return answer.json() if sees else None

    def _listed(self, expected: list[str]) -> None:
        told = self.clients["student"].get(f"/api/v1/submissions?assignment={self.row.assignment_id}").json()
        assert [one["id"] for one in told["results"]] == expected

    def _outside(self) -> None:
        """Absent; but who has the assignment knows of it, and that its board is not hers."""
        tries = [(who, path) for path in PATHS for who in OUTSIDERS] + [("student", "/board")]
        who, path = tries[self.number % len(tries)]
        board = path == "/board"
        address = f"assignments/{self.row.assignment_id}" if board else f"submissions/{self.row.pk}"
        given = {"classmate": self.given, "student": self.model.state != "void"}.get(who, False)
        answer = self.clients[who].get(f"/api/v1/{address}{path}")
        assert answer.status_code == (403 if board and given else 404), (who, path)

    # --------------------------------------------------------------------------------------------------- what is told

    def _work(self, told: dict[str, Any], who: str) -> None:
        model = self.model
        expected = {
            "state": model.shown,
            "edition": self.editions[model.edition],
            "upgrade_unseen": model.unseen,
            "attempts": len(model.texts),
            "withdrawals": model.withdrawals,
            "withdrawn": model.withdrawn is not None,
            "revisions": len(model.asked),
            "hand_ins_waiting": len(model.parked),
            "asks_more_time": model.asking,
            "changes_not_handed_in": model.wrote_since,
            "excused": {"category": "illness"} if model.state == "excused" else None,
            "extended": model.lengthened,
            "missing": self._missing(),
        }
        assert {name: told[name] for name in expected} == expected
        timing = told["timing"]
        assert (timing["result"], timing["seconds"]) == model.timing
        assert _moment(timing["due"]) == (None if model.due is None else self.at(model.due))
        assert told["returned"] == (
            model.returned and {**self._score(model.returned), "at": _written(self.at(model.returned.at))}
        )
        mark = told["mark"] and {name: said for name, said in told["mark"].items() if name != "grade"}
        assert mark == (model.counting and {**self._score(model.counting), "attempt": model.counting.attempt})
        if who != "student":
            assert told["student"]["id"] == str(self.cast.student.pk)
            held = model.shown == "in_review"
            assert told["claim"] == (
                {"holder": self._named(model.holder), "until": _written(self.at(model.until))} if held else None
            )

    def _attempts(self, told: dict[str, Any]) -> None:
        model = self.model
        by = {"student": "student", "accepted_parked": "student", "proxy": "teacher"}
        assert [one["number"] for one in told["results"]] == [n + 1 for n in range(len(model.texts))]
        for n, one in enumerate(told["results"]):
            way, late = model.ways[n], model.late_by[n + 1]
            expected = {
                "edition": self.editions[model.editions[n]],
                "received_at": _written(self.at(model.came[n])),
                "via": way,
                "by": self._named(by[way]) if way in by else None,
            }
            assert {name: one[name] for name in expected} == expected
            assert one["body"]["answers"][0]["blocks"][0]["text"] == model.texts[n]
            assert (one["timing"]["result"] == "late", one["timing"]["seconds"]) == (late > 0, late)

    def _grade(self, told: dict[str, Any], who: str) -> None:
        """A student is told nothing of a draft."""
        model = self.model
        drafted = None if who == "student" else model.marks
        marks = drafted or model.returned
        if who == "student":
            model.opened = marks is not None
        if marks is None:
            assert told == {"status": "none"}
            return
        expected = {
            "status": "draft" if drafted else "returned",
            "attempt": marks.attempt,
            "entered_score": _points(marks.score),
            "final_score": _points(model.left_of(marks)),
            "out_of": _points(marks.out_of),
            "rubric": marks.edition,
        }
        assert {name: told[name] for name in expected} == expected
        if drafted is None:
            assert _moment(told["returned_at"]) == self.at(marks.at)

    def _board(self) -> None:
        model = self.model
        answer = self.clients["teacher"].get(f"/api/v1/assignments/{self.row.assignment_id}/board")
        assert answer.status_code == (200 if self.given else 404)
        rows = answer.json()["rows"] if self.given else []
        mine = [row for row in rows if row["submission"] == str(self.row.pk)]
        assert len(mine) == (1 if model.state != "void" else 0)
        for row in mine:
            mark = None if model.state == "excused" else model.counting
            expected = {
                "state": model.shown,
                "attempts": len(model.texts),
                "score": _points(model.left_of(mark)),
                "missing": self._missing(),
                "opened": None if model.returned is None else model.opened,
            }
            assert {name: row[name] for name in expected} == expected
            assert set(row["badges"]) - {FINISHED_OFFLINE} == model.badges

    def _kept(self) -> None:
        """What was taken from her lists is hers to take along: all that she wrote, and what came back to her."""
        answer: Any = self.clients["student"].get("/api/v1/me/work")
        assert answer.status_code == 200
        told, mine = json.loads(b"".join(answer.streaming_content)), str(self.row.pk)
        bodies = [one["body"] for one in told["attempts"] if one["submission"] == mine]
        assert [body["answers"][0]["blocks"][0]["text"] for body in bodies] == self.model.texts
        grades = [one for one in told["grades"] if one["submission"] == mine]
        returned = self.model.returned
        assert [one["final_score"] for one in grades] == ([_points(self.model.left_of(returned))] if returned else [])

    # ------------------------------------------------------------------------------------------------------- the words

    def _named(self, who: str) -> dict[str, str]:
        person = getattr(self.cast, who)
        return {"id": str(person.pk), "name": person.get_full_name()}

    def _score(self, marks: Marks) -> dict[str, str | None]:
        return {"score": _points(self.model.left_of(marks)), "out_of": _points(marks.out_of)}

    def _missing(self) -> dict[str, str | None] | None:
        """Half of the points."""
        model = self.model
        if not model.missing:
            return None
        out_of = max(model.rubric[-1]) if model.final is None else model.final
        half, final = _points(Decimal(out_of) / 2), model.final is not None
        return {"projected": None if final else half, "final": half if final else None, "out_of": _points(out_of)}


def _points(score: Decimal | int | None) -> str | None:
    return None if score is None else f"{score:.2f}"


def _written(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _moment(said: str | None) -> dt.datetime | None:
    return None if said is None else dt.datetime.fromisoformat(said)
