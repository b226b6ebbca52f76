"""The page on which a curator brings an article, and the page that says what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.images.permissions import permission_policy as images
from wagtail.models import ModelLogEntry

from destalin_site.common.errors import DomainError
from destalin_site.common.names import NameFormField
from lessons.importing import drafts, wording
from lessons.importing.article import Article
from lessons.importing.mending import Kind
from lessons.importing.outline import TITLE_LIMIT
from lessons.importing.reading import WITH_PICTURES, ArticleRefused, ArticleTooLarge, read_bytes, read_text
from lessons.models import Course, Lesson

PASTED = 2_000_000  # characters in the box; anything longer is better sent as a file


class ImportForm(forms.Form):
    """An article as a file or as pasted text. `article` is what was read, once the form is valid."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "Word (.docx) or HTML, up to 25 MB with their pictures; Markdown or plain text in UTF-8, up to 5 MB."
        ),
        widget=forms.FileInput(
            attrs={"accept": ".docx,.html,.htm,.md,.markdown,.txt,.text,text/html,text/plain,text/markdown"}
        ),
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
        choices=[("", _("Find out")), ("plain", _("Plain text")), ("markdown", _("Markdown")), ("html", _("HTML"))],
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

    def __init__(self, *args: Any, may_add_course: bool, may_add_images: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add_images = may_add_images
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
            if not cleaned.get("new_course") and not self._said_course():
                self.add_error("new_course", _("Choose a course or name a new one."))
        elif cleaned.get("course") and cleaned.get("new_course"):
            self.add_error("new_course", _("Choose a course or name a new one, not both."))
        return cleaned

    def _said_course(self) -> str:
        """The course that the article names itself; what is chosen here comes before it."""
        article = getattr(self, "article", None)
        return article.settings.get("course", "") if article else ""

    @property
    def chosen_course(self) -> Course | str:
        chosen = self.cleaned_data.get("course") or self.cleaned_data.get("new_course")
        return chosen or drafts.course_named(self._said_course())

    def _read(self, file: Any, text: str, cleaned: dict[str, Any]) -> None:
        options: dict[str, Any] = {
            "title": cleaned.get("title") or "",
            "markup": cleaned.get("markup") or None,
            "introduction": gettext("Introduction"),
            "notes": gettext("Notes"),
        }
        try:
            if file and file.size > WITH_PICTURES:
                raise ArticleTooLarge(size=file.size, limit=WITH_PICTURES)
            self.article = read_bytes(file.read(), name=file.name, **options) if file else read_text(text, **options)
        except ArticleRefused as refused:
            self.add_error("file" if file else "text", wording.refusal(refused))
            return
        if not self.may_add_images and any(self.article.figures()):
            self.add_error(
                "file" if file else "text", _("It has pictures, and you may not add any. Nothing was written.")
            )


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
        may_add_images = images.user_has_permission(self.request.user, "add")
        return {**super().get_form_kwargs(), "may_add_course": may_add, "may_add_images": may_add_images}

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
            course=form.chosen_course,
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
        entry = self._entry()
        lesson = Lesson.objects.filter(pk=entry.object_id).first()
        report = drafts.Report.from_data(entry.data)
        if lesson is not None and lesson.latest_revision_id:
            report.show_now(drafts.places(lesson))
        return super().get_context_data(
            lesson_title=entry.label,
            edit_url=lesson and reverse(Lesson.snippet_viewset.get_url_name("edit"), args=[quote(lesson.pk)]),
            import_url=reverse("lessons_import"),
            revision=lesson and lesson.latest_revision_id,
            report=report,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One place becomes something else; back to that place."""
        entry = self._entry()
        form = _ChangeForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        place, kind = form.cleaned_data["place"], Kind(form.cleaned_data["kind"])
        person: Any = request.user  # `dispatch` let nobody in without a name
        try:
            drafts.change_kind(entry, place=place, kind=kind, revision=form.cleaned_data["revision"], by=person)
        except DomainError as refused:
            messages.error(request, gettext("%(reason)s. Nothing was changed.") % {"reason": refused.detail})
        else:
            messages.success(request, _DONE[kind])
        return redirect(f"{reverse('lessons_imported', args=[entry.pk])}#place-{quote(place)}")

    def _entry(self) -> ModelLogEntry:
        return get_object_or_404(
            ModelLogEntry, pk=self.kwargs["pk"], action=drafts.LOG_ACTION, content_type__model="lesson"
        )


_DONE = {
    Kind.PARAGRAPH: _("It is a paragraph now, in the draft."),
    Kind.HEADING: _("It is a heading now, in the draft."),
    Kind.SECTION: _("It is a section of its own now, in the draft."),
}


class _ChangeForm(forms.Form):
    place = forms.CharField(max_length=64)
    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    revision = forms.IntegerField()
