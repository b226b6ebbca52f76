"""manage.py import_article FILE [--course COURSE] [--by USERNAME] [--title TITLE]"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from destalin_site.common.actor import SYSTEM, System
from lessons.importing import drafts, wording
from lessons.importing.reading import WITH_PICTURES, ArticleRefused, ArticleTooLarge, read_bytes


class Command(BaseCommand):
    help = (
        "Makes a draft lesson of an article in Word (.docx), HTML, Markdown or plain text, and says what became of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="a Word document (.docx), or HTML, Markdown or plain text in UTF-8"
        )
        parser.add_argument("--course", default="", help="address or title of the course; made when there is none")
        parser.add_argument("--by", default="", metavar="USERNAME", help="who imports; the system when left out")
        parser.add_argument("--title", default="", help="when the text does not begin with its title")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _person(options["by"])
        path = Path(options["file"])
        try:
            article = read_bytes(
                _bytes(path),
                name=path.name,
                title=options["title"],
                introduction=_("Introduction"),
                notes=_("Notes"),
            )
        except ArticleRefused as refused:
            raise CommandError(f"{path}: {wording.refusal(refused)}") from refused
        course = drafts.course_named(options["course"] or article.settings.get("course") or _("Imported articles"))
        entry = drafts.import_article(article, course=course, file_name=path.name, by=by)
        self._say(entry.label, entry.object_id, drafts.Report.from_data(entry.data))

    def _say(self, title: str, pk: str, report: drafts.Report) -> None:
        self.stdout.write(_("Draft lesson %(pk)s: %(title)s") % {"pk": pk, "title": title})
        self.stdout.write(_("Recognized: %(summary)s") % {"summary": report.summary})
        for row in report.outline:
            if row.strong:
                self.stdout.write(f"  {row.excerpt}")
            elif row.heading:
                self.stdout.write(f"    {row.excerpt}")
        for line in report.recognized:
            self.stdout.write(_said(line, report))
        if report.unsure:
            self.stdout.write(_("Please look at these:"))
            for line in report.unsure:
                self.stdout.write(_said(line, report))
        else:
            self.stdout.write(_("Nothing had to be guessed."))
        if report.more_unsure:
            self.stdout.write(f"  {report.more_unsure}")


def _said(line: drafts.Doubt, report: drafts.Report) -> str:
    where = _("paragraph %(line)s") if report.counts_paragraphs else _("line %(line)s")
    place = where % {"line": line.line} if line.line else _("all")
    return f"  {place}: {line.sentence}" + (f" “{line.excerpt}”" if line.excerpt else "")


def _person(username: str) -> User | System:
    if not username:
        return SYSTEM
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(_("There is no one with the user name %(name)s.") % {"name": username})
    return person


def _bytes(path: Path) -> bytes:
    try:
        if (size := path.stat().st_size) > WITH_PICTURES:
            raise ArticleTooLarge(size=size, limit=WITH_PICTURES)
        with path.open("rb") as file:
            return file.read(WITH_PICTURES + 1)  # a pipe has no size: one byte too many is enough to refuse
    except OSError as trouble:
        raise CommandError(f"{path}: {trouble.strerror}") from trouble
