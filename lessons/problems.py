"""What stops a lesson from being published, in words for the editor."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from destalin_site.common.errors import DomainError
from lessons.compiler import Problem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MESSAGES = {
    "title-missing": _("Give the lesson a title."),
    "slug-missing": _("Give the lesson an address."),
    "sections-missing": _("Add at least one section with something in it."),
    "section-twice": _("Two sections carry the same id. Remove one and add it again."),
    "heading-missing": _("Give the section a heading."),
    "name-blank": _("This needs at least one letter or digit that can be seen."),
    "name-too-long": _("This is too long."),
    "name-control": _("This contains an invisible character."),
    "name-bidi": _("This contains a character that turns the direction of reading."),
    "name-marks": _("This piles up too many accents on one letter."),
    "text-missing": _("There are no words here."),
    "image-missing": _("Choose an image."),
    "image-gone": _("The image has been deleted. Choose another."),
    "alt-missing": _("Describe the image, or say that it is only decoration."),
    "alt-is-file-name": _("This is the name of a file. Say what the picture shows."),
    "alt-of-decoration": _("Either describe the image or say that it is only decoration, not both."),
    "source-missing": _("Choose a source."),
    "source-gone": _("The source has been deleted. Choose another."),
    "source-not-published": _("This source has not been published yet. Publish it first."),
    "source-date": _("The date of this source cannot be read."),
    "passages-backwards": _("The last passage comes before the first."),
    "passages-outside": _("The source has no such passage."),
    "figures-too-few": _("Give at least two figures, or it is not disputed."),
    "figure-missing": _("Give a number."),
    "figure-backwards": _("The highest is lower than the lowest."),
    "figure-too-large": _("This number is too large."),
    "who-missing": _("Say who stands behind the number."),
    "kind-unknown": _("Choose what kind of question this is."),
    "points-wrong": _("Give points from 0 to 1000."),
    "options-too-few": _("A choice needs at least two options."),
    "options-unwanted": _("Only a choice has options."),
    "option-twice": _("Two options say the same."),
    "option-empty": _("An option has no words."),
    "correct-not-one": _("Mark exactly one option as correct."),
    "correct-none": _("Mark at least one option as correct."),
    "table-unwanted": _("Only a table has columns and rows."),
    "columns-too-few": _("A table needs at least two columns."),
    "columns-too-many": _("A table has at most six columns."),
    "rows-missing": _("A table needs at least one row."),
    "rows-too-many": _("A table has at most twelve rows."),
    "table-heading-empty": _("A heading has no words."),
    "table-heading-too-long": _("A heading has at most 80 characters."),
    "table-heading-twice": _("Two headings say the same."),
    "locator-missing": _("Say where in the work it says so: a page, a chapter, or the argument as a whole."),
    "grounds-missing": _("Name at least one passage of a source that the claim rests on."),
    "levels-too-few": _("A criterion needs at least two levels."),
    "points-in-part": _("Give points to every level, or to none."),
    "rubric-gone": _("The rubric has been deleted. Choose another."),
    "date-wrong": _("This date cannot be read."),
    "block-unknown": _("This kind of block is not known."),
    "text-not-writable": _("Something here cannot be stored as text."),
}


def message(code: str) -> "_StrPromise":
    return MESSAGES[code]


class CannotCompile(DomainError):
    """The lesson cannot be published as it stands. `problems` says why, field by field."""

    code = "lesson-cannot-compile"
    status = 422
    title = _("The lesson cannot be published yet")

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        errors = [
            {"pointer": problem.pointer, "code": problem.code, "message": str(message(problem.code))}
            for problem in problems
        ]
        super().__init__(" ".join(dict.fromkeys(error["message"] for error in errors)), errors=errors)
