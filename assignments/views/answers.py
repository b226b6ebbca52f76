"""Who answered what: an option that was chosen, a word that stands in claims, cells and paragraphs."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assignments import access, boards
from assignments.models import AnswerPart
from assignments.views.teacher import Request, page


class AskedForm(forms.Form):
    # Not `contains`, which a form has as a method of its own in a browser.
    words = forms.CharField(
        label=_("Words in the answers"),
        required=False,
        max_length=boards.LONGEST,
        widget=forms.TextInput(attrs={"class": "field", "type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[
            ("", _("everywhere")),
            *((kind, kind.label) for kind in (AnswerPart.Kind.CLAIM, AnswerPart.Kind.CELL, AnswerPart.Kind.TEXT)),
        ],
        widget=forms.Select(attrs={"class": "field"}),
    )
    question = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    option = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    row = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    column = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


@never_cache
@require_safe
@login_required
def answers(request: Request, pk: UUID) -> HttpResponse:
    """For the staff of the class. Nothing is shown until something is asked for."""
    assignment = access.assignment_to_grade(request.user, pk)
    form = AskedForm(request.GET or None)
    board = None
    if form.is_valid() and any(form.cleaned_data.values()):
        asked = form.cleaned_data
        board = boards.answers_board(
            assignment,
            viewer=request.user,
            question=asked["question"],
            option=asked["option"],
            row=asked["row"],
            column=asked["column"],
            kind=asked["kind"],
            contains=asked["words"],
        )
        if board.asked or board.cell:
            form = AskedForm()
    return page(request, "answers", assignment=assignment, form=form, board=board)
