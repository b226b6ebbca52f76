"""Times in words. Every sentence with a time names the zone that it is meant in."""

import zoneinfo
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from django.utils.dateformat import DateFormat
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86_400
_NO_PLACE = ("Etc", "SystemV")


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of this name, or UTC where the zone data has none: a page is shown all the same, and says so."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_name(name: str) -> str:
    """ "Europe/Warsaw" → "Warsaw time"."""
    region, _slash, place = name.rpartition("/")
    if not region or region.startswith(_NO_PLACE) or zone_of(name) is UTC:
        return _("UTC")
    return pgettext("time zone", "%(place)s time") % {"place": place.replace("_", " ")}


def zone_short(at: datetime, zone: str) -> str:
    """What the clocks of the zone call their time at that moment: "CET", in summer "CEST"; "UTC+5" where it has no
    name of its own."""
    short = at.astimezone(zone_of(zone)).tzname() or "UTC"
    if short[0] not in "+-":
        return short
    hours, minutes = short[1:3].lstrip("0") or "0", short[3:]
    return f"UTC{short[0]}{hours}{':' + minutes if minutes else ''}"


def moment(at: datetime, zone: str) -> str:
    """ "Friday 20 March 2026, 23:59 Warsaw time (CET)"."""
    words = {
        "day": long_day(at, zone),
        "clock": clock_time(at, zone),
        "zone": zone_name(zone),
        "short": zone_short(at, zone),
    }
    if words["zone"] == words["short"]:
        return pgettext("moment", "%(day)s, %(clock)s %(zone)s") % words
    return pgettext("moment", "%(day)s, %(clock)s %(zone)s (%(short)s)") % words


def moment_short(at: datetime, zone: str) -> str:
    """ "20 March, 20:41 (CET)": where the zone has been named on the page already."""
    return pgettext("short moment", "%(day)s, %(clock)s (%(short)s)") % {
        "day": day(at, zone),
        "clock": clock_time(at, zone),
        "short": zone_short(at, zone),
    }


def long_day(at: datetime, zone: str) -> str:
    """ "Friday 20 March 2026"."""
    return _formatted(at, zone, pgettext("format of a date, as Django writes it", "l j F Y"))


def full_day(at: datetime, zone: str) -> str:
    """ "20 March 2026"."""
    return _formatted(at, zone, pgettext("format of a date without its weekday, as Django writes it", "j F Y"))


def weekday(at: datetime, zone: str) -> str:
    """ "Friday 20 March"."""
    return _formatted(at, zone, pgettext("format of a date without a year, as Django writes it", "l j F"))


def day(at: datetime, zone: str) -> str:
    """ "20 March"."""
    return _formatted(at, zone, pgettext("format of a day, as Django writes it", "j F"))


def day_short(at: datetime, zone: str) -> str:
    """ "20 Mar", for narrow columns."""
    return _formatted(at, zone, pgettext("format of a short day, as Django writes it", "j M"))


def clock_time(at: datetime, zone: str) -> str:
    """ "23:59"."""
    return _formatted(at, zone, pgettext("format of a time of day, as Django writes it", "H:i"))


def _formatted(at: datetime, zone: str, form: str) -> str:
    return DateFormat(at.astimezone(zone_of(zone))).format(form)


@lru_cache(maxsize=4096)
def _whole(seconds: int) -> tuple[int, str]:
    """The largest whole unit that has passed; at least one minute."""
    if seconds >= DAY:
        return seconds // DAY, "day"
    if seconds >= HOUR:
        return seconds // HOUR, "hour"
    return max(1, seconds // MINUTE), "minute"


def span(seconds: int) -> str:
    """ "14 min", "3 h", "2 d": for a cell that has no room."""
    n, unit = _whole(seconds)
    if unit == "day":
        return npgettext("short span", "%(n)d d", "%(n)d d", n) % {"n": n}
    if unit == "hour":
        return npgettext("short span", "%(n)d h", "%(n)d h", n) % {"n": n}
    return npgettext("short span", "%(n)d min", "%(n)d min", n) % {"n": n}


def span_spoken(seconds: int) -> str:
    """ "14 minutes", "1 hour", "2 days": as it is read out."""
    return _spoken(*_whole(seconds))


def span_left(seconds: int) -> str:
    """ "1 day 23 hours", "2 hours 5 minutes", "3 days": time that is still to come. Two units where one of them alone
    would leave out a third of it or more."""
    n, unit = _whole(seconds)
    return _spoken(n, unit) if n > 2 else span_late(seconds)


def span_late(seconds: int) -> str:
    """ "3 days 23 hours", "1 hour 13 minutes", "14 minutes": how late something is, in its two largest units. What
    lateness takes off may go by each day that has begun: cut to whole days, the span would belie it."""
    n, unit = _whole(seconds)
    more, smaller = (seconds % DAY // HOUR, "hour") if unit == "day" else (seconds % HOUR // MINUTE, "minute")
    if unit == "minute" or not more:
        return _spoken(n, unit)
    return f"{_spoken(n, unit)} {_spoken(more, smaller)}"


def span_exact(seconds: int) -> str:
    """ "1 hour 30 minutes": all of it, for a span that somebody relies on."""
    parts = [(seconds // DAY, "day"), (seconds % DAY // HOUR, "hour"), (seconds % HOUR // MINUTE, "minute")]
    parts = [part for part in [*parts, (seconds % MINUTE, "second")] if part[0]]
    return " ".join(_spoken(n, unit) for n, unit in parts or [(0, "minute")])


def _spoken(n: int, unit: str) -> str:
    if unit == "day":
        return npgettext("span", "%(n)d day", "%(n)d days", n) % {"n": n}
    if unit == "hour":
        return npgettext("span", "%(n)d hour", "%(n)d hours", n) % {"n": n}
    if unit == "second":
        return npgettext("span", "%(n)d second", "%(n)d seconds", n) % {"n": n}
    return npgettext("span", "%(n)d minute", "%(n)d minutes", n) % {"n": n}
