"""Every route × every kind of person.

`tests/test_matrix.py` lists every route of ours from the URLconf: `(verb, url name)` for the API under /api/v1/ and
for our pages. Each needs a row, in the file of its app: `accounts.py`, `lessons.py`, `assignments.py`, `house.py`. A
route without a row fails the suite, and so does a row without a route.

    MATRIX = {
        ("get", "api-classroom"): row(
            url=lambda w: {"pk": w.room.pk},
            anonymous=401, student=200, classmate=200, removed=404, teacher=200, co_teacher=200, assistant=200,
            other_teacher=404, other_student=404, stranger=404, curator=404, admin=404,
        ),
        ("post", "api-joins"): row(body=lambda w: {"code": w.room.join_code}, everybody=201, anonymous=401),
    }

- A status for each person of `PEOPLE`; `everybody=` and `members=` fill in those that are not named. `members` are the
  five who are in room A now: student, classmate, teacher, co_teacher, assistant. A person without a status is an error.
- `url`: world → the arguments of the address. `query`: world → the text behind `?`. `body`: world → what is sent (JSON
  to the API, a form to a page). `headers`: world → headers, such as `{"If-Match": '"c1"'}`.
- `given`: cast → world, for what must exist first. By default the world is the cast (tests/cast.py). Each person meets
  the world as `given` made it: what the one before did is rolled back.
- `sees`: (world, person, answer) → None, which asserts the contents of what a person got with a 2xx. Lists need it: a
  list answers 200 also when it leaks. `lists(...)` below builds the common one.
- `done`: world → whether the act has been done, by what is stored. It must be so for everybody whose status says that
  she did it (below 400; the redirect of who is anonymous does not) and for nobody else. Acts that answer with a
  redirect either way need it.
- Statuses of pages are those of the first answer: 302 is a redirect (to the sign-in when anonymous).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PEOPLE = (
    "anonymous",
    "student",
    "classmate",
    "removed",
    "teacher",
    "co_teacher",
    "assistant",
    "other_teacher",
    "other_student",
    "stranger",
    "curator",
    "admin",
)
MEMBERS = ("student", "classmate", "teacher", "co_teacher", "assistant")

Sees = Callable[[Any, str, Any], None]


def _nothing(world: Any) -> dict[str, Any]:
    return {}


def _no_query(world: Any) -> str:
    return ""


def _the_cast(cast: Any) -> Any:
    return cast


@dataclass(frozen=True)
class Row:
    statuses: dict[str, int]
    url: Callable[[Any], dict[str, Any]] = _nothing
    query: Callable[[Any], str] = _no_query
    body: Callable[[Any], Any] | None = None
    headers: Callable[[Any], dict[str, str]] = _nothing
    given: Callable[[Any], Any] = _the_cast
    sees: Sees | None = field(default=None)
    done: Callable[[Any], bool] | None = field(default=None)


def row(
    *,
    url: Callable[[Any], dict[str, Any]] = _nothing,
    query: Callable[[Any], str] = _no_query,
    body: Callable[[Any], Any] | None = None,
    headers: Callable[[Any], dict[str, str]] = _nothing,
    given: Callable[[Any], Any] = _the_cast,
    sees: Sees | None = None,
    done: Callable[[Any], bool] | None = None,
    everybody: int | None = None,
    members: int | None = None,
    **statuses: int,
) -> Row:
    """One row of the matrix: see the module's docstring."""
    if unknown := set(statuses) - set(PEOPLE):
        raise ValueError(f"nobody is called {sorted(unknown)}")
    filled: dict[str, int] = {}
    for person in PEOPLE:
        status = statuses.get(person, members if person in MEMBERS and members is not None else everybody)
        if status is None:
            raise ValueError(f"what does {person} get?")
        filled[person] = status
    return Row(filled, url, query, body, headers, given, sees, done)


def lists(of: Callable[[Any], dict[str, set[str]]], key: Callable[[Any], Any] = lambda item: item["id"]) -> Sees:
    """`sees` for a list of the API: `of(world)` names what each person finds in it; those not named find nothing.

    lists(lambda w: {"student": {str(w.room.pk)}, "other_student": {str(w.other_room.pk)}})
    """

    def check(world: Any, person: str, answer: Any) -> None:
        found = [str(key(item)) for item in answer.json()["results"]]
        assert len(found) == len(set(found)), f"{person} finds a row twice"
        assert set(found) == of(world).get(person, set()), f"{person} finds {found}"

    return check
