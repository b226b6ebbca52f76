"""A teacher runs the whole task as a student, and everything is as it was: every row of every table, what the boards
and the reports show, and every byte of the exports."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from assignments import actions
from assignments.models import Assignment
from tests.assignments import term, work
from tests.assignments.crawl import Caller, said_by
from tests.assignments.test_leaks import ANEW
from tests.cast import Cast

# Who is signed in where is nobody's work.
OF_SIGN_IN = {"sessions.session", "usersessions.usersession", "accounts.usersession"}


def rows() -> dict[str, str]:
    """The digest of all that each table holds."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model._meta.label_lower in OF_SIGN_IN:
            continue
        # As they are stored: what Python makes of a column may hide a change, or tell of one that is none.
        table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")
            found[model._meta.label_lower] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def shown(client: Client, cast: Cast, given: Assignment) -> dict[str, str]:
    """What staff are shown of the class and of the assignment, as pages and as files."""
    room, one = {"pk": cast.room.pk}, {"pk": given.pk}
    student = {**room, "student": cast.student.pk}
    addresses = [
        *(reverse(name, kwargs=room) for name in ("classroom", "class-skills", "class-export-board")),
        *(reverse(name, kwargs=room) for name in ("class-export-everything", "api-class-board", "api-class-skills")),
        reverse("student-report", kwargs=student),
        *(reverse(f"assignment-{name}", kwargs=one) for name in ("board", "passages", "answers", "report", "missing")),
        *(reverse(f"assignment-export-{name}", kwargs=one) for name in ("marks", "answers", "feedback")),
        *(
            reverse(f"api-assignment-{name}", kwargs=one)
            for name in ("board", "passages", "answers", "report", "marks")
        ),
        *(reverse(name) for name in ("today", "notices", "api-submissions", "api-notices")),
    ]
    answers = {address: client.get(address) for address in addresses}
    wrong = {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200}
    assert not wrong, wrong
    return {address: ANEW.sub("", said_by(answer)) for address, answer in answers.items()}


def run_through(client: Client, given: Assignment) -> None:
    """Opens the desk, saves on it and hands in, first half of it and then all."""
    address = reverse("desk-preview", args=[given.pk])
    opened: Any = client.get(address)
    desk = opened.context_data["desk"]
    for do, text in (("save", "Begun."), ("hand-in", ""), ("hand-in", "It was decided elsewhere.")):
        sent: dict[str, Any] = {"base": json.dumps(desk.base), "rev": 0, "do": do}
        for box in desk.boxes:
            sent |= {f"text-{block.id}": text for block in box.blocks}
            sent |= {f"choice-{box.id}": option.id for option, _chosen in box.options}
        answer: Any = client.post(address, sent)
        assert answer.status_code == 200
        desk = answer.context_data["desk"]
        assert ("tried" in answer.context_data) == (do == "hand-in")


@pytest.mark.django_db
def test_a_preview_leaves_every_row_every_board_and_every_export_as_it_was(cast: Cast) -> None:
    given = term.make(cast)
    with time_machine.travel(term.NOW, tick=False):
        drafted = work.submission_of(given.missing, cast.student)
        body = work.body_for(given.missing, "Words of hers.")
        actions.save_draft(drafted, body=body, if_rev=0, by=cast.student)
        client = Caller(cast.teacher).session
        for assignment in (given.missing, given.first):
            seen, stored = shown(client, cast, assignment), rows()
            run_through(client, assignment)
            left = {table for table, digest in rows().items() if digest != stored[table]}
            assert not left
            after = shown(client, cast, assignment)
            assert not [address for address, text in after.items() if text != seen[address]]


@pytest.mark.django_db
def test_what_is_compared_knows_a_single_changed_mark(cast: Cast) -> None:
    given = term.make(cast)
    with time_machine.travel(term.NOW, tick=False):
        client = Caller(cast.teacher).session
        seen, stored = shown(client, cast, given.first), rows()
        row = work.submission_of(given.first, cast.student)
        actions.claim(row, by=cast.teacher)
        work.mark(row, cast.teacher, **term.marks(given.first, "Sourcing: strong", "Context: strong"))
        actions.return_grade(row, reason="Miscounted.", by=cast.teacher)
        changed = {table for table, digest in rows().items() if digest != stored[table]}
        assert {"assignments.grade", "assignments.submission", "assignments.event"} <= changed
        after = shown(client, cast, given.first)
        moved = {address for address, text in after.items() if text != seen[address]}
        assert {
            reverse("classroom", args=[cast.room.pk]),
            reverse("api-assignment-marks", args=[given.first.pk]),
        } <= moved
