"""manage.py reindex_search [--check]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons import indexing
from lessons.models import Edition, IndexedEdition


class Command(BaseCommand):
    help = "Make what is searched anew from the current editions. It is kept by publishing; this is for doubts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say what differs; exits with 1 when anything does"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        current = tuple(Edition.objects.current().order_by("lesson_id"))
        for _edition in indexing.mend(indexing.Lag(current, indexing.lag().left_over), anew=True):
            pass
        self.stdout.write(f"{len(current)} editions can be found.")

    def _check(self) -> None:
        behind = indexing.lag()
        for edition in behind.missing:
            self.stderr.write(f"{edition.pk}: is not found as it is")
        for lesson in behind.left_over:
            self.stderr.write(f"lesson {lesson}: is found, and not in the catalogue")
        if behind:
            raise CommandError(f"{len(behind.missing) + len(behind.left_over)} differ: manage.py reindex_search")
        self.stdout.write(f"{IndexedEdition.objects.count()} editions can be found.")
