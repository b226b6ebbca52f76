"""The same act on many pieces of work, each for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from assignments.models import Submission
from destalin_site.common.errors import DomainError

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class RowOutcome(Generic[Made]):
    """What the act made of one of them, or the error that kept it as it was. `submission` is what was asked; where
    there is neither it was not found."""

    submission: UUID
    result: Made | None = None
    error: DomainError | None = None

    @property
    def done(self) -> bool:
        return self.result is not None


def by_row(
    asked: Iterable[UUID], found: Mapping[UUID, Submission], act: Callable[[Submission], Made]
) -> Iterator[RowOutcome[Made]]:
    """Does it to each that was `found` under the id by which it was asked for: what cannot be done to one keeps no
    other back, so `act` is a transaction of its own. In the order in which everybody locks them."""
    for pk in sorted(set(asked), key=lambda pk: found[pk].pk if pk in found else pk):
        if pk not in found:
            yield RowOutcome(pk)
            continue
        try:
            yield RowOutcome(pk, act(found[pk]))
        except DomainError as error:
            yield RowOutcome(pk, error=error)
