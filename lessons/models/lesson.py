from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    ReferenceIndex,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.rich_text import expand_db_html
from wagtail.search import index
from wagtail.signal_handlers import disable_reference_index_auto_update, reference_index_auto_update_disabled

from destalin_site.common import clock
from destalin_site.common.ids import uuid7
from lessons import compiler, previews
from lessons.blocks import SectionBodyBlock
from lessons.fields import language_tag
from lessons.models.catalogue import Course
from lessons.models.edition import Edition
from lessons.models.indexed import IndexedEdition
from lessons.models.media import image_drafts
from lessons.models.reference import Event, GlossaryTerm, Person, Rubric
from lessons.models.source import Source, preview, reference_drafts
from lessons.problems import CannotCompile
from lessons.querysets import LessonQuerySet


class Lesson(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """A lesson as its curators write it. What readers get is an Edition, cut when it is published."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="lessons")
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    inquiry = models.CharField(
        _("inquiry"), max_length=300, blank=True, help_text=_("The question that the lesson answers.")
    )
    language = models.CharField(_("language"), max_length=35, default="en", validators=[language_tag])
    level = models.CharField(_("level"), max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    terms = ParentalManyToManyField(
        GlossaryTerm,
        verbose_name=_("glossary"),
        blank=True,
        related_name="lessons",
        help_text=_("Where the text uses them, their meaning can be looked up."),
    )
    people = ParentalManyToManyField(Person, verbose_name=_("people"), blank=True, related_name="lessons")
    events = ParentalManyToManyField(
        Event, verbose_name=_("events"), blank=True, related_name="lessons", help_text=_("Those that it explains.")
    )

    ancestor = models.ForeignKey(
        Edition,
        verbose_name=_("copied from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="descendants",
    )

    # A plain save() must not put a draft before readers; Wagtail's own default would.
    live = models.BooleanField(_("live"), default=False, editable=False)

    objects = LessonQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        # Not the sections: related rows are indexed one save behind. Readers search what they can read.
        index.SearchField("published_words"),
        index.FilterField("course_id"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["course__position", "position", "title", "id"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.pk and self.slug:
            published = Edition.objects.filter(lesson=self.pk).exists()
            if published and not type(self).objects.filter(pk=self.pk, slug=self.slug).exists():
                raise ValidationError(
                    {"slug": ValidationError(_("The address of a published lesson stays."), code="slug-fixed")}
                )

    # Drafts

    def draft(self) -> compiler.LessonDraft:
        """The lesson as the compiler takes it: sections as they stand here, sources and images as they are now."""
        sections = self._section_drafts()
        drafts = reference_drafts(Source, compiler.source_keys_of(sections))
        grounds = compiler.ground_keys_of(claim for draft in drafts.values() for claim in draft.claims)
        drafts |= reference_drafts(Source, set(grounds) - set(drafts))
        used = [block for section in sections for block in section.blocks]
        used += [block for draft in drafts.values() for block in draft.images]
        return compiler.LessonDraft(
            slug=self.slug,
            title=self.title,
            summary=self.summary,
            inquiry=self.inquiry,
            course=self.course.slug if self.course_id else "",
            language=self.language,
            level=self.level,
            minutes=self.minutes,
            sections=sections,
            sources=drafts,
            images=image_drafts(compiler.image_keys_of(used)),
            terms=[term.draft() for term in self.terms.all()],
            people=[person.draft() for person in self.people.all()],
            events=[event.draft() for event in self.events.all()],
            rubrics=reference_drafts(Rubric, compiler.rubric_keys_of(sections)),
        )

    def rubric_keys(self) -> list[str]:
        """The rubrics that its questions name."""
        return compiler.rubric_keys_of(self._section_drafts())

    def _section_drafts(self) -> list[compiler.SectionDraft]:
        return [
            compiler.SectionDraft(str(section.uuid), section.heading, list(section.body.raw_data))
            for section in self.sections.all()
        ]

    def compile(self) -> compiler.Compiled:
        """The document and key that publishing this draft would cut, or what stops it."""
        return compiler.compile_lesson(self.draft(), expand=expand_db_html)

    def problems(self) -> list[compiler.Problem]:
        """What stops this draft from being published; empty when nothing does."""
        return self.compile().problems

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("Reading page")), *((name, mode.label) for name, mode in previews.modes().items())]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "mobile", "icon": "mobile-alt", "device_width": 390, "label": _("As on a phone")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("As on a desk")},
        ]

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        mode = previews.modes().get(mode_name)
        return mode.serve(request, self, self.compile()) if mode else super().serve_preview(request, mode_name)

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "lessons/preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {**context, **preview(self.compile()), "course": self.course if self.course_id else None}

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        with transaction.atomic():
            revision = super().save_revision(*args, **kwargs)
            self._note_sources()
        return revision

    def _note_sources(self) -> None:
        """Keep the list of sources that the newest draft shows, so that none of them is deleted under it."""
        sections = self._section_drafts()
        wanted = set(_whole_numbers(compiler.source_keys_of(sections)))
        noted = set(DraftSource.objects.filter(lesson=self.pk).values_list("source_id", flat=True))
        DraftSource.objects.filter(lesson=self.pk, source__in=noted - wanted).delete()
        there = Source.objects.filter(pk__in=wanted - noted).values_list("pk", flat=True)
        DraftSource.objects.bulk_create(
            [DraftSource(lesson_id=self.pk, source_id=key) for key in there], ignore_conflicts=True
        )

    # Publishing

    def publish(
        self,
        revision: Revision,
        user: Any = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Revision | None = None,
        skip_permission_checks: bool = False,
    ) -> None:
        """Go live and cut the edition: both happen or neither does.

        The one seam: the button, an approval, the schedule and commands all come through here. A lesson that is
        only scheduled cuts nothing yet, but must compile already. Raises CannotCompile.
        """
        draft = revision.as_object()
        while True:
            seen = draft._sources_seen()
            # Images are decoded and stored here, before the transaction opens.
            compiled = draft.compile()
            if compiled.problems:
                raise CannotCompile(compiled.problems)
            with _no_reference_indexing(), transaction.atomic():
                if draft._sources_seen(hold=True) != seen:
                    continue
                super().publish(
                    revision,
                    user=user,
                    changed=changed,
                    log_action=log_action,
                    previous_revision=previous_revision,
                    skip_permission_checks=skip_permission_checks,
                )
                published = type(self).objects.filter(pk=self.pk, live=True, live_revision=revision).first()
                if published is not None:
                    Edition.objects.cut(published, compiled, by=user, revision=revision)
                break
        if published is None:
            return
        ReferenceIndex.create_or_update_for_object(published)
        # Saving indexed the words of the edition before; these are the new ones.
        index.insert_or_update_object(published)

    def _sources_seen(self, *, hold: bool = False) -> list[tuple[int, int | None]]:
        """Which revision of each source is published now. Held until the transaction ends, an edition is cut with the
        words that they have, and a correction that is announced after finds it."""
        rows = Source.objects.filter(pk__in=_whole_numbers(compiler.source_keys_of(self._section_drafts())))
        if hold:
            rows = rows.select_for_update(no_key=True)
        return list(rows.order_by("pk").values_list("pk", "live_revision"))

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Take the lesson out of the catalogue and of what is searched, both or neither."""
        with transaction.atomic():
            super().unpublish(*args, **kwargs)
            IndexedEdition.objects.take_out(self.pk)

    def cut_again(self, *, by: Any) -> Edition | None:
        """The edition of what is live, with its sources as they are now; None when it or one of them was published
        meanwhile.

        Not through `Revision.publish`, which unschedules every other revision and calls off a review. Raises
        CannotCompile.
        """
        live = self.live_revision
        draft = live.as_object()
        seen = draft._sources_seen()
        # Images are decoded and stored here, before the transaction opens.
        compiled = draft.compile()
        if compiled.problems:
            raise CannotCompile(compiled.problems)
        with transaction.atomic():
            if draft._sources_seen(hold=True) != seen:
                return None
            row = type(self).objects.select_for_update().filter(pk=self.pk, live=True, live_revision=live).first()
            if row is None:
                return None
            edition: Edition = Edition.objects.cut(row, compiled, by=by, revision=live)
            type(self).objects.filter(pk=self.pk).update(last_published_at=clock.now())
            log(instance=row, action="wagtail.publish", user=by, revision=live, content_changed=False)
        index.insert_or_update_object(row)
        return edition

    @property
    def published_words(self) -> str:
        edition = Edition.objects.filter(current__lesson=self.pk).first()
        return edition.read().words() if edition else ""


class SectionIdField(models.UUIDField):
    """A UUID that goes through the editor's form and back, and is drawn where the form has none.

    Rendering a default in the empty form would give every added section the same one; leaving the field out of
    the form would draw a new one at each save of a draft.
    """

    def formfield(self, **kwargs: Any) -> forms.Field:
        return _SectionIdFormField(required=False, widget=forms.HiddenInput, label="")


class _SectionIdFormField(forms.UUIDField):
    def clean(self, value: Any) -> Any:
        return super().clean(value) or uuid7()


class Section(Orderable):
    """A part of a lesson. Its uuid stays through edits and reorders: students' work hangs on it."""

    lesson = ParentalKey(Lesson, on_delete=models.CASCADE, related_name="sections")
    uuid = SectionIdField(default=uuid7)
    heading = models.CharField(_("heading"), max_length=200)
    body = StreamField(SectionBodyBlock(required=False), verbose_name=_("body"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.heading


class DraftSource(models.Model):
    """A source that the newest draft of a lesson shows: it cannot be deleted while it does."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="draft_sources")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="draft_uses")

    class Meta:
        verbose_name = _("source of a draft")
        verbose_name_plural = _("sources of drafts")
        constraints = [models.UniqueConstraint(fields=["lesson", "source"], name="one_draft_use_each")]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.source_id}"


def _whole_numbers(keys: Sequence[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]


@contextmanager
def _no_reference_indexing() -> Iterator[None]:
    """Indexing once at the end instead of at every saved row; Wagtail's own switch does not nest."""
    if getattr(reference_index_auto_update_disabled, "value", False):
        yield
        return
    with disable_reference_index_auto_update():
        yield
