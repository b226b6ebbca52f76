"""The course of the demo: the curriculum, drafted by the curator, published by the editor before the classes began."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from wagtail.models import ModelLogEntry, Revision

from accounts.models import User
from destalin_site.common import clock
from lessons import actions
from lessons.curriculum import loading
from lessons.models import CuratedImage, Edition, Lesson, Source

FOLDER: Final = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
PUBLISHED: Final = dt.timedelta(days=40)


def load(*, say: Callable[[str], None] = lambda line: None) -> dict[str, Edition]:
    """The edition of every lesson, by the address of the lesson."""
    curator, editor = User.objects.get(username="curator"), User.objects.get(username="editor")
    call_command("loaddata", "demo_content", verbosity=0)
    with clock.at(clock.now() - PUBLISHED):
        report = loading.load(FOLDER, by=editor, drafts_by=curator, say=say)
        _date_back(clock.now())
    _submit_draft(by=curator)
    return {edition.lesson.slug: edition for edition in report.published}


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
