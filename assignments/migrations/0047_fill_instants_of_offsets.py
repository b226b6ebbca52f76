"""What offsets that were given before came to: what the work of a student says, else what the zone data of today say.

The version of the zone data stays as it is, mostly none: so `follow_zones` resolves again what lies ahead.
"""

import datetime as dt
import zoneinfo

from django.db import migrations

DAY = dt.timedelta(days=1)


def fill(apps, schema_editor):
    overrides = apps.get_model("assignments", "DateOverride").objects
    submissions = apps.get_model("assignments", "Submission").objects
    offsets = overrides.filter(offset_minutes__isnull=False, assignment__due_at__isnull=False)
    for row in list(offsets.select_related("assignment")):
        at = _of_work(row, submissions) if row.ended_at is None else None
        try:
            row.offset_due_at = at or _resolved(row)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OverflowError):
            continue  # a zone that the zone data of today have no more: verify_submissions tells of what holds
        row.save(update_fields=["offset_due_at"])


def _of_work(row, submissions):
    """The due time of somebody for whom no other dates of its kind hold."""
    rows = submissions.filter(assignment=row.assignment_id, due_at__isnull=False)
    if row.for_class:
        rows = rows.filter(due_from="class")
    else:
        rows = rows.filter(due_from="group" if row.title else "student", override_members__override=row)
        if row.title:
            others = row.members.model.objects.filter(override__ended_at=None).exclude(override__title="")
            rows = rows.exclude(pk__in=others.exclude(override=row).values("submission"))
    return rows.order_by("pk").values_list("due_at", flat=True).first()


def _resolved(row):
    """As `timing.Due.moved` had it then: whole days by the calendar, the rest by the clock."""
    base, offset = row.assignment, dt.timedelta(minutes=row.offset_minutes)
    zone = zoneinfo.ZoneInfo(base.due_zone)
    days = abs(offset) // DAY * (1 if row.offset_minutes >= 0 else -1)
    day = _instant(base.due_date + dt.timedelta(days), base.due_time, zone)
    rest = offset - dt.timedelta(days)
    if not rest:
        return day
    local = (day + rest).astimezone(zone)
    return _instant(local.date(), local.time(), zone)


def _instant(date, time, zone):
    """In a gap moved forward by the gap, in an overlap the later one."""
    local = dt.datetime.combine(date, time.replace(fold=0), zone)
    second = local.replace(fold=1)
    return (second if local.utcoffset() > second.utcoffset() else local).astimezone(dt.UTC)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0046_instants_of_offsets")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
