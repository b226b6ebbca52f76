"""What is inside answers: which words a student leans on, and the parts that an answer is made of."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models.submission import Attempt
from lessons.models.edition import WriteOnceModel
from lessons.querysets import WriteOnceQuerySet


class Citation(WriteOnceModel):
    """One citation of an attempt, derived from its body when it was handed in, so that passages can be counted."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("supports")
        CONTRADICTS = "contradicts", _("contradicts")
        CONTEXT = "context", _("gives context")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="citations")
    place = models.PositiveSmallIntegerField(help_text=_("The number of its chip: the how-maniest of its attempt."))
    client_id = models.CharField(max_length=100)
    question = models.CharField(max_length=100)
    answer_block = models.CharField(max_length=100)
    source = models.CharField(max_length=100, blank=True, help_text=_("Empty for the lesson's own text."))
    block = models.CharField(_("passage"), max_length=100)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("words"))
    stance = models.CharField(_("stance"), max_length=16, choices=Stance.choices)
    note = models.TextField(_("note"), blank=True)

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["attempt_id", "place"]
        constraints = [models.UniqueConstraint(fields=["attempt", "place"], name="one_citation_a_place")]
        indexes = [models.Index(fields=["block", "attempt"], name="citations_of_a_passage")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.block} {self.start}-{self.end}"


class AnswerPart(WriteOnceModel):
    """One paragraph, claim, cell or chosen option of an attempt. The database itself derives these from its body in the
    statement by which it is handed in (migration 0044), so that an answer can be asked for what is in it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("a paragraph")
        CLAIM = "claim", _("a claim")
        CELL = "cell", _("a cell of a table")
        OPTION = "option", _("a chosen option")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="parts")
    place = models.PositiveIntegerField(help_text=_("From 1, in the order of the body; what was chosen first."))
    question = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    option = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    row = models.CharField(max_length=100, blank=True, default="", db_default="")  # of a cell
    column = models.CharField(max_length=100, blank=True, default="", db_default="")

    objects = WriteOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of an answer")
        verbose_name_plural = _("parts of answers")
        ordering = ["attempt_id", "place"]
        constraints = [models.UniqueConstraint(fields=["attempt", "place"], name="one_part_a_place")]
        indexes = [models.Index(fields=["question", "option"], name="parts_by_option")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.place}"
