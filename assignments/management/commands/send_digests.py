"""manage.py send_digests"""

import sys
import traceback
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assignments.actions import digests


class Command(BaseCommand):
    help = (
        "Sends to whoever chose it the mail of the day with what is new. At any time, late, twice or by several at "
        "once: each is sent once. Reports what fails, goes on, and then exits with 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failures = 0
        for due in digests.due_digests():
            try:
                digest = due.claim()
                trouble = digests.send(digest) if digest else None
            except Exception:  # whatever it is, the next one is still due
                self.stderr.write(f"{due.person}:\n{''.join(traceback.format_exception(*sys.exc_info()))}")
                failures += 1
                continue
            if trouble is not None:
                self.stderr.write(f"{due.person}: {trouble.words}")
                failures += 1
                if trouble.unreachable:
                    # Nobody else's would go out either; they are still due when it answers again.
                    break
            elif digest is not None:
                self.stdout.write(f"{due.person}: done")
        if failures:
            raise CommandError(f"{failures} could not be sent; the reasons stand above.")
