"""The lesson of the demo: loaded as a draft, then published as its curators would publish it."""

import datetime as dt

from django.core.management import call_command

from accounts.models import User
from destalin_site.common import clock
from lessons import actions
from lessons.models import Edition, Lesson, Source


def load() -> Edition:
    """The edition of the lesson, published by the editor from the curator's draft."""
    call_command("loaddata", "demo_content", verbosity=0)
    curator, editor = User.objects.get(username="curator"), User.objects.get(username="editor")
    for source in Source.objects.all():
        actions.publish_source(source, by=editor)
    lesson = Lesson.objects.get()
    actions.save_draft(lesson, by=curator)
    # Before the classes of the demo are given it.
    with clock.at(clock.now() - dt.timedelta(days=40)):
        return actions.publish_lesson(lesson, by=editor)
