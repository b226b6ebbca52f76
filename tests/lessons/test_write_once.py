"""What is published is never changed: not through Python, and not past it."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from lessons import triggers
from lessons.models import Edition, EditionFace, Lesson
from lessons.models.edition import WrittenOnce
from tests.cast import person
from tests.lessons.factories import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_edition()


def test_python_refuses_to_change_or_delete_it(edition):
    edition.title = "Other words"
    face = edition.face("document")
    publication = edition.publications.get()
    for act in [
        edition.save,
        edition.delete,
        face.save,
        face.delete,
        publication.delete,
        Edition.objects.all().delete,
        EditionFace.objects.all().delete,
        lambda: Edition.objects.update(title="Other words"),
        lambda: EditionFace.objects.update(bytes=b""),
        lambda: Edition.objects.bulk_update([edition], ["title"]),
        lambda: edition.faces.update(sha256="0" * 64),
        lambda: edition.faces.all().delete(),
        lambda: edition.publications.all().delete(),
    ]:
        with pytest.raises(WrittenOnce):
            act()
    assert Edition.objects.get().title != "Other words"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lessons_edition SET title = 'Other words'",
        "UPDATE lessons_edition SET number = 7",
        "UPDATE lessons_edition SET id = 'x'",
        "UPDATE lessons_edition SET published_at = '2020-01-01'",
        "UPDATE lessons_editionface SET sha256 = 'x'",
        "UPDATE lessons_editionface SET number = 9",
    ],
)
def test_the_database_refuses_to_change_it(edition, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    call_command("verify_editions")


def test_nobody_else_can_be_said_to_have_published_it(edition):
    other = person("another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition._base_manager.filter(pk=edition.pk).update(published_by=other)


def test_deleting_an_account_empties_who_published(edition):
    editor = person("an_editor", is_superuser=True)
    mine = make_edition(by=editor)
    editor.delete()
    mine.refresh_from_db()
    assert mine.published_by is None
    assert mine.publications.get().by is None


def test_a_lesson_with_editions_cannot_be_deleted(edition):
    with pytest.raises(ProtectedError):
        edition.lesson.delete()
    assert Lesson.objects.filter(pk=edition.lesson_id).exists()


def test_triggers_that_a_migration_dropped_are_made_again():
    names = set(triggers.WRITE_ONCE.TABLES.values())
    assert names <= triggers.present(connection)
    with connection.cursor() as cursor:
        for statement in triggers.WRITE_ONCE.unmaking(connection.vendor):
            cursor.execute(statement)
    assert not names <= triggers.present(connection)
    triggers.restore()
    assert names <= triggers.present(connection)
    triggers.restore()
