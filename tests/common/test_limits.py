"""So many tries in so much time."""

import pytest
from django.core.cache import cache

from destalin_site.common.errors import RateLimited
from destalin_site.common.limits import Limit

pytestmark = pytest.mark.django_db

FIVE = Limit("sign-in", tries=5, seconds=300)


def test_a_limit_stands_however_many_others_are_counted() -> None:
    cache.clear()
    for _ in range(5):
        FIVE.take("anna")
    for n in range(400):
        cache.set(f"other:{n}", 1, 300)
    with pytest.raises(RateLimited):
        FIVE.take("anna")


def test_a_try_that_was_a_good_one_is_given_back() -> None:
    cache.clear()
    for _ in range(4):
        FIVE.take("anna")
    FIVE.give_back("anna", FIVE.take("anna"))
    FIVE.take("anna")
    with pytest.raises(RateLimited):
        FIVE.take("anna")
    FIVE.take("berta")
