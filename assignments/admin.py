"""Operations look, and touch nothing: what students and teachers did is changed by nobody else."""

from __future__ import annotations

from django.contrib import admin

from assignments.models import Assignment, Attempt, Event, Grade, ParkedCopy, RubricEdition, Submission
from destalin_site.common.admin import LookOnly


@admin.register(Assignment)
class AssignmentAdmin(LookOnly):
    list_display = ("title", "classroom", "due_at", "deleted_at")
    list_select_related = ("classroom",)
    search_fields = ("title", "classroom__name")


@admin.register(Submission)
class SubmissionAdmin(LookOnly):
    list_display = ("assignment", "student", "state", "attempt_count", "changed_at")
    list_select_related = ("assignment", "student")
    list_filter = ("state",)
    search_fields = ("id", "student__username", "assignment__title")


@admin.register(Attempt)
class AttemptAdmin(LookOnly):
    list_display = ("receipt_code", "submission", "number", "received_at", "via")
    list_filter = ("via",)
    search_fields = ("receipt_code", "submission__id")


@admin.register(Grade)
class GradeAdmin(LookOnly):
    list_display = ("submission", "status", "version", "final_score", "out_of", "returned_at")
    list_filter = ("status",)
    search_fields = ("submission__id",)


@admin.register(RubricEdition)
class RubricEditionAdmin(LookOnly):
    list_display = ("assignment", "number", "title", "at")
    list_select_related = ("assignment",)
    search_fields = ("title", "assignment__title")


@admin.register(ParkedCopy)
class ParkedCopyAdmin(LookOnly):
    list_display = ("submission", "kind", "reason", "received_at", "resolution")
    list_filter = ("kind", "reason", "resolution")
    search_fields = ("submission__id",)


@admin.register(Event)
class EventAdmin(LookOnly):
    list_display = ("submission", "seq", "name", "transition", "actor", "at")
    list_select_related = ("actor",)
    list_filter = ("name",)
    search_fields = ("submission__id",)
