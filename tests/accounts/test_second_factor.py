"""Second factors in the administrator's pages: seen without their secrets, and removed for who has lost hers."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuditEntry, User
from tests.cast import PASSWORD, Cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def protected(cast: Cast) -> User:
    """A teacher with an authenticator app and recovery codes."""
    TOTP.activate(cast.teacher, SECRET)
    RecoveryCodes.activate(cast.teacher)
    return cast.teacher


def remove_for(desk: Client, *people: User) -> Any:
    chosen = {"action": "remove_second_factor", "_selected_action": [str(user.pk) for user in people]}
    return desk.post(PEOPLE, chosen)


def sign_in(username: str) -> str:
    return Client().post("/account/login/", {"login": username, "password": PASSWORD})["Location"]


@pytest.mark.parametrize("model", [Authenticator, EmailAddress, UserSession, SocialAccount, SocialApp, SocialToken])
def test_what_allauth_keeps_has_no_pages_of_its_own(desk: Client, model: Any) -> None:
    assert not admin.site.is_registered(model)
    assert desk.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code == 404


def test_the_page_of_a_person_tells_of_her_second_factor_and_not_its_secret(desk: Client, protected: User) -> None:
    EmailAddress.objects.create(user=protected, email="t@school.example", primary=True, verified=True)
    shown = desk.get(f"{PEOPLE}{protected.pk}/change/").content.decode()
    assert "TOTP Authenticator" in shown
    assert "t@school.example" in shown
    data = Authenticator.objects.get(user=protected, type=Authenticator.Type.TOTP).data
    assert SECRET not in shown
    assert data["secret"] not in shown


def test_who_has_lost_her_phone_signs_in_with_the_password_alone(desk: Client, protected: User, cast: Cast) -> None:
    TOTP.activate(cast.co_teacher, SECRET)
    assert sign_in("teacher") != "/home/"
    remove_for(desk, protected, cast.student)
    assert sign_in("teacher") == "/home/"
    assert sign_in("co_teacher") != "/home/", "nobody else's is touched"
    entry = AuditEntry.objects.get(action="second factor removed")
    assert (entry.actor, entry.subject_id) == (cast.admin, str(protected.pk))
    assert entry.facts == {"kinds": ["recovery_codes", "totp"]}


def staff_who_may(*names: str) -> User:
    clerk = User.objects.create_user("clerk", password="x", display_name="Clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    return clerk


def test_who_may_only_look_at_people_removes_nothing(cast: Cast, client: Client, protected: User) -> None:
    client.force_login(staff_who_may("view_user"))
    for action in ("remove_second_factor", "suspend", "shut_devices_out"):
        client.post(PEOPLE, {"action": action, "_selected_action": [str(protected.pk)]})
    protected.refresh_from_db()
    assert protected.is_active
    assert Authenticator.objects.filter(user=protected).count() == 2


def test_who_is_no_administrator_herself_leaves_theirs_alone(cast: Cast, client: Client, protected: User) -> None:
    TOTP.activate(cast.admin, SECRET)
    client.force_login(staff_who_may("view_user", "change_user"))
    remove_for(client, cast.admin, protected)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [cast.admin.pk]
