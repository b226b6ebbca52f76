import gzip

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from lessons import triggers
from lessons.models import Asset, CurrentEdition
from tests.lessons.factories import make_edition, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    image = make_image()
    return make_edition(
        sections=[("A", [("figure", {"image": image, "alt": "A wall"}), ("paragraph", "<p>Words.</p>")])]
    )


def tamper(change, *values):
    """Past Python and past the trigger, as somebody with the database in her hands can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in triggers.WRITE_ONCE.unmaking(connection.vendor):
            cursor.execute(statement)
        cursor.execute(change, values)


def test_editions_that_nobody_touched_pass(edition, capsys):
    call_command("verify_editions")
    assert "1 editions, 2 faces" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["document", "key"])
def test_a_changed_byte_is_found(edition, kind, capsys):
    face = edition.face(kind)
    raw = bytes(face.bytes)[:-1] + b" "
    tamper("UPDATE lessons_editionface SET bytes = %s WHERE id = %s", raw, face.pk)
    with pytest.raises(CommandError):
        call_command("verify_editions")
    assert f"{edition.pk} {kind} 1: its bytes are others" in capsys.readouterr().err


def test_a_document_replaced_together_with_its_digest_is_found(edition, capsys):
    face, other = edition.face("document"), make_edition().face("document")
    tamper(
        "UPDATE lessons_editionface SET bytes = %s, gzip = %s, sha256 = %s WHERE id = %s",
        bytes(other.bytes),
        gzip.compress(bytes(other.bytes)),
        other.sha256,
        face.pk,
    )
    with pytest.raises(CommandError):
        call_command("verify_editions")
    assert "not the document that the edition is named after" in capsys.readouterr().err


def test_gzipped_bytes_that_say_something_else_are_found(edition):
    tamper("UPDATE lessons_editionface SET gzip = %s WHERE edition_id = %s", gzip.compress(b"{}"), edition.pk)
    with pytest.raises(CommandError):
        call_command("verify_editions")


def test_a_missing_face_is_found(edition):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lessons_editionface WHERE kind = 'key'")
    with pytest.raises(CommandError):
        call_command("verify_editions")


def test_a_current_edition_of_another_lesson_is_found(edition):
    other = make_edition()
    CurrentEdition.objects.filter(lesson=other.lesson).delete()
    CurrentEdition.objects.filter(lesson=edition.lesson).update(lesson=other.lesson)
    with pytest.raises(CommandError):
        call_command("verify_editions")


@pytest.mark.parametrize("change", ["replaced", "gone"])
def test_an_image_that_was_changed_or_lost_is_found(edition, change):
    asset = Asset.objects.filter(edition_uses__edition=edition).get()
    kept = asset.read()
    path = default_storage.path(asset.file.name)
    try:
        default_storage.delete(asset.file.name)
        if change == "replaced":
            with open(path, "wb") as stored:  # noqa: PTH123
                stored.write(b"x" * len(kept))
        with pytest.raises(CommandError):
            call_command("verify_editions")
    finally:
        with open(path, "wb") as stored:  # noqa: PTH123
            stored.write(kept)
