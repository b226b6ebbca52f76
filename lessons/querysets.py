"""Who may see which lessons, editions, sources and images, written once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from destalin_site.common import text
from lessons import pins

if TYPE_CHECKING:
    from accounts.models import User
    from lessons.models import (  # noqa: F401 - named in the bases
        Adaptation,
        Asset,
        Course,
        Edition,
        EditionSource,
        IndexedEdition,
        Lesson,
        Source,
    )

Row = TypeVar("Row", bound=models.Model)
# By the first day that a date may mean, then the last.
SOURCE_ORDER = ("sort_from", "sort_to", "title", "id")


def is_curator(user: User | AnonymousUser) -> bool:
    """Whether the user works on lessons, and so sees drafts and what was never public."""
    return user.is_authenticated and user.is_active and user.has_perm("lessons.change_lesson")


class WriteOnceQuerySet(models.QuerySet[Row]):
    """Rows that are added and never changed, in bulk neither."""

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        from lessons.models.edition import WrittenOnce

        raise WrittenOnce(f"{self.model._meta.label} is written once")


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: User | AnonymousUser) -> CourseQuerySet:
        """Courses in which there is something to read."""
        from lessons.models.lesson import Lesson

        if is_curator(user):
            return self.all()
        return self.filter(Exists(Lesson.objects.published().filter(course=OuterRef("pk"))))


class LessonQuerySet(models.QuerySet["Lesson"]):
    def published(self) -> LessonQuerySet:
        """What the catalogue shows."""
        return self.filter(live=True, current_edition__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> LessonQuerySet:
        return self.all() if is_curator(user) else self.published()

    def in_order(self) -> LessonQuerySet:
        return self.order_by("course__position", "course__title", "course_id", "position", "title", "id")

    def showing(self, source: Source) -> LessonQuerySet:
        """Lessons whose current edition shows this source, whatever their drafts show."""
        return self.filter(current_edition__edition__source_uses__source=source)

    def saying(self, source: Source) -> LessonQuerySet:
        """Lessons whose current edition may say something of this source: it shows the source, or a historian's work
        of which a claim rests on it and is shown with its words."""
        from lessons.models.edition import EditionSource

        shown = EditionSource.objects.filter(edition__current__lesson=OuterRef("pk"))
        return self.filter(Exists(shown.filter(source__in=[source.pk, *_resting_on(source)])))


class EditionQuerySet(WriteOnceQuerySet["Edition"]):
    def current(self) -> EditionQuerySet:
        """The editions that the catalogue shows now."""
        return self.filter(current__isnull=False, lesson__live=True)

    def of_the_library(self) -> EditionQuerySet:
        """Without the editions of teachers' own versions."""
        return self.filter(adaptation=None)

    def public(self) -> EditionQuerySet:
        """Every edition that has once been current in the catalogue."""
        from lessons.models.edition import Publication

        return self.filter(Exists(Publication.objects.filter(edition=OuterRef("pk"))))

    def visible_to(self, user: User | AnonymousUser) -> EditionQuerySet:
        """What was once public, for curators all of the library; of adapted ones her own, and those that an assignment
        gives to her: nobody else knows of them, curators neither."""
        if not user.is_authenticated:
            return self.public()
        library = (
            Q(adaptation=None) if is_curator(user) else Q(pk__in=self.model._default_manager.public().values("pk"))
        )
        return self.filter(library | self._adapted_for(user))

    def _adapted_for(self, user: User | AnonymousUser) -> Q:
        return Q(adaptation__isnull=False) & (Q(adaptation__owner=user.pk) | pins.of(user))

    def adapted_visible_to(self, user: User | AnonymousUser) -> EditionQuerySet:
        """Editions of teachers' own versions: her own, and those that an assignment gives to her."""
        return self.filter(self._adapted_for(user)) if user.is_authenticated else self.none()

    def given_to(self, user: User | AnonymousUser) -> EditionQuerySet:
        """Those that the user reads because an assignment of hers pins them."""
        return self.filter(pins.of(user)) if user.is_authenticated else self.none()

    def assignable_by(self, user: User | AnonymousUser) -> EditionQuerySet:
        """What the catalogue shows, and what was cut last of the teacher's own versions that she has not put away."""
        from lessons.models.adaptation import Adaptation

        usable = Adaptation.objects.changeable_by(user).filter(archived_at=None, edition__isnull=False)
        current = self.model._default_manager.current().values("pk")
        return self.filter(Q(pk__in=current) | Q(pk__in=usable.values("edition")))


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    def visible_to(self, user: User | AnonymousUser) -> AdaptationQuerySet:
        """Her own, put away or not, also when she teaches no more: they hold what she wrote."""
        return self.filter(owner=user.pk) if user.is_authenticated else self.none()

    def changeable_by(self, user: User | AnonymousUser) -> AdaptationQuerySet:
        """Her own, as long as she is an approved teacher."""
        return self.visible_to(user) if user.is_authenticated and user.is_active and user.teaches else self.none()


class IndexedEditionQuerySet(models.QuerySet["IndexedEdition"]):
    def current(self) -> IndexedEditionQuerySet:
        """What the search may look through. Asked again for every row: an index may lag, the catalogue does not."""
        from lessons.models.edition import Edition

        return self.filter(Exists(Edition.objects.current().filter(pk=OuterRef("edition"))))


class EditionSourceQuerySet(WriteOnceQuerySet["EditionSource"]):
    def current(self) -> EditionSourceQuerySet:
        """Where the catalogue shows a source now."""
        from lessons.models.edition import Edition

        return self.filter(edition__in=Edition.objects.current())

    def in_catalogue(self) -> EditionSourceQuerySet:
        """One row a source: where several current editions show it, the copy of the newest."""
        other = self.model.objects.current().filter(source=OuterRef("source"))
        at = OuterRef("edition__published_at")
        newer = other.filter(
            Q(edition__published_at__gt=at) | Q(edition__published_at=at, edition__gt=OuterRef("edition"))
        )
        return self.current().filter(~Exists(newer))

    def dated_within(self, first: date, last: date) -> EditionSourceQuerySet:
        """Those whose date may mean one of these days; what has no date is none of them."""
        return self.filter(sort_from__lte=last, sort_to__gte=first).exclude(date="")

    def in_order(self) -> EditionSourceQuerySet:
        return self.order_by(*SOURCE_ORDER)


class SourceQuerySet(models.QuerySet["Source"]):
    def dated_within(self, first: date, last: date) -> SourceQuerySet:
        """Those whose date may mean one of these days; an open end reaches without limit."""
        known = Q(date_from__isnull=False) | Q(date_to__isnull=False)
        return self.filter(
            known,
            Q(date_from__isnull=True) | Q(date_from__lte=last),
            Q(date_to__isnull=True) | Q(date_to__gte=first),
        )

    def with_sort_date(self) -> SourceQuerySet:
        """With `sort_from`: an open start comes first, and what has no date last, on every database."""
        open_start = Case(When(date_to__isnull=False, then=Value(date.min)), default=Value(date.max))
        return self.annotate(sort_from=Coalesce("date_from", open_start, output_field=models.DateField()))

    def in_catalogue(self) -> SourceQuerySet:
        """Sources that some lesson of the catalogue shows."""
        from lessons.models.edition import EditionSource

        shown = EditionSource.objects.filter(edition__current__isnull=False, edition__lesson__live=True)
        return self.filter(live=True, pk__in=shown.values("source"))

    def visible_to(self, user: User | AnonymousUser) -> SourceQuerySet:
        return self.all() if is_curator(user) else self.in_catalogue()

    def matching(self, words: str) -> SourceQuerySet:
        return self.filter(pk__in=_hits(self, words))


class AssetQuerySet(models.QuerySet["Asset"]):
    def of_editions(self, editions: models.QuerySet[Edition]) -> AssetQuerySet:
        """The images that these editions show, in every rendition."""
        from lessons.models.edition import EditionAsset

        shown = EditionAsset.objects.filter(edition__in=editions).values("asset")
        return self.filter(Q(pk__in=shown) | Q(size_of__original__in=shown)).distinct()

    def guarded(self) -> AssetQuerySet:
        """What may be shown in classrooms only, in every rendition."""
        return self.filter(Q(classroom_only=True) | Q(size_of__original__classroom_only=True)).distinct()

    def guarded_in(self, edition: str) -> AssetQuerySet:
        """The images of this edition of which at least one rendition is guarded: nobody is shown half an image."""
        from lessons.models.media import Asset

        guarded = Asset.objects.guarded().values("pk")
        return self.filter(edition_uses__edition=edition).filter(
            Q(pk__in=guarded) | Exists(Asset.objects.filter(size_of__original=OuterRef("pk"), pk__in=guarded))
        )

    def visible_to(self, user: User | AnonymousUser) -> AssetQuerySet:
        """What public editions show, without what is guarded; and all that is in the editions given to the user."""
        from lessons.models.edition import Edition
        from lessons.models.media import Asset

        if is_curator(user):
            return self.all()
        public = Asset.objects.of_editions(Edition.objects.public()).values("pk")
        seen = Q(pk__in=public) & ~Q(pk__in=Asset.objects.guarded().values("pk"))
        if user.is_authenticated:
            seen |= Q(pk__in=Asset.objects.of_editions(Edition.objects.given_to(user)).values("pk"))
        return self.filter(seen)


def _resting_on(source: Source) -> list[int]:
    """The sources of which a published claim quotes this one, by Wagtail's index of what refers to what."""
    from wagtail.models import ReferenceIndex

    own = ReferenceIndex.get_references_to(source).filter(
        content_type=ReferenceIndex._get_base_content_type(source), model_path__startswith="claims."
    )
    return [int(key) for key in own.values_list("object_id", flat=True).distinct()]


def _hits(queryset: models.QuerySet[Any], words: str) -> list[Any]:
    from wagtail.search.backends import get_search_backend

    words = text.words(words)
    if not words:
        return []
    found = get_search_backend().search(words, queryset.model._default_manager.all())
    return [row.pk for row in found[:1000]]
