"""One mail a day with what is new, for whoever chose it.

A mail is claimed in a row that is committed before anything is sent, with all the notices that go into it, and its
success is written behind it. What that guarantees, wherever a process dies:

- before the claim: nothing was sent, and the next look sends it;
- between claim and sending: when the lease is over it is sent, once;
- between sending and success, or when the mail server took it and its answer was lost: nobody can know, so the very
  same message goes out again under the same Message-ID, by which mail programs recognise it; what she has read
  meanwhile is left out;
- after success: nothing.

So nothing is lost, and the only thing that can come twice is one message that names itself the same. What a mail
server turned away certainly was not sent: it is tried again with growing pauses, and what is left of it by the next
day is told in that day's mail.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts import addresses
from accounts.models import User
from assignments import unsubscribing
from assignments.models import Digest, Notice, NoticeChoice
from assignments.notices import told
from destalin_site.common import clock, moments

# Longer than a mail server may keep us waiting (EMAIL_TIMEOUT, for each of a few exchanges).
LEASE: Final = dt.timedelta(minutes=10)
PAUSES: Final = tuple(dt.timedelta(minutes=n) for n in (5, 15, 60, 240, 720))
MOST_TRIES: Final = 8
A_MAIL: Final = 100  # notices in one mail; the rest is counted, and stands on the page

State = Digest.State


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a mail. Of what is `unsure` nobody knows whether it went out."""

    words: str
    final: bool = False
    unsure: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One mail to be sent: what claims it, or gives None where somebody else has, or there is nothing to do."""

    person: UUID
    claim: Callable[[], Digest | None]


# ---------------------------------------------------------------------------------------------------------- what is due


def due_digests() -> Iterator[Due]:
    """Those that were begun and are not finished, then those of today. In a few queries, where nothing is due."""
    now = clock.now()
    begun = Digest.objects.unfinished().filter(until__lte=now).order_by("until", "pk")
    for pk, person in list(begun.values_list("pk", "person")):
        yield Due(person, partial(claim_again, pk))
    yield from _new(now)


def _new(now: dt.datetime) -> Iterator[Due]:
    wanted = NoticeChoice.objects.filter(mail=NoticeChoice.Mail.DAILY, person__is_active=True)
    choices = list(wanted.select_related("person__school").order_by("person"))
    written = addresses.of(choice.person_id for choice in choices)
    since = now.date() - dt.timedelta(days=1)  # no clock is further behind
    made = set(Digest.objects.filter(person__in=written, day__gte=since).values_list("person", "day"))
    for choice in choices:
        here = now.astimezone(moments.zone_of(choice.person.own_zone))
        address = written.get(choice.person_id)
        if address is None or address == choice.refused_address:
            continue
        if here.hour >= choice.hour and (choice.person_id, here.date()) not in made:
            yield Due(choice.person_id, partial(claim, choice.person, here.date()))


@transaction.atomic
def claim(person: User, day: dt.date) -> Digest | None:
    """The mail of this day with all that is new, as a row; None where somebody has made it, where an earlier one may
    still be on its way, and where there is nothing to tell."""
    now = clock.now()
    for earlier in Digest.objects.unfinished().filter(person=person).select_for_update(of=("self",), no_key=True):
        if earlier.state == State.CLAIMED or earlier.day >= day:
            return None
        _free(earlier, State.REPLACED)
    digest = Digest(person=person, day=day, state=State.CLAIMED, until=now + LEASE, made_at=now)
    try:
        with transaction.atomic():
            digest.save(force_insert=True)
    except IntegrityError:
        return None  # somebody was faster
    new = Notice.objects.visible_to(person).unread().not_mailed().values_list("pk", flat=True)
    if Notice.objects.filter(pk__in=list(new), digest=None).put(digest=digest):
        return digest
    Digest.objects.filter(pk=digest.pk).update(state=State.EMPTY)
    return None


@transaction.atomic
def claim_again(pk: UUID) -> Digest | None:
    """One whose lease or pause is over. Of several who find it one gets it; after many tries nobody does."""
    now = clock.now()
    rows = Digest.objects.unfinished().filter(pk=pk, until__lte=now)
    if not rows.update(state=State.CLAIMED, until=now + LEASE, tries=F("tries") + 1):
        return None
    digest = Digest.objects.get(pk=pk)
    if digest.tries > MOST_TRIES:
        # Its notices stay with it: they were perhaps told, and stand in the site.
        Digest.objects.filter(pk=pk).update(state=State.GIVEN_UP)
        return None
    return digest


# -------------------------------------------------------------------------------------------------------------- sending


def send(digest: Digest) -> Trouble | None:
    """Sends what was claimed, and writes down what became of it. No transaction may be open around it."""
    person = User.objects.filter(pk=digest.person_id, is_active=True).first()
    address = addresses.of_one(digest.person_id)
    wants = NoticeChoice.objects.filter(person=digest.person_id, mail=NoticeChoice.Mail.DAILY).exists()
    if person is None or not address or not wants:
        _settle(digest, lambda row: _free(row, State.EMPTY))
        return None
    notices = Notice.objects.visible_to(person).unread().filter(digest=digest).with_work().latest_first()
    rows = list(notices)
    if not rows:
        _settle(digest, lambda row: _end(row, State.EMPTY))
        return None
    try:
        message = mail_of(digest, person, address, rows)
    except Exception as error:
        trouble = Trouble(f"{type(error).__name__}: {error}")
        _settle(digest, lambda row: _wait(row, trouble))
        raise
    trouble_met = _sent(message)
    if trouble_met is None:
        _settle(digest, lambda row: _end(row, State.SENT, sent_at=clock.now()))
    elif trouble_met.final:
        _settle(digest, lambda row: _refused(row, address, trouble_met))
    else:
        _settle(digest, lambda row: _wait(row, trouble_met))
    return trouble_met


def _sent(message: EmailMultiAlternatives) -> Trouble | None:
    """Hands a message to the mail server; what it had against it."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        said = _spoken(*next(iter(refused.recipients.values())))
        # 5.7: the server does not want our mail, whoever it is for. That is no fault of her address.
        return Trouble(said, final=said.startswith("5") and " 5.7." not in said)
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
        return Trouble(_spoken(error.smtp_code, error.smtp_error), unreachable=True)
    except smtplib.SMTPResponseException as error:
        return Trouble(_spoken(error.smtp_code, error.smtp_error))
    except (ConnectionRefusedError, socket.gaierror, smtplib.SMTPNotSupportedError) as error:
        return Trouble(f"{type(error).__name__}: {error}", unreachable=True)
    except (OSError, smtplib.SMTPException) as error:
        # It may have been taken before the line broke.
        return Trouble(f"{type(error).__name__}: {error}", unsure=True, unreachable=True)
    return None


def _spoken(code: int, words: bytes | str) -> str:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(said.split())}"


def _settle(digest: Digest, write: Callable[[Digest], None]) -> None:
    """Writes what became of it, unless the lease ran out and another one has it now."""
    with transaction.atomic():
        mine = Digest.objects.filter(pk=digest.pk, tries=digest.tries, state=State.CLAIMED)
        row = mine.select_for_update(of=("self",), no_key=True).first()
        if row is not None:
            write(row)


def _end(row: Digest, state: str, **columns: object) -> None:
    Digest.objects.filter(pk=row.pk).update(state=state, **columns)


def _free(row: Digest, state: str) -> None:
    """Ends one that certainly was not sent: what was in it is to be told yet."""
    Notice.objects.filter(digest=row).put(digest=None)
    _end(row, state)


def _wait(row: Digest, trouble: Trouble) -> None:
    # What perhaps went out stays claimed: it may only be sent again as it was, never told in another mail.
    pause = PAUSES[min(row.tries, len(PAUSES)) - 1]
    state = State.CLAIMED if trouble.unsure else State.WAITING
    _end(row, state, until=clock.now() + pause, trouble=trouble.words[:200])


def _refused(row: Digest, address: str, trouble: Trouble) -> None:
    Notice.objects.filter(digest=row).put(digest=None)
    _end(row, State.REFUSED, trouble=trouble.words[:200])
    NoticeChoice.objects.filter(person=row.person_id).update(
        refused_at=clock.now(), refused_address=address, refused_words=trouble.words[:200]
    )


# ------------------------------------------------------------------------------------------------------------- the mail


def mail_of(digest: Digest, person: User, address: str, rows: list[Notice]) -> EmailMultiAlternatives:
    """The message. Made again it names itself the same, so that a mail program knows it for what it has already."""
    stop = _absolute(reverse("notices-unsubscribe", args=[unsubscribing.token_of(person.pk)]))
    with translation.override(person.locale):
        n = len(rows)
        shown = [told(row) for row in rows[:A_MAIL]]
        values = {
            "site": settings.SITE_NAME,
            "name": person.get_full_name(),
            "n": n,
            "more": n - len(shown),
            "items": [{"words": item.words, "room": item.room, "url": _absolute(item.url)} for item in shown],
            "all": _absolute(reverse("notices")),
            "choose": _absolute(reverse("notice-settings")),
            "stop": stop,
        }
        subject = ngettext("%(site)s: %(n)d new notice", "%(site)s: %(n)d new notices", n) % values
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("assignments/email/digest.txt", values),
            to=[address],
            headers={
                "Message-ID": f"<notices.{digest.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(render_to_string("assignments/email/digest.html", values), "text/html")
    return message


def _absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
