"""The routes of `lessons`."""

from tests.matrix import Row

MATRIX: dict[tuple[str, str], Row] = {}
