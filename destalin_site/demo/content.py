"""The lesson of the demo: loaded as a draft, then published as its curators would publish it."""

from django.core.management import call_command

from accounts.models import User
from lessons import actions
from lessons.models import Edition, Lesson, Source


def load() -> Edition:
    """The edition of the lesson, published by the editor from the curator's draft."""
    call_command("loaddata", "demo_content", verbosity=0)
    curator, editor = User.objects.get(username="curator"), User.objects.get(username="admin")
    for source in Source.objects.all():
        actions.publish_source(source, by=editor)
    lesson = Lesson.objects.get()
    actions.save_draft(lesson, by=curator)
    return actions.publish_lesson(lesson, by=editor)
