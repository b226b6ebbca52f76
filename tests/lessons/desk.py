"""The curators' desk in tests: people of both groups, and forms as the editor's page sends them."""

import copy
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.blocks import Block, ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import User
from lessons.cms.groups import AUTHORS, EDITORS
from lessons.models import Lesson, Source
from tests.cast import person

LESSONS = "/cms/snippets/lessons/lesson"
JSON = {"headers": {"accept": "application/json"}}


def author(name: str = "author") -> User:
    user = person(name)
    user.groups.add(Group.objects.get(name=AUTHORS))
    return user


def editor(name: str = "editor") -> User:
    user = User.objects.filter(username=name).first() or person(name)
    user.groups.add(Group.objects.get(name=EDITORS))
    return user


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lesson_form(lesson: Lesson, **changes: Any) -> dict[str, Any]:
    """What the editor's page would send if it were opened now and nothing were changed in it but `changes`."""
    row = Lesson.objects.get(pk=lesson.pk)
    draft = row.get_latest_revision_as_object()
    sections = [
        {
            "id": section.pk or "",
            "uuid": str(section.uuid),
            "heading": section.heading,
            "body": body_form(section.body.stream_block, section.body.raw_data),
        }
        for section in draft.sections.all()
    ]
    data = {
        **{name: getattr(draft, name) or "" for name in ("title", "slug", "inquiry", "summary", "language", "level")},
        "course": draft.course_id,
        "minutes": draft.minutes or "",
        "position": draft.position,
        "go_live_at": "",
        "expire_at": "",
        "sections": inline_formset(sections, initial=len(sections)),
        **changes,
    }
    if latest := row.latest_revision:
        data["loaded_revision_id"] = latest.pk
        data["loaded_revision_created_at"] = latest.created_at.isoformat()
    return nested_form_data(data)


def new_section(heading: str, *paragraphs: str, uuid: str = "") -> dict[str, Any]:
    """A section that was added in the page: without a key, its uuid blank as the empty form has it."""
    block = Lesson._meta.get_field("sections").related_model._meta.get_field("body").stream_block
    raw = [{"type": "paragraph", "id": f"new-{i}", "value": f"<p>{text}</p>"} for i, text in enumerate(paragraphs)]
    return {"id": "", "uuid": uuid, "heading": heading, "body": body_form(block, raw)}


def with_section(form: dict[str, Any], section: dict[str, Any]) -> dict[str, Any]:
    """The form with one more section at its end."""
    form = copy.copy(form)
    number = int(form["sections-TOTAL_FORMS"])
    form["sections-TOTAL_FORMS"] = str(number + 1)
    return {**form, **nested_form_data({f"sections-{number}": {**section, "ORDER": str(number + 1), "DELETE": ""}})}


def body_form(block: StreamBlock, raw: Any) -> dict[str, Any]:
    rows = {
        str(i): {
            "type": item["type"],
            "id": item.get("id") or "",
            "order": str(i),
            "deleted": "",
            "value": _value(block.child_blocks[item["type"]], item["value"]),
        }
        for i, item in enumerate(raw)
    }
    return {**rows, "count": str(len(rows))}


def _value(block: Block, value: Any) -> Any:
    if isinstance(block, RichTextBlock):
        widget = get_rich_text_editor_widget("default", features=block.features)
        return widget.format_value(value or "") if value else "null"
    if isinstance(block, ListBlock):
        items = [item if isinstance(item, dict) and "type" in item else {"value": item} for item in value or []]
        rows = {
            str(i): {
                "id": item.get("id") or "",
                "order": str(i),
                "deleted": "",
                "value": _value(block.child_block, item["value"]),
            }
            for i, item in enumerate(items)
        }
        return {**rows, "count": str(len(rows))}
    if isinstance(block, StructBlock):
        fields = {name: _value(child, value.get(name)) for name, child in block.child_blocks.items()}
        return {name: field for name, field in fields.items() if field is not False}  # an empty tick box sends nothing
    return "" if value is None else value


def send(client: Client, lesson: Lesson, form: dict[str, Any], action: str = "", **extra: Any) -> HttpResponse:
    """Press a button of the editor: save draft, or `publish`, `submit` …"""
    data = {**form, f"action-{action}": "on"} if action else form
    response: HttpResponse = client.post(f"{LESSONS}/edit/{lesson.pk}/", data, **extra)
    return response


def source_form(source: Source) -> dict[str, Any]:
    """What the editor's page of a source would send, without the revision that it was loaded with."""
    draft = source.get_latest_revision_as_object()
    fields = ["title", "slug", "creator", "recipient", "date", "kind", "place", "language", "container", "publisher"]
    fields += ["pages", "archive", "reference", "url", "rights"]
    fields += [f"record_{name}" for name in ("author", "audience", "purpose", "perspective", "omits")]
    data = {name: getattr(draft, name) for name in fields}
    text = body_form(draft.text.stream_block, draft.text.raw_data)
    streams = {name: {"count": "0"} for name in ("images", "claims", "dublin_core")}
    return nested_form_data({**data, "primary": "on", "text": text, **streams})


def loaded(revision: Revision) -> dict[str, Any]:
    return {"loaded_revision_id": revision.pk, "loaded_revision_created_at": revision.created_at.isoformat()}
