"""What lessons lean on besides their sources: terms, people, events and rubrics. One record each, used by many lessons.

None of them has readers of its own: a lesson takes them into its edition when it is published, and readers see that.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import RevisionMixin
from wagtail.search import index

from destalin_site.common.ids import uuid7
from lessons import compiler, dates, richtext
from lessons.blocks import CriterionBlock
from lessons.fields import DateRangeFields, edtf_date, language_tag, lines


class Reference(RevisionMixin, index.Indexed, models.Model):
    """A record with a history, whose id stays while its words change."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=100, unique=True)

    class Meta:
        abstract = True


class GlossaryTerm(Reference):
    """A word that readers may not know. Where a lesson uses it, its meaning is one key or tap away."""

    term = models.CharField(_("term"), max_length=120)
    original = models.CharField(_("in the original language"), max_length=160, blank=True)
    language = models.CharField(_("that language"), max_length=35, default="ru", validators=[language_tag])
    transliteration = models.CharField(_("transliteration"), max_length=160, blank=True)
    meaning = models.TextField(_("meaning"), max_length=600, help_text=_("One or two sentences."))
    forms = models.TextField(
        _("forms in a text"),
        blank=True,
        help_text=_("The words by which a text uses it, one a line: “special settlers”. When empty, the term itself."),
    )

    search_fields = [
        index.SearchField("term", boost=2),
        index.AutocompleteField("term"),
        index.SearchField("original"),
        index.SearchField("transliteration"),
        index.SearchField("meaning"),
    ]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term", "id"]

    def __str__(self) -> str:
        return self.term

    def draft(self) -> compiler.TermDraft:
        return compiler.TermDraft(
            id=self.slug,
            term=richtext.line(self.term),
            original=richtext.line(self.original),
            language=self.language,
            transliteration=richtext.line(self.transliteration),
            meaning=richtext.line(self.meaning),
            forms=lines(self.forms) or [richtext.line(self.term)],
        )


class Person(Reference):
    """Somebody who matters in a lesson."""

    name = models.CharField(_("name"), max_length=160)
    original = models.CharField(_("in the original language"), max_length=160, blank=True)
    language = models.CharField(_("that language"), max_length=35, default="ru", validators=[language_tag])
    born = models.CharField(_("born"), max_length=60, blank=True, validators=[edtf_date])
    died = models.CharField(_("died"), max_length=60, blank=True, validators=[edtf_date])
    office = models.CharField(_("office"), max_length=300, blank=True)
    role = models.TextField(_("part in the story"), max_length=600, help_text=_("One or two sentences."))
    forms = models.TextField(
        _("forms in a text"), blank=True, help_text=_("The names by which a text speaks of them, one a line.")
    )

    search_fields = [
        index.SearchField("name", boost=2),
        index.AutocompleteField("name"),
        index.SearchField("original"),
        index.SearchField("role"),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def draft(self) -> compiler.PersonDraft:
        return compiler.PersonDraft(
            id=self.slug,
            name=richtext.line(self.name),
            original=richtext.line(self.original),
            language=self.language,
            born=self.born.strip(),
            died=self.died.strip(),
            office=richtext.line(self.office),
            role=richtext.line(self.role),
            forms=lines(self.forms) or [richtext.line(self.name)],
        )


class Event(DateRangeFields, Reference):
    """Something that happened, with when it did and, where that differs, when people could know of it."""

    title = models.CharField(_("title"), max_length=160)
    date = models.CharField(
        _("date"), max_length=60, validators=[edtf_date], help_text=_("In EDTF: 1956-02-25, 1956-02, 1953/1964.")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    known_from = models.CharField(
        _("known from"),
        max_length=60,
        blank=True,
        validators=[edtf_date],
        help_text=_("When the public could first know of it. When empty, as soon as it happened."),
    )
    known_by = models.TextField(
        _("who knew earlier"), max_length=600, blank=True, help_text=_("And how it came out. With “known from” only.")
    )
    text = models.TextField(_("what happened"), max_length=1200)
    conflict = models.TextField(_("how accounts differ"), max_length=1200, blank=True)
    names = models.TextField(
        _("names in a text"),
        blank=True,
        help_text=_("The proper names by which a text speaks of it, one a line. Lessons explain it before they do."),
    )

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("text"),
        index.FilterField("date_from"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["date_from", "date_to", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def date_display(self) -> str:
        try:
            return dates.display(self.date)
        except dates.InvalidDate:
            return self.date

    def clean(self) -> None:
        super().clean()
        if self.known_by and not self.known_from:
            raise ValidationError(
                {"known_from": ValidationError(_("Say from when the public could know of it."), code="known-from")}
            )

    def draft(self) -> compiler.EventDraft:
        return compiler.EventDraft(
            id=self.slug,
            title=richtext.line(self.title),
            date=self.date.strip(),
            place=richtext.line(self.place),
            known_from=self.known_from.strip(),
            known_by=richtext.line(self.known_by),
            text=richtext.line(self.text),
            conflict=richtext.line(self.conflict),
        )


class Rubric(Reference):
    """How answers of one kind are judged. An edition proposes it; assigning copies it."""

    title = models.CharField(_("title"), max_length=160)
    criteria = StreamField([("criterion", CriterionBlock())], verbose_name=_("criteria"))

    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def draft(self) -> compiler.RubricDraft:
        return compiler.RubricDraft(
            id=self.slug, title=richtext.line(self.title), criteria=list(self.criteria.raw_data)
        )
