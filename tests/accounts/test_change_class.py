"""Reading a class, and changing its name and zone."""

import pytest
from django.test import Client

from accounts import actions
from accounts.models import AuditEntry, Classroom
from tests.api_client import ApiClient, code
from tests.cast import Cast


@pytest.fixture
def where(cast: Cast) -> str:
    return f"/api/v1/classrooms/{cast.room.pk}"


def test_a_teacher_renames_upon_the_version_that_she_saw(cast: Cast, api: ApiClient, where: str) -> None:
    teacher = api.as_(cast.teacher)
    tag = teacher.get(where)["ETag"]
    answer = teacher.patch(where, {"name": "History 10C"}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["name"], answer["ETag"]) == (200, "History 10C", '"c2"')
    stale = teacher.patch(where, {"name": "Other"}, headers={"If-Match": tag})
    assert (stale.status_code, code(stale), stale.json()["current_etag"]) == (412, "version-stale", '"c2"')
    assert Classroom.objects.get(pk=cast.room.pk).name == "History 10C"


@pytest.mark.parametrize(
    ("headers", "status", "type_"),
    [
        ({}, 428, "precondition-required"),
        ({"If-Match": "c1"}, 400, "malformed-request"),
        ({"If-Match": '"w1"'}, 400, "malformed-request"),
        ({"If-Match": '"c' + "9" * 30 + '"'}, 400, "malformed-request"),
        ({"If-Match": "*"}, 400, "malformed-request"),
    ],
)
def test_a_change_without_a_version_is_refused(
    cast: Cast, api: ApiClient, where: str, headers: dict[str, str], status: int, type_: str
) -> None:
    answer = api.as_(cast.teacher).patch(where, {"name": "x"}, headers=headers)
    assert (answer.status_code, code(answer)) == (status, type_)


def test_the_same_name_raises_no_version(cast: Cast, api: ApiClient, where: str) -> None:
    answer = api.as_(cast.teacher).patch(where, {"name": cast.room.name}, headers={"If-Match": '"c1"'})
    assert answer["ETag"] == '"c1"'


def test_who_holds_the_version_is_told_so(cast: Cast, api: ApiClient, where: str) -> None:
    answer = api.as_(cast.student).get(where, headers={"If-None-Match": 'W/"c1", "c9"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert api.as_(cast.student).get(where, headers={"If-None-Match": '"c2"'}).status_code == 200


def test_foreign_and_missing_classes_answer_alike(cast: Cast, api: ApiClient) -> None:
    student = api.as_(cast.student)
    answers = []
    for pk in (cast.other_room.pk, "0190a1b2-0000-7000-8000-00000000dead"):
        answer = student.get(f"/api/v1/classrooms/{pk}")
        body = answer.json()
        body.pop("instance")
        answers.append((answer.status_code, body))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_the_list_is_filtered_and_costs_the_same_for_one_class_and_for_thirty(
    cast: Cast, api: ApiClient, queries: object
) -> None:
    assert callable(queries)
    teacher = api.as_(cast.teacher)
    one = queries(lambda: teacher.get("/api/v1/classrooms"))
    rooms = [actions.open_classroom(name=f"Class {n}", zone="UTC", by=cast.teacher) for n in range(29)]
    assert queries(lambda: teacher.get("/api/v1/classrooms")) == one
    actions.archive(rooms[0], by=cast.teacher)
    found = teacher.get("/api/v1/classrooms", {"archived": "true"}).json()["results"]
    assert [row["name"] for row in found] == ["Class 0"]
    assert len(teacher.get("/api/v1/classrooms", {"archived": "false"}).json()["results"]) == 29


def test_my_classes_cost_the_same_for_one_and_for_thirty(cast: Cast, client: Client, queries: object) -> None:
    assert callable(queries)
    client.force_login(cast.teacher)
    client.get("/classes/")
    one = queries(lambda: client.get("/classes/"))
    for n in range(29):
        actions.open_classroom(name=f"Class {n}", zone="UTC", by=cast.teacher)
    assert queries(lambda: client.get("/classes/")) == one


def filled_in(client: Client, where: str, **changes: str) -> dict[str, str]:
    """What a browser would send of the page at `where`: its hidden fields, and what is in the others."""
    form = client.get(where).context["form"]
    shown = {form[name].html_initial_name: str(form[name].initial) for name in ("name", "zone")}
    return {**{field.name: str(field.value()) for field in form}, **shown, **changes}


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/classes/{cast.room.pk}/settings/"


def test_the_page_saves_name_and_zone(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.co_teacher)
    assert client.post(page, filled_in(client, page, name="10C", zone="Europe/Lisbon")).status_code == 302
    room = Classroom.objects.get(pk=cast.room.pk)
    assert (room.name, room.zone, room.version) == ("10C", "Europe/Lisbon", 2)
    wrong = client.post(page, filled_in(client, page, name="", zone="Mars"))
    assert wrong.context["form"].errors.keys() == {"name", "zone"}


def test_the_page_writes_only_what_was_changed_on_it(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.teacher)
    client.post(page, filled_in(client, page, zone="Europe/Lisbon"))
    assert AuditEntry.objects.get(action="class changed").facts == {"fields": ["zone"]}


@pytest.mark.parametrize("field", ["name", "zone", "initial-name", "initial-zone", "version"])
def test_the_page_carries_what_a_save_needs(cast: Cast, client: Client, page: str, field: str) -> None:
    client.force_login(cast.teacher)
    assert f'name="{field}"' in client.get(page).content.decode()


def test_a_stale_page_puts_no_old_name_back_and_keeps_what_was_typed(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.co_teacher)
    stale = filled_in(client, page, zone="Europe/Lisbon")
    actions.change_classroom(cast.room, name="History 10C", by=cast.teacher)
    answer = client.post(page, stale)
    form, room = answer.context["form"], Classroom.objects.get(pk=cast.room.pk)
    assert (room.name, room.zone) == ("History 10C", "Europe/Warsaw")
    assert (form["name"].value(), form["zone"].value()) == ("History 10C", "Europe/Lisbon")
    assert "History 10C" in str(form.errors["name"])
    assert "zone" not in form.errors
    again = {field.name: str(field.value()) for field in form}
    again |= {form[name].html_initial_name: form.data[form[name].html_initial_name] for name in ("name", "zone")}
    assert client.post(page, again).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.zone) == ("History 10C", "Europe/Lisbon")
    assert AuditEntry.objects.filter(action="class changed").latest("id").facts == {"fields": ["zone"]}


def test_of_two_names_the_page_asks_which(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.co_teacher)
    stale = filled_in(client, page, name="Tenth form")
    actions.change_classroom(cast.room, name="History 10C", by=cast.teacher)
    form = client.post(page, stale).context["form"]
    assert form["name"].value() == "Tenth form"
    assert "History 10C" in str(form.errors["name"])


def test_a_page_without_a_version_saves_nothing(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.teacher)
    answer = client.post(page, {"name": "10C", "zone": "UTC"})
    assert answer.context["form"].errors.keys() == {"version"}
    assert Classroom.objects.get(pk=cast.room.pk).name == "History 10B"


def test_templates_ask_the_database_nothing(cast: Cast, rf: object, no_queries: object) -> None:
    """Pages get finished values: what is drawn was read before."""
    from django.contrib.messages.storage.base import BaseStorage
    from django.test import RequestFactory

    from accounts import views

    assert callable(no_queries)
    for view, kwargs in [
        (views.classrooms, {}),
        (views.classroom_settings, {"pk": cast.room.pk}),
        (views.members, {"pk": cast.room.pk}),
        (views.join_code, {"pk": cast.room.pk}),
        (views.class_print, {"pk": cast.room.pk}),
        (views.my_settings, {}),
        (views.devices, {}),
    ]:
        request = RequestFactory().get("/")
        request.user, request.session = cast.teacher, {}  # type: ignore[assignment]
        request._messages = BaseStorage(request)  # type: ignore[attr-defined]
        request._messages._get = lambda: ([], True)  # type: ignore[attr-defined]
        response = view(request, **kwargs)
        with no_queries():
            response.render()
