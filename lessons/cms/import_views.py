"""The page on which a curator brings an article, and the page that says what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from destalin_site.common.names import NameFormField
from lessons.importing import drafts, wording
from lessons.importing.article import Article
from lessons.importing.outline import TITLE_LIMIT
from lessons.importing.reading import ArticleRefused, read_bytes, read_text
from lessons.models import Course, Lesson

PASTED = 2_000_000  # characters in the box; anything longer is better sent as a file


class ImportForm(forms.Form):
    """An article as a file or as pasted text. `article` is what was read, once the form is valid."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Plain text or Markdown in UTF-8, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.text,.md,.markdown,text/plain,text/markdown"}),
    )
    text = forms.CharField(
        label=_("Or paste the text"),
        required=False,
        strip=False,
        max_length=PASTED,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    markup = forms.ChoiceField(
        label=_("Written as"),
        choices=[("", _("Find out")), ("plain", _("Plain text")), ("markdown", _("Markdown"))],
        required=False,
    )
    title = NameFormField(
        label=_("Title"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Only when the text does not begin with it."),
    )
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), required=False, empty_label=_("A new course")
    )
    new_course = NameFormField(label=_("Title of the new course"), required=False, max_length=200)

    article: Article

    def __init__(self, *args: Any, may_add_course: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses: QuerySet[Course] = Course.objects.order_by("title")
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.may_add_course = may_add_course
        if not may_add_course:
            del self.fields["new_course"]
            self.fields["course"].required = True
            self.fields["course"].empty_label = _("Choose")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if "file" not in self.errors and "text" not in self.errors:
            if file and text.strip():
                self.add_error("text", _("Give a file or paste the text, not both."))
            elif not file and not text.strip():
                self.add_error("file", _("Choose a file or paste the text."))
            else:
                self._read(file, text, cleaned)
        if self.may_add_course and not cleaned.get("course") and "new_course" not in self.errors:
            if not cleaned.get("new_course"):
                self.add_error("new_course", _("Choose a course or name a new one."))
        elif cleaned.get("course") and cleaned.get("new_course"):
            self.add_error("new_course", _("Choose a course or name a new one, not both."))
        return cleaned

    def _read(self, file: Any, text: str, cleaned: dict[str, Any]) -> None:
        options: dict[str, Any] = {
            "title": cleaned.get("title") or "",
            "markup": cleaned.get("markup") or None,
            "introduction": gettext("Introduction"),
        }
        try:
            self.article = read_bytes(file.read(), name=file.name, **options) if file else read_text(text, **options)
        except ArticleRefused as refused:
            self.add_error("file" if file else "text", wording.refusal(refused))


class ImportView(WagtailAdminTemplateMixin, FormView):
    """Takes an article, makes a draft of it and goes on to what became of it."""

    template_name = "cms/import.html"
    form_class = ImportForm
    page_title = _("Import an article")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.add_lesson"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        may_add = self.request.user.has_perm("lessons.add_course")
        return {**super().get_form_kwargs(), "may_add_course": may_add}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            action_url=self.request.path,
            submit_button_label=gettext("Import"),
            submit_button_active_label=gettext("Importing…"),
            **kwargs,
        )

    def form_valid(self, form: ImportForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        entry = drafts.import_article(
            form.article,
            course=form.cleaned_data["course"] or form.cleaned_data["new_course"],
            file_name=file.name if file else "",
            by=self.request.user,  # type: ignore[arg-type]
        )
        return redirect("lessons_imported", entry.pk)


class ImportedView(WagtailAdminTemplateMixin, TemplateView):
    """What became what, what the reader was unsure of, and the way to the draft."""

    template_name = "cms/imported.html"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("lessons.change_lesson"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return gettext("Imported")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        crumb = {"url": reverse("lessons_import"), "label": ImportView.page_title}
        return [*self.breadcrumbs_items, crumb, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = get_object_or_404(
            ModelLogEntry, pk=self.kwargs["pk"], action=drafts.LOG_ACTION, content_type__model="lesson"
        )
        lesson = Lesson.objects.filter(pk=entry.object_id).first()
        report = drafts.Report.from_data(entry.data)
        return super().get_context_data(
            lesson_title=entry.label,
            edit_url=lesson and reverse(Lesson.snippet_viewset.get_url_name("edit"), args=[quote(lesson.pk)]),
            import_url=reverse("lessons_import"),
            report=report,
            **kwargs,
        )
