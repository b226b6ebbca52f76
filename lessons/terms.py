"""Where a text uses a term of its glossary or names one of its people, so that the meaning is one tap away.

Marked is the first use in each section, and in each source: a page in which every second word is underlined helps
nobody.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lessons.document import MarkData

# Words are matched whole, where letters of any script, digits or an apostrophe go on on neither side.
_BEFORE: Final = r"(?<![\w’'-])"
_AFTER: Final = r"(?![\w-])"


class Marker:
    """Finds the forms of a lesson's entries. `forms` names the entry of each form: {"special settlers": "special…"}.

    Upper and lower case matter, so that a name is no common noun; only the first letter may be a capital at the
    beginning of a sentence. Of two forms that begin at one place the longer one counts.
    """

    def __init__(self, forms: Mapping[str, str]) -> None:
        self.entries: dict[str, str] = {}
        for form, entry in forms.items():
            self.entries.setdefault(form, entry)
            self.entries.setdefault(form[:1].upper() + form[1:], entry)
        longest_first = sorted(self.entries, key=lambda form: (-len(form), form))
        pattern = "|".join(map(re.escape, longest_first))
        self.pattern = re.compile(f"{_BEFORE}(?:{pattern}){_AFTER}") if pattern else None

    def marks(self, text: str, seen: set[str]) -> list[MarkData]:
        """The first use of each entry that is not yet in `seen`, in the order of the text; adds them to it."""
        found: list[MarkData] = []
        if self.pattern is None:
            return found
        for match in self.pattern.finditer(text):
            entry = self.entries[match.group()]
            if entry not in seen:
                seen.add(entry)
                found.append({"start": match.start(), "end": match.end(), "entry": entry})
        return found


def forms_of(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """The entry of each form. A form that two entries claim marks neither: better no meaning than a wrong one."""
    owners: dict[str, set[str]] = {}
    for entry, forms in entries:
        for form in forms:
            owners.setdefault(form, set()).add(entry)
    return {form: next(iter(owned)) for form, owned in owners.items() if len(owned) == 1}
