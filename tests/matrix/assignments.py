"""The routes of `assignments`."""

from tests.matrix import Row

MATRIX: dict[tuple[str, str], Row] = {}
