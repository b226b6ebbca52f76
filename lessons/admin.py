"""Operations look at what is published, and touch nothing: an edition is written once."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from destalin_site.common.admin import LookOnly
from lessons.models import Edition


@admin.register(Edition)
class EditionAdmin(LookOnly):
    list_display = ("lesson", "number", "sha256", "size", "published_at", "current", "page")
    list_display_links = ("lesson", "sha256")
    list_filter = (("current", admin.EmptyFieldListFilter),)
    search_fields = ("id", "title", "lesson__title", "lesson__slug")
    date_hierarchy = "published_at"
    ordering = ("-published_at", "lesson_id", "-number")
    fields = readonly_fields = (
        "lesson",
        "title",
        "number",
        "sha256",
        "schema",
        "size",
        "published_at",
        "published_by",
        "current",
        "page",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        # What teachers made of editions is theirs and their classes'.
        rows: QuerySet[Edition] = super().get_queryset(request)
        return rows.filter(adaptation=None).select_related("lesson", "current", "published_by")

    @admin.display(description="sha256", ordering="id")
    def sha256(self, obj: Edition) -> str:
        return obj.pk

    @admin.display(description=_("current"), boolean=True)
    def current(self, obj: Edition) -> bool:
        """Whether this is what the catalogue shows of its lesson."""
        return hasattr(obj, "current")

    @admin.display(description=_("page"))
    def page(self, obj: Edition) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.view_on_site(obj), gettext("Read it"))

    def view_on_site(self, obj: Edition) -> str:
        return obj.address
