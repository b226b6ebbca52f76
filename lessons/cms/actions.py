"""What a curator does besides writing: copy a lesson, delete what nobody uses."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from destalin_site.common.actor import System
from lessons.models import Course, Event, GlossaryTerm, Lesson, Person, Rubric, Section, Source
from lessons.uses import Use, uses_of

# What a copy takes over; everything else it begins anew.
_COPIED = ("course", "summary", "inquiry", "language", "level", "minutes", "position")


@transaction.atomic
def copy_lesson(lesson: Lesson, *, by: User | System) -> Lesson:
    """A draft with the same words and with ids of its own, so that nobody's work can hang on both.

    It keeps from which edition it comes: the newest of the lesson, when there is one.
    """
    person = by if isinstance(by, User) else None
    source = lesson.get_latest_revision_as_object()
    title = _("%(title)s (copy)") % {"title": source.title}
    ancestor = lesson.editions.of_the_library().order_by("-number").first()
    copy = Lesson(
        ancestor=ancestor,
        title=title[:200],
        slug=free_slug(Lesson, source.slug),
        **{name: getattr(source, name) for name in _COPIED},
    )
    for name in ("terms", "people", "events"):
        setattr(copy, name, list(getattr(source, name).all()))
    copy.sections = [
        Section(sort_order=i, heading=section.heading, body=with_new_ids(list(section.body.raw_data)))
        for i, section in enumerate(source.sections.all())
    ]
    copy.save()
    revision = copy.save_revision(user=person, clean=False)
    log(
        instance=copy,
        action="lessons.copy",
        user=person,
        revision=revision,
        content_changed=True,
        data={
            "lesson": lesson.pk,
            "title": source.title,
            "edition": ancestor and ancestor.pk,
            "number": ancestor and ancestor.number,
        },
    )
    return copy


def with_new_ids(value: Any) -> Any:
    """StreamField data with an id of its own for every block and every item of a list in it."""
    if isinstance(value, list):
        return [with_new_ids(item) for item in value]
    if isinstance(value, dict):
        new = {key: with_new_ids(part) for key, part in value.items()}
        if {"type", "value"} <= new.keys():
            new["id"] = str(uuid.uuid4())
        return new
    return value


def free_slug(model: type[models.Model], title: str, *, but: Any = None) -> str:
    """An address made from the title that no row has, `but` the one with this key."""
    base = slugify(title)[:90].strip("-") or str(model._meta.model_name)
    others = model._default_manager.exclude(pk=but) if but else model._default_manager
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def delete_rows(rows: list[models.Model], *, by: User) -> None:
    """Delete these rows, each with its line in the log. Raises ProtectedError, and then deletes none.

    The line keeps what the row said last: its revisions go with it.
    """
    for row in rows:
        log(instance=row, action="wagtail.delete", user=by, deleted=True, data={"content": _last_content(row)})
        row.delete()


def _last_content(row: models.Model) -> dict[str, Any]:
    """The newest draft, as its revision has it."""
    revision = getattr(row, "latest_revision", None)
    if revision is not None:
        return dict(revision.content)
    known: Any = row
    return dict(known.serializable_data())


def what_keeps(row: models.Model) -> list[str]:
    """What keeps this row from being deleted, each use in words; empty when nothing does."""
    match row:
        case Lesson():
            return [
                _("Edition %(number)s, published as “%(title)s”") % {"number": edition.number, "title": edition.title}
                for edition in row.editions.of_the_library().order_by("number")
            ]
        case Course():
            return [_("The lesson “%(title)s”") % {"title": lesson.title} for lesson in row.lessons.order_by("title")]
        case Source():
            return [_use(use) for use in uses_of(row)]
        case GlossaryTerm() | Person() | Event() | Rubric():
            return [_("The lesson “%(title)s”") % {"title": title} for title in sorted(_drafts_with(row))]
    return []


def _drafts_with(row: models.Model) -> list[str]:
    """The lessons whose newest draft has this row in a list or a question. A draft stands in its revision alone, so
    each is read: deleting is rare, and a draft that loses something in silence is worse."""
    found = []
    for lesson in Lesson.objects.select_related("latest_revision"):
        draft = lesson.get_latest_revision_as_object()
        if isinstance(row, Rubric):
            named = str(row.pk) in draft.rubric_keys()
        else:
            lists: dict[type[models.Model], Any] = {
                GlossaryTerm: draft.terms,
                Person: draft.people,
                Event: draft.events,
            }
            named = row in lists[type(row)].all()
        if named:
            found.append(str(draft))
    return found


def _use(use: Use) -> str:
    if use.number is None:
        return _("The draft of “%(lesson)s”") % {"lesson": use.lesson}
    return _("Edition %(number)s of “%(lesson)s”") % {"number": use.number, "lesson": use.lesson}
