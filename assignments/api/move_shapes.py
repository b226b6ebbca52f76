"""A student's move to another class, as the API shows it: the shapes and the schema that holds them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assignments.api.report_shapes import WorkReportOut, work
from assignments.api.serializers import NameOut
from assignments.api.upgrade_shapes import LostOut
from assignments.class_moves import Line, Offer, Outcome, Preview
from destalin_site.common.api import Input

HOWS = ["draft", "beside", "same", "nothing"]
_HIDDEN = _("Null while names are hidden.")


class CopyIn(Input):
    from_assignment = serializers.UUIDField(help_text=_("Of the class that she leaves."))
    to_assignment = serializers.UUIDField(help_text=_("One of `offers`."))


class MoveIn(Input):
    to = serializers.UUIDField(help_text=_("The class that she moves to."))
    copies = serializers.ListField(
        child=CopyIn(), max_length=500, help_text=_("Whose newest text comes along, and where to; may be empty.")
    )


class OfferOut(serializers.Serializer[Any]):
    to_assignment = NameOut(help_text=_("It reads the same lesson and asks the same questions."))
    proposed = serializers.BooleanField()
    beside = serializers.BooleanField(
        allow_null=True,
        help_text=_("It would be no draft: there is work already, or staff read drafts there. Null while hidden."),
    )
    citations = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    relocated = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    lost = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    answers_aside = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)


class LeavingOut(serializers.Serializer[Any]):
    work = WorkReportOut()
    offers = OfferOut(many=True)


class ComingOut(serializers.Serializer[Any]):
    assignment = NameOut()
    comes_back = serializers.BooleanField(help_text=_("She had it before, and finds her work as it was."))


class MovePreviewOut(serializers.Serializer[Any]):
    student = NameOut()
    from_classroom = NameOut()
    to_classroom = NameOut()
    leaving = LeavingOut(many=True, help_text=_("Her work in the class that she leaves: kept, and removed from it."))
    coming = ComingOut(many=True, help_text=_("What she gets."))
    worked_on_since = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Where this is the way back: titles of what there is work on since she came."),
    )


class CopiedOut(serializers.Serializer[Any]):
    from_assignment = NameOut()
    to_assignment = NameOut()
    became = serializers.ChoiceField(choices=HOWS, allow_null=True, help_text=_HIDDEN)
    citations = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    relocated = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    answers_aside = serializers.IntegerField(allow_null=True, help_text=_HIDDEN)
    lost = LostOut(many=True, help_text=_("Citations that could not come along; none while names are hidden."))


class MoveOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    student = NameOut()
    from_classroom = NameOut()
    to_classroom = NameOut()
    by = NameOut()
    at = serializers.DateTimeField()
    copies = CopiedOut(many=True)
    undoes = serializers.UUIDField(allow_null=True, help_text=_("The move that this one took back."))
    undone = serializers.BooleanField()


def _name(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": str(row)}


def preview(found: Preview) -> dict[str, Any]:
    return {
        "student": {"id": found.student, "name": found.name},
        "from_classroom": _name(found.left),
        "to_classroom": _name(found.to),
        "leaving": [
            {"work": work(row.work), "offers": [_offer(offer) for offer in row.offers]} for row in found.leaving
        ],
        "coming": [{"assignment": _name(row.assignment), "comes_back": row.comes_back} for row in found.coming],
        "worked_on_since": list(found.since),
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "to_assignment": _name(offer.to_assignment),
        **{name: getattr(offer, name) for name in ("proposed", "beside", "citations", "relocated", "lost")},
        "answers_aside": offer.aside,
    }


def outcome(found: Outcome) -> dict[str, Any]:
    move = found.move
    return {
        "id": move.pk,
        "student": {"id": move.student_id, "name": found.name},
        "from_classroom": _name(move.from_classroom),
        "to_classroom": _name(move.to_classroom),
        "by": {"id": move.by_id, "name": move.by.get_full_name()},
        "at": move.at,
        "copies": [_copied(line) for line in found.lines],
        "undoes": move.undoes_id,
        "undone": found.undone,
    }


def _copied(line: Line) -> dict[str, Any]:
    one = line.copied
    return {
        "from_assignment": _name(line.from_assignment),
        "to_assignment": _name(line.to_assignment),
        "became": one.how if one else None,
        "citations": one.citations if one else None,
        "relocated": one.relocated if one else None,
        "answers_aside": one.aside if one else None,
        "lost": list(one.lost) if one else [],
    }
