"""The notices of a person, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from assignments.models import Notice, NoticeChoice
from assignments.notices import Told, told
from destalin_site.common import moments

MOST: Final = 99  # what the head of a page counts to


@dataclass(frozen=True, slots=True)
class NoticeRow:
    told: Told
    unread: bool
    clock: str


@dataclass(frozen=True, slots=True)
class NoticeDay:
    day: str
    rows: Sequence[NoticeRow]


@dataclass(frozen=True, slots=True)
class MailChoice:
    """How she gets them by mail. Without an address there is nothing to choose."""

    mail: str
    hour: int
    zone: str
    address: str
    refused: str

    @property
    def on(self) -> bool:
        return bool(self.address) and self.mail == NoticeChoice.Mail.DAILY


def unread_notices(person: User) -> int:
    """How many she has not read, one more than `MOST` where there are still more. One query."""
    return len(Notice.objects.visible_to(person).unread().order_by().values_list("pk", flat=True)[: MOST + 1])


def notice_days(rows: Iterable[Notice], zone: str) -> list[NoticeDay]:
    """These rows, which stand latest first, under the days of this zone."""
    found = [(moments.long_day(row.at, zone), row) for row in rows]
    return [
        NoticeDay(day, [_row(row, zone) for _day, row in group]) for day, group in groupby(found, key=lambda it: it[0])
    ]


def _row(row: Notice, zone: str) -> NoticeRow:
    clock = f"{moments.clock_time(row.at, zone)} {moments.zone_short(row.at, zone)}"
    return NoticeRow(told(row), unread=row.read_at is None, clock=clock)


def mail_choice(person: User) -> MailChoice:
    choice = NoticeChoice.objects.filter(person=person).first() or NoticeChoice(person=person)
    address, zone = addresses.of_one(person.pk), person.own_zone
    refused = ""
    if choice.refused_at is not None and choice.refused_address == address:
        words = {"address": address, "at": moments.moment(choice.refused_at, zone), "why": choice.refused_words}
        refused = _("%(address)s took no mail from us on %(at)s: %(why)s") % words
    return MailChoice(choice.mail, choice.hour, zone, address, refused)
