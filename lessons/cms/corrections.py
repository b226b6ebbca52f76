"""Announcing what was wrong in a source, and the list of what was announced."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django import forms
from django.contrib.admin.utils import quote
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from destalin_site.common import moments
from destalin_site.common.errors import DomainError
from lessons import actions, changes, errata, reach
from lessons.cms.changed_sources import OfSource, sentence
from lessons.cms.home import DeskView, zone_of
from lessons.models import Erratum, Source
from lessons.problems import CannotCompile

PAGE: Final = 20


class CorrectionForm(forms.Form):
    """Which fields are announced, how serious that is, and what teachers and students are told."""

    fields_wrong = forms.MultipleChoiceField(
        label=gettext_lazy("What was wrong"),
        error_messages={"required": gettext_lazy("Choose what the correction is about.")},
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("How serious it is"),
        choices=Erratum.Severity.choices,
        widget=forms.RadioSelect,
        initial=Erratum.Severity.MINOR,
        help_text=gettext_lazy("Serious: whoever relied on it may have drawn a wrong conclusion."),
    )
    note = forms.CharField(
        label=gettext_lazy("To teachers and students, in plain words"),
        max_length=actions.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What was wrong, how it was found, and what it means for work that cites the source."),
    )
    # What the page showed: the source may change while the note is written.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, found: errata.Differences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(difference.field, difference.label) for difference in found.fields]
        self.fields["fields_wrong"].choices = choices  # type: ignore[attr-defined]
        self.fields["fields_wrong"].initial = [field for field, _label in choices]
        self.fields["seen"].initial = seen_of(found)


def seen_of(found: errata.Differences) -> str:
    """A digest of what the page shows."""
    told = repr([(row.field, row.old, row.new) for row in found.fields] + [edition.id for edition in found.editions])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


class AnnounceView(OfSource):
    """What editions have otherwise than the source has it now, whom that concerns, and the form that tells them."""

    template_name = "cms/announce_correction.html"
    header_icon = "warning"

    def get_page_title(self) -> str:
        return _("Announce a correction")

    @cached_property
    def found(self) -> errata.Differences:
        try:
            return errata.differences(self.source)
        except CannotCompile:
            return errata.Differences((), ())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or CorrectionForm(found=self.found)
        chosen = form["fields_wrong"].value() or []
        reached = reach.of([edition.id for edition in self.found.editions])
        return super().get_context_data(
            form=form,
            differences=[(row, changes.words(row.old, row.new), row.field in chosen) for row in self.found.fields],
            editions=[edition for edition in self.found.editions if not edition.adapted],
            versions=versions_words(sum(edition.adapted for edition in self.found.editions)),
            reach_words=reach_words(reached),
            again_url=reverse("lessons_publish_again", args=[self.source.pk]),
            list_url=reverse("lessons_corrections"),
            unpublished=self.source.has_unpublished_changes,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CorrectionForm(request.POST, found=self.found)
        if form.is_valid():
            chosen = form.cleaned_data["fields_wrong"]
            told = {row.field: row for row in self.found.fields if row.field in chosen}
            try:
                if form.cleaned_data["seen"] != seen_of(self.found):
                    raise actions.CorrectionOutdated
                person: Any = request.user  # `dispatch` let nobody in without a name
                erratum = actions.announce_erratum(
                    self.source,
                    fields=list(told),
                    old={field: row.old for field, row in told.items()},
                    new={field: row.new for field, row in told.items()},
                    severity=form.cleaned_data["severity"],
                    note=form.cleaned_data["note"],
                    by=person,
                )
            except DomainError as refused:
                messages.error(request, _("%(reason)s Nothing was announced.") % {"reason": sentence(refused)})
                return self._as_it_is_now(form.cleaned_data)
            count = erratum.affected.count()
            text = ngettext(
                "The correction stands beside %(count)s edition now.",
                "The correction stands beside %(count)s editions now.",
                count,
            )
            messages.success(request, text % {"count": count})
            return redirect("lessons_corrections")
        answer = self.render_to_response(self.get_context_data(form=form))
        answer.status_code = 422
        return answer

    def _as_it_is_now(self, typed: dict[str, Any]) -> HttpResponse:
        """What differs now, with what was typed: the note took time to write."""
        del self.found
        self.source.refresh_from_db()
        there = [row.field for row in self.found.fields]
        kept = {name: typed[name] for name in ("severity", "note")}
        kept["fields_wrong"] = [field for field in there if field in typed["fields_wrong"]] or there
        form = CorrectionForm(found=self.found, initial=kept)
        return self.render_to_response(self.get_context_data(form=form), status=409)


def reach_words(reached: reach.Reach) -> str:
    """ "4 assignments in 2 classes" """
    if not reached.assignments:
        return _("No class works with them now.")
    assignments = ngettext("%(n)s assignment", "%(n)s assignments", reached.assignments) % {"n": reached.assignments}
    classes = ngettext("%(n)s class", "%(n)s classes", reached.classes) % {"n": reached.classes}
    return _("In use: %(assignments)s, %(classes)s.") % {"assignments": assignments, "classes": classes}


def versions_words(count: int) -> str:
    """What teachers made of editions is theirs: curators are told how many, and no title."""
    if not count:
        return ""
    return ngettext("%(n)s edition of a teacher’s own version", "%(n)s editions of teachers’ own versions", count) % {
        "n": count
    }


class CorrectionsView(DeskView):
    """What was announced, the newest first."""

    template_name = "cms/corrections.html"
    page_title = gettext_lazy("Corrections")
    header_icon = "warning"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Erratum.objects.select_related("source", "by").prefetch_related("affected__edition")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("p"))
        errata_shown = list(page.object_list)
        reached = reach.of_each([[use.edition_id for use in erratum.affected.all()] for erratum in errata_shown])
        zone = zone_of(self.request.user)
        lines = [
            {
                "title": str(erratum.source),
                "url": _source_url(erratum.source),
                "severity": erratum.get_severity_display(),
                "when": moments.moment(erratum.at, zone),
                "who": erratum.by or _("The system"),
                "note": erratum.note,
                "facts": [(fact, changes.words(fact.old, fact.new)) for fact in errata.facts_of(erratum)],
                "editions": _editions_of(erratum),
                "reach": reach_words(how_many),
            }
            for erratum, how_many in zip(errata_shown, reached, strict=True)
        ]
        context = {"lines": lines, "page_obj": page, "index_url": reverse("lessons_corrections")}
        return {**super().get_context_data(**kwargs), **context}


def _editions_of(erratum: Erratum) -> list[str]:
    editions = [use.edition for use in erratum.affected.all()]
    named = sorted(str(edition) for edition in editions if not edition.adaptation_id)
    versions = versions_words(len(editions) - len(named))
    return [*named, *([versions] if versions else [])]


def _source_url(source: Source) -> str:
    return reverse("wagtailsnippets_lessons_source:edit", args=[quote(source.pk)])
