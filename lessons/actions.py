"""What curation does besides Wagtail's own screens. Each is told `by` whom; a machine says SYSTEM."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogContext, log
from wagtail.models import Revision

from accounts.models import User
from destalin_site.common import clock
from destalin_site.common.actor import System
from destalin_site.common.errors import DomainError, ValidationFailed
from lessons import errata
from lessons.models import CuratedImage, Edition, Erratum, ErratumEdition, Lesson, Source

Actor = User | System


class NothingToPublish(DomainError):
    """The lesson was never published, so there is nothing to publish again."""

    code = "nothing-to-publish"
    title = _("This was never published")


class NothingToCorrect(DomainError):
    """No edition says any of this otherwise, or it was announced before."""

    code = "nothing-to-correct"
    status = 409
    title = _("No edition says this otherwise than the source says it now")


class CorrectionOutdated(DomainError):
    """The source, or what its editions say, changed after this was looked at."""

    code = "correction-outdated"
    status = 409
    title = _("The source has changed since you looked at it")


def save_draft(lesson: Lesson, *, by: Actor) -> Revision:
    """Keep the lesson as it stands in memory as its newest draft. Nothing that readers see changes."""
    with transaction.atomic():
        if lesson.pk is None:
            lesson.save()
            log(instance=lesson, action="wagtail.create", user=_person(by))
        return lesson.save_revision(user=_person(by), log_action=True)


def publish_lesson(lesson: Lesson, *, by: Actor) -> Edition:
    """Publish the newest draft; the edition that is current afterwards. Raises CannotCompile.

    Images are decoded before the transaction opens, so this is no place for an atomic block of one's own.
    """
    revision = lesson.get_latest_revision() or save_draft(lesson, by=by)
    revision.publish(user=_person(by))
    return Edition.objects.get(current__lesson=lesson.pk)


def publish_source(source: Source, *, by: Actor) -> list[Lesson]:
    """Publish the newest draft of a source; the lessons of the catalogue that still show or quote it as it was."""
    revision = source.get_latest_revision() or source.save_revision(user=_person(by), log_action=True)
    revision.publish(user=_person(by))
    return list(Lesson.objects.published().saying(source).in_order())


def publish_again(lesson: Lesson, *, by: Actor) -> Edition:
    """Publish once more what is live, so that changes to its sources reach readers.

    Whatever waits stays as it is: unfinished drafts, an edition that is scheduled, a review that is under way.
    """
    person = _person(by)
    if person is not None and not person.has_perm("lessons.publish_lesson"):
        raise PermissionDenied
    while True:
        # As it stands now: since the caller read it, somebody may have published other words.
        live = Lesson.objects.select_related("live_revision").filter(pk=lesson.pk, live=True).first()
        if live is None or live.live_revision is None:
            raise NothingToPublish
        edition = live.cut_again(by=person)
        if edition is not None:
            return edition


def set_image_rights(image: CuratedImage, *, shown_to: str, by: Actor) -> None:
    """Say who may be shown an image. It holds at once, for every edition that shows the same bytes."""
    image.shown_to = shown_to
    with LogContext(_person(by)):
        image.save(update_fields=["shown_to"])


@dataclass(frozen=True, slots=True)
class PublishedAgain:
    """What became of one lesson: its edition, or why it could not be published."""

    lesson: Lesson
    edition: Edition | None
    trouble: DomainError | None


def publish_again_showing(source: Source, *, by: Actor) -> list[PublishedAgain]:
    """Publish again every lesson of the catalogue that shows or quotes this source. One that fails does not stop the
    rest."""
    results = []
    for lesson in Lesson.objects.published().saying(source).in_order():
        try:
            results.append(PublishedAgain(lesson, publish_again(lesson, by=by), None))
        except DomainError as trouble:
            results.append(PublishedAgain(lesson, None, trouble))
    return results


LONGEST_NOTE = 2000


@transaction.atomic
def announce_erratum(
    source: Source,
    *,
    fields: Collection[str],
    old: Mapping[str, str],
    new: Mapping[str, str],
    severity: str,
    note: str,
    by: Actor,
) -> Erratum:
    """Say beside every edition that has one of these fields otherwise what was wrong and what is right.

    No edition changes. `old` and `new` are what whoever announces it has seen, by field: when the source says
    something else by now, nothing is announced.
    """
    person = _person(by)
    if person is not None and not person.has_perm("lessons.publish_lesson"):
        raise PermissionDenied
    note = note.strip()
    good = {
        "fields": bool(fields),
        "note": 0 < len(note) <= LONGEST_NOTE,
        "severity": severity in Erratum.Severity.values,
    }
    if wrong := [name for name, fits in good.items() if not fits]:
        why = str(_("This cannot be announced."))
        raise ValidationFailed(errors=[{"pointer": f"/{name}", "code": "invalid", "message": why} for name in wrong])
    # One at a time, so that nothing is announced twice.
    row = Source.objects.select_for_update().get(pk=source.pk)
    found = errata.differences(row)
    there = {difference.field: difference for difference in found.fields}
    if not set(fields) <= there.keys():
        raise NothingToCorrect
    if any((there[field].old, there[field].new) != (old.get(field), new.get(field)) for field in fields):
        raise CorrectionOutdated
    told = [difference for difference in found.fields if difference.field in fields]
    affected = found.told(fields)
    erratum = Erratum(
        source=row,
        fields=[difference.field for difference in told],
        old={difference.field: difference.old for difference in told},
        new={difference.field: difference.new for difference in told},
        severity=severity,
        note=note,
        at=clock.now(),
        by=person,
    )
    erratum.save()
    ErratumEdition.objects.bulk_create(
        ErratumEdition(
            erratum=erratum,
            edition_id=edition.id,
            letter=edition.letter,
            title=edition.source_title,
            old={field: said for field, said in edition.old.items() if field in there and field in fields},
        )
        for edition in affected
    )
    facts = {"erratum": str(erratum.pk), "fields": erratum.fields, "severity": severity, "count": len(affected)}
    log(instance=row, action="lessons.erratum", user=person, data=facts)
    return erratum


def _person(by: Actor) -> User | None:
    """Wagtail's way to say that a machine acts is to name nobody."""
    return None if isinstance(by, System) else by
