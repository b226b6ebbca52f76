"""manage.py import_dublin_core FILE [--by USERNAME]"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from destalin_site.common.actor import SYSTEM, System
from lessons import dublin_core
from lessons.importing import sources


class Command(BaseCommand):
    help = "Makes a draft source of each record in a file of Dublin Core, and says what found no field."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="XML with elements of Dublin Core")
        parser.add_argument("--by", default="", metavar="USERNAME", help="who imports; the system when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _person(options["by"])
        path = Path(options["file"])
        try:
            with path.open("rb") as file:
                records = dublin_core.from_xml(file.read(dublin_core.LIMIT + 1))
        except OSError as trouble:
            raise CommandError(f"{path}: {trouble.strerror}") from trouble
        except dublin_core.Refused as refused:
            raise CommandError(f"{path}: {sources.refusal(refused)}") from refused
        for entry in sources.import_records(records, file_name=path.name, by=by):
            self._say(sources.Report.of(entry))

    def _say(self, report: sources.Report) -> None:
        self.stdout.write(_("Draft source %(pk)s: %(title)s") % {"pk": report.source_id, "title": report.title})
        self.stdout.write(f"  {report.summary}")
        for statement in report.unmapped:
            language = f" [{statement.language}]" if statement.language else ""
            self.stdout.write(f"    {statement.element}{language}: {statement.text}")
        for line in (report.more, *report.notes):
            if line:
                self.stdout.write(f"  {line}")


def _person(username: str) -> User | System:
    if not username:
        return SYSTEM
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(_("There is no one with the user name %(name)s.") % {"name": username})
    return person
