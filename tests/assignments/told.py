"""What people are told of, for the tests of notices and of the mails."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User
from assignments import actions
from assignments.models import Notice, NoticeChoice
from assignments.notices import told


def kinds(person: User) -> list[str]:
    """What this person is shown, in the order in which it happened."""
    return [row.kind for row in Notice.objects.visible_to(person).order_by("at", "id")]


def unread(person: User) -> list[str]:
    return [row.kind for row in Notice.objects.visible_to(person).unread().order_by("at", "id")]


def words(person: User) -> list[str]:
    return [told(row).words for row in Notice.objects.visible_to(person).with_work().order_by("at", "id")]


def read_all(*people: User) -> None:
    from destalin_site.common import clock

    for person in people:
        actions.read_notices(until=clock.now(), by=person)


def with_mail(person: User, address: str = "", *, hour: int = 7, verified: bool = True) -> str:
    """An address of hers; and she has chosen the mails."""
    address = address or f"{person.username}@school.example"
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=verified)
    actions.choose_notices(mail=NoticeChoice.Mail.DAILY, hour=hour, by=person)
    return address
