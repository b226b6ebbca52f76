"""manage.py dump_curriculum [PATH] [--course SLUG]"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.curriculum import dumping
from lessons.management.commands.load_curriculum import DEFAULT
from lessons.models import Course


class Command(BaseCommand):
    help = "Writes the drafts of a course into the files that load_curriculum reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", nargs="?", default=str(DEFAULT), help="the folder of the files")
        parser.add_argument("--course", default="", metavar="SLUG", help="its address, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        courses = Course.objects.filter(slug=options["course"]) if options["course"] else Course.objects.all()
        if len(courses) != 1:
            raise CommandError(_("Say which course with --course: there are %(n)d.") % {"n": len(courses)})
        try:
            written = dumping.dump(courses[0], Path(options["path"]))
        except dumping.CannotDump as unsaid:
            raise CommandError(str(unsaid)) from unsaid
        words = ngettext("%(n)d file written.", "%(n)d files written.", len(written))
        self.stdout.write(words % {"n": len(written)})
