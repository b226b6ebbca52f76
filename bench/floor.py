"""The least that each answer can cost on this server, this database and this middleware: cursors and bytes.

Each floor does the same reads and writes as our endpoint and answers with the same facts. It checks the sign-in and
nothing else: no rules, no versions, no problem documents.
"""

import csv
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.api.tokens import digest


def _pk(value: uuid.UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _json(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value, default=str), content_type="application/json", status=status)


def _text(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _user(cursor: Any, request: HttpRequest) -> Any:
    token = request.headers["Authorization"].partition(" ")[2]
    cursor.execute(
        "SELECT t.user_id, t.expires_at, t.revoked_at, t.last_used_at, u.is_active FROM accounts_devicetoken t"
        " JOIN accounts_user u ON u.id = t.user_id WHERE t.digest = %s",
        [digest(token)],
    )
    return cursor.fetchone()[0]


def edition(request: HttpRequest, pk: str) -> HttpResponse:
    tag = f'"{pk}"'
    with connection.cursor() as cursor:
        _user(cursor, request)
        held = request.headers.get("If-None-Match") == tag
        column = "edition_id" if held else "bytes"
        cursor.execute(
            f"SELECT {column} FROM lessons_editionface WHERE edition_id = %s AND kind = 'document'",
            [pk],
        )
        stored = cursor.fetchone()[0]
    response = HttpResponse(status=304) if held else HttpResponse(bytes(stored), content_type="application/json")
    response["ETag"] = tag
    return response


def assignments(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        user = _user(cursor, request)
        cursor.execute(
            "SELECT a.id, a.classroom_id, s.edition_id, e.number, a.title, a.instructions, a.questions, a.opens_at,"
            " a.due_at, a.due_date, a.due_time, a.due_zone, a.closes_at, a.points, a.attempts_limit, a.version,"
            " a.late_percent, a.late_every_seconds, a.late_floor_percent, a.grace_seconds, a.offline_grace_h,"
            " a.withdrawals_limit, a.reinstates_at_close, a.hands_in_at_close, a.resubmission, a.resubmit_until,"
            " a.anonymous, a.revealed_at, a.counts, a.missing_percent, c.archived_at"
            " FROM assignments_submission s JOIN assignments_assignment a ON a.id = s.assignment_id"
            " JOIN accounts_classroom c ON c.id = a.classroom_id JOIN lessons_edition e ON e.id = s.edition_id"
            " WHERE s.student_id = %s AND s.state <> 'void' AND a.deleted_at IS NULL ORDER BY a.created_at, a.id",
            [user],
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return _json({"results": rows, "next": None})


@csrf_exempt
def hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rows of a first hand-in: draft, attempt, timing, event, submission; in one transaction."""
    said = orjson.loads(request.body)
    raw = orjson.dumps(said["body"], option=orjson.OPT_SORT_KEYS).decode()
    sha256 = hashlib.sha256(raw.encode()).hexdigest()
    now, attempt = timezone.now(), _pk(uuid.uuid4())
    adapt = connection.ops.adapt_datetimefield_value
    when = adapt(now)
    code = uuid.uuid4().hex[:9]
    with transaction.atomic(), connection.cursor() as cursor:
        user = _user(cursor, request)
        lock = " FOR UPDATE OF s" if connection.vendor == "postgresql" else ""
        cursor.execute(
            "SELECT s.attempt_count, s.version, s.state, s.edition_id, s.due_at, a.closes_at, a.attempts_limit"
            " FROM assignments_submission s"
            f" JOIN assignments_assignment a ON a.id = s.assignment_id WHERE s.id = %s{lock}",
            [_pk(pk)],
        )
        count, version, state, edition_id, due, *_rules = cursor.fetchone()
        cursor.execute(
            "INSERT INTO assignments_draft (body_json, body_sha256, submission_id, rev, saved_at)"
            " VALUES (%s, %s, %s, 1, %s)",
            [raw, sha256, _pk(pk), when],
        )
        cursor.execute(
            "INSERT INTO assignments_attempt (id, submission_id, number, edition_id, client_attempt_id, body_json,"
            " body_sha256, words, incomplete, clock_trust, clock_doubt, received_at, made_at, by_id, via, receipt_code,"
            " receipt_signature) VALUES (%s, %s, %s, %s, %s, %s, %s, 80, %s, '', '', %s, %s, %s, 'student', %s, %s)",
            [
                *(attempt, _pk(pk), count + 1, edition_id, _pk(uuid.UUID(said["client_attempt_id"])), raw),
                *(sha256, False, when, when, user, code, sha256[:43]),
            ],
        )
        cursor.execute(
            "INSERT INTO assignments_timingdecision (attempt_id, made_at, reason, rule_version, rule, result, seconds,"
            " inputs) VALUES (%s, %s, 'handed_in', 2, 'after_due', 'late', 1, %s)",
            [attempt, when, _text({"due": due, "received": now, "rule": "after_due"})],
        )
        cursor.execute(
            "INSERT INTO assignments_event (submission_id, seq, name, transition, actor_id, at, before, after, reason,"
            " request_id, facts) VALUES (%s, %s, 'submit', 'T4', %s, %s, %s, %s, '', '', %s)",
            [
                *(_pk(pk), version + 1, user, when, _text({"state": state}), _text({"state": "submitted"})),
                _text({"attempt": count + 1, "body_sha256": sha256, "via": "student"}),
            ],
        )
        cursor.execute(
            "UPDATE assignments_submission SET state = 'submitted', attempt_count = %s, counted_id = %s,"
            " handed_in_at = %s, late_seconds = 1, version = %s, changed_at = %s WHERE id = %s",
            [count + 1, attempt, when, version + 1, when, _pk(pk)],
        )
    return _json({"number": count + 1, "code": code, "body_sha256": sha256, "received_at": now}, status=201)


@csrf_exempt
def save(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Another revision of a draft, upon the one that the request names."""
    said, upon = orjson.loads(request.body), int(request.headers["If-Match"].strip('"d'))
    raw = orjson.dumps(said["body"], option=orjson.OPT_SORT_KEYS).decode()
    sha256, now = hashlib.sha256(raw.encode()).hexdigest(), timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        _user(cursor, request)
        lock = " FOR UPDATE OF s" if connection.vendor == "postgresql" else ""
        cursor.execute(
            "SELECT s.state, s.version, s.closes_at, a.opens_at FROM assignments_submission s"
            f" JOIN assignments_assignment a ON a.id = s.assignment_id WHERE s.id = %s{lock}",
            [_pk(pk)],
        )
        cursor.fetchone()
        cursor.execute(
            "UPDATE assignments_draft SET rev = %s, body_json = %s, body_sha256 = %s, saved_at = %s"
            " WHERE submission_id = %s AND rev = %s",
            [upon + 1, raw, sha256, connection.ops.adapt_datetimefield_value(now), _pk(pk), upon],
        )
        assert cursor.rowcount == 1
    return _json({"rev": upon + 1, "saved_at": now, "body_sha256": sha256})


@csrf_exempt
def return_all(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rows of a class that gets its work back: grades, submissions, events, and the answer that is kept for a
    repetition; in one transaction."""
    said, now = orjson.loads(request.body), timezone.now()
    when = connection.ops.adapt_datetimefield_value(now)
    asked = [_pk(uuid.UUID(each)) for each in said["submissions"]]
    with transaction.atomic(), connection.cursor() as cursor:
        user = _user(cursor, request)
        lock = " FOR UPDATE OF s" if connection.vendor == "postgresql" else ""
        cursor.execute(
            "SELECT s.id, s.version, s.state, g.id, g.version, g.marks FROM assignments_submission s"
            " JOIN assignments_grade g ON g.submission_id = s.id AND g.status = 'draft'"
            f" WHERE s.assignment_id = %s AND s.id IN ({', '.join(['%s'] * len(asked))}) ORDER BY s.id{lock}",
            [_pk(pk), *asked],
        )
        rows = cursor.fetchall()
        assert len(rows) == len(asked)
        scores = [sum(float(mark["points"]) for mark in orjson.loads(row[5])) for row in rows]
        cursor.executemany(
            "UPDATE assignments_grade SET status = 'returned', stands = TRUE, override = NULL, entered_score = %s,"
            " deducted = 0, final_score = %s, returned_at = %s, returned_by_id = %s, seen_at = NULL WHERE id = %s",
            [(score, score, when, user, row[3]) for row, score in zip(rows, scores, strict=True)],
        )
        cursor.executemany(
            "UPDATE assignments_submission SET state = 'returned', grade_ready = %s, returned_grade_id = %s,"
            " version = %s, changed_at = %s WHERE id = %s AND version = %s",
            [(False, row[3], row[1] + 1, when, row[0], row[1]) for row in rows],
        )
        cursor.executemany(
            "INSERT INTO assignments_event (submission_id, seq, name, transition, actor_id, at, before, after, reason,"
            " request_id, facts) VALUES (%s, %s, 'return', 'T9', %s, %s, %s, %s, '', '', %s)",
            [
                (
                    *(row[0], row[1] + 1, user, when, _text({"state": row[2]}), _text({"state": "returned"})),
                    _text({"grade": row[3], "version": row[4], "score": score, "old": None, "new": score}),
                )
                for row, score in zip(rows, scores, strict=True)
            ],
        )
        answer = orjson.dumps({"results": [{"submission": row[0], "status": 200} for row in rows]}, default=str)
        cursor.execute(
            "INSERT INTO common_idempotencyrecord (user_id, key, request_digest, status, body, headers, created_at)"
            " VALUES (%s, %s, %s, 200, %s, '{}', %s)",
            [user, request.headers["Idempotency-Key"], hashlib.sha256(request.body).hexdigest(), answer, when],
        )
    return HttpResponse(answer, content_type="application/json")


def marks(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Each student's work as it is stored, with the points of every question."""
    return _csv(
        request,
        pk,
        "marks exported",
        "SELECT u.display_name, s.student_id, s.id, s.state, s.handed_in_at, s.due_at, s.due_from, s.late_seconds,"
        " s.attempt_count, s.excuse_category, r.status, r.final_score, r.out_of, d.version, d.override,"
        " d.entered_score, d.feedback, r.marks FROM assignments_submission s"
        " JOIN accounts_user u ON u.id = s.student_id"
        " LEFT JOIN assignments_grade r ON r.id = s.returned_grade_id"
        " LEFT JOIN assignments_grade d ON d.submission_id = s.id AND d.status <> 'superseded'"
        " WHERE s.assignment_id = %s AND s.state <> 'void' ORDER BY u.display_name",
        lambda stored: [[mark["points"] for mark in orjson.loads(stored or "[]")]],
    )


def answers(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What each student wrote, question by question."""
    return _csv(
        request,
        pk,
        "answers exported",
        "SELECT u.display_name, s.student_id, s.id, s.state, t.number, s.handed_in_at, t.edition_id, t.words,"
        " t.body_json FROM assignments_submission s JOIN accounts_user u ON u.id = s.student_id"
        " LEFT JOIN assignments_attempt t ON t.id = s.counted_id"
        " WHERE s.assignment_id = %s AND s.state <> 'void' ORDER BY u.display_name",
        lambda stored: [
            [given["question"], "\n".join(block["text"] for block in given["blocks"])]
            for given in orjson.loads(stored or '{"answers": []}')["answers"]
        ],
    )


def _csv(
    request: HttpRequest, pk: uuid.UUID, noted: str, sql: str, cells: Callable[[str | None], list[list[Any]]]
) -> HttpResponse:
    """The rows of `sql` as a file; the last column of each becomes `cells`, a line for each list of them."""
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    with connection.cursor() as cursor:
        user = _user(cursor, request)
        cursor.execute(
            "INSERT INTO accounts_auditentry (at, actor_id, action, subject_type, subject_id, facts)"
            " VALUES (%s, %s, %s, 'assignments.assignment', %s, '{}')",
            [connection.ops.adapt_datetimefield_value(timezone.now()), user, noted, str(pk)],
        )
        cursor.execute(sql, [_pk(pk)])
        writer.writerow(column[0] for column in cursor.description)
        for *facts, stored in cursor.fetchall():
            writer.writerows([*facts, *more] for more in cells(stored))
    return response


def search(request: HttpRequest) -> HttpResponse:
    """The ten lessons that fit best, each with a snippet that the database cuts, in a page of nothing else."""
    words = request.GET["q"].split()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT l.slug, e.title, c.title, snippet(lessons_fulltext, 2, '<mark>', '</mark>', '…', 50)"
                " FROM lessons_fulltext JOIN lessons_indexededition i ON i.lesson_id = lessons_fulltext.rowid"
                " JOIN lessons_edition e ON e.id = i.edition_id JOIN lessons_lesson l ON l.id = i.lesson_id"
                " JOIN lessons_course c ON c.id = l.course_id"
                " WHERE lessons_fulltext MATCH %s ORDER BY lessons_fulltext.rank LIMIT 10",
                [" AND ".join(words)],
            )
        else:
            cursor.execute(
                "SELECT l.slug, e.title, c.title, ts_headline('simple', i.body, to_tsquery('simple', %s),"
                " 'StartSel=<mark>, StopSel=</mark>, MaxWords=50, MinWords=20')"
                " FROM (SELECT lesson_id, edition_id, body FROM lessons_indexededition"
                " WHERE vector @@ to_tsquery('simple', %s) ORDER BY ts_rank(vector, to_tsquery('simple', %s)) DESC"
                " LIMIT 10) i JOIN lessons_edition e ON e.id = i.edition_id JOIN lessons_lesson l ON l.id = i.lesson_id"
                " JOIN lessons_course c ON c.id = l.course_id",
                [" & ".join(words)] * 3,
            )
        rows = cursor.fetchall()
    return HttpResponse(_FOUND.render(Context({"asked": request.GET["q"], "rows": rows})))


_FOUND = Engine().from_string(
    "<!doctype html><title>Search</title><form><input name=q value='{{ asked }}'><button>Search</button></form><ol>"
    "{% for slug, title, course, text in rows %}<li><h2><a href='/lessons/{{ slug }}/'>{{ title }}</a></h2>"
    "<p>{{ course }}</p><p>{{ text|safe }}</p></li>{% endfor %}</ol>"
)


def board(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    with connection.cursor() as cursor:
        _user(cursor, request)
        cursor.execute(
            "SELECT m.user_id, u.display_name FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id"
            " WHERE m.classroom_id = %s AND m.role = 'student' AND m.left_at IS NULL ORDER BY u.display_name",
            [_pk(pk)],
        )
        students = cursor.fetchall()
        cursor.execute(
            "SELECT id, title, due_at FROM assignments_assignment WHERE classroom_id = %s AND deleted_at IS NULL"
            " ORDER BY created_at",
            [_pk(pk)],
        )
        given = cursor.fetchall()
        cursor.execute(
            "SELECT s.student_id, s.assignment_id, s.state, s.handed_in_at, s.late_seconds, s.grade_ready,"
            " g.final_score FROM assignments_submission s JOIN assignments_assignment a ON a.id = s.assignment_id"
            " LEFT JOIN assignments_grade g ON g.id = s.returned_grade_id"
            " WHERE a.classroom_id = %s AND a.deleted_at IS NULL AND s.state <> 'void'",
            [_pk(pk)],
        )
        line = {row[0]: place for place, row in enumerate(students)}
        column = {row[0]: place for place, row in enumerate(given)}
        cells: list[list[Any]] = [[None] * len(given) for _ in students]
        for student, assignment, state, handed_in, late, ready, score in cursor.fetchall():
            cells[line[student]][column[assignment]] = [state, handed_in is not None, late, ready, score]
    return _json({"assignments": given, "students": students, "cells": cells})


def totals(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How many pieces of work have each tally, by assignment."""
    with connection.cursor() as cursor:
        _user(cursor, request)
        cursor.execute(
            "SELECT assignment_id, tally, count(*) FROM assignments_submission WHERE assignment_id IN"
            " (SELECT id FROM assignments_assignment WHERE classroom_id = %s AND deleted_at IS NULL) GROUP BY 1, 2",
            [_pk(pk)],
        )
        return _json(cursor.fetchall())
