"""What a section is made of: the blocks of its StreamField, and those of a source's text.

A block says, beside its field, what would keep the lesson from being published. Drafts may be unfinished: those
checks wait while validation is deferred.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from destalin_site.common import names
from lessons import compiler, dublin_core, problems, richtext

RICH_TEXT = ["bold", "italic", "link"]

SKILLS = [
    ("sourcing", _("Sourcing")),
    ("contextualization", _("Contextualization")),
    ("corroboration", _("Corroboration")),
    ("close reading", _("Close reading")),
    ("argument", _("Argument")),
]

QUESTION_KINDS = [
    ("short", _("Short answer")),
    ("essay", _("Essay")),
    ("single", _("Choice of one")),
    ("multiple", _("Choice of several")),
    ("table", _("Table")),
]


class CheckedBlock(blocks.StructBlock):
    """A block whose fields must agree before publishing. `faults` is the compiler's own rule, on raw values."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (faults := self.faults(self.get_prep_value(cleaned))):
            errors = {field: ValidationError(problems.message(code), code=code) for field, code in faults.items()}
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        """Codes of what is wrong, each under the name of its field."""
        raise NotImplementedError


class _StoredAlike:
    """A block of Wagtail's that only asks more of what is typed: migrations know it by Wagtail's own name."""

    def deconstruct(self) -> tuple[str, Any, Any]:
        _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        base = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("wagtail."))
        return f"wagtail.blocks.{base.__name__}", args, kwargs


class ProseBlock(_StoredAlike, blocks.RichTextBlock):
    """Rich text. The editor sends it as JSON, which can spell what is no text: a draft with it is not saved."""

    def clean(self, value: Any) -> Any:
        if not richtext.is_storable(value.source):
            raise ValidationError(problems.message("text-not-writable"), code="text-not-writable")
        return super().clean(value)


class NameBlock(_StoredAlike, blocks.CharBlock):
    """A heading or title, as the site's normalizer of names leaves it."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        return names.clean(cleaned, limit=self.field.max_length) if cleaned else cleaned


class HeadingBlock(blocks.StructBlock):
    text = NameBlock(label=_("Heading"), max_length=200)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("3", _("Subheading")), ("4", _("Smaller subheading"))], default="3"
    )

    class Meta:
        icon = "title"
        label = _("Heading")


class TextListBlock(blocks.StructBlock):
    items = blocks.ListBlock(ProseBlock(features=RICH_TEXT, label=_("Item")), label=_("Items"))
    ordered = blocks.BooleanBlock(label=_("Numbered"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("List")


class QuoteBlock(blocks.StructBlock):
    text = ProseBlock(label=_("Words"), features=RICH_TEXT)
    attribution = blocks.CharBlock(label=_("Who said it, and where"), required=False, max_length=250)
    language = blocks.CharBlock(
        label=_("Language"),
        required=False,
        max_length=35,
        help_text=_("Only when it differs from the lesson's: a code such as ru or pl."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class FigureBlock(CheckedBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("Description for those who cannot see it"),
        required=False,
        max_length=500,
        help_text=_("What matters in the picture here. Not the name of the file."),
    )
    decorative = blocks.BooleanBlock(
        label=_("Only decoration"), required=False, help_text=_("Screen readers then skip the picture.")
    )
    caption = ProseBlock(label=_("Caption"), required=False, features=RICH_TEXT)
    credit = blocks.CharBlock(
        label=_("Credit"), required=False, max_length=250, help_text=_("When empty, the credit of the image.")
    )

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.figure_faults(value)

    class Meta:
        icon = "image"
        label = _("Figure")


class SourceBlock(CheckedBlock):
    source = SnippetChooserBlock("lessons.Source", label=_("Source"))
    framing = ProseBlock(
        label=_("Framing"), required=False, features=RICH_TEXT, help_text=_("What to watch for when reading it.")
    )
    first = blocks.IntegerBlock(
        label=_("From passage"), required=False, min_value=1, help_text=_("When empty, from the beginning.")
    )
    last = blocks.IntegerBlock(
        label=_("To passage"), required=False, min_value=1, help_text=_("When empty, to the end.")
    )

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.excerpt_faults(value)

    class Meta:
        icon = "doc-full"
        label = _("Source")


class CalloutBlock(blocks.StructBlock):
    title = NameBlock(label=_("Title"), required=False, max_length=200)
    text = ProseBlock(label=_("Text"), features=RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = _("Callout")


class DisputedRowBlock(CheckedBlock):
    who = blocks.CharBlock(label=_("Who stands behind it"), max_length=200)
    low = blocks.IntegerBlock(label=_("Lowest"))
    high = blocks.IntegerBlock(label=_("Highest"), required=False, help_text=_("When empty, the same as the lowest."))
    note = blocks.CharBlock(label=_("Note"), required=False, max_length=300)

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.disputed_row_faults(value)


class DisputedFigureBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What is counted, as a question"), max_length=250)
    unit = blocks.CharBlock(label=_("Unit"), max_length=60)
    rows = blocks.ListBlock(DisputedRowBlock(), label=_("Figures"), min_num=2)
    explanation = ProseBlock(label=_("Why they differ"), required=False, features=RICH_TEXT)

    class Meta:
        icon = "table"
        label = _("Disputed figure")


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Option"), max_length=300)
    correct = blocks.BooleanBlock(label=_("Correct"), required=False)


class QuestionBlock(CheckedBlock):
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=QUESTION_KINDS, default="short")
    prompt = ProseBlock(label=_("Question"), features=RICH_TEXT)
    points = blocks.DecimalBlock(
        label=_("Points"), min_value=Decimal(0), max_value=Decimal(1000), decimal_places=2, default=Decimal(1)
    )
    required = blocks.BooleanBlock(label=_("Must be answered"), required=False, default=True)
    skill = blocks.ChoiceBlock(label=_("Skill"), choices=SKILLS, required=False)
    options = blocks.ListBlock(OptionBlock(), label=_("Options"), default=[], help_text=_("For a choice only."))
    columns = blocks.ListBlock(
        blocks.CharBlock(label=_("Heading"), max_length=compiler.HEADING_LIMIT),
        label=_("Columns"),
        default=[],
        help_text=_("For a table only: two to six, such as “Who speaks”."),
    )
    rows = blocks.ListBlock(
        blocks.CharBlock(label=_("Heading"), max_length=compiler.HEADING_LIMIT),
        label=_("Rows"),
        default=[],
        help_text=_("For a table only: up to twelve, such as the sources that are read."),
    )
    rubric = SnippetChooserBlock("lessons.Rubric", label=_("Rubric"), required=False)
    model_answer = ProseBlock(
        label=_("Model answer"), required=False, features=RICH_TEXT, help_text=_("For teachers. Students never see it.")
    )

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.question_faults(value)

    class Meta:
        icon = "help"
        label = _("Question")


class GroundBlock(blocks.StructBlock):
    source = SnippetChooserBlock("lessons.Source", label=_("Source"))
    passage = blocks.IntegerBlock(label=_("Passage"), min_value=1, default=1)
    reading = blocks.TextBlock(label=_("How this historian reads it"), max_length=600)

    class Meta:
        icon = "openquote"
        label = _("Passage that it rests on")


class ClaimBlock(CheckedBlock):
    text = blocks.TextBlock(label=_("Claim"), max_length=600, help_text=_("In your words."))
    locator = blocks.CharBlock(
        label=_("Where in the work"), max_length=120, help_text=_("A page, a chapter, or: the argument as a whole.")
    )
    rests_on = blocks.ListBlock(GroundBlock(), label=_("Rests on"), min_num=1)

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.claim_faults(value)

    class Meta:
        icon = "comment"
        label = _("Claim")


class LevelBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Level"), max_length=80)
    points = blocks.DecimalBlock(
        label=_("Points"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        decimal_places=2,
        help_text=_("A scale needs none."),
    )
    description = blocks.TextBlock(label=_("What an answer on it does"), max_length=600)

    class Meta:
        icon = "list-ul"
        label = _("Level")


class CriterionBlock(CheckedBlock):
    name = blocks.CharBlock(label=_("Criterion"), max_length=120)
    description = blocks.TextBlock(label=_("What it looks at"), required=False, max_length=600)
    levels = blocks.ListBlock(LevelBlock(), label=_("Levels, best first"), min_num=2)

    def faults(self, value: Mapping[str, Any]) -> dict[str, str]:
        return compiler.criterion_faults(value)

    class Meta:
        icon = "tasks"
        label = _("Criterion")


class SourceTextBlock(blocks.StreamBlock):
    """The words of a source. Each paragraph is a passage that can be cited: A1, A2, …"""

    paragraph = ProseBlock(label=_("Passage"), features=RICH_TEXT, icon="pilcrow")
    heading = HeadingBlock()
    list = TextListBlock()
    quote = QuoteBlock()


class StatementBlock(blocks.StructBlock):
    """What a record in Dublin Core says and no field of a source does."""

    element = blocks.ChoiceBlock(label=_("Element"), choices=[(name, name) for name in dublin_core.ELEMENTS])
    text = blocks.TextBlock(label=_("Words"), rows=1)
    language = blocks.CharBlock(label=_("Language"), required=False)

    class Meta:
        icon = "tag"
        label = _("Statement")


class SectionBodyBlock(blocks.StreamBlock):
    """Everything that can stand in a section of a lesson."""

    paragraph = ProseBlock(label=_("Paragraph"), features=RICH_TEXT, icon="pilcrow")
    heading = HeadingBlock()
    list = TextListBlock()
    quote = QuoteBlock()
    figure = FigureBlock()
    source = SourceBlock()
    callout = CalloutBlock()
    disputed = DisputedFigureBlock()
    question = QuestionBlock()
