"""What a teacher does with her own version of a lesson: makes it, changes it, cuts an edition of it, puts it away."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from destalin_site.common import clock, names
from destalin_site.common.errors import DomainError, Forbidden, ValidationFailed, VersionStale
from lessons import adapting, document, errata, problems, richtext
from lessons.adapting import Adapted, Fault, Trouble
from lessons.compiler import TITLE_LIMIT
from lessons.models import Adaptation, Edition, EditionFace, Source

INSTRUCTIONS_LIMIT: Final = 20_000

FAULTS: Final = {
    "too-many-questions": gettext_lazy("At most 30 questions of your own."),
    "id-not-free": gettext_lazy("This id is taken, or is no UUID."),
    "stands-nowhere": gettext_lazy("Say in which section it stands."),
    "unknown-section": gettext_lazy("The lesson has no such section."),
    "unknown-question": gettext_lazy("The lesson has no such question."),
    "unknown-source": gettext_lazy("The lesson has no such source."),
    "twice": gettext_lazy("This stands here twice."),
    "text-too-long": gettext_lazy("This is too long."),
    "options-too-many": gettext_lazy("At most 12 options."),
    "rubric-gone": gettext_lazy("The lesson has no such rubric."),
}


class AdaptationArchived(DomainError):
    """It was put away; nothing of it changes until it is brought back."""

    title = gettext_lazy("Your version is put away: bring it back first")


class TooManyAdaptations(DomainError):
    """She has as many versions as are kept for one teacher."""

    title = gettext_lazy("You have as many versions of your own as are kept for one teacher")


class TooManyEditions(DomainError):
    """As many editions were cut of it as are kept of one version."""

    title = gettext_lazy("Your version was changed and used as often as one version can be")


@transaction.atomic
def start(edition: Edition, *, by: User) -> Adaptation:
    """A version of her own of this edition of the library, with everything in it as it is there."""
    _teacher(by)
    if by.adaptations.count() >= settings.ADAPTATIONS_A_TEACHER:
        raise TooManyAdaptations(
            _(
                "You have %(most)d versions of your own, and no more are kept. Bring back one that you put away, and "
                "change it."
            )
            % {"most": settings.ADAPTATIONS_A_TEACHER}
        )
    now = clock.now()
    made = Adaptation.objects.create(
        owner=by,
        ancestor=edition,
        title=edition.title,
        plan=adapting.first_plan(edition.read().data),
        created_at=now,
        changed_at=now,
    )
    _record("own version made", made, by, ancestor=edition.pk)
    return made


@transaction.atomic
def change(adaptation: Adaptation, *, if_version: int, by: User, **said: Any) -> Adaptation:
    """Changes those of title, instructions and plan that are said, upon version `if_version`."""
    row = _held(adaptation, if_version, by)
    errors = []
    if "title" in said:
        try:
            row.title = names.clean(said["title"], limit=TITLE_LIMIT)
        except ValidationError as error:
            errors.append({"pointer": "/title", "code": error.code or "invalid", "message": error.messages[0]})
    if "instructions" in said:
        words = said["instructions"].replace("\r\n", "\n")
        row.instructions = words
        if len(words) > INSTRUCTIONS_LIMIT:
            errors.append(_error(Fault("/instructions", "text-too-long")))
        elif not richtext.is_storable(words):
            errors.append(_error(Fault("/instructions", "text-not-writable")))
    if "plan" in said:
        row.plan, faults = adapting.settled(said["plan"], row.ancestor.read().data)
        errors += [_error(fault, "/plan") for fault in faults]
    if errors:
        raise ValidationFailed(errors=errors)
    row.changed_at, row.version = clock.now(), row.version + 1
    row.save(update_fields=["title", "instructions", "plan", "changed_at", "version"])
    return row


def adapted(adaptation: Adaptation) -> Adapted:
    """The document and key that cutting it now would write, and what must be resolved first."""
    ancestor = adaptation.ancestor
    return adapting.apply(
        adaptation.plan,
        ancestor.read().data,
        ancestor.read_key().data,
        title=richtext.line(adaptation.title),
        adaptation=str(adaptation.pk),
        edition=ancestor.pk,
        number=ancestor.number,
    )


@transaction.atomic
def cut(adaptation: Adaptation, *, by: User, if_version: int | None = None) -> Edition:
    """The edition that says what her version says now, for her classes. What an earlier one says cuts nothing."""
    row = _held(adaptation, if_version, by)
    made = adapted(row)
    if made.troubles:
        errors = [
            {"pointer": f"/plan/{trouble.at}".rstrip("/"), "code": trouble.code, "message": sentence(trouble)}
            for trouble in made.troubles
        ]
        raise ValidationFailed(" ".join(dict.fromkeys(error["message"] for error in errors)), errors=errors)
    raw, key = document.canonical_bytes(made.document), document.canonical_bytes(made.key)
    digest = document.sha256(raw)
    edition = row.editions.filter(pk=digest).first()
    if edition is None:
        if row.editions.count() >= settings.EDITIONS_AN_ADAPTATION:
            raise TooManyEditions(
                _(
                    "This version has %(most)d editions, and no more are kept. Nothing is lost; start another version "
                    "of the lesson."
                )
                % {"most": settings.EDITIONS_AN_ADAPTATION}
            )
        edition = _write(row, digest, raw, key, made, by)
        _record("own version cut", row, by, edition=digest, number=edition.number)
    elif edition.faces.key().newest().sha256 != document.sha256(key):
        EditionFace.write(edition, EditionFace.Kind.KEY, key)
    if row.edition_id != edition.pk:
        row.edition = edition
        row.save(update_fields=["edition"])
    return edition


@transaction.atomic
def put_away(adaptation: Adaptation, *, by: User) -> Adaptation:
    """Takes it from the lists in which she chooses. What is assigned stays. Twice changes nothing."""
    return _archive(adaptation, True, by)


@transaction.atomic
def bring_back(adaptation: Adaptation, *, by: User) -> Adaptation:
    return _archive(adaptation, False, by)


def _archive(adaptation: Adaptation, archived: bool, by: User) -> Adaptation:
    row = _locked(adaptation, by)
    if row.archived != archived:
        row.archived_at, row.version = clock.now() if archived else None, row.version + 1
        row.save(update_fields=["archived_at", "version"])
        _record("own version put away" if archived else "own version brought back", row, by)
    return row


def _record(act: str, row: Adaptation, by: User, **facts: Any) -> None:
    # By its id: who reads the log is shown names, and what she calls it is hers.
    audit.record(act, by=by, about=by, version=str(row.pk), **facts)


def _locked(adaptation: Adaptation, by: User) -> Adaptation:
    _teacher(by)
    rows = Adaptation.objects.changeable_by(by).select_for_update(of=("self",), no_key=True)
    return rows.select_related("ancestor__lesson").get(pk=adaptation.pk)


def _held(adaptation: Adaptation, if_version: int | None, by: User) -> Adaptation:
    """The row again, under its lock, of the version that was seen."""
    row = _locked(adaptation, by)
    if if_version is not None and row.version != if_version:
        raise VersionStale(current_etag=f'"v{row.version}"')
    if row.archived:
        raise AdaptationArchived
    return row


def _teacher(by: User) -> None:
    if not by.teaches:
        raise Forbidden(needed_right="teaches")


def _write(row: Adaptation, digest: str, raw: bytes, key: bytes, made: Adapted, by: User) -> Edition:
    # Sources and images keep their place in the library: what an edition shows is never deleted.
    keys = dict(row.ancestor.source_uses.values_list("slug", "source"))
    # No correction is announced between reading those that there are and this edition being found by the next.
    list(Source.objects.select_for_update(no_key=True).filter(pk__in=keys.values()).order_by("pk").values_list("pk"))
    shown = {image["sha256"] for image in document.Document(made.document).images()}
    edition: Edition = Edition.objects.write(
        digest,
        raw,
        key,
        data=made.document,
        lesson=row.ancestor.lesson,
        adaptation=row,
        sources=[keys[source["slug"]] for source in made.document["sources"]],
        assets=row.ancestor.asset_uses.filter(asset__in=shown).values_list("asset", flat=True),
        by=by,
    )
    errata.hand_down(row.ancestor, edition)
    return edition


# --- In words ---------------------------------------------------------------------------------------------------------


def sentence(trouble: Trouble) -> str:
    """What must be resolved, and how."""
    words = {"where": _short(trouble.where), "named": trouble.named, "now": trouble.now}
    match trouble.code:
        case "nothing-kept":
            return _("Every section is dropped. Keep at least one.")
        case "section-empty":
            return _("Nothing is left in the section “%(where)s”. Drop it, or bring something in it back.") % words
        case "rests-on-dropped":
            return (
                _("“%(where)s” rests on source %(named)s, which is dropped. Bring the source back, or drop this too.")
                % words
            )
        case "names-other-letter":
            return (
                _(
                    "“%(where)s” names source %(named)s, which is source %(now)s in your version. Keep the sources in "
                    "an order in which it has its letter, or drop this."
                )
                % words
            )
        case "rests-on-paragraph":
            return (
                _("“%(where)s” rests on %(named)s, which is dropped. Bring its section back, or drop this too.") % words
            )
    return (
        _(
            "“%(where)s” names %(named)s, which is %(now)s in your version. Keep the sections in their order, or drop "
            "this."
        )
        % words
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def message(code: str) -> str:
    return str(FAULTS.get(code) or problems.message(code))


def _error(fault: Fault, at: str = "") -> dict[str, str]:
    return {"pointer": f"{at}{fault.pointer}", "code": fault.code, "message": message(fault.code)}


def provenance(edition: Edition) -> str:
    """Who made this of what: "" for an edition of the library."""
    row = edition.adaptation
    if row is None:
        return ""
    words = {"lesson": row.ancestor.title, "number": row.ancestor.number}
    # Never the name with which she signs in.
    teacher = row.owner.get_full_name() if row.owner else ""
    if not teacher:
        return _("Adapted by a teacher from “%(lesson)s”, edition %(number)d") % words
    return _("Adapted by %(teacher)s from “%(lesson)s”, edition %(number)d") % {**words, "teacher": teacher}
