"""From the files of a curriculum to published lessons: read all, refuse or write all, publish what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from destalin_site.common.actor import System
from lessons import actions, document, images, problems
from lessons.curriculum import charts, fitting, rows, shapes
from lessons.curriculum.blocks import Names
from lessons.curriculum.files import Fault, Listed, Mapped, read, refuse
from lessons.models import Course, CuratedImage, Edition, Event, GlossaryTerm, Lesson, Person, Rubric, Source
from lessons.models.media import clean_file
from lessons.problems import CannotCompile
from lessons.uses import image_uses

LISTS = {
    "glossary.yaml": (shapes.TERM, None),
    "people.yaml": (shapes.PERSON, None),
    "events.yaml": (shapes.EVENT, shapes.event_faults),
    "rubrics.yaml": (shapes.RUBRIC, shapes.rubric_faults),
    "figures.yaml": (shapes.FIGURE, shapes.figure_faults),
}


@dataclass
class Curriculum:
    """What the files say, checked: every name that one of them uses stands in another."""

    course: Mapped
    glossary: list[Mapped] = field(default_factory=list)
    people: list[Mapped] = field(default_factory=list)
    events: list[Mapped] = field(default_factory=list)
    rubrics: list[Mapped] = field(default_factory=list)
    figures: list[Mapped] = field(default_factory=list)
    sources: list[Mapped] = field(default_factory=list)
    lessons: list[Mapped] = field(default_factory=list)  # in the order of the course


@dataclass
class Report:
    """What a loading did: how many of each kind were made and changed, and the lessons that were published."""

    made: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    published: list[Edition] = field(default_factory=list)
    unchanged: int = 0  # lessons whose readers see what they saw
    left: list[CuratedImage] = field(default_factory=list)  # drawn once, named by no file and shown by no draft

    def count(self, row: models.Model, *, new: bool) -> None:
        kind = str(row._meta.verbose_name_plural)
        counts = self.made if new else self.changed
        counts[kind] = counts.get(kind, 0) + 1


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_files(folder: Path) -> Curriculum:
    """Everything in this folder. Raises CurriculumRefused with every fault of every file; touches no row."""
    faults: list[Fault] = []
    course = read(folder / "course.yaml", faults)
    if course is not None:
        faults += shapes.COURSE.faults(course, "course.yaml", 1)
    found: dict[str, list[Mapped]] = {}
    for name, (shape, inner) in LISTS.items():
        content = read(folder / name, faults) if (folder / name).exists() else Listed()
        faults += shapes.list_faults(content, shape, name)
        found[name.removesuffix(".yaml")] = _mapped(content)
        for item in _mapped(content) if inner else []:
            faults += inner(item)  # type: ignore[misc]
    found["sources"] = []
    for path in sorted((folder / "sources").glob("*.yaml")):
        content = read(path, faults)
        faults += shapes.list_faults(content, shapes.SOURCE, path.name)
        for source in _mapped(content):
            faults += shapes.source_faults(source)
            found["sources"].append(source)
    lessons = []
    for path in sorted((folder / "lessons").glob("*.yaml")):
        lesson = read(path, faults)
        if isinstance(lesson, Mapped):
            faults += shapes.lesson_faults(lesson)
            lessons.append(lesson)
        elif lesson is not None:
            faults.append(Fault(path.name, 1, "this is not a lesson"))
    if not isinstance(course, Mapped):
        faults.append(Fault("course.yaml", 1, "this is not a course"))
    refuse(faults)
    order = {slug: place for place, slug in enumerate(course["lessons"])}
    curriculum = Curriculum(course, **found, lessons=sorted(lessons, key=lambda one: order.get(one["slug"], 0)))
    refuse([*_unresolved(curriculum), *fitting.faults(curriculum)])
    return curriculum


def _mapped(content: Any) -> list[Mapped]:
    return [item for item in content or [] if isinstance(item, Mapped)] if isinstance(content, list) else []


def _unresolved(curriculum: Curriculum) -> list[Fault]:
    """Every name that is used and stands nowhere, and every lesson that the course does not name."""
    known = {
        kind: {item["slug"] for item in getattr(curriculum, kind)}
        for kind in ("glossary", "people", "events", "rubrics", "figures", "sources", "lessons")
    }
    faults: list[Fault] = []

    def look(item: Mapped, key: str, kind: str, names: Sequence[str]) -> None:
        faults.extend(
            Fault(item.file, item.line_of(key), f"“{name}” is none of the {kind}")
            for name in names
            if name not in known[kind]
        )

    look(curriculum.course, "lessons", "lessons", curriculum.course["lessons"])
    for source in curriculum.sources:
        for claim in source.get("claims", []):
            for ground in claim["rests_on"]:
                look(ground, "source", "sources", [ground["source"]])
    seen: dict[str, Mapped] = {}
    for lesson in curriculum.lessons:
        if lesson["slug"] in seen:
            faults.append(Fault(lesson.file, lesson.line_of("slug"), f"“{lesson['slug']}” is another lesson's"))
        seen[lesson["slug"]] = lesson
        if lesson["slug"] not in curriculum.course["lessons"]:
            faults.append(Fault(lesson.file, lesson.line_of("slug"), "the course does not name this lesson"))
        for kind in ("glossary", "people", "events"):
            look(lesson, kind, kind, lesson.get(kind, []))
        for section in lesson["sections"]:
            for block in section["blocks"]:
                for kind, key, of in (
                    ("source", "source", "sources"),
                    ("figure", "figure", "figures"),
                    ("question", "rubric", "rubrics"),
                ):
                    if kind in block and key in block[kind]:
                        look(block[kind], key, of, [block[kind][key]])
    return faults


# --- Writing ----------------------------------------------------------------------------------------------------------


def load(
    folder: Path,
    *,
    by: User | System,
    drafts_by: User | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Brings the rows to what the files in `folder` say and publishes what readers would see differently. `drafts_by`
    is whose drafts they are, where that is somebody else than publishes them.

    Rows are found by their address; what a file no longer names stays. A second time changes nothing. Raises
    CurriculumRefused, and then nothing was written, be it for a file or for a lesson that cannot be published.
    """
    curriculum = read_files(folder)
    publisher = by if isinstance(by, User) else None
    person = drafts_by or publisher
    # Pixels are drawn and stored before the transaction opens.
    pictures = {figure["slug"]: images.clean(charts.draw(figure)) for figure in curriculum.figures}
    report = Report()
    with disable_reference_index_auto_update(), transaction.atomic():
        course = _course(curriculum.course, person, report)
        _plain(GlossaryTerm, curriculum.glossary, rows.put_term, rows.term_record, person, report)
        _plain(Person, curriculum.people, rows.put_person, rows.person_record, person, report)
        _plain(Event, curriculum.events, rows.put_event, rows.event_record, person, report)
        _plain(Rubric, curriculum.rubrics, rows.put_rubric, rows.rubric_record, person, report)
        for figure in curriculum.figures:
            _figure(figure, pictures[figure["slug"]], report)
        say(f"{len(curriculum.sources)} sources …")
        touched = _sources(curriculum.sources, person, publisher, report)
        say(f"{len(curriculum.lessons)} lessons …")
        lessons = _lessons(curriculum, course, person, report)
        _refuse_what_cannot_compile(curriculum, lessons)
    for row in [*touched, *lessons]:
        ReferenceIndex.create_or_update_for_object(row)
    for lesson in lessons:
        _publish(lesson, by, report)
        say(f"  {lesson.title}")
    report.left = _left(curriculum)
    return report


def _left(curriculum: Curriculum) -> list[CuratedImage]:
    """Drawings of earlier files, or of other ones. Like all that a file no longer names they stay; that nothing shows
    them is told, since nobody would look for them."""
    named = [figure["slug"] for figure in curriculum.figures]
    drawn = list(CuratedImage.objects.filter(drawing__isnull=False).exclude(slug__in=named).order_by("slug"))
    shown = image_uses() if drawn else {}
    return [image for image in drawn if image.pk not in shown]


def _course(record: Mapped, person: User | None, report: Report) -> Course:
    fields = {"title": record["title"], "summary": record.get("summary", ""), "position": record.get("position", 0)}
    course = Course.objects.filter(slug=record["slug"]).first()
    if course is None:
        course = Course.objects.create(slug=record["slug"], **fields)
        log(instance=course, action="wagtail.create", user=person, content_changed=True)
        report.count(course, new=True)
    elif changed := [name for name, value in fields.items() if getattr(course, name) != value]:
        for name in changed:
            setattr(course, name, fields[name])
        course.save(update_fields=changed)
        log(instance=course, action="wagtail.edit", user=person, content_changed=True)
        report.count(course, new=False)
    return course


def _plain(
    model: Any,
    records: Sequence[Mapped],
    put: rows.Put,
    said: Callable[[Any], Any],
    person: User | None,
    report: Report,
) -> None:
    """Records without drafts: what is saved is what the next lesson to be published takes."""
    there = {row.slug: row for row in model.objects.filter(slug__in=[record["slug"] for record in records])}
    for record in records:
        row = there.get(record["slug"])
        new = row is None
        row = row or model(slug=record["slug"])
        before = None if new else said(row)
        put(record, row, Names())
        if said(row) == before:
            continue
        row.save()
        revision = row.save_revision(user=person, clean=False)
        action = "wagtail.create" if new else "wagtail.edit"
        log(instance=row, action=action, user=person, revision=revision, content_changed=True)
        report.count(row, new=new)


def _figure(record: Mapped, picture: images.Picture, report: Report) -> None:
    row = CuratedImage.objects.filter(slug=record["slug"]).first()
    drawing = _plain_values(record)
    same = row is not None and row.drawing == drawing and row.asset_id == picture.sha256
    if row is not None and same and row.shown_to:
        return
    new = row is None
    row = row or CuratedImage(slug=record["slug"])
    # Drawn here from figures, it is nobody else's. What a curator said of it stays.
    row.shown_to = row.shown_to or CuratedImage.ShownTo.PUBLIC
    if same:
        row.save(update_fields=["shown_to"])
        report.count(row, new=False)
        return
    row.title, row.drawing, row.table = record["title"][:255], drawing, charts.table(record)
    row.credit = record.get("who", "")[:250]
    row.file = clean_file(picture)
    row._set_image_file_metadata()
    row.save()
    report.count(row, new=new)


def _plain_values(value: Any) -> Any:
    """The same without the lines that it stood on."""
    if isinstance(value, Mapping):
        return {name: _plain_values(part) for name, part in value.items()}
    return [_plain_values(part) for part in value] if isinstance(value, list) else value


def _sources(records: Sequence[Mapped], person: User | None, publisher: User | None, report: Report) -> list[Source]:
    """Every source brought to its record; claims once all are there. Those that changed are published."""
    there = {row.slug: row for row in Source.objects.filter(slug__in=[record["slug"] for record in records])}
    drafts: dict[str, tuple[Source, bool, dict[str, Any] | None]] = {}
    known = rows.names()
    for record in records:
        row = there.get(record["slug"])
        new = row is None
        draft = row.get_latest_revision_as_object() if row else Source(slug=record["slug"])
        before = None if new else rows.source_record(draft, known)
        rows.put_source(record, draft, known)
        if new:
            draft.save()
        drafts[record["slug"]] = (draft, new, before)
    known = rows.names()
    touched = []
    for record in records:
        draft, new, before = drafts[record["slug"]]
        rows.put_claims(record, draft, known)
        if not new and draft.live and rows.source_record(draft, known) == before:
            continue
        revision = draft.save_revision(user=person, clean=False, log_action=not new)
        if new:
            log(instance=draft, action="wagtail.create", user=person, revision=revision, content_changed=True)
        revision.publish(user=publisher)
        report.count(draft, new=new)
        touched.append(draft)
    return touched


def _lessons(curriculum: Curriculum, course: Course, person: User | None, report: Report) -> list[Lesson]:
    """Every lesson brought to its record, as drafts; all of them, in the order of the course."""
    there = {row.slug: row for row in Lesson.objects.filter(slug__in=curriculum.course["lessons"])}
    known = rows.names()
    found = []
    for place, record in enumerate(curriculum.lessons, 1):
        row = there.get(record["slug"])
        new = row is None
        draft = row.get_latest_revision_as_object() if row else Lesson(slug=record["slug"])
        before = None if new else (draft.course_id, draft.position, rows.lesson_record(draft, known))
        draft.course, draft.position = course, place
        if new:
            draft.title = record["title"]
            draft.save()
        rows.put_lesson(record, draft, known)
        if (draft.course_id, draft.position, rows.lesson_record(draft, known)) != before:
            if new:
                draft.save()
            revision = draft.save_revision(user=person, clean=False, log_action=not new)
            if new:
                log(instance=draft, action="wagtail.create", user=person, revision=revision, content_changed=True)
            report.count(draft, new=new)
        found.append(draft)
    return found


def _refuse_what_cannot_compile(curriculum: Curriculum, lessons: Sequence[Lesson]) -> None:
    faults = []
    for record, lesson in zip(curriculum.lessons, lessons, strict=True):
        for problem in lesson.problems():
            line = _line_of(record, problem.pointer)
            faults.append(Fault(record.file, line, f"{problems.message(problem.code)} ({problem.pointer})"))
    refuse(faults)


def _line_of(record: Mapped, pointer: str) -> int:
    """The line that a pointer of the compiler leads to: the block of a section, else the key of the lesson."""
    root, *path = pointer.strip("/").split("/")
    if root == "sections" and path and path[0].isdecimal():
        sections = record["sections"]
        section = sections[int(path[0])]
        if len(path) > 2 and path[1] == "body" and path[2].isdecimal():
            return int(section["blocks"].lines[int(path[2])])
        return int(sections.lines[int(path[0])])
    return record.line_of(root)


def _publish(lesson: Lesson, by: User | System, report: Report) -> None:
    """Cut an edition where readers would see something else than they do."""
    compiled = lesson.compile()
    if compiled.problems:
        raise CannotCompile(compiled.problems)
    current = Edition.objects.filter(current__lesson=lesson.pk).first()
    digest = document.sha256(document.canonical_bytes(compiled.document))
    key = document.sha256(document.canonical_bytes(compiled.key))
    if current and lesson.live and current.pk == digest and current.faces.key().newest().sha256 == key:
        report.unchanged += 1
        return
    report.published.append(actions.publish_lesson(lesson, by=by))
