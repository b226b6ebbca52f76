"""The routes of ours at the curators' desk, among Wagtail's under /cms/.

Whoever is no curator is led to the sign-in, signed in or not, whatever stands behind the address. `curator` is an
author here: she writes and submits, and what only an editor may do leads her back with a word of why.
"""

from typing import Any

from django.contrib.auth.models import Group

from lessons import dublin_core
from lessons.cms.groups import AUTHORS
from lessons.importing import drafts, sources
from lessons.importing.reading import read_text
from lessons.models import Course, Event, GlossaryTerm, Person, Rubric
from tests.cast import Cast
from tests.lessons.factories import make_image, make_lesson, make_source
from tests.matrix import Row, row


class World:
    """A draft with two revisions, submitted for review, and a source that nothing shows."""

    def __init__(self, cast: Cast) -> None:
        cast.curator.groups.add(Group.objects.get(name=AUTHORS))
        self.source = make_source()
        self.lesson = make_lesson(title="Unfinished")
        self.source.save_revision(user=cast.curator)
        self.lesson.save_revision(user=cast.curator)
        self.tasks = {}
        for what, draft in [("lesson", self.lesson), ("source", self.source)]:
            started = draft.get_workflow().start(draft, user=cast.curator)
            self.tasks[what] = started.current_task_state_id
        article = read_text("Thaw\n\nIce breaks in spring.", title="Thaw")
        self.imported = drafts.import_article(article, course="Ice", by=cast.curator)
        record = dublin_core.Record([dublin_core.Statement("title", "A letter")], [])
        (entry,) = sources.import_records([record], by=cast.curator)
        self.batch = entry.data["batch"]
        self.course = Course.objects.create(title="Empty", slug="empty")
        self.course.save_revision(user=cast.curator)
        self.glossaryterm = GlossaryTerm.objects.create(slug="thaw", term="Thaw", meaning="A season.")
        self.person = Person.objects.create(slug="mason", name="Jan Mason", role="He lays stones.")
        self.event = Event.objects.create(slug="wall", title="A wall", date="1956", text="It went up.")
        self.rendition = make_image().get_rendition("max-165x165")
        self.rubric = Rubric.objects.create(slug="argument", title="Argument", criteria=[])


def of(what: str) -> Any:
    return lambda w: {"pk": getattr(w, what).pk}


def revision(what: str) -> Any:
    return lambda w: {"pk": getattr(w, what).pk, "revision_id": getattr(w, what).latest_revision_id}


def task(what: str) -> Any:
    return lambda w: {"pk": getattr(w, what).pk, "action_name": "approve", "task_state_id": w.tasks[what]}


def desk(url: Any = lambda w: {}, *, curator: int = 200, admin: int = 200, post: bool = False) -> Row:
    """`curator` and `admin`: what they get. Nobody else finds anything but the sign-in."""
    # What a form of Wagtail's always sends; the rest is missing, and said beside its fields.
    streams = ("text", "images", "claims", "dublin_core", "criteria")
    body = (lambda w: {f"{name}-count": "0" for name in streams}) if post else None
    return row(given=World, url=url, body=body, everybody=302, curator=curator, admin=admin)


MATRIX: dict[tuple[str, str], Row] = {}
for verb in ("get", "post"):
    sent = verb == "post"
    MATRIX |= {
        (verb, "lessons_import"): desk(post=sent),
        (verb, "lessons_publish_again"): desk(of("source"), curator=302, admin=302 if sent else 200, post=sent),
        (verb, "lessons_announce_correction"): desk(of("source"), curator=302, admin=422 if sent else 200, post=sent),
        (verb, "wagtailsnippets_lessons_lesson:copy"): desk(
            of("lesson"), curator=302 if sent else 200, admin=302 if sent else 200, post=sent
        ),
        (verb, "wagtailsnippets_lessons_course:add"): desk(post=sent),
        (verb, "wagtailsnippets_lessons_course:edit"): desk(of("course"), post=sent),
        (verb, "wagtailsnippets_lessons_course:revisions_revert"): desk(revision("course"), post=sent),
        (verb, "wagtailsnippets_lessons_course:delete"): desk(
            of("course"), curator=302, admin=302 if sent else 200, post=sent
        ),
    }
    for what in ("lesson", "source"):
        names = f"wagtailsnippets_lessons_{what}"
        MATRIX |= {
            (verb, f"{names}:add"): desk(post=sent),
            (verb, f"{names}:edit"): desk(of(what), post=sent),
            (verb, f"{names}:delete"): desk(of(what), curator=302, admin=302 if sent else 200, post=sent),
            (verb, f"{names}:revisions_revert"): desk(revision(what), post=sent),
            (verb, f"{names}:workflow_action"): desk(task(what), curator=302, admin=302 if sent else 200, post=sent),
        }
    for what in ("glossaryterm", "person", "event", "rubric"):
        names = f"wagtailsnippets_lessons_{what}"
        MATRIX |= {
            (verb, f"{names}:add"): desk(post=sent),
            (verb, f"{names}:edit"): desk(of(what), post=sent),
            (verb, f"{names}:delete"): desk(of(what), curator=302, admin=302 if sent else 200, post=sent),
        }
MATRIX["get", "lessons_rendition"] = desk(of("rendition"))
for page in ("lessons_image_library", "lessons_images_found", "lessons_image_report", "lessons_image_report_results"):
    MATRIX["get", page] = desk()
MATRIX["get", "lessons_import_sources"] = desk()
MATRIX["post", "lessons_import_sources"] = desk(post=True)
MATRIX["get", "lessons_imported_sources"] = desk(lambda w: {"batch": w.batch})
MATRIX["get", "lessons_export_source"] = desk(of("source"))
MATRIX["get", "lessons_imported"] = desk(of("imported"))
MATRIX["post", "lessons_imported"] = desk(of("imported"), curator=400, admin=400, post=True)
for page in ("lessons_review", "lessons_unfinished", "lessons_corrections", "lessons_deleted"):
    MATRIX["get", page] = desk()
