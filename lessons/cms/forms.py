"""The editor's forms: what would stop a lesson from being published is said beside the field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from wagtail import blocks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from destalin_site.common import names
from lessons import problems
from lessons.cms.actions import free_slug
from lessons.compiler import Problem
from lessons.models import Section


class NamesForm(WagtailAdminModelForm):
    """Titles and names go through the site's normalizer, whose refusal is said beside the field."""

    NAMES = ("title", "heading", "creator", "recipient")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self.NAMES:
            if raw := cleaned.get(name):
                try:
                    cleaned[name] = names.clean(raw, limit=self.fields[name].max_length)
                except ValidationError as refusal:
                    self.add_error(name, refusal)
        return cleaned


class AddressForm(NamesForm):
    """A record with an address, which is made from its title unless somebody chose one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean(self) -> Any:
        cleaned = super().clean()
        # The page makes it while the title is typed, and cannot know which are taken, too long or in letters that
        # no address has. Nobody chose it, so nobody is asked to mend it.
        field = next(name for name in ("title", "term", "name") if name in self.fields)
        title, typed = (str(self[name].value() or "").strip() for name in (field, "slug"))
        if not typed and not title and field not in self.errors:
            # Even a draft needs something to be called by.
            self.add_error(field, ValidationError(self.fields[field].error_messages["required"], code="required"))
        elif title and typed in {"", slugify(title), slugify(title, allow_unicode=True)}:
            self.errors.pop("slug", None)
            cleaned["slug"] = free_slug(self._meta.model, title, but=self.instance.pk)
        return cleaned


class SectionForm(NamesForm):
    """A section inside the lesson's form."""

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        # A section added to a published lesson has no row while it is a draft, so only its uuid says at the next
        # save that it is the same one: the open page must learn it.
        return [*super().get_field_updates_for_resave(), (self.add_prefix("uuid"), str(self.instance.uuid))]


class SectionsPanel(InlinePanel):
    """Sections as one flat list, each with its uuid in a hidden field."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = _deferring(options["formsets"][self.relation_name])
        return options


def _deferring(formset: dict[str, Any]) -> type[SectionForm]:
    """Our form with the fields that a draft may leave empty, as Wagtail prepared them."""
    prepared = formset.get("form")
    deferred = prepared._meta.defer_required_on_fields if prepared else []
    meta = type(
        "Meta", (WagtailAdminModelForm.Meta,), {"model": Section, "fields": [], "defer_required_on_fields": deferred}
    )
    return type("SectionForm", (SectionForm,), {"Meta": meta})


class QuietPanel(FieldPanel):
    """A field that no person reads: a comparison of two versions leaves it out."""

    def get_comparison_class(self) -> None:
        return None


class AncestorPanel(HelpPanel):
    """Of which edition a lesson is a copy, with a way to read it. Nothing, where it is none."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.ancestor_id)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "edition": self.instance.ancestor}


class LessonForm(AddressForm):
    """A draft may be unfinished. Whatever goes further (publish, submit, approve, schedule) must compile."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if self.is_deferred_validation or not self.is_bound:
            return True
        found = self.save(commit=False).problems()
        for problem in found:
            self._say(problem)
        return not found

    def _say(self, problem: Problem) -> None:
        error = ValidationError(problems.message(problem.code), code=problem.code)
        root, *path = problem.pointer.strip("/").split("/")
        if root == "sections" and len(path) > 1 and path[0].isdecimal():
            self._say_in_section(int(path[0]), path[1], path[2:], error)
        elif root in self.fields:
            self.add_error(root, error)
        elif root == "sources" and path:
            self.add_error(None, ValidationError(f"{path[0]}: {error.messages[0]}", code=error.code))
        else:
            self.add_error(None, error)

    def _say_in_section(self, index: int, field: str, path: list[str], error: ValidationError) -> None:
        # Sections are numbered as they stand in the lesson, forms as they stand in the page.
        formset = self.formsets["sections"]
        form = formset.ordered_forms[index]
        if field == "body" and path:
            stream = form.instance.body
            form.add_error("body", _at(stream.stream_block, stream, path, error))
        elif field in form.fields:
            form.add_error(field, error)
        else:
            form.add_error(None, error)


def _at(block: blocks.Block, value: Any, path: list[str], error: ValidationError) -> ValidationError:
    """The error wrapped so that the editor shows it at this place inside a block."""
    if not path:
        return error
    step, rest = path[0], path[1:]
    if isinstance(block, blocks.StreamBlock) and step.isdecimal():
        child = value[int(step)]
        return StreamBlockValidationError(block_errors={int(step): _at(child.block, child.value, rest, error)})
    if isinstance(block, blocks.ListBlock) and step.isdecimal():
        child = value.bound_blocks[int(step)]
        return ListBlockValidationError(block_errors={int(step): _at(child.block, child.value, rest, error)})
    if isinstance(block, blocks.StructBlock) and step in block.child_blocks:
        return StructBlockValidationError(block_errors={step: _at(block.child_blocks[step], value[step], rest, error)})
    return error
