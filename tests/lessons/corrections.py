"""What is announced of a source that its editions have otherwise."""

from typing import Any

from lessons import errata
from lessons.models import Source


def everything_wrong_in(source: Source, note: str) -> dict[str, Any]:
    """All that differs, as `announce_erratum` takes it."""
    found = errata.differences(Source.objects.get(pk=source.pk)).fields
    return {
        "fields": [row.field for row in found],
        "old": {row.field: row.old for row in found},
        "new": {row.field: row.new for row in found},
        "severity": "major",
        "note": note,
    }
