"""Wagtail's command, made to go on and to be alone: one lesson that cannot be published no longer holds up all the
others, and of two that run at once one leaves the work to the other."""

import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db.models import QuerySet
from wagtail.management.commands import publish_scheduled
from wagtail.models import DraftStateMixin, Revision

from destalin_site.common import clock
from destalin_site.common.alone import alone
from destalin_site.common.errors import DomainError


class Command(publish_scheduled.Command):
    help = "Take down what has expired and publish what is due. Reports what fails, goes on, and then exits with 1."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        with alone("publish_scheduled") as held:
            if not held:
                self.stdout.write("It is being done elsewhere.")
                return
            failures = sum(not self._do(name, act) for name, act in self._due())
        if failures:
            raise CommandError(f"{failures} could not be carried out; the reasons stand above.")

    def _due(self) -> Iterator[tuple[str, Callable[[], object]]]:
        now = clock.now()
        for model in apps.get_models():
            if not issubclass(model, DraftStateMixin):
                continue
            expired = model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at")
            for row in _still(expired):
                yield f"Taking down “{row}”", _expire(row)
        due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
        for revision in _still(due):
            yield f"Publishing “{revision.object_str}”", _publish(revision)

    def _do(self, name: str, act: Callable[[], object]) -> bool:
        try:
            act()
        except DomainError as trouble:
            self.stderr.write(f"{name}: {trouble.detail}")
        except Exception:  # whatever it is, the next one is still due
            self.stderr.write(f"{name}:\n{''.join(traceback.format_exception(*sys.exc_info()))}")
        else:
            self.stdout.write(f"{name}: done")
            return True
        return False


def _still(due: QuerySet[Any]) -> Iterator[Any]:
    """Each of these, unless somebody did or undid it while the ones before were done."""
    for key in list(due.values_list("pk", flat=True)):
        if (row := due.filter(pk=key).first()) is not None:
            yield row


def _expire(row: Any) -> Callable[[], object]:
    return lambda: row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> Callable[[], object]:
    return lambda: revision.publish(log_action="wagtail.publish.scheduled")
