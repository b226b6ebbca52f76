"""What the search looks through: the current editions of the catalogue, kept as words.

All of it is made from editions and can be made again (`manage.py reindex_search`). The database keeps its own index of
the stems beside these rows (lessons/fulltext.py), in the same transaction.
"""

from __future__ import annotations

from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lessons import pieces, stems
from lessons.document import Document
from lessons.models.edition import Edition
from lessons.querysets import IndexedEditionQuerySet

# The key of a passage says which it is of which lesson, so that the one to show is found without a look-up.
_ROOM: Final = pieces.PASSAGES_AT_MOST + 1
_OF_A_PIECE: Final = ("kind", "anchor", "name", "lang", "source", "paraphrase", "text")


class IndexedEditionManager(models.Manager.from_queryset(IndexedEditionQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def put(self, edition: Edition, *, anew: bool = False) -> None:
        """Let this edition be found if the catalogue shows it, in place of what was found of its lesson before."""
        if not anew and self.filter(edition=edition, version=stems.VERSION).exists():
            return
        self.take_out(edition.lesson_id)
        if not Edition.objects.current().filter(pk=edition.pk).exists():
            return
        row, passages = self.made_of(edition, edition.read())
        row.save(force_insert=True)
        IndexedPassage.objects.bulk_create(passages)

    @staticmethod
    def made_of(edition: Edition, document: Document) -> tuple[IndexedEdition, list[IndexedPassage]]:
        """What is found of an edition that says this, as rows that are not stored yet."""
        found, facts = pieces.indexed(document), pieces.facts(document)
        row = IndexedEdition(
            lesson_id=edition.lesson_id,
            edition=edition,
            version=stems.VERSION,
            first_year=facts.first_year,
            last_year=facts.last_year,
            skills=f",{','.join(facts.skills)},",
            places=found.places,
            title=found.title,
            heads=found.heads,
            body=found.body,
            words=found.words,
        )
        return row, [
            IndexedPassage(
                id=IndexedPassage.key(edition.lesson_id, number),
                indexed=row,
                **{name: getattr(piece, name) for name in _OF_A_PIECE},
            )
            for number, piece in enumerate(found.pieces)
        ]

    def take_out(self, lesson: int) -> None:
        """Nothing of this lesson is found any more."""
        self.filter(lesson=lesson).delete()


class IndexedEdition(models.Model):
    """The stems of the current edition of a lesson, by where they stand in it."""

    lesson = models.OneToOneField("lessons.Lesson", on_delete=models.CASCADE, primary_key=True, related_name="indexed")
    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="indexed")
    version = models.PositiveSmallIntegerField(help_text=_("of the way that stems are made"))
    first_year = models.IntegerField(null=True)
    last_year = models.IntegerField(null=True)
    skills = models.CharField(max_length=200)
    places = models.TextField()
    title = models.TextField()
    heads = models.TextField()
    body = models.TextField()
    words = models.TextField()

    objects = IndexedEditionManager()

    class Meta:
        verbose_name = _("edition that is searched")
        verbose_name_plural = _("editions that are searched")

    def __str__(self) -> str:
        return self.edition_id


class IndexedPassage(models.Model):
    """A passage of an edition that is searched, as it is shown to whoever finds it."""

    id = models.BigIntegerField(primary_key=True)
    indexed = models.ForeignKey(IndexedEdition, on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=10)
    anchor = models.CharField(max_length=120)
    name = models.CharField(max_length=400)
    lang = models.CharField(max_length=35)
    source = models.CharField(max_length=100)
    paraphrase = models.BooleanField(default=False)
    text = models.TextField()

    class Meta:
        verbose_name = _("passage that is searched")
        verbose_name_plural = _("passages that are searched")

    def __str__(self) -> str:
        return f"{self.indexed_id} {self.anchor}"

    @staticmethod
    def key(lesson: int, number: int) -> int:
        """The key of the passage with this number in its lesson."""
        return lesson * _ROOM + number
