"""So many tries in so much time, counted on the cache that all workers share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache

from destalin_site.common import clock
from destalin_site.common.errors import RateLimited

_LOCK_LIFE, _LOCK_WAIT, _LOCK_STEP = 10, 2.0, 0.02  # seconds


@dataclass(frozen=True)
class Limit:
    """At most `tries` in any `seconds`, for each key.

    A try is taken before it is made and given back when it was a good one: tries in parallel cannot outrun the count.
    Call it outside a transaction, since a roll-back would forget what was counted.
    """

    name: str
    tries: int
    seconds: int

    def take(self, key: object) -> float:
        """Counts one try of `key` and names it; raises RateLimited when there is none left."""
        now = clock.now().timestamp()
        with self._locked(key):
            spent = [at for at in cache.get(self._address(key), []) if at > now - self.seconds]
            if len(spent) >= self.tries:
                raise RateLimited(retry_after=max(1, int(min(spent) + self.seconds - now) + 1))
            # Two tries may fall on one instant: each still has a name of its own.
            while now in spent:
                now += 1e-6
            cache.set(self._address(key), [*spent, now], self.seconds)
        return now

    def give_back(self, key: object, taken: float) -> None:
        with self._locked(key):
            spent = [at for at in cache.get(self._address(key), []) if at != taken]
            cache.set(self._address(key), spent, self.seconds)

    def _address(self, key: object) -> str:
        return f"limit:{self.name}:{key}"

    @contextmanager
    def _locked(self, key: object) -> Iterator[None]:
        lock = f"{self._address(key)}:lock"
        deadline = time.monotonic() + _LOCK_WAIT
        while not cache.add(lock, 1, _LOCK_LIFE):
            if time.monotonic() > deadline:
                raise RateLimited(retry_after=1)
            time.sleep(_LOCK_STEP)
        try:
            yield
        finally:
            cache.delete(lock)
