"""The course of the demo: the curriculum, drafted by the curator, published by the editor before the classes began, and
what has happened at the desk since then: a correction, a lesson for later, one that was sent back."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db.models import Model
from wagtail.models import ModelLogEntry, Revision, TaskState, WorkflowState

from accounts.models import User
from destalin_site.common import clock
from lessons import actions, errata
from lessons.curriculum import loading
from lessons.models import CuratedImage, Edition, Erratum, Lesson, Source

FOLDER: Final = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
PUBLISHED: Final = dt.timedelta(days=40)

CORRECTED: Final = "beria-note-amnesty-1953"
SAID: Final = "for the moment of Stalin’s death"
SAYS: Final = "for the time of Stalin’s death, although it was written down three weeks later"
NOTE: Final = (
    "The note is dated 26 March 1953, three weeks after Stalin’s death. The number stays as it is; whoever gave it as "
    "the number of that very day should say of which day it is."
)
SCHEDULED: Final = "reading-an-article-against-the-evidence"
SENT_BACK: Final = "the-argument-that-did-not-end"
UNFAIR: Final = "Why does Russia not want to know what Stalin did?"
WHY_BACK: Final = (
    "The new question takes its answer for granted, and it speaks of a country where the lesson speaks of courts, "
    "parliaments and pollsters. Please keep to what our sources can answer."
)


def load(*, say: Callable[[str], None] = lambda line: None) -> dict[str, Edition]:
    """The edition of every lesson, by the address of the lesson."""
    curator, editor = User.objects.get(username="curator"), User.objects.get(username="editor")
    call_command("loaddata", "demo_content", verbosity=0)
    with clock.at(clock.now() - PUBLISHED):
        report = loading.load(FOLDER, by=editor, drafts_by=curator, say=say)
        _date_back(clock.now())
    _submit_draft(by=curator)
    return {edition.lesson.slug: edition for edition in report.published}


def go_on(now: dt.datetime) -> None:
    """What the curator and the editor did while the classes worked."""
    curator, editor = User.objects.get(username="curator"), User.objects.get(username="editor")
    with _at(now - dt.timedelta(days=3)):
        _correct(by=editor, drafted_by=curator)
    with _at(now - dt.timedelta(days=2)):
        _schedule(now + dt.timedelta(days=8), by=editor, drafted_by=curator)
        _send_back(by=editor, drafted_by=curator)


@contextmanager
def _at(moment: dt.datetime) -> Iterator[None]:
    """What is done in it was done at this moment, what Wagtail dated itself too."""
    kept: list[tuple[type[Model], str]] = [
        (Revision, "created_at"),
        (ModelLogEntry, "timestamp"),
        (WorkflowState, "created_at"),
        (TaskState, "started_at"),
    ]
    before = [set(model._default_manager.values_list("pk", flat=True)) for model, _name in kept]
    with clock.at(moment):
        yield
    for (model, name), known in zip(kept, before, strict=True):
        model._default_manager.exclude(pk__in=known).update(**{name: moment})
    TaskState.objects.filter(started_at=moment, finished_at__isnull=False).update(finished_at=moment)


def _correct(*, by: User, drafted_by: User) -> None:
    """A source said something loosely; it is put right, and whoever works with the edition as it was is told."""
    source = Source.objects.get(slug=CORRECTED)
    raw = list(source.text.raw_data)
    loose = [block for block in raw if SAID in block["value"]]
    if len(loose) != 1:
        raise ValueError(f"“{SAID}” stands in {len(loose)} passages of the source, and has to stand in one.")
    source.text = [{**block, "value": block["value"].replace(SAID, SAYS)} for block in raw]
    source.save_revision(user=drafted_by, log_action=True)
    actions.publish_source(source, by=by)
    Source.objects.filter(pk=source.pk).update(last_published_at=clock.now())
    found = errata.differences(source).fields
    actions.announce_erratum(
        source,
        fields=[row.field for row in found],
        old={row.field: row.old for row in found},
        new={row.field: row.new for row in found},
        severity=Erratum.Severity.MINOR,
        note=NOTE,
        by=by,
    )


def _schedule(live: dt.datetime, *, by: User, drafted_by: User) -> None:
    """It took longer in class than the lesson says. From that day on it says so."""
    lesson = Lesson.objects.get(slug=SCHEDULED)
    lesson.minutes = (lesson.minutes or 0) + 10
    lesson.go_live_at = live
    actions.save_draft(lesson, by=drafted_by)
    actions.publish_lesson(lesson, by=by)


def _send_back(*, by: User, drafted_by: User) -> None:
    lesson = Lesson.objects.get(slug=SENT_BACK)
    lesson.inquiry = UNFAIR
    actions.save_draft(lesson, by=drafted_by)
    state = lesson.get_workflow().start(lesson, user=drafted_by)
    state.current_task_state.reject(user=by, comment=WHY_BACK)


def _submit_draft(*, by: User) -> None:
    """The lesson of the fixture is done, as its author finds: it waits for an editor."""
    lesson = Lesson.objects.get(live=False)
    actions.save_draft(lesson, by=by)
    lesson.get_workflow().start(lesson, user=by)


def _date_back(published: dt.datetime) -> None:
    """What Wagtail and the database dated themselves belongs to the history as well."""
    Revision.objects.update(created_at=published)
    ModelLogEntry.objects.update(timestamp=published)
    CuratedImage.objects.update(created_at=published)
    Lesson.objects.filter(live=True).update(first_published_at=published, last_published_at=published)
    Source.objects.update(first_published_at=published, last_published_at=published)
