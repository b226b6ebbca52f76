from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.rich_text import expand_db_html
from wagtail.search import index

from destalin_site.common.ids import uuid7
from lessons import citations, compiler, dates, problems, render, richtext
from lessons.blocks import ClaimBlock, FigureBlock, SourceTextBlock, StatementBlock
from lessons.document import Document
from lessons.dublin_core import ELEMENTS, Statement
from lessons.fields import DateRangeFields, edtf_date, language_tag
from lessons.models.media import image_drafts
from lessons.querysets import SourceQuerySet


class Source(
    DateRangeFields,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """A document of history, or a historian's work about it: one record, used by many lessons."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        SPEECH = "speech", _("speech")
        REPORT = "report", _("report")
        DECREE = "decree", _("decree")
        RESOLUTION = "resolution", _("resolution")
        NEWSPAPER = "newspaper", _("newspaper article")
        MEMOIR = "memoir", _("memoir")
        MONOGRAPH = "monograph", _("monograph")
        ARCHIVAL = "archival", _("archival item")
        PHOTOGRAPH = "photograph", _("photograph")
        ARTICLE = "article", _("article")
        CARTOON = "cartoon", _("cartoon")
        LAW = "law", _("law")
        NOVEL = "novel", _("novel or story")
        PAMPHLET = "pamphlet", _("pamphlet")
        POEM = "poem", _("poem")
        POSTER = "poster", _("poster")
        SOUND = "sound", _("sound recording")
        SURVEY = "survey", _("survey")
        TREATY = "treaty", _("treaty or joint statement")

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=300)
    creator = models.CharField(
        _("creator"),
        max_length=300,
        blank=True,
        help_text=_("“Family, Given”; several divided by semicolons. An organization without a comma."),
    )
    recipient = models.CharField(_("recipient"), max_length=300, blank=True, help_text=_("Of a letter."))
    date = models.CharField(
        _("date"),
        max_length=60,
        blank=True,
        validators=[edtf_date],
        help_text=_("In EDTF: 1956, 1956-02, 1956-02-25, 1956~ for about, 1953/1964 for a span."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    primary = models.BooleanField(_("primary source"), default=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=35, default="en", validators=[language_tag])
    container = models.CharField(
        _("published in"), max_length=300, blank=True, help_text=_("The newspaper, journal or volume.")
    )
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    pages = models.CharField(_("pages"), max_length=60, blank=True)
    archive = models.CharField(_("archive"), max_length=200, blank=True)
    reference = models.CharField(
        _("reference"), max_length=200, blank=True, help_text=_("Fond, opis, delo; call number.")
    )
    url = models.URLField(_("web address"), max_length=500, blank=True)
    rights = models.CharField(_("rights"), max_length=300, blank=True)

    record_author = models.TextField(_("who made it"), blank=True)
    record_audience = models.TextField(_("for whom"), blank=True)
    record_purpose = models.TextField(_("why it was made"), blank=True)
    record_perspective = models.TextField(_("from which point of view"), blank=True)
    record_omits = models.TextField(_("what it leaves out"), blank=True)

    paraphrase = models.BooleanField(
        _("study paraphrase"),
        default=False,
        help_text=_("Our own words about the document, not its wording. Readers are told."),
    )
    text = StreamField(SourceTextBlock(required=False), verbose_name=_("text"), blank=True)
    images = StreamField([("figure", FigureBlock())], verbose_name=_("images"), blank=True)
    claims = StreamField(
        [("claim", ClaimBlock())],
        verbose_name=_("what it claims"),
        blank=True,
        help_text=_("Of a historian's work: its claims, each with the passages that it rests on."),
    )

    dublin_core = StreamField(
        [("statement", StatementBlock())],
        verbose_name=_("further statements"),
        blank=True,
        help_text=_("From a record in Dublin Core: what no field says, word for word. It goes out with an export."),
    )

    # A plain save() must not put a draft before readers; Wagtail's own default would.
    live = models.BooleanField(_("live"), default=False, editable=False)

    objects = SourceQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("creator"),
        index.SearchField("text"),
        index.FilterField("kind"),
        index.FilterField("primary"),
        index.FilterField("language"),
        index.FilterField("date_from"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["date_from", "title", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def date_display(self) -> str:
        try:
            return dates.display(self.date)
        except dates.InvalidDate:
            return self.date

    @property
    def creator_display(self) -> str:
        return citations.straight_names(self.creator)

    def facts(self) -> citations.SourceFacts:
        """What a citation of it says."""
        return citations.SourceFacts(
            slug=self.slug,
            title=richtext.line(self.title),
            kind=self.kind,
            creator=richtext.line(self.creator),
            recipient=richtext.line(self.recipient),
            date=self.date.strip(),
            place=richtext.line(self.place),
            container=richtext.line(self.container),
            publisher=richtext.line(self.publisher),
            pages=richtext.line(self.pages),
            archive=richtext.line(self.archive),
            reference=richtext.line(self.reference),
            language=self.language,
            url=self.url,
        )

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "lessons/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {**context, **preview(self.compiled_alone(replace(self.draft(), live=True)))}

    def compiled_alone(self, draft: compiler.SourceDraft) -> compiler.Compiled:
        """The source alone in a lesson, as readers would meet it; `draft` is how it is taken."""
        shown = compiler.SectionDraft(
            "alone", self.title, [{"type": "source", "id": "shown", "value": {"source": "0"}}]
        )
        lesson = compiler.LessonDraft(
            slug="alone",
            title=self.title,
            summary="",
            inquiry="",
            course="",
            language="en",
            level="",
            minutes=None,
            sections=[shown],
            sources={"0": draft, **reference_drafts(Source, compiler.ground_keys_of(draft.claims))},
            images=image_drafts(compiler.image_keys_of(draft.images)),
        )
        return compiler.compile_lesson(lesson, expand=expand_db_html)

    def draft(self) -> compiler.SourceDraft:
        """The row as the compiler takes it."""
        return compiler.SourceDraft(
            id=str(self.uuid),
            live=self.live,
            facts=self.facts(),
            primary=self.primary,
            rights=self.rights,
            paraphrase=self.paraphrase,
            record={
                "author": self.record_author,
                "audience": self.record_audience,
                "purpose": self.record_purpose,
                "perspective": self.record_perspective,
                "omits": self.record_omits,
            },
            blocks=list(self.text.raw_data),
            images=list(self.images.raw_data),
            claims=list(self.claims.raw_data),
            dublin_core=[{"element": s.element, "text": s.text, "language": s.language} for s in self.statements()],
        )

    def statements(self) -> list[Statement]:
        """What its record in Dublin Core says besides the fields."""
        values = [raw["value"] for raw in self.dublin_core.raw_data]
        return [
            Statement(value["element"], value["text"], value.get("language") or "")
            for value in values
            if value.get("element") in ELEMENTS and value.get("text")
        ]


def reference_drafts(model: Any, keys: Iterable[str]) -> dict[str, Any]:
    """These rows as the compiler takes them, by their keys; those that are gone are left out."""
    rows = model.objects.in_bulk([int(key) for key in keys if key.isdecimal()])
    return {str(key): row.draft() for key, row in rows.items()}


def preview(compiled: compiler.Compiled) -> dict[str, Any]:
    """What the editor's preview shows: the page as readers would get it, and what keeps it from them."""
    codes = dict.fromkeys(problem.code for problem in compiled.problems)
    return {
        "reading": render.reading(Document(compiled.document)),
        "problems": [problems.message(code) for code in codes],
    }
