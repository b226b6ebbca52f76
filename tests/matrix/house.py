"""The routes that belong to no app."""

from tests.matrix import Row, row

MATRIX: dict[tuple[str, str], Row] = {
    ("get", "healthz"): row(everybody=200),
    ("get", "favicon"): row(everybody=302),
    ("get", "api-schema"): row(everybody=200),
    ("get", "api-docs"): row(everybody=200),
}
