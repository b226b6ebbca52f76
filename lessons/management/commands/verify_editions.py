import gzip
import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons import document
from lessons.models import Asset, CurrentEdition, Edition, EditionFace


class Command(BaseCommand):
    help = "Read every edition and stored image again and hash it. Exits with 1 when anything differs."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [*self._editions(), *self._current(), *self._assets()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults.")
        self.stdout.write(
            f"{Edition.objects.count()} editions, {EditionFace.objects.count()} faces and "
            f"{Asset.objects.count()} stored images are what they were when they were written."
        )

    def _editions(self) -> Iterator[str]:
        for edition in Edition.objects.order_by("lesson_id", "number").iterator():
            kinds = []
            # One edition at a time: all faces together may not fit into memory.
            for face in edition.faces.order_by("kind", "number"):
                kinds.append(face.kind)
                yield from (f"{edition.pk} {face.kind} {face.number}: {fault}" for fault in _of_face(edition, face))
            if kinds.count(EditionFace.Kind.DOCUMENT) != 1 or EditionFace.Kind.KEY not in kinds:
                yield f"{edition.pk}: has the faces {', '.join(kinds) or 'none'}"

    def _current(self) -> Iterator[str]:
        for row in CurrentEdition.objects.select_related("edition"):
            if row.edition.lesson_id != row.lesson_id:
                yield f"{row.edition_id}: is current for lesson {row.lesson_id}, of which it is no edition"

    def _assets(self) -> Iterator[str]:
        for asset in Asset.objects.iterator():
            try:
                raw = asset.read()
            except OSError as error:
                yield f"image {asset.pk}: {error}"
                continue
            if hashlib.sha256(raw).hexdigest() != asset.pk or len(raw) != asset.size:
                yield f"image {asset.pk}: its bytes are others"


def _of_face(edition: Edition, face: EditionFace) -> Iterator[str]:
    raw = bytes(face.bytes)
    if document.sha256(raw) != face.sha256:
        yield "its bytes are others"
    try:
        packed = gzip.decompress(bytes(face.gzip))
    except (OSError, EOFError):
        packed = None
    if packed != raw:
        yield "its gzipped bytes are others"
    if face.kind == EditionFace.Kind.DOCUMENT:
        yield from _of_document(edition, face, raw)


def _of_document(edition: Edition, face: EditionFace, raw: bytes) -> Iterator[str]:
    if face.sha256 != edition.pk:
        yield "it is not the document that the edition is named after"
    if len(raw) != edition.size:
        yield "its size is not the one noted"
    try:
        found = document.Document.parse(raw)
        document.validate(found.data)
    except ValueError as error:  # a DocumentError, or no JSON at all
        yield f"it is no document: {error}"
    else:
        if found.title != edition.title:
            yield "its title is not the one noted"
