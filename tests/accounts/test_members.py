"""Members: removed and brought back, added, given another role."""

from typing import Any

import pytest
from django.test import Client

from accounts import actions, signals
from accounts.errors import OwnerStays
from accounts.models import AuditEntry, Membership, User
from destalin_site.common.errors import Forbidden, ValidationFailed
from tests.api_client import ApiClient, code
from tests.cast import Cast


def place(user: User) -> Membership:
    return Membership.objects.get(user=user)


def address(user: User) -> str:
    member = place(user)
    return f"/api/v1/classrooms/{member.classroom_id}/members/{member.pk}"


@pytest.fixture
def told() -> Any:
    """What the signals told, in order."""
    heard: list[tuple[str, str, bool]] = []
    listeners = []
    for name in ("member_joined", "member_left", "member_restored"):

        def listen(membership: Membership, name: str = name, **kwargs: Any) -> None:
            heard.append((name, membership.role, membership.left_at is None))

        getattr(signals, name).connect(listen)
        listeners.append((getattr(signals, name), listen))
    yield heard
    for signal, listen in listeners:
        signal.disconnect(listen)


def test_a_removed_student_is_out_at_once_kept_and_brought_back(cast: Cast, api: ApiClient, told: Any) -> None:
    student, teacher = api.as_(cast.student), api.as_(cast.teacher)
    where, joined = address(cast.student), place(cast.student).joined_at
    assert teacher.delete(where).status_code == 204
    assert student.get(f"/api/v1/classrooms/{cast.room.pk}").status_code == 404
    assert teacher.delete(where).status_code == 204, "removing the removed changes nothing"
    answer = teacher.patch(where, {"left": False})
    assert (answer.status_code, answer.json()["left_at"]) == (200, None)
    assert student.get(f"/api/v1/classrooms/{cast.room.pk}").status_code == 200
    assert place(cast.student).joined_at == joined
    assert told == [("member_left", "student", False), ("member_restored", "student", True)]
    assert AuditEntry.objects.filter(action="member removed", actor=cast.teacher).count() == 1


def test_a_receiver_that_fails_rolls_the_removal_back(cast: Cast) -> None:
    def fails(**kwargs: Any) -> None:
        raise RuntimeError

    signals.member_left.connect(fails)
    try:
        with pytest.raises(RuntimeError):
            actions.remove_member(place(cast.student), by=cast.teacher)
    finally:
        signals.member_left.disconnect(fails)
    assert place(cast.student).left_at is None
    assert not AuditEntry.objects.filter(action="member removed").exists()


def test_a_student_leaves_and_the_owner_does_not(cast: Cast, api: ApiClient) -> None:
    assert api.as_(cast.student).delete(address(cast.student)).status_code == 204
    assert place(cast.student).left_at is not None
    answer = api.as_(cast.teacher).delete(address(cast.teacher))
    assert (answer.status_code, code(answer)) == (409, "state-conflict")


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("teacher", "co_teacher", 204),
        ("teacher", "assistant", 204),
        ("co_teacher", "assistant", 204),
        ("co_teacher", "teacher", 403),
        ("assistant", "student", 403),
        ("student", "classmate", 403),
    ],
)
def test_whom_one_may_remove(cast: Cast, api: ApiClient, who: str, whom: str, status: int) -> None:
    assert api.as_(getattr(cast, who)).delete(address(getattr(cast, whom))).status_code == status


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("teacher", {"co_teacher", "assistant", "student", "classmate", "removed"}),
        ("co_teacher", {"assistant", "student", "classmate", "removed"}),
        ("assistant", set()),
        ("student", set()),
        ("removed", set()),
        ("other_teacher", {"other_student"}),
    ],
)
def test_whom_one_manages_and_an_owner_is_managed_by_nobody(cast: Cast, who: str, whom: set[str]) -> None:
    managed = Membership.objects.manageable_by(getattr(cast, who)).values_list("user__username", flat=True)
    assert set(managed) == whom


def test_an_owner_is_offered_nothing_about_herself(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    assert f"/members/{place(cast.teacher).pk}/" not in client.get(f"/classes/{cast.room.pk}/members/").content.decode()
    for act in ("remove", "restore", "password"):
        where = f"/classes/{cast.room.pk}/members/{place(cast.teacher).pk}/{act}/"
        assert client.post(where).status_code == 403, act


def test_classmates_see_names_only_and_the_staff_sees_who_left(cast: Cast, api: ApiClient) -> None:
    where = f"/api/v1/classrooms/{cast.room.pk}/members"
    seen = api.as_(cast.student).get(where)
    assert {row["user"]["username"] for row in seen.json()["results"]} == {None}
    assert "@" not in seen.content.decode()
    assert api.as_(cast.student).get(where, {"left": "true"}).json()["results"] == []
    left = api.as_(cast.assistant).get(where, {"left": "true"}).json()["results"]
    assert [row["user"]["username"] for row in left] == ["removed"]
    assert code(api.as_(cast.student).get(where, {"left": "perhaps"})) == "malformed-request"


def test_somebody_of_the_school_is_added_and_a_stranger_is_not(cast: Cast, api: ApiClient, told: Any) -> None:
    newcomer = User.objects.create_user("newcomer", password="x", display_name="New", school=cast.school)
    where = f"/api/v1/classrooms/{cast.room.pk}/members"
    teacher = api.as_(cast.teacher)
    answer = teacher.post(where, {"username": "newcomer"})
    assert answer.status_code == 201
    assert answer.json()["role"] == "student"
    assert answer["Location"] == address(newcomer)
    refusals = [teacher.post(where, {"username": name}) for name in ("stranger", "other_student", "nobody-at-all")]
    assert {answer.status_code for answer in refusals} == {422}
    assert len({str(answer.json()["errors"]) for answer in refusals}) == 1, "who exists elsewhere is not told"
    assert told == [("member_joined", "student", True)]


def test_who_was_in_the_class_before_is_brought_back_by_name(cast: Cast) -> None:
    member = actions.add_member(cast.room, username="removed", role="student", by=cast.teacher)
    assert member.left_at is None


def test_a_co_teacher_adds_students_and_no_staff(cast: Cast) -> None:
    User.objects.create_user("newcomer", password="x", display_name="New", school=cast.school)
    with pytest.raises(Forbidden):
        actions.add_member(cast.room, username="newcomer", role="assistant", by=cast.co_teacher)
    actions.add_member(cast.room, username="newcomer", role="student", by=cast.co_teacher)


def test_the_owner_makes_an_assistant_and_a_student_again(cast: Cast, api: ApiClient, told: Any) -> None:
    owner, where = api.as_(cast.teacher), address(cast.classmate)
    assert owner.patch(where, {"role": "assistant"}).json()["role"] == "assistant"
    assert owner.patch(where, {"role": "student"}).json()["role"] == "student"
    assert told == [("member_left", "assistant", True), ("member_restored", "student", True)]


def test_only_the_owner_gives_roles(cast: Cast, api: ApiClient) -> None:
    assert api.as_(cast.co_teacher).patch(address(cast.classmate), {"role": "assistant"}).status_code == 403


def test_only_an_approved_teacher_becomes_one(cast: Cast, api: ApiClient) -> None:
    answer = api.as_(cast.teacher).patch(address(cast.classmate), {"role": "teacher"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/role"


def test_handing_the_class_over_leaves_one_owner(cast: Cast) -> None:
    with pytest.raises(OwnerStays):
        actions.change_role(place(cast.teacher), role="teacher", by=cast.teacher)
    actions.change_role(place(cast.co_teacher), role="owner", by=cast.teacher)
    assert (place(cast.co_teacher).role, place(cast.teacher).role) == ("owner", "teacher")


def test_a_removed_person_has_no_role_to_change(cast: Cast) -> None:
    with pytest.raises(ValidationFailed):
        actions.change_role(place(cast.removed), role="assistant", by=cast.teacher)


def test_on_the_page_a_removal_offers_its_undo(cast: Cast, client: Client) -> None:
    client.force_login(cast.teacher)
    pk = place(cast.student).pk
    answer = client.post(f"/classes/{cast.room.pk}/members/{pk}/remove/", follow=True)
    undo = f"/classes/{cast.room.pk}/members/{pk}/restore/"
    assert f'action="{undo}"' in answer.content.decode()
    client.post(undo)
    assert place(cast.student).left_at is None


def test_the_page_of_an_assistant_offers_no_act(cast: Cast, client: Client) -> None:
    client.force_login(cast.assistant)
    text = client.get(f"/classes/{cast.room.pk}/members/").content.decode()
    assert "/remove/" not in text
    assert "/password/" not in text
    assert "/code/" not in text


def test_the_page_costs_the_same_for_two_students_and_for_thirty(cast: Cast, client: Client, queries: Any) -> None:
    client.force_login(cast.teacher)

    def show() -> None:
        assert client.get(f"/classes/{cast.room.pk}/members/").status_code == 200

    show()
    few = queries(show)
    for n in range(28):
        user = User.objects.create(username=f"s{n}", display_name=f"Student {n}")
        Membership.objects.create(classroom=cast.room, user=user, role="student")
    assert queries(show) == few


def test_the_list_costs_the_same_for_two_students_and_for_thirty(cast: Cast, api: ApiClient, queries: Any) -> None:
    client, where = api.as_(cast.teacher), f"/api/v1/classrooms/{cast.room.pk}/members"
    few = queries(lambda: client.get(where))
    for n in range(28):
        user = User.objects.create(username=f"s{n}", display_name="Same Name")
        Membership.objects.create(classroom=cast.room, user=user, role="student")
    assert queries(lambda: client.get(where)) == few
    walked, page = [], client.get(where, {"limit": 7}).json()
    walked += page["results"]
    while page["next"]:
        page = client.get(page["next"].removeprefix("http://testserver")).json()
        walked += page["results"]
    assert len({row["id"] for row in walked}) == len(walked) == 33
