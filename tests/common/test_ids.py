from hypothesis import given
from hypothesis import strategies as st

from accounts.models import JOIN_CODE_LENGTH
from destalin_site.common.ids import CODE_ALPHABET, code, read_code, uuid7


def test_a_join_code_has_at_least_45_bits_and_no_look_alikes() -> None:
    assert len(CODE_ALPHABET) == 32
    assert JOIN_CODE_LENGTH * 5 >= 45
    assert not set("OILU") & set(CODE_ALPHABET)


def test_identifiers_are_of_version_7_and_sort_by_their_making() -> None:
    made = [uuid7() for _ in range(1000)]
    assert {one.version for one in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == 1000


@given(st.integers(min_value=1, max_value=20))
def test_a_code_is_read_however_a_person_types_it(length: int) -> None:
    given_out = code(length)
    typed = " ".join(given_out.lower().replace("0", "o").replace("1", "l")) + "-"
    assert read_code(typed) == given_out
