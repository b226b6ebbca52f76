import sys
import traceback
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assignments import actions


class Command(BaseCommand):
    help = (
        "Does what the close of an assignment brings: hands in drafts, lets count again what was taken back, ends "
        "revisions; and reminds whoever took back what no close brings back. May be run late, twice, and by several at "
        "once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failures = 0
        for pk in actions.closes_to_settle():
            try:
                if actions.settle_close(pk):
                    self.stdout.write(f"{pk}: settled")
            except Exception:  # whatever it is, the next one is still due
                failures += 1
                self.stderr.write(f"{pk}:\n{''.join(traceback.format_exception(*sys.exc_info()))}")
        try:
            actions.remind_taken_back()
        except Exception:  # nor does a reminder hide what could not be settled
            failures += 1
            self.stderr.write("".join(traceback.format_exception(*sys.exc_info())))
        if failures:
            raise CommandError(f"{failures} could not be settled; the reasons stand above.")
