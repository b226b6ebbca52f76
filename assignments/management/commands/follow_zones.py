"""manage.py follow_zones"""

import sys
import traceback
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assignments import actions


class Command(BaseCommand):
    help = (
        "Resolves due times that lie ahead by the zone data of today, where other data resolved them: the local time "
        "that was said stays, and its instant follows. May be run late, twice, and by several at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failures = 0
        for pk in actions.dues_to_resolve():
            try:
                moved = actions.resolve_again(pk)
            except Exception:  # whatever it is, the next one is still due
                self.stderr.write(f"{pk}:\n{''.join(traceback.format_exception(*sys.exc_info()))}")
                failures += 1
                continue
            if moved:
                self.stdout.write(f"{pk}: {moved} moved")
        if failures:
            raise CommandError(f"{failures} could not be resolved; the reasons stand above.")
