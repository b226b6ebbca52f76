"""Small pieces of markup that every page shares: `{% load ui %}`."""

import functools
import re

from django import template
from django.forms import BoundField, Form
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from destalin_site.common import undo

register = template.Library()

_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@functools.cache
def _outline(name: str) -> str:
    """The shapes of one of lucide's icons, without the frame around them; raises for a name it does not have."""
    found = _SVG.fullmatch(lucide(name, size=None).strip())
    if found is None:
        raise IconDoesNotExist(name)
    return re.sub(r">\s+<", "><", found[1].strip()).replace(" />", "/>")


@functools.cache
def _icon(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f"i {classes}".strip(),
        mark_safe(_outline(name)),  # noqa: S308 - shapes from the package
    )


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon as large as the words beside it, silent to screen readers: say its meaning in words."""
    return _icon(name, classes)


@register.simple_tag
def icon_sprite(*names: str) -> SafeString:
    """Draws these icons once, for pages that show them many times with `{% icon_use %}`."""
    symbols = format_html_join(
        "",
        '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>',
        ((name, mark_safe(_outline(name))) for name in names),  # noqa: S308 - shapes from the package
    )
    return format_html('<svg class="sprite" aria-hidden="true" focusable="false">{}</svg>', symbols)


@register.simple_tag
def icon_use(name: str, classes: str = "") -> SafeString:
    """One of the icons that `{% icon_sprite %}` drew on this page."""
    return _icon_use(name, classes)


@functools.cache
def _icon_use(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', f"i {classes}".strip(), name
    )


@register.filter
def faulty(form: Form) -> list[BoundField]:
    """The visible fields of a form that were refused, in the order of the page: lines of the error summary."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """One box beside its label, rather than a label above a field."""
    return field.widget_type == "checkbox"


@register.filter
def undo_url(tags: str) -> str:
    """Where a message's button posts to undo what it tells of (`common.undo`), or an empty text."""
    return undo.url_of(tags or "")


@register.filter
def is_group(field: BoundField) -> bool:
    """Several inputs under one question, which need a fieldset and a legend."""
    return bool(field.use_fieldset)
