"""The doors to what is published: rows that an address names come only through here."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from destalin_site.common.errors import Forbidden
from destalin_site.common.prepared import Prepared
from lessons.document import SourceData
from lessons.models import Adaptation, Asset, Course, Edition, EditionAsset, EditionFace, EditionSource, Lesson, Source
from lessons.querysets import EditionQuerySet, is_curator

Visitor = User | AnonymousUser


def course(user: Visitor, slug: str) -> Course:
    """A course that has something to read."""
    return get_object_or_404(Course.objects.visible_to(user), slug=slug)


def lesson(user: Visitor, slug: str) -> Lesson:
    """A lesson of the catalogue, with its course and current edition."""
    return get_object_or_404(
        Lesson.objects.visible_to(user).select_related("course", "current_edition__edition"), slug=slug
    )


def current_edition(user: Visitor, slug: str) -> Edition:
    """The edition of this lesson that the catalogue shows now."""
    return get_object_or_404(_editions(user).current(), lesson__slug=slug)


def edition(user: Visitor, sha256: str) -> Edition:
    """An edition by its digest, if it has once been in the catalogue; for curators any."""
    return get_object_or_404(_editions(user), pk=sha256)


def edition_of_lesson(user: Visitor, slug: str, number: int) -> Edition:
    """An edition that has once been in the catalogue, and for curators any."""
    return get_object_or_404(_editions(user).of_the_library(), lesson__slug=slug, number=number)


def edition_to_adapt(user: User, slug: str) -> Edition:
    """The current edition of this lesson, for an approved teacher."""
    found = current_edition(user, slug)
    if not user.teaches:
        raise Forbidden(needed_right="teaches")
    return found


def adaptation(user: User, pk: UUID) -> Adaptation:
    """A teacher's own version, put away or not; nobody else knows of it."""
    rows = Adaptation.objects.visible_to(user).select_related("ancestor__lesson__current_edition__edition")
    return get_object_or_404(rows, pk=pk)


def adaptation_to_change(user: User, pk: UUID) -> Adaptation:
    """The same, for as long as she is an approved teacher."""
    found = adaptation(user, pk)
    if not Adaptation.objects.changeable_by(user).filter(pk=pk).exists():
        raise Forbidden(needed_right="teaches")
    return found


def adapted_edition(user: Visitor, adaptation: UUID, number: int) -> Edition:
    """An edition of a teacher's own version: for her, and for those to whom an assignment gives it."""
    rows = Edition.objects.adapted_visible_to(user).select_related(
        "lesson__course", "adaptation__owner", "adaptation__ancestor__lesson"
    )
    return get_object_or_404(rows, adaptation=adaptation, number=number)


def source(user: Visitor, slug: str) -> Source:
    """A source that some lesson of the catalogue shows, as its record stands now."""
    return get_object_or_404(Source.objects.visible_to(user), slug=slug)


def source_copy(slug: str) -> EditionSource:
    """A source of the catalogue, as the newest current edition that shows it does. The same for everybody.

    An address that only an older copy has leads to the newest one too.
    """
    named = EditionSource.objects.current().filter(slug=slug).order_by("-edition__published_at", "-edition_id")
    found = EditionSource.objects.in_catalogue().filter(source__in=named.values("source")[:1])
    return get_object_or_404(found.select_related("source", "edition__lesson__course", "edition__current"))


def source_of_edition(user: Visitor, slug: str, number: int, source_slug: str) -> tuple[Edition, SourceData]:
    """A source as one edition shows it, if this person may read that edition."""
    found = edition_of_lesson(user, slug, number)
    return found, source_in(found, source_slug)


def source_in(edition: Edition, slug: str) -> SourceData:
    """The edition's own copy of a source."""
    source = next((source for source in edition.read().sources if source["slug"] == slug), None)
    if source is None:
        raise Http404
    return source


def asset(user: Visitor, sha256: str) -> Asset:
    """An image of an edition that this person may see; its `guarded` says whether it is kept from the public."""
    guarded = Exists(Asset.objects.guarded().filter(pk=OuterRef("pk")))
    return get_object_or_404(Asset.objects.visible_to(user).annotate(guarded=guarded), pk=sha256)


def withheld(user: Visitor, edition: str) -> frozenset[str]:
    """The images of this edition, by digest, that this person is not shown now: their rights keep them in classrooms.

    Asked anew for every page, since rights change under published editions. One query where nothing is guarded.
    """
    guarded = classroom_only(edition)
    if not guarded or is_curator(user):
        return frozenset()
    given = EditionAsset.objects.filter(asset__in=guarded, edition__in=Edition.objects.given_to(user))
    return guarded - set(given.values_list("asset", flat=True))


def classroom_only(edition: str) -> frozenset[str]:
    """The images of this edition, by digest, that may be shown in classrooms only."""
    return frozenset(Asset.objects.guarded_in(edition).values_list("pk", flat=True))


def _faces(column: str) -> Prepared:
    return Prepared(
        lambda sha256, kind: (
            EditionFace.objects.filter(edition__in=Edition.objects.public(), edition=sha256, kind=kind)
            .order_by("-number")
            .values_list(column)[:1]
        ),
        sha256=str,
        kind=str,
    )


_PUBLIC_FACES = {column: _faces(column) for column in ("bytes", "gzip", "edition")}


def face(user: Visitor, sha256: str, kind: str, column: str = "bytes") -> Any:
    """One column (bytes, gzip or edition) of the newest face of this kind, of an edition that this person may see.

    The hot read: what is public costs one query, and nobody's permissions are looked up for it.
    """
    row = _PUBLIC_FACES[column].first(sha256=sha256, kind=kind)
    if row is None:
        faces = EditionFace.objects.filter(edition__in=Edition.objects.visible_to(user), edition=sha256, kind=kind)
        row = faces.order_by("-number").values_list(column).first()
    if row is None:
        raise Http404
    return row[0]


def _editions(user: Visitor) -> EditionQuerySet:
    return Edition.objects.visible_to(user).select_related("lesson__course", "current")
