"""Wagtail's snippet screens, with what a lesson needs besides."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.models import Revision, TaskState
from wagtail.snippets.views import snippets

from destalin_site.common import moments
from destalin_site.common.errors import DomainError
from lessons.cms import actions
from lessons.cms.changed_sources import sentence
from lessons.models import Edition, Lesson, Source

# The views that these stand in front of are Wagtail's, which has no types.
_View: Any = object

# Publishing


class SaysWhatBecame(_View):
    """Publishing, approving and sending back say so, with the edition and a way to it; Wagtail says “updated”."""

    def get_success_message(self, instance: Any = None) -> str:
        own = self._became[0]
        return own or str(super().get_success_message(instance))

    def get_success_buttons(self) -> list[Any]:
        return [*self._became[1], *super().get_success_buttons()]

    @cached_property
    def _became(self) -> tuple[str, list[Any]]:
        if self.action == "workflow-action" and self.workflow_action == "reject":
            return sent_back(self.object), []
        if self.action in {"publish", "workflow-action"}:
            return what_became(self.object, self.new_revision, self.request.user)
        return "", []


def what_became(row: Any, revision: Revision, person: Any) -> tuple[str, list[Any]]:
    """That readers have this revision now, or when they will, and a button that leads there; nothing while neither is
    so, as after the first of two approvals."""
    row = type(row)._base_manager.get(pk=row.pk)
    revision.refresh_from_db(fields=["approved_go_live_at"])
    if at := revision.approved_go_live_at:
        when = moments.moment(at, person.own_zone)
        return _("“%(title)s” will be published on %(when)s.") % {"title": revision.object_str, "when": when}, []
    if not row.live or row.live_revision_id != revision.pk:
        return "", []
    if not isinstance(row, Lesson):
        return _("“%(title)s” was published.") % {"title": row}, []
    edition = Edition.objects.get(current__lesson=row.pk)
    text = _("“%(title)s” was published: edition %(number)s.") % {"title": row, "number": edition.number}
    return text, [messages.button(edition.address, _("Read it"))]


def sent_back(row: Any) -> str:
    return _("“%(title)s” was sent back to whoever submitted it.") % {"title": row}


class SaysWhyNot(_View):
    """What a rule forbids is said on the page and is no error of the server; the draft is kept."""

    def publish_action(self) -> HttpResponse | None:
        try:
            return super().publish_action()
        except DomainError as refused:
            return self._kept(refused)

    def workflow_action_action(self) -> HttpResponse | None:
        try:
            return super().workflow_action_action()
        except DomainError as refused:
            return self._kept(refused)

    def _kept(self, refused: DomainError) -> HttpResponse:
        messages.error(
            self.request,
            _("%(reason)s The draft is saved and was not published.") % {"reason": sentence(refused)},
        )
        return redirect(self.get_edit_url())


class WorkflowActionView(snippets.WorkflowActionView):
    """Approving publishes, and publishing may be refused: then nothing has changed."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except DomainError as refused:
            messages.error(request, _("%(reason)s Nothing was approved.") % {"reason": sentence(refused)})
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                response = self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
            else:
                response = redirect(self.redirect_url)
        else:
            self._say_what_became()
        return response

    def _say_what_became(self) -> None:
        self.task_state.refresh_from_db(fields=["status"])
        if self.task_state.status == TaskState.STATUS_REJECTED:
            messages.success(self.request, sent_back(self.object))
        elif self.task_state.status == TaskState.STATUS_APPROVED:
            text, buttons = what_became(self.object, self.task_state.revision, self.request.user)
            if text:
                messages.success(self.request, text, buttons=buttons)


# Two people at once


class NewerVersion(PermissionDenied):
    """Somebody saved between the opening of the page and this save."""


class RefusesStaleSaves(_View):
    """No save overwrites a version that its author has not seen, whichever button it came from.

    The page names the revision that it was loaded with. When another one is the newest by then, the save is refused,
    the page shows who changed it with a link to the comparison, and goes through once that is confirmed there.
    """

    @cached_property
    def is_out_of_date(self) -> bool:
        latest = self.latest_revision
        post = self.request.POST
        if not latest:
            return False
        asked = post.get("newer_revision")
        if asked and post.get("seen_newer_revision") != asked:
            return True
        if not post.get("overwrite_revision_id") and not post.get("loaded_revision_id"):
            # Wagtail takes a page that says nothing for an up-to-date one.
            return True
        return bool(super().is_out_of_date)

    def is_valid(self, form: Any) -> bool:
        if self.request.method == "POST" and self.is_out_of_date and not self.locked_for_user:
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = self._who_was_first()
            self.refused_revision = self.latest_revision
            form.is_valid()  # so that the page shows what else is wrong
            return False
        return bool(super().is_valid(form))

    def save_instance(self) -> Any:
        self.refuse_if_overtaken()
        return super().save_instance()

    def refuse_if_overtaken(self) -> None:
        """Look once more under the row's lock: two saves may have passed the first look together."""
        latest = self.latest_revision
        row = self.model._base_manager.select_for_update().get(pk=self.object.pk)
        newest = row.latest_revision
        if newest and (not latest or (newest.pk, newest.created_at) != (latest.pk, latest.created_at)):
            self.refused_revision = self.object.latest_revision = newest
            for known in ("latest_revision", "latest_revision_created_at"):
                self.__dict__.pop(known, None)
            raise NewerVersion(self._who_was_first(newest))

    def _who_was_first(self, newest: Any = None) -> str:
        newest = newest or self.latest_revision
        when = {"when": moments.moment(newest.created_at, self.request.user.own_zone)}
        if newest.user == self.request.user:
            return (
                _("You saved this in another window on %(when)s. What you wrote in this one since is not saved yet.")
                % when
            )
        return _("%(who)s saved this on %(when)s, after you had opened it. What you wrote is not saved yet.") % {
            "who": newest.user or _("The system"),
            **when,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        refused = getattr(self, "refused_revision", None)
        if refused:
            context["newer_revision"] = refused
            context["newer_is_own"] = refused.user == self.request.user
            context["compare_url"] = self._compare_url(refused)
        return context

    def _compare_url(self, newest: Any) -> str:
        loaded = self.request.POST.get("overwrite_revision_id") or self.request.POST.get("loaded_revision_id")
        known = loaded and loaded.isdecimal() and loaded != str(newest.pk)
        older = loaded if known and self.object.revisions.filter(pk=loaded).exists() else "earliest"
        return reverse(
            self.revisions_compare_url_name,
            args=[quote(self.object.pk), older, newest.pk],
        )


class ReadableForm(_View):
    """A form without the counts of its blocks, or with counts that are no numbers, is none that a page of ours sent."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        counts = [str(value) for name, value in request.POST.items() if name.endswith("-count")]
        if not all(count.isascii() and count.isdigit() and len(count) <= 4 for count in counts):
            raise BadRequest
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except MultiValueDictKeyError as missing:
            raise BadRequest from missing
        return response


class NamedPage(_View):
    """The head of Wagtail's forms has a title for screen readers, which its pages for snippets do not fill."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {"title": context["header_title"], **context}


class CreateView(NamedPage, ReadableForm, SaysWhatBecame, SaysWhyNot, snippets.CreateView):
    pass


class EditView(NamedPage, ReadableForm, SaysWhatBecame, SaysWhyNot, RefusesStaleSaves, snippets.EditView):
    pass


class RevertView(generic.RevisionsRevertMixin, EditView):
    """Restoring an older revision: a save like any other, and itself a new revision."""

    view_name = "revisions_revert"

    def save_instance(self) -> Any:
        self.refuse_if_overtaken()
        return super().save_instance()


# Copies


class CopyLessonView(snippets.CopyView):
    """Asks, then makes a draft with the same words and ids of its own."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lesson = self.get_initial_form_instance()
        # Named here: the view set gives this view the template of the form for new lessons.
        return TemplateResponse(request, "cms/copy.html", {"lesson": lesson, "page_title": _("Copy")})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        copy = actions.copy_lesson(self.get_initial_form_instance(), by=self.request.user)
        messages.success(request, _("“%(title)s” was made as a draft.") % {"title": copy.title})
        return redirect(lesson_edit_url(copy))


# Deleting


class DeleteView(snippets.DeleteView):
    def delete_action(self) -> None:
        person: Any = self.request.user  # Wagtail let nobody in without a name
        actions.delete_rows([self.object], by=person)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:  # put to use after the page was shown
            response = cannot_delete(self.request, [self.object])
        return response


def cannot_delete(request: HttpRequest, rows: list[models.Model]) -> HttpResponse:
    """Says of each row what keeps it."""
    kept = [(str(row), uses) for row in rows if (uses := actions.what_keeps(row))]
    context = {"kept": kept, "page_title": _("This cannot be deleted"), "rows": rows}
    return TemplateResponse(request, "cms/cannot_delete.html", context, status=409)


def before_delete(request: HttpRequest, rows: list[models.Model]) -> HttpResponse | None:
    """Wagtail asks this before its confirmation and before deleting, one row or many."""
    if any(actions.what_keeps(row) for row in rows):
        return cannot_delete(request, rows)
    return None


def lesson_edit_url(lesson: Lesson) -> str:
    return reverse("wagtailsnippets_lessons_lesson:edit", args=[quote(lesson.pk)])


# Sources that lessons show


def offer_to_publish_again(request: HttpRequest, source: Source) -> None:
    """Lessons keep showing a source as it was when they were published: say so, with a way to change it."""
    if not request.user.has_perm("lessons.publish_lesson"):
        return
    count = Lesson.objects.published().saying(source).count()
    if count:
        text = ngettext(
            "%(count)s published lesson still shows or quotes this source as it was.",
            "%(count)s published lessons still show or quote this source as it was.",
            count,
        ) % {"count": count}
        again = ngettext("Publish it again", "Publish them again", count)
        url = reverse("lessons_publish_again", args=[source.pk])
        announce = reverse("lessons_announce_correction", args=[source.pk])
        buttons = [messages.button(url, again), messages.button(announce, _("Announce a correction"))]
        messages.info(request, text, buttons=buttons)


class SourceEditView(EditView):
    def publish_action(self) -> HttpResponse | None:
        response = super().publish_action()
        if response is None:
            offer_to_publish_again(self.request, self.object)
        return response


class SourceWorkflowActionView(WorkflowActionView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if self.action_name == "approve":
            offer_to_publish_again(request, self.object)
        return response
