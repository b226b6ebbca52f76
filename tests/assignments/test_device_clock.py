import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments import time_tokens
from assignments.device_clock import MOST_APART, OLDEST_TOKEN, SLACK, Doubt, Finished, Said, Token, Trust, estimate

UTC = dt.UTC
CONTACT = dt.datetime(2026, 5, 1, 21, 30, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = (
    dt.timedelta(days=1),
    dt.timedelta(hours=1),
    dt.timedelta(minutes=1),
    dt.timedelta(seconds=1),
)
BOOT = "boot-0001"


def token(**fields: Any) -> Token:
    return Token(**{"user": "anna", "boot": BOOT, "at": CONTACT, "ahead": dt.timedelta(0), **fields})


def said(after: dt.timedelta = 10 * MINUTE, **fields: Any) -> Said:
    """Finished so long after the contact, by a clock that is right."""
    return Said(
        **{"at": CONTACT + after, "time_token": "signed", "mono_s": after.total_seconds(), "boot": BOOT, **fields}
    )


def judged(what: Said, given_token: Token | None = None, *, received: dt.timedelta = HOUR, **fields: Any) -> Finished:
    return estimate(what, given_token or token(), **{"user": "anna", "received": CONTACT + received, **fields})


def test_a_device_whose_clock_and_seconds_agree_is_believed() -> None:
    assert judged(said()) == Finished(CONTACT + 10 * MINUTE, CONTACT + 10 * MINUTE, Trust.MEDIUM)


@pytest.mark.parametrize("ahead", [-5 * HOUR, -40 * MINUTE, 3 * HOUR, dt.timedelta(days=400)])
def test_a_clock_that_is_off_is_put_right_by_how_far_it_was_off_at_the_contact(ahead: dt.timedelta) -> None:
    by_device = CONTACT + 10 * MINUTE + ahead
    found = judged(said(at=by_device), token(ahead=ahead))
    assert found == Finished(by_device, CONTACT + 10 * MINUTE, Trust.MEDIUM)
    assert judged(said(at=by_device)).doubt is (Doubt.CLOCKS_DISAGREE)


@pytest.mark.parametrize(
    ("what", "fields", "doubt"),
    [
        (said(time_token=""), {}, Doubt.NO_CONTACT),
        (said(), {"user": "ben"}, Doubt.FOREIGN),
        (said(), {"received": OLDEST_TOKEN + SECOND}, Doubt.TOO_OLD),
        (said(boot="boot-0002"), {}, Doubt.OTHER_BOOT),
        (said(HOUR + SLACK + SECOND), {}, Doubt.IN_THE_FUTURE),
        (said(mono_s=1e300), {}, Doubt.IN_THE_FUTURE),
        (said(mono_s=10 * 60 - MOST_APART.total_seconds() - 1), {}, Doubt.CLOCKS_DISAGREE),  # it slept
        (said(), {"other_work": CONTACT + 10 * MINUTE + SECOND}, Doubt.CONTRADICTED),
    ],
)
def test_whatever_does_not_fit_leaves_what_the_device_says_and_why_it_is_not_believed(
    what: Said, fields: dict[str, Any], doubt: Doubt
) -> None:
    assert judged(what, **fields) == Finished(what.at, what.at, Trust.LOW, doubt)
    # What fits by a hair is believed.
    assert judged(said(HOUR + SLACK)).trust is Trust.MEDIUM
    assert judged(said(), received=OLDEST_TOKEN).trust is Trust.MEDIUM
    assert judged(said(mono_s=10 * 60 - MOST_APART.total_seconds())).trust is Trust.MEDIUM
    assert judged(said(), other_work=CONTACT + 10 * MINUTE).trust is Trust.MEDIUM


def test_a_token_that_this_site_did_not_sign_is_none() -> None:
    assert estimate(said(), None, user="anna", received=CONTACT + HOUR).doubt is Doubt.FOREIGN


@pytest.mark.parametrize("at", [dt.datetime(1, 1, 1, tzinfo=UTC), dt.datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_clock_at_the_end_of_the_calendar_is_kept_where_every_zone_can_show_it(at: dt.datetime) -> None:
    found = judged(said(at=at))
    assert found.trust is Trust.LOW
    assert 1970 <= found.at.year <= 2199


NEAR = st.timedeltas(-30 * DAY, 30 * DAY).map(lambda off: CONTACT + off)
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(
    at=MOMENTS,
    mono_s=st.floats(0, allow_infinity=True) | st.just(math.nan),
    boot=st.sampled_from([BOOT, "boot-0002"]),
    ahead=st.timedeltas(-dt.timedelta(days=3650), dt.timedelta(days=3650)),
    contact=st.none() | NEAR,
    other_work=st.none() | NEAR,
)
def test_nothing_that_a_device_says_is_more_than_medium_or_lies_outside_of_contact_and_arrival(
    at: dt.datetime,
    mono_s: float,
    boot: str,
    ahead: dt.timedelta,
    contact: dt.datetime | None,
    other_work: dt.datetime | None,
) -> None:
    received = CONTACT + HOUR
    newest = None if contact is None else token(at=contact, ahead=ahead)
    found = estimate(Said(at, "signed", mono_s, boot), newest, user="anna", received=received, other_work=other_work)
    assert found.trust in (Trust.LOW, Trust.MEDIUM)
    assert (found.doubt is Doubt.NONE) == (found.trust is Trust.MEDIUM)
    if found.trust is Trust.MEDIUM:
        assert newest is not None
        assert newest.at <= found.at <= received + SLACK
        assert abs(found.at - (found.by_device - ahead)) <= MOST_APART
        assert other_work is None or other_work <= found.at


# --- The token itself -------------------------------------------------------------------------------------------------


def test_a_token_is_read_as_it_was_given() -> None:
    given_one = time_tokens.give("anna", boot=BOOT, device_time="2026-05-01T23:31:00.500+02:00", now=CONTACT)
    assert time_tokens.read(given_one) == token(ahead=MINUTE + dt.timedelta(milliseconds=500))


@pytest.mark.parametrize(
    ("boot", "device_time"),
    [
        ("short", "2026-05-01T21:30:00Z"),
        ("b" * 65, "2026-05-01T21:30:00Z"),
        ("boot 0001", "2026-05-01T21:30:00Z"),
        ("boot-0001\n", "2026-05-01T21:30:00Z"),
        (BOOT, "2026-05-01T21:30:00"),
        (BOOT, "yesterday"),
        (BOOT, "2026-13-01T21:30:00Z"),
        (BOOT, "0001-01-01T00:00:00+14:00"),
    ],
)
def test_headers_that_cannot_be_read_give_no_token(boot: str, device_time: str) -> None:
    assert time_tokens.give("anna", boot=boot, device_time=device_time, now=CONTACT) == ""
    assert time_tokens.give("anna", boot=BOOT, device_time="2026-05-01T21:30:00Z", now=CONTACT)


def test_a_token_that_was_touched_or_made_elsewhere_is_none(settings: Any) -> None:
    given_one = time_tokens.give("anna", boot=BOOT, device_time="2026-05-01T21:30:00Z", now=CONTACT)
    assert time_tokens.read(given_one[:-1] + ("A" if given_one[-1] != "A" else "B")) is None
    for forged in ("", "x", ":::", given_one.replace(":", "."), "\x00" * 9, "é" * 20):
        assert time_tokens.read(forged) is None
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another key of this site, as long as the one before it was"
    assert time_tokens.read(given_one) is None
    settings.SECRET_KEY_FALLBACKS = [before]
    assert time_tokens.read(given_one) == token()
