"""The routes of `accounts`."""

from tests.matrix import Row, row

MATRIX: dict[tuple[str, str], Row] = {
    ("get", "api-me"): row(
        everybody=200,
        anonymous=401,
        sees=lambda w, person, answer: _is(answer.json()["username"], person),
    ),
    ("patch", "api-me"): row(body=lambda w: {"display_name": "New Name"}, everybody=200, anonymous=401),
}


def _is(found: object, expected: object) -> None:
    assert found == expected
