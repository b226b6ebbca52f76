"""Figures of reports as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assignments.reports.items import LEAST, Discrimination, Silence

CLEARLY: Final = Decimal("0.40")
HARDLY: Final = Decimal("0.20")


def coefficient(value: Decimal) -> str:
    return number_format(value, decimal_pos=2).replace("-", "−")


def discrimination(found: Discrimination) -> str:
    """The coefficient with what it means, or why there is none."""
    n = {"n": found.n, "least": LEAST}
    match found.why_not:
        case Silence.NO_OTHER_QUESTION:
            return _("Not reckoned: there is no other question to hold it against.")
        case Silence.TOO_FEW:
            return (
                ngettext(
                    "Not reckoned: %(n)d student is marked on every question, and below %(least)d chance decides.",
                    "Not reckoned: %(n)d students are marked on every question, and below %(least)d chance decides.",
                    found.n,
                )
                % n
            )
        case Silence.ALL_ALIKE:
            return _("Not reckoned: everybody did alike.")
    assert found.value is not None
    if found.value < 0:
        said = _("%(r)s: who did well on the rest did worse here")
    elif found.value < HARDLY:
        said = _("%(r)s: hardly tells apart who did well on the rest")
    elif found.value < CLEARLY:
        said = _("%(r)s: tells apart who did well on the rest")
    else:
        said = _("%(r)s: tells clearly apart who did well on the rest")
    return said % {"r": coefficient(found.value)}


def listed(parts: Sequence[str]) -> str:
    return pgettext("between the parts of a list", ", ").join(parts)
