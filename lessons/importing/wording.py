"""What the import found and why it refuses, in sentences for people."""

from collections.abc import Callable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons.importing.article import Counts, Found, Note
from lessons.importing.reading import ArticleRefused

_SENTENCES: Mapping[Found, str | Promise] = {
    Found.TITLE_LINE: gettext_lazy("The first line became the title."),
    Found.TITLE_FROM_FORM: gettext_lazy("The text has no title line; the title is the one that was typed in."),
    Found.TITLE_FROM_FILE: gettext_lazy("The text has no title line; the title was made from the name of the file."),
    Found.TITLE_GUESSED: gettext_lazy("The text has no title line; the title was made from its first words."),
    Found.TITLE_LINE_KEPT: gettext_lazy("This looks like the text's own title. The typed title was used; this stayed."),
    Found.TITLE_SHORTENED: gettext_lazy("The title was too long and was shortened."),
    Found.INTRODUCTION_ADDED: gettext_lazy("The text before the first heading became a section of its own."),
    Found.LINES_JOINED: gettext_lazy("The lines seem to be broken at a fixed width and were joined to paragraphs."),
    Found.SECTION_REPEATS_SUBJECT: gettext_lazy(
        "This heading repeats the subject of the text, so it became a section. It may belong inside the one before it."
    ),
    Found.SECTION_STANDS_ALONE: gettext_lazy("This heading has no heading below it. It became a section of its own."),
    Found.HEADINGS_STACKED: gettext_lazy("Several headings follow each other here. Only the first became a section."),
    Found.HEADING_MAY_BE_LABEL: gettext_lazy("This became a heading; it may be a labelled line of text."),
    Found.HEADING_SMALL_LETTER: gettext_lazy("This became a heading although it begins with a small letter."),
    Found.HEADING_SHORTENED: gettext_lazy("This heading was too long. The whole of it stands in the text."),
    Found.SHORT_LINE_KEPT: gettext_lazy("This short line may be a heading; it was kept as text."),
    Found.NUMBER_KEPT: gettext_lazy("This number begins no list from 1, so it was kept in the words."),
    Found.LIST_FLATTENED: gettext_lazy("This list stands inside another; its items became lines of the outer item."),
    Found.TABLE_AS_LIST: gettext_lazy("This table became a list with one item for each row."),
    Found.CODE_AS_TEXT: gettext_lazy("This block of code became text."),
    Found.HTML_AS_TEXT: gettext_lazy("This HTML was kept as the text that it is."),
    Found.PICTURE_AS_LINK: gettext_lazy("Pictures are not fetched. Its description was kept, with a link to it."),
    Found.LINK_AS_TEXT: gettext_lazy("This address cannot be linked here; it was kept as text."),
    Found.LOOKS_LIKE_MARKDOWN: gettext_lazy("There are marks of Markdown in the text; they were kept as they are."),
    Found.NESTED_TOO_DEEPLY: gettext_lazy("The text nests too deeply for Markdown; it was read as plain text."),
}


def _short_lines_kept(note: Note) -> str:
    return ngettext(
        "%(count)s short line under each other may be verse or an address; it was kept as text.",
        "%(count)s short lines under each other may be verse or an address; they were kept as text.",
        note.count,
    ) % {"count": note.count}


def _references_kept(note: Note) -> str:
    return ngettext(
        "%(count)s address is defined and never used; it was kept as a list.",
        "%(count)s addresses are defined and never used; they were kept as a list.",
        note.count,
    ) % {"count": note.count}


def _front_matter_kept(note: Note) -> str:
    return ngettext(
        "%(count)s setting at the head of the file was kept as text.",
        "%(count)s settings at the head of the file were kept as text.",
        note.count,
    ) % {"count": note.count}


def _unreadable_characters(note: Note) -> str:
    return ngettext(
        "%(count)s character was already lost before the text came here (it shows as �).",
        "%(count)s characters were already lost before the text came here (they show as �).",
        note.count,
    ) % {"count": note.count}


def _words_missing(note: Note) -> str:
    return ngettext(
        "%(count)s word of the file is not in the draft; it may be a mark of Markdown.",
        "%(count)s words of the file are not in the draft; they may be marks of Markdown.",
        note.count,
    ) % {"count": note.count}


_COUNTED: Mapping[Found, Callable[[Note], str]] = {
    Found.SHORT_LINES_KEPT: _short_lines_kept,
    Found.REFERENCES_KEPT: _references_kept,
    Found.FRONT_MATTER_KEPT: _front_matter_kept,
    Found.UNREADABLE_CHARACTERS: _unreadable_characters,
    Found.WORDS_MISSING: _words_missing,
}


def sentence(note: Note) -> str:
    """What the note says, without its line and its excerpt."""
    counted = _COUNTED.get(note.found)
    return counted(note) if counted else str(_SENTENCES[note.found])


def summary(counts: Counts) -> list[str]:
    """What was recognized, one phrase a kind; kinds that are absent are left out."""
    phrases = [
        (counts.sections, ngettext("%(count)s section", "%(count)s sections", counts.sections)),
        (counts.subheadings, ngettext("%(count)s subheading", "%(count)s subheadings", counts.subheadings)),
        (counts.paragraphs, ngettext("%(count)s paragraph", "%(count)s paragraphs", counts.paragraphs)),
        (counts.lists, ngettext("%(count)s list", "%(count)s lists", counts.lists)),
        (counts.items, ngettext("%(count)s list item", "%(count)s list items", counts.items)),
        (counts.quotes, ngettext("%(count)s quotation", "%(count)s quotations", counts.quotes)),
        (counts.labels, ngettext("%(count)s label", "%(count)s labels", counts.labels)),
        (counts.links, ngettext("%(count)s link", "%(count)s links", counts.links)),
        (counts.words, ngettext("%(count)s word", "%(count)s words", counts.words)),
    ]
    return [phrase % {"count": count} for count, phrase in phrases if count]


def refusal(refused: ArticleRefused) -> str:
    """Why nothing was imported, and what to do."""
    return _REFUSALS[refused.code](refused.facts) + " " + _("Nothing was written.")


def _not_text(facts: Mapping[str, Any]) -> str:
    if facts["kind"]:
        return _("This is no text but another kind of file (%(kind)s). Save it as plain text or Markdown.") % facts
    return _("This is no text: it is full of characters that no text has. Save it as plain text or Markdown.")


def _wrong_encoding(facts: Mapping[str, Any]) -> str:
    if facts["encoding"]:
        return _("The file is written in %(encoding)s. Save it in the encoding UTF-8.") % facts
    return _("Line %(line)s is not written in UTF-8. Save the file in the encoding UTF-8.") % facts


def _too_large(facts: Mapping[str, Any]) -> str:
    return _("The text has %(size)s, and at most %(limit)s are read. Split it into several articles.") % {
        "size": filesizeformat(facts["size"]),
        "limit": filesizeformat(facts["limit"]),
    }


_REFUSALS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "article-empty": lambda facts: _("There is not one word in it."),
    "article-too-large": _too_large,
    "article-not-text": _not_text,
    "article-wrong-encoding": _wrong_encoding,
    "article-nul": lambda facts: _("Line %(line)s holds a NUL character, so this is no text.") % facts,
    "article-lone-surrogate": lambda facts: _("Line %(line)s holds half a character.") % facts,
}
