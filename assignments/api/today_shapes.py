"""The day of whoever asks as the API shows it, and its schema. The words are those of the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assignments import errata, today
from assignments.api import shapes
from assignments.api.serializers import ClassErratumOut
from assignments.boards import TeacherToday, TodoKind


class RoomOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


# --- Of somebody who teaches


class TodoOut(serializers.Serializer[Any]):
    """One line of the day: a number, what it is, and the one thing to do about it."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in TodoKind])
    assignment = serializers.UUIDField()
    classroom = serializers.UUIDField()
    count = serializers.IntegerField()
    unit = serializers.CharField(help_text=_("What is counted, in a word."))
    heading = serializers.CharField()
    words = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True, help_text=_("Said with more weight."))
    act = serializers.CharField(help_text=_("What is to be done, as a button says it."))
    submission = serializers.UUIDField(allow_null=True, help_text=_("Where the line is about one piece of work."))
    comment = serializers.UUIDField(allow_null=True, help_text=_("The one that is asked about."))


class MoreOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["question", "asked", "waiting"])
    count = serializers.IntegerField()
    words = serializers.CharField()


class AheadOut(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    at = serializers.DateTimeField()
    day = serializers.CharField()
    words = serializers.CharField()


class TaughtRoomOut(RoomOut):
    runs = serializers.BooleanField(help_text=_("Whether the caller may assign here, not only grade."))
    students = serializers.CharField(help_text=_("How many, in words."))
    assignments = serializers.CharField(help_text=_("How many, in words."))


class WaitingCorrectionOut(ClassErratumOut):
    classroom = serializers.UUIDField()


class TeacherTodayOut(serializers.Serializer[Any]):
    day = serializers.CharField()
    summary = serializers.CharField()
    your_turn = TodoOut(many=True, help_text=_("To return, to grade, questions, and who asks for more time."))
    worth_a_look = TodoOut(many=True, help_text=_("Hand-ins that wait for a decision, and who is late or missing."))
    more = MoreOut(many=True, help_text=_("Lines that are left out, by their kind; `all_waiting=true` has them."))
    ahead = AheadOut(many=True, help_text=_("What falls due within seven days."))
    rooms = TaughtRoomOut(many=True)
    all_archived = serializers.BooleanField(help_text=_("Whether there are classes, and every one is archived."))
    corrections = WaitingCorrectionOut(many=True, help_text=_("Those that no teacher of a class has acknowledged."))


def teacher(day: TeacherToday, corrections: tuple[errata.Told, ...]) -> dict[str, Any]:
    return {
        **asdict(day),
        "corrections": [{**shapes.told(each), "classroom": each.classroom} for each in corrections],
    }


# --- Of a student


class WordOut(serializers.Serializer[Any]):
    icon = serializers.CharField()
    text = serializers.CharField()
    tone = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True, help_text=_("How it comes to that."))


class ItemOut(serializers.Serializer[Any]):
    submission = serializers.UUIDField()
    title = serializers.CharField()
    classroom = serializers.CharField(help_text=_("Its name."))
    big = serializers.CharField(help_text=_("With `small` what the date of the line is, or what stands in its place."))
    small = serializers.CharField(allow_blank=True)
    word = WordOut(allow_null=True)
    said = serializers.CharField(allow_blank=True)
    act = serializers.CharField(allow_blank=True, help_text=_("What is to be done; empty where nothing is."))
    primary = serializers.BooleanField(help_text=_("The first thing of the day that can be worked on."))
    url = serializers.CharField(help_text=_("The page on which that is done."))
    receipt_url = serializers.CharField(allow_null=True)
    ask = serializers.CharField(allow_blank=True, help_text=_("What there is to do about more time."))
    ask_url = serializers.CharField(allow_null=True)


class GroupOut(serializers.Serializer[Any]):
    id = serializers.ChoiceField(choices=["todo", "revise", "returned", "handed-in", "done"])
    title = serializers.CharField()
    items = ItemOut(many=True)
    more = serializers.IntegerField(help_text=_("Those that are left out; `all_returned=true` has them."))


class SetAsideOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    url = serializers.CharField()
    said = serializers.CharField()


class StudentTodayOut(serializers.Serializer[Any]):
    day = serializers.CharField()
    summary = serializers.CharField()
    groups = GroupOut(many=True, help_text=_("By whose turn it is, without those in which nothing is."))
    set_aside = SetAsideOut(many=True, help_text=_("Texts of the caller's that wait for her."))
    rooms = RoomOut(many=True, help_text=_("The classes that gave her something."))
    kept = serializers.BooleanField(
        help_text=_("Whether nothing of this is left to the caller but work that was removed.")
    )


class TodayOut(serializers.Serializer[Any]):
    """Either is null for whom it says nothing; who teaches and learns has both."""

    teacher = TeacherTodayOut(allow_null=True)
    student = StudentTodayOut(allow_null=True)


def student(day: today.Today) -> dict[str, Any]:
    shown = asdict(day)
    for group in shown["groups"]:
        for item in group["items"]:
            item["submission"] = item.pop("id")
            item["receipt_url"], item["ask_url"] = item["receipt_url"] or None, item["ask_url"] or None
    return shown
