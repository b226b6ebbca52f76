"""Another edition of what a class reads, as the API shows it: the shapes and the schema that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assignments.api.serializers import NameOut
from assignments.models import EditionUpgrade
from assignments.upgrade_news import Notice
from assignments.upgrade_previews import Origin, Preview
from assignments.upgrades import Outcome
from destalin_site.common.api import Input
from lessons.change_words import Group
from lessons.changes import Piece
from lessons.models import Edition

SHA256 = r"\A[0-9a-f]{64}\Z"
SCOPES = EditionUpgrade.Scope.values


class UpgradeIn(Input):
    from_edition = serializers.RegexField(SHA256, help_text=_("The edition that the class has now, as you saw it."))
    to_edition = serializers.RegexField(SHA256, help_text=_("One of `choices`."))
    scope = serializers.ChoiceField(
        choices=SCOPES,
        help_text=_("`keep`: nobody is brought along; `not_started`: who has no draft; `all`: drafts too."),
    )


class UpgradeReadIn(Input):
    edition = serializers.RegexField(SHA256, help_text=_("The edition whose changes were shown."))


class EditionStubOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class PieceOut(serializers.Serializer[Any]):
    how = serializers.ChoiceField(choices=["same", "in", "out"])
    text = serializers.CharField()


class ChangeLineOut(serializers.Serializer[Any]):
    where = serializers.CharField(help_text=_("The passage or the field."))
    how = serializers.CharField(help_text=_("Added, removed or changed, in words."))
    pieces = PieceOut(many=True)


class ChangeOut(serializers.Serializer[Any]):
    what = serializers.CharField()
    lines = ChangeLineOut(many=True)


class OriginOut(serializers.Serializer[Any]):
    edition = EditionStubOut()
    not_started = serializers.IntegerField()
    drafts = serializers.IntegerField()
    citations = serializers.IntegerField(help_text=_("In these drafts."))
    touched = serializers.IntegerField(help_text=_("Of these, those that do not stand where they stood."))
    lost = serializers.IntegerField(help_text=_("Of these, those for whose words no place can be told."))
    answers_aside = serializers.IntegerField(help_text=_("Drafts that answer what is asked no more."))
    handed_in = serializers.IntegerField(help_text=_("Stays, whatever is chosen."))
    marked = serializers.IntegerField(help_text=_("Marks without a hand-in have begun: it stays."))
    questions_gone = serializers.ListField(child=serializers.CharField())
    parts_gone = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Rows and columns of tables, and options, that a question asked in both has no more."),
    )
    questions_new = serializers.ListField(child=serializers.CharField())
    changes = ChangeOut(many=True)


class UpgradePreviewOut(serializers.Serializer[Any]):
    edition = EditionStubOut(help_text=_("What whoever comes new is given now."))
    to = EditionStubOut(allow_null=True, help_text=_("Null where there is no other."))
    choices = EditionStubOut(many=True)
    origins = OriginOut(many=True, help_text=_("The work on each edition that is not this one."))


class LostOut(serializers.Serializer[Any]):
    id = serializers.CharField(help_text=_("Of the citation."))
    question = serializers.CharField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    block = serializers.CharField()
    quote = serializers.CharField()


class StudentLostOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    student = NameOut()
    lost = LostOut(many=True)


class UpgradeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    from_edition = serializers.CharField()
    to_edition = serializers.CharField()
    scope = serializers.ChoiceField(choices=SCOPES)
    by = NameOut()
    at = serializers.DateTimeField()
    not_started = serializers.IntegerField()
    drafts = serializers.IntegerField()
    relocated = serializers.IntegerField()
    stayed = serializers.IntegerField()
    students = StudentLostOut(many=True, help_text=_("Those with citations that could not be moved."))


class NoticeOut(serializers.Serializer[Any]):
    from_edition = EditionStubOut()
    to_edition = EditionStubOut()
    at = serializers.DateTimeField()
    unseen = serializers.BooleanField()
    relocated = serializers.IntegerField()
    changes = ChangeOut(many=True)
    citations = serializers.ListField(
        child=serializers.JSONField(), help_text=_("Citations that were taken out of the draft, whole.")
    )
    answers = serializers.ListField(
        child=serializers.JSONField(), help_text=_("Answers to questions that are asked no more, whole.")
    )
    choices = serializers.ListField(child=serializers.JSONField(), help_text=_("Options that are offered no more."))


def stub(edition: Edition) -> dict[str, Any]:
    return {"id": edition.pk, "number": edition.number, "published_at": edition.published_at}


def pieces(found: Iterable[Piece]) -> list[dict[str, str]]:
    return [{"how": piece.how, "text": piece.text} for piece in found]


def changes(groups: Iterable[Group]) -> list[dict[str, Any]]:
    return [
        {
            "what": group.title,
            "lines": [
                {
                    "where": line.label,
                    "how": line.how,
                    "pieces": pieces(line.pieces),
                }
                for line in group.lines
            ],
        }
        for group in groups
    ]


def preview(found: Preview) -> dict[str, Any]:
    return {
        "edition": stub(found.now),
        "to": stub(found.to) if found.to else None,
        "choices": [stub(edition) for edition, _words in found.choices],
        "origins": [_origin(origin) for origin in found.origins],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    counts = origin.counts
    return {
        "edition": stub(origin.edition),
        "not_started": counts.not_started,
        "drafts": counts.drafts,
        "citations": counts.citations,
        "touched": counts.touched,
        "lost": counts.lost,
        "answers_aside": counts.aside,
        "handed_in": counts.handed_in,
        "marked": counts.marked,
        "questions_gone": list(origin.gone),
        "parts_gone": list(origin.parts_gone),
        "questions_new": list(origin.new),
        "changes": changes(origin.groups),
    }


def outcome(found: Outcome) -> dict[str, Any]:
    upgrade = found.upgrade
    return {
        "id": upgrade.pk,
        "from_edition": upgrade.from_edition_id,
        "to_edition": upgrade.to_edition_id,
        "scope": upgrade.scope,
        "by": {"id": upgrade.by_id, "name": upgrade.by.get_full_name()},
        "at": upgrade.at,
        "not_started": found.not_started,
        "drafts": found.drafts,
        "relocated": found.relocated,
        "stayed": found.stayed,
        "students": [
            {
                "submission": row.submission,
                "student": {"id": row.student, "name": row.name},
                "lost": list(row.lost),
            }
            for row in found.students
        ],
    }


def notice(found: Notice) -> dict[str, Any]:
    return {
        "from_edition": stub(found.from_edition),
        "to_edition": stub(found.to_edition),
        "at": found.at,
        "unseen": found.unseen,
        "relocated": found.relocated,
        "changes": changes(found.groups),
        "citations": [
            {"edition": item["edition"], "question": item["question"], "citation": item["citation"]}
            for item in found.kept.citations
        ],
        "answers": [{"edition": item["edition"], "answer": item["answer"]} for item in found.kept.answers],
        "choices": [
            {"edition": item["edition"], "question": item["question"], "options": item["options"]}
            for item in found.kept.choices
        ],
    }
