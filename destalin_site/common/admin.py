"""What the administrator's pages share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class _NoChange:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LookOnly(_NoChange, admin.ModelAdmin[Any]):
    """Rows that operations look at, and touch nothing of."""


class LookOnlyInline(_NoChange, admin.TabularInline[Any, Any]):
    """The same, among the rows of a page that is about something else."""

    extra = 0
