"""What may be thrown away because its time is over."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import ngettext

from destalin_site.common import clock, purging
from destalin_site.common.models import IdempotencyRecord

KEPT = timedelta(days=30)  # docs/api.md: a tablet that was offline for a month still gets its first answer
BATCH = purging.BATCH


class Command(BaseCommand):
    help = (
        "Throws away answers kept for repeated requests after 30 days, notices after 120, ended sessions, and counts "
        "that count no more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        old = IdempotencyRecord.objects.filter(created_at__lt=clock.now() - KEPT).order_by("created_at")
        count = 0
        while batch := list(old.values_list("pk", flat=True)[:BATCH]):
            IdempotencyRecord.objects.filter(pk__in=batch).delete()
            count += len(batch)
        call_command("clearsessions")
        _purge_cache()
        self.stdout.write(ngettext("%(n)d kept answer purged.", "%(n)d kept answers purged.", count) % {"n": count})
        other = purging.purge(clock.now(), BATCH)
        self.stdout.write(ngettext("%(n)d other row purged.", "%(n)d other rows purged.", other) % {"n": other})


def _purge_cache() -> None:
    """Deletes what has expired in the table of the cache. Django does so only where the table is full."""
    if not isinstance(caches["default"], DatabaseCache):
        return
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    expired = f"SELECT cache_key FROM {table} WHERE expires < %s ORDER BY expires LIMIT {BATCH}"  # noqa: S608 - our name
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        deleted = BATCH
        while deleted:
            cursor.execute(f"DELETE FROM {table} WHERE cache_key IN ({expired})", [now])  # noqa: S608 - our name
            deleted = cursor.rowcount
