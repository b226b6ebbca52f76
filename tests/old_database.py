"""A database as releases before left it, filled, and brought up to date: `python -m tests.old_database`.

Run in a process and a DATA_DIR of its own (tests/test_old_databases.py), since tables are made and changed. Prints, as
JSON, what the rows say afterwards.
"""

import datetime as dt
import json
import sys
import uuid
from decimal import Decimal

import django

BEFORE = {"assignments": "0008_extensions", "lessons": "0017_search_fulltext"}
DUE = dt.datetime(2026, 3, 20, 22, 59, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)


def main() -> None:
    django.setup()
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    there = [(app, name) for app, name in newest if app not in BEFORE]
    # What is newer than the release and needs newer tables of it stays away until then.
    old = [*BEFORE.items(), *(node for node in there if not _needs_newer(executor, node))]
    executor.migrate(old)
    with transaction.atomic():
        ids = _fill(executor.loader.project_state(old).apps)
    executor = MigrationExecutor(connection)
    executor.migrate(newest)
    facts = _facts(executor.loader.project_state(newest).apps, ids)
    sys.stdout.write(f"{json.dumps(facts)}\n")


def _needs_newer(executor, node):  # type: ignore[no-untyped-def]
    needed = set(executor.loader.graph.forwards_plan(node))
    return any(app in BEFORE and name > BEFORE[app] for app, name in needed)


def _fill(apps):  # type: ignore[no-untyped-def]
    """One class with two assignments, of which one is due, and work in several states with a grade."""

    def make(label, **fields):  # type: ignore[no-untyped-def]
        model = apps.get_model(label)
        return model.objects.create(**fields)

    # The column of how a name looks is filled from it when a row is saved.
    apps.get_model("accounts.User").get_username = lambda person: person.username
    teacher = make("accounts.User", username="teacher", display_name="Teacher", password="!")
    room = make("accounts.Classroom", name="10B", zone="Europe/Warsaw", created_at=NOW)
    course = make("lessons.Course", slug="ice", title="Ice")
    lesson = make("lessons.Lesson", slug="thaw", title="Thaw", course=course, live=True)
    edition = make(
        "lessons.Edition", pk="0" * 64, lesson=lesson, number=1, title="Thaw", schema=2, published_at=NOW, size=2
    )
    make(
        "lessons.IndexedEdition",
        lesson=lesson,
        edition=edition,
        version=1,
        skills="",
        places="",
        title="thaw",
        heads="",
        body="ice spring",
    )
    given = {"classroom": room, "edition": edition, "created_by": teacher, "created_at": NOW, "points": Decimal(7)}
    due = {"due_at": DUE, "due_date": dt.date(2026, 3, 20), "due_time": dt.time(23, 59), "due_zone": "Europe/Warsaw"}
    due["due_tzdb"] = "2026a"
    ids = {}
    for name, dates in [("dated", due), ("undated", {})]:
        assignment = make("assignments.Assignment", title=name, **given, **dates)
        for state in ("assigned", "excused", "returned"):
            student = make("accounts.User", username=f"{name}-{state}", display_name=state, password="!")
            excused = {"excused_from": "assigned"} if state == "excused" else {}
            work = make(
                "assignments.Submission",
                assignment=assignment,
                student=student,
                state="assigned" if state == "returned" else state,
                created_at=NOW,
                changed_at=NOW,
                version=1,
                **excused,
            )
            ids[f"{name} {state}"] = str(work.pk)
            if state == "returned":
                for status, version in [("superseded", 1), ("draft", 2)]:
                    make(
                        "assignments.Grade",
                        submission=work,
                        status=status,
                        version=version,
                        feedback="Well seen.",
                        out_of=Decimal(7),
                        saved_at=NOW,
                        saved_by=teacher,
                    )
    return ids


def _facts(apps, ids):  # type: ignore[no-untyped-def]
    from django.db import DatabaseError, connection, transaction

    works = apps.get_model("assignments.Submission").objects
    grades = apps.get_model("assignments.Grade").objects
    found = {}
    for name, pk in ids.items():
        row = works.get(pk=uuid.UUID(pk))
        found[name] = {"due": row.due_at and row.due_at.isoformat(), "excused": row.excuse_category, "state": row.state}
    changed = {}
    for status in ("superseded", "draft"):
        try:
            with transaction.atomic():
                changed[status] = grades.filter(status=status).update(feedback="Other words.")
        except DatabaseError:
            changed[status] = -1
    same = sorted(set(grades.filter(status="superseded").values_list("feedback", flat=True)))
    match = {
        "sqlite": "SELECT count(*) FROM lessons_fulltext WHERE lessons_fulltext MATCH 'spring'",
        "postgresql": "SELECT count(*) FROM lessons_indexededition WHERE vector @@ to_tsquery('simple', 'spring')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(match)
        hits = cursor.fetchone()[0]
    words = list(apps.get_model("lessons.IndexedEdition").objects.values_list("words", flat=True))
    return {"works": found, "changed": changed, "feedback": same, "hits": hits, "words": words}


if __name__ == "__main__":
    main()
