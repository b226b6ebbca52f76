"""The routes of `accounts`."""

from dataclasses import dataclass
from typing import Any

from accounts.models import DeviceToken, Membership
from tests.api_client import token_for
from tests.cast import Cast
from tests.matrix import MEMBERS, PEOPLE, Row, lists, row


def member(world: Any, person: str) -> Membership:
    """The place of `person` in room A."""
    return Membership.objects.get(classroom=world.room, user=getattr(world, person))


def of(person: str) -> Any:
    return lambda w: {"pk": w.room.pk, "member": member(w, person).pk}


def room(w: Any) -> dict[str, Any]:
    return {"pk": w.room.pk}


def if_match(w: Any) -> dict[str, str]:
    return {"If-Match": f'"c{w.room.version}"'}


@dataclass
class WithDevice:
    cast: Cast
    device: DeviceToken


def a_device_of_the_student(cast: Cast) -> WithDevice:
    token_for(cast.student, "her tablet")
    return WithDevice(cast, DeviceToken.objects.get(name="her tablet"))


def sees_herself(w: Any, person: str, answer: Any) -> None:
    assert answer.json()["username"] == person


def sees_only_this_device(w: Any, person: str, answer: Any) -> None:
    assert [row["current"] for row in answer.json()["results"]] == [True]


def sees_the_code_if_she_runs_it(w: Any, person: str, answer: Any) -> None:
    runs = person in ("teacher", "co_teacher")
    assert answer.json()["join_code"] == (w.room.join_code if runs else None)


def sees_members(w: Any, person: str, answer: Any) -> None:
    lists(lambda w: {name: ids(w) for name in MEMBERS})(w, person, answer)
    names = {row["user"]["username"] for row in answer.json()["results"]}
    staff = person in ("teacher", "co_teacher", "assistant")
    assert names == (set(MEMBERS) if staff else {None})


def ids(w: Any) -> set[str]:
    return {str(pk) for pk in Membership.objects.filter(classroom=w.room, left_at=None).values_list("pk", flat=True)}


OUTSIDE: dict[str, int] = {
    "anonymous": 401,
    "removed": 404,
    "other_teacher": 404,
    "other_student": 404,
    "stranger": 404,
    "curator": 404,
    "admin": 404,
}
RUN = {"student": 403, "classmate": 403, "assistant": 403, **OUTSIDE}

# The same of pages: who is not signed in goes to the sign-in.
OUTSIDE_PAGE = OUTSIDE | {"anonymous": 302}
RUN_PAGE = RUN | {"anonymous": 302}
LEFT_PAGE = RUN_PAGE | {"student": 404, "classmate": 404}
OPENS: dict[str, int] = {name: 302 if "teacher" in name or name == "anonymous" else 200 for name in PEOPLE}


def sees_her_classes(w: Any, person: str, answer: Any) -> None:
    text = answer.content.decode()
    assert (w.room.name in text) == (person in MEMBERS)
    assert (w.other_room.name in text) == (person in ("other_teacher", "other_student"))


def sees_user_names_as_staff(w: Any, person: str, answer: Any) -> None:
    text = answer.content.decode()
    assert w.co_teacher.display_name in text
    assert (">co_teacher<" in text) == (person in ("teacher", "co_teacher", "assistant"))
    assert (w.removed.display_name in text) == (person in ("teacher", "co_teacher", "assistant"))


MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-me"): row(everybody=200, anonymous=401, sees=sees_herself),
    ("patch", "api-me"): row(body=lambda w: {"display_name": "New Name"}, everybody=200, anonymous=401),
    ("post", "api-me-school"): row(body=lambda w: {"code": w.school.teacher_code}, everybody=200, anonymous=401),
    ("get", "api-devices"): row(everybody=200, anonymous=401, sees=sees_only_this_device),
    ("delete", "api-device"): row(
        given=a_device_of_the_student, url=lambda w: {"pk": w.device.pk}, everybody=404, student=204, anonymous=401
    ),
    ("get", "api-classrooms"): row(
        everybody=200,
        anonymous=401,
        sees=lists(
            lambda w: (
                {name: {str(w.room.pk)} for name in MEMBERS}
                | {name: {str(w.other_room.pk)} for name in ("other_teacher", "other_student")}
            )
        ),
    ),
    ("post", "api-classrooms"): row(
        body=lambda w: {"name": "History 11", "zone": "Europe/Warsaw"},
        everybody=403,
        anonymous=401,
        teacher=201,
        co_teacher=201,
        other_teacher=201,
    ),
    ("get", "api-classroom"): row(url=room, members=200, sees=sees_the_code_if_she_runs_it, **OUTSIDE),
    ("patch", "api-classroom"): row(
        url=room, body=lambda w: {"name": "10C"}, headers=if_match, teacher=200, co_teacher=200, **RUN
    ),
    ("post", "api-join-code"): row(url=room, teacher=200, co_teacher=200, **RUN),
    ("post", "api-joins"): row(body=lambda w: {"code": w.room.join_code}, everybody=201, members=200, anonymous=401),
    ("get", "api-members"): row(url=room, members=200, sees=sees_members, **OUTSIDE),
    ("post", "api-members"): row(url=room, body=lambda w: {"username": "removed"}, teacher=201, co_teacher=201, **RUN),
    ("patch", "api-member"): row(
        url=of("removed"),
        body=lambda w: {"left": False},
        teacher=200,
        co_teacher=200,
        **{
            # Who has left is nobody's business but the staff's.
            **RUN,
            "student": 404,
            "classmate": 404,
        },
    ),
    ("delete", "api-member"): row(
        url=of("student"),
        student=204,
        teacher=204,
        co_teacher=204,
        **{name: status for name, status in RUN.items() if name != "student"},
    ),
    ("post", "api-password-reset"): row(url=of("student"), teacher=200, co_teacher=200, **RUN),
    ("get", "api-problem"): row(url=lambda w: {"code": "not-found"}, everybody=200),
    # Pages
    ("get", "home"): row(everybody=302),
    ("get", "classrooms"): row(everybody=200, anonymous=302, sees=sees_her_classes),
    ("get", "classroom-open"): row(everybody=200, anonymous=302),
    ("post", "classroom-open"): row(body=lambda w: {"name": "History 11", "zone": "Europe/Warsaw"}, **OPENS),
    ("post", "teacher-code"): row(body=lambda w: {"code": w.school.teacher_code}, everybody=302),
    ("get", "join"): row(everybody=200, anonymous=302),
    ("post", "join"): row(body=lambda w: {"code": w.room.join_code}, everybody=302),
    ("get", "join-code"): row(url=room, teacher=200, co_teacher=200, **RUN_PAGE),
    ("post", "join-code-change"): row(url=room, teacher=302, co_teacher=302, **RUN_PAGE),
    ("get", "classroom-settings"): row(url=room, teacher=200, co_teacher=200, **RUN_PAGE),
    ("post", "classroom-settings"): row(
        url=room,
        body=lambda w: {"name": "10C", "zone": "UTC", "version": w.room.version},
        teacher=302,
        co_teacher=302,
        **RUN_PAGE,
    ),
    ("get", "classroom-archive"): row(url=room, teacher=200, co_teacher=200, **RUN_PAGE),
    ("post", "classroom-archive"): row(url=room, teacher=302, co_teacher=302, **RUN_PAGE),
    ("post", "classroom-unarchive"): row(url=room, teacher=302, co_teacher=302, **RUN_PAGE),
    ("get", "classroom-leave"): row(url=room, members=200, **OUTSIDE_PAGE),
    ("post", "classroom-leave"): row(
        url=room, student=302, classmate=302, assistant=302, co_teacher=302, teacher=409, **OUTSIDE_PAGE
    ),
    ("get", "members"): row(url=room, members=200, sees=sees_user_names_as_staff, **OUTSIDE_PAGE),
    ("post", "members"): row(
        url=room, body=lambda w: {"username": "removed", "role": "student"}, teacher=302, co_teacher=302, **RUN_PAGE
    ),
    ("get", "class-print"): row(url=room, teacher=200, co_teacher=200, **RUN_PAGE),
    ("post", "member-remove"): row(url=of("classmate"), teacher=302, co_teacher=302, **RUN_PAGE),
    ("post", "member-restore"): row(url=of("removed"), teacher=302, co_teacher=302, **LEFT_PAGE),
    ("get", "member-role"): row(url=of("classmate"), teacher=200, **{**RUN_PAGE, "co_teacher": 403}),
    ("post", "member-role"): row(
        url=of("classmate"), body=lambda w: {"role": "assistant"}, teacher=302, **{**RUN_PAGE, "co_teacher": 403}
    ),
    ("get", "member-password"): row(url=of("classmate"), teacher=200, co_teacher=200, **RUN_PAGE),
    ("post", "member-password"): row(url=of("classmate"), teacher=200, co_teacher=200, **RUN_PAGE),
    ("get", "settings"): row(everybody=200, anonymous=302),
    ("post", "settings"): row(body=lambda w: {"display_name": "New Name", "zone": "", "locale": "en"}, everybody=302),
    ("get", "devices"): row(everybody=200, anonymous=302),
    ("post", "device-revoke"): row(
        given=a_device_of_the_student, url=lambda w: {"pk": w.device.pk}, everybody=404, student=302, anonymous=302
    ),
}
