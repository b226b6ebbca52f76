from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assignments.history import check_all


class Command(BaseCommand):
    help = "Replays the events of every submission and hashes every attempt again; exit code 1 when one does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for submission, fault in check_all():
            found += 1
            self.stderr.write(f"{submission.pk}: {fault}")
        if found:
            raise CommandError(f"{found} faults")
        self.stdout.write("Every submission is what its events say.")
