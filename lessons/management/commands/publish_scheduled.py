"""Wagtail's command, made to go on: one lesson that cannot be published no longer holds up all the others."""

import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from wagtail.management.commands import publish_scheduled
from wagtail.models import DraftStateMixin, Revision

from destalin_site.common import clock
from destalin_site.common.errors import DomainError


class Command(publish_scheduled.Command):
    help = "Take down what has expired and publish what is due. Reports what fails, goes on, and then exits with 1."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        failures = sum(not self._do(name, act) for name, act in self._due())
        if failures:
            raise CommandError(f"{failures} could not be carried out; the reasons stand above.")

    def _due(self) -> Iterator[tuple[str, Callable[[], object]]]:
        now = clock.now()
        for model in apps.get_models():
            if not issubclass(model, DraftStateMixin):
                continue
            for row in model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at"):
                yield f"Taking down “{row}”", _expire(row)
        for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
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


def _expire(row: Any) -> Callable[[], object]:
    return lambda: row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> Callable[[], object]:
    return lambda: revision.publish(log_action="wagtail.publish.scheduled")
