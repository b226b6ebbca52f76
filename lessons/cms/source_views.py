"""Sources in Dublin Core: bringing records in, seeing what became of them, and taking a record out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from lessons import dublin_core, exchange
from lessons.importing import sources
from lessons.models import Source


class RecordsForm(forms.Form):
    """A file of records. `records` is what was read, once the form is valid."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XML with elements of Dublin Core, up to 1 MB: one record, or many as archives give them out."),
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )

    records: list[dublin_core.Record]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.records = dublin_core.from_xml(file.read(dublin_core.LIMIT + 1))
        except dublin_core.Refused as refused:
            raise forms.ValidationError(sources.refusal(refused), code=refused.code) from refused
        return file


class _ForAuthors(WagtailAdminTemplateMixin):
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.add_source"):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class ImportSourcesView(_ForAuthors, FormView):
    """Takes records, makes a draft of each and goes on to what became of them."""

    template_name = "cms/import_sources.html"
    form_class = RecordsForm
    page_title = _("Import sources")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            action_url=self.request.path,
            submit_button_label=gettext("Import"),
            submit_button_active_label=gettext("Importing…"),
            **kwargs,
        )

    def form_valid(self, form: RecordsForm) -> HttpResponse:
        person: Any = self.request.user  # `dispatch` let nobody in without a name
        entries = sources.import_records(form.records, file_name=form.cleaned_data["file"].name, by=person)
        return redirect("lessons_imported_sources", entries[0].data["batch"])


class ImportedSourcesView(_ForAuthors, TemplateView):
    """What became of each record, and the way to its draft."""

    template_name = "cms/imported_sources.html"

    def get_page_title(self) -> str:
        return gettext("Imported")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        crumb = {"url": reverse("lessons_import_sources"), "label": ImportSourcesView.page_title}
        return [*self.breadcrumbs_items, crumb, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = ModelLogEntry.objects.filter(action=sources.LOG_ACTION, data__batch=str(self.kwargs["batch"]))
        reports = [sources.Report.of(entry) for entry in entries.order_by("pk")]
        if not reports:
            raise Http404
        there = set(Source.objects.filter(pk__in=[report.source_id for report in reports]).values_list("pk", flat=True))
        edit = Source.snippet_viewset.get_url_name("edit")
        rows = [
            (report, reverse(edit, args=[quote(report.source_id)]) if int(report.source_id) in there else "")
            for report in reports
        ]
        return super().get_context_data(rows=rows, import_url=reverse("lessons_import_sources"), **kwargs)


@require_safe
def export_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest draft of a source as a record in Dublin Core."""
    if not request.user.has_perm("lessons.change_source"):
        raise PermissionDenied
    draft = get_object_or_404(Source, pk=pk).get_latest_revision_as_object()
    record = exchange.record_xml(draft.facts(), rights=draft.rights, source_id=str(draft.uuid), kept=draft.statements())
    return HttpResponse(
        record,
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{draft.slug}.xml") or "attachment"},
    )
