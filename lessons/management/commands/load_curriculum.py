"""manage.py load_curriculum [PATH] [--by USERNAME] [--check]"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from destalin_site.common.actor import SYSTEM, System
from lessons.curriculum import loading, reading_level
from lessons.curriculum.files import CurriculumRefused

DEFAULT = Path(settings.BASE_DIR) / "fixtures" / "curriculum"


class Command(BaseCommand):
    help = "Brings the drafts to what the files of a curriculum say, and publishes what readers would see differently."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", nargs="?", default=str(DEFAULT), help="the folder of the files")
        parser.add_argument("--by", default="", metavar="USERNAME", help="who does it; the system when left out")
        parser.add_argument("--check", action="store_true", help="only read the files, and say what is wrong with them")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person_called(options["by"])
        folder = Path(options["path"])
        if not (folder / "course.yaml").exists():
            raise CommandError(_("%(folder)s has no course.yaml.") % {"folder": folder})
        try:
            if options["check"]:
                self._tell_levels(reading_level.of(loading.read_files(folder)))
                self.stdout.write(_("Nothing is wrong with the files."))
                return
            report = loading.load(folder, by=by, say=self._say if options["verbosity"] > 1 else lambda line: None)
        except CurriculumRefused as refused:
            count = len(refused.faults)
            lines = "\n".join(map(str, refused.faults))
            heading = ngettext("%(n)d fault, nothing was written:", "%(n)d faults, nothing was written:", count)
            raise CommandError(f"{heading % {'n': count}}\n{lines}") from refused
        if options["verbosity"]:
            self._tell(report)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _tell_levels(self, levels: Sequence[reading_level.Level]) -> None:
        """How hard each section is to read, as a school year (Coleman–Liau)."""
        lesson = ""
        for level in levels:
            if level.lesson != lesson:
                lesson = level.lesson
                self.stdout.write(lesson)
            words = ngettext("%(n)d word", "%(n)d words", level.words) % {"n": level.words}
            self.stdout.write(f"  {level.grade:5.1f}  {words:>10}  {level.section}")

    def _tell(self, report: loading.Report) -> None:
        for words, counts in ((_("Made"), report.made), (_("Changed"), report.changed)):
            if counts:
                self.stdout.write(f"{words}: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
        for edition in report.published:
            self.stdout.write(_("Published: %(title)s, edition %(n)d") % {"title": edition.title, "n": edition.number})
        if report.unchanged:
            words = ngettext("%(n)d lesson as it was.", "%(n)d lessons as they were.", report.unchanged)
            self.stdout.write(words % {"n": report.unchanged})
        for image in report.left:
            words = _("“%(title)s” (%(slug)s) stays in the library: no file names this drawing, and no draft shows it.")
            self.stdout.write(words % {"title": image.title, "slug": image.slug})


def person_called(username: str) -> User | System:
    if not username:
        return SYSTEM
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(_("There is no one with the user name %(name)s.") % {"name": username})
    return person
