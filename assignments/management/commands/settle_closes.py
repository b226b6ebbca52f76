import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from assignments import actions


class Command(BaseCommand):
    help = (
        "Does what the close of an assignment brings: hands in drafts, lets count again what was taken back, ends "
        "revisions; and reminds whoever took back what no close brings back. May be run late, twice, and by several at "
        "once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        went_well = [self._goes_well(pk, partial(self._settle, pk)) for pk in actions.closes_to_settle()]
        went_well.append(self._goes_well("reminders", actions.remind_taken_back))
        if failures := went_well.count(False):
            raise CommandError(f"{failures} could not be settled; the reasons stand above.")

    def _settle(self, pk: UUID) -> None:
        if actions.settle_close(pk):
            self.stdout.write(f"{pk}: settled")

    def _goes_well(self, what: object, act: Callable[[], object]) -> bool:
        """Whatever it is that goes wrong, the next one is still due."""
        try:
            act()
        except Exception:
            self.stderr.write(f"{what}:\n{''.join(traceback.format_exception(*sys.exc_info()))}")
            return False
        return True
