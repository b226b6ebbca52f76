"""The two groups of the desk and the review between them.

Authors write and submit; Editors approve and publish. Made after migrating, when the permissions exist, and only
where they are missing: what an administrator changes later stays.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from wagtail.models import Collection, GroupApprovalTask, GroupCollectionPermission, Task, Workflow, WorkflowContentType
from wagtail.models import WorkflowTask as Step

from lessons.models import Course, CuratedImage, Event, GlossaryTerm, Lesson, Person, Rubric, Source

AUTHORS: Final = "Authors"
EDITORS: Final = "Editors"
REVIEW: Final = "Editorial review"

_REFERENCES: Final = ("glossaryterm", "person", "event", "rubric")
_WRITES: Final = [
    # To see images' rows in the site's history: what may be done to images is said by collections alone.
    *("wagtailadmin.access_admin", "lessons.view_lesson", "lessons.view_curatedimage"),
    *(f"lessons.{act}_{name}" for act in ("add", "change") for name in ("course", "lesson", "source", *_REFERENCES)),
]
_PUBLISHES: Final = [
    "lessons.delete_course",
    *(f"lessons.delete_{name}" for name in _REFERENCES),
    *(f"lessons.{act}_{name}" for act in ("publish", "delete", "lock", "unlock") for name in ("lesson", "source")),
]
_IMAGES: Final = {AUTHORS: ["add_image", "choose_image"], EDITORS: ["add_image", "change_image", "choose_image"]}


def make(using: str = "default", **kwargs: Any) -> None:
    """The groups and the review, once: when there are tables for them and no Authors yet."""
    if using != "default" or not _tables_exist(using):
        return
    if Group.objects.filter(name=AUTHORS).exists():
        _share_new_kinds(using)
        return
    _make_permissions(using)
    with transaction.atomic(using=using):
        _make_group(AUTHORS, _WRITES)
        # Wagtail brings Editors for a tree of pages; here they are the ones who publish.
        editors = _make_group(EDITORS, [*_WRITES, *_PUBLISHES])
        _make_review(editors)
        _remove_unused_defaults()


def _share_new_kinds(using: str) -> None:
    """Kinds of records of a later release go to the groups that are there, while nobody has a right to them."""
    for kind in (*_REFERENCES, "curatedimage"):
        if Group.objects.filter(permissions__content_type__model=kind).exists():
            continue
        _make_permissions(using)
        for name, permissions in [(AUTHORS, _WRITES), (EDITORS, [*_WRITES, *_PUBLISHES])]:
            for group in Group.objects.filter(name=name):
                group.permissions.add(*_permissions([one for one in permissions if one.endswith(f"_{kind}")]))


def _make_group(name: str, permissions: list[str]) -> Group:
    group, _created = Group.objects.get_or_create(name=name)
    group.permissions.set(_permissions(permissions))
    # Emptying the tables takes Wagtail's root collection along.
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    GroupCollectionPermission.objects.filter(group=group).delete()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=permission)
        for permission in _permissions([f"wagtailimages.{name}" for name in _IMAGES[name]])
    )
    return group


def _tables_exist(using: str) -> bool:
    models: list[Any] = [
        Group,
        Permission,
        ContentType,
        Lesson,
        Source,
        Course,
        CuratedImage,
        Collection,
        Step,
        GroupApprovalTask,
    ]
    models += [GlossaryTerm, Person, Event, Rubric]
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
    return {model._meta.db_table for model in models} <= tables


def _make_permissions(using: str) -> None:
    """What each app's own turn after migrating would make; ours comes before some of theirs."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from wagtail.snippets.models import create_extra_permissions

    for label in ("lessons", "wagtailadmin", "wagtailimages"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    create_extra_permissions(apps.get_app_config("lessons"), using=using)


def _permissions(names: list[str]) -> list[Permission]:
    wanted = {tuple(name.split(".")) for name in names}
    found = [
        permission
        for permission in Permission.objects.select_related("content_type").filter(
            codename__in={codename for _app, codename in wanted}
        )
        if (permission.content_type.app_label, permission.codename) in wanted
    ]
    if len(found) != len(wanted):
        raise LookupError(f"of {sorted(wanted)} there are only {found}")
    return found


def _make_review(editors: Group) -> None:
    workflow = Workflow.objects.create(name=REVIEW)
    task = GroupApprovalTask.objects.create(name=REVIEW)
    task.groups.add(editors)
    Step.objects.create(workflow=workflow, task=task, sort_order=0)
    for model in (Lesson, Source):
        content_type = ContentType.objects.get_for_model(model)
        WorkflowContentType.objects.get_or_create(content_type=content_type, defaults={"workflow": workflow})


def _remove_unused_defaults() -> None:
    """Wagtail's own review and its Moderators are for pages, which this site has none of."""
    for workflow in Workflow.objects.filter(name="Moderators approval", workflow_states__isnull=True):
        Task.objects.filter(workflow_tasks__workflow=workflow, task_states__isnull=True).delete()
        workflow.delete()
    Group.objects.filter(name="Moderators", user__isnull=True).delete()
