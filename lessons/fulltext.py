"""The database's own index of stems: FTS5 on SQLite, a tsvector on PostgreSQL.

Both hang on the rows of IndexedEdition (triggers there, a generated column here), so whatever writes those rows writes
the index, in the same transaction. They know no language: all that they get to see are stems.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models.expressions import RawSQL

from lessons.querysets import IndexedEditionQuerySet
from lessons.stems import Wanted

TABLE: Final = "lessons_fulltext"
_ROWS: Final = "lessons_indexededition"
# A word in the title weighs more than one in headings however often it is there, that more than one in the text, and
# that more than one in the list of words and people.
_WEIGHTS: Final = "{0.00001, 0.0001, 0.01, 1}"  # of words and people, text, headings, title
_BY_LENGTH: Final = 1
_QUERY: Final = "to_tsquery('simple', %s)"


def match(wanted: Sequence[Wanted]) -> str:
    """What the database is to look for. Stems are letters and digits alone, so nothing in them is a command."""
    return {"sqlite": _fts5, "postgresql": _tsquery}[connection.vendor](wanted)


def _fts5(wanted: Sequence[Wanted]) -> str:
    return " AND ".join("(" + " OR ".join(f'"{" ".join(run)}"' for run in each.runs) + ")" for each in wanted)


def _tsquery(wanted: Sequence[Wanted]) -> str:
    return " & ".join(
        "(" + " | ".join("(" + " <-> ".join(f"'{stem}'" for stem in run) + ")" for run in each.runs) + ")"
        for each in wanted
    )


def ranked(rows: IndexedEditionQuerySet, match: str) -> Any:
    """Those of `rows` that match, the best first."""
    found = matching(rows, match)
    if connection.vendor == "sqlite":
        return found.extra(order_by=[f"{TABLE}.rank"])
    rank = RawSQL(f"ts_rank('{_WEIGHTS}', {_ROWS}.vector, {_QUERY}, {_BY_LENGTH})", [match])  # noqa: S611
    return found.order_by(rank.desc(), "lesson_id")


def matching(rows: IndexedEditionQuerySet, match: str) -> Any:
    """Those of `rows` that match. What was typed is a parameter, and of stems alone."""
    if connection.vendor == "sqlite":
        # The sign before rowid keeps SQLite from asking the index once for every row, where once for all will do.
        where = [f"{TABLE} MATCH %s", f"+{TABLE}.rowid = {_ROWS}.lesson_id"]
        return rows.order_by().extra(tables=[TABLE], where=where, params=[match])  # noqa: S610
    return rows.order_by().extra(where=[f"{_ROWS}.vector @@ {_QUERY}"], params=[match])  # noqa: S610
