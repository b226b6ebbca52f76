"""What an act would do, told before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rehearsal(wanted: bool) -> Iterator[None]:
    """What is done inside is one transaction. Where a rehearsal is `wanted` all of it is taken back at the end, so that
    no rule is written twice; what it came to is read inside."""
    with transaction.atomic():
        yield
        if wanted:
            transaction.set_rollback(True)
