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
    Found.TITLE_FROM_PAGE: gettext_lazy("The article has no title of its own; the title is that of the page."),
    Found.HEADING_FROM_BOLD: gettext_lazy("This short bold line became a heading."),
    Found.SETTINGS_USED: gettext_lazy("The lesson took these over from what the file says of itself."),
    Found.SETTING_UNUSABLE: gettext_lazy("The lesson cannot take this setting over; it was kept as text."),
    Found.ALT_MISSING: gettext_lazy(
        "This picture has no description. The lesson can be published once you give it one, or call it decoration."
    ),
    Found.ALT_KEPT_BELOW: gettext_lazy("The description of this picture is very long; it stands below it, as text."),
    Found.PICTURE_NOT_READ: gettext_lazy(
        "This picture is of a kind that cannot be shown, or is damaged. Bring it as PNG or JPEG."
    ),
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
        "%(count)s setting at the head of the file is not known here and was kept as text.",
        "%(count)s settings at the head of the file are not known here and were kept as text.",
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
        "%(count)s word of the file is not in the draft; it may be a mark that only gave a form to the text.",
        "%(count)s words of the file are not in the draft; they may be marks that only gave a form to the text.",
        note.count,
    ) % {"count": note.count}


def _notes_gathered(note: Note) -> str:
    return ngettext(
        "%(count)s note stands at the end of its section, with its number in the text.",
        "%(count)s notes stand at the end of their sections, with their numbers in the text.",
        note.count,
    ) % {"count": note.count}


def _pictures_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s picture did not come along with the file, and pictures are not fetched.",
        "%(count)s pictures did not come along with the file, and pictures are not fetched.",
        note.count,
    ) % {"count": note.count}


def _links_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s link leads to a place that cannot be reached from a lesson; its words were kept.",
        "%(count)s links lead to places that cannot be reached from a lesson; their words were kept.",
        note.count,
    ) % {"count": note.count}


def _around_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s word around the article, such as navigation, was left out.",
        "%(count)s words around the article, such as navigation, were left out.",
        note.count,
    ) % {"count": note.count}


def _changes_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s word that a tracked change had deleted was left out.",
        "%(count)s words that tracked changes had deleted were left out.",
        note.count,
    ) % {"count": note.count}


def _comments_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s comment in the margin was left out.",
        "%(count)s comments in the margin were left out.",
        note.count,
    ) % {"count": note.count}


def _page_heads_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s word in the heads and feet of pages was left out.",
        "%(count)s words in the heads and feet of pages were left out.",
        note.count,
    ) % {"count": note.count}


def _drawings_left_out(note: Note) -> str:
    return ngettext(
        "%(count)s chart or diagram was left out. Bring it as a picture.",
        "%(count)s charts or diagrams were left out. Bring them as pictures.",
        note.count,
    ) % {"count": note.count}


def _formula_as_text(note: Note) -> str:
    return ngettext(
        "%(count)s formula became text; look whether it can still be read.",
        "%(count)s formulas became text; look whether they can still be read.",
        note.count,
    ) % {"count": note.count}


_COUNTED: Mapping[Found, Callable[[Note], str]] = {
    Found.SHORT_LINES_KEPT: _short_lines_kept,
    Found.REFERENCES_KEPT: _references_kept,
    Found.FRONT_MATTER_KEPT: _front_matter_kept,
    Found.UNREADABLE_CHARACTERS: _unreadable_characters,
    Found.WORDS_MISSING: _words_missing,
    Found.NOTES_GATHERED: _notes_gathered,
    Found.PICTURES_LEFT_OUT: _pictures_left_out,
    Found.LINKS_LEFT_OUT: _links_left_out,
    Found.AROUND_LEFT_OUT: _around_left_out,
    Found.CHANGES_LEFT_OUT: _changes_left_out,
    Found.COMMENTS_LEFT_OUT: _comments_left_out,
    Found.PAGE_HEADS_LEFT_OUT: _page_heads_left_out,
    Found.DRAWINGS_LEFT_OUT: _drawings_left_out,
    Found.FORMULA_AS_TEXT: _formula_as_text,
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
        (counts.figures, ngettext("%(count)s picture", "%(count)s pictures", counts.figures)),
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
        return (
            _("This is no text but another kind of file (%(kind)s). Bring Word (.docx), HTML, Markdown or plain text.")
            % facts
        )
    return _(
        "This is no text: it is full of characters that no text has. Bring Word (.docx), HTML, Markdown or plain text."
    )


def _wrong_encoding(facts: Mapping[str, Any]) -> str:
    if facts["encoding"]:
        return _("The file is written in %(encoding)s. Save it in the encoding UTF-8.") % facts
    return _("Line %(line)s is not written in UTF-8. Save the file in the encoding UTF-8.") % facts


def _too_large(facts: Mapping[str, Any]) -> str:
    return _("It has %(size)s, and at most %(limit)s are read. Split it into several articles.") % {
        "size": filesizeformat(facts["size"]),
        "limit": filesizeformat(facts["limit"]),
    }


_REFUSALS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "article-empty": lambda facts: _("There is not one word in it."),
    "article-too-large": _too_large,
    "article-not-text": _not_text,
    "article-wrong-encoding": _wrong_encoding,
    "article-nul": lambda facts: _("Line %(line)s holds a NUL character, so this is no text.") % facts,
    "article-too-complex": lambda facts: _("It holds far more markup than an article does. Save it anew, or as text."),
    "article-too-many-pictures": lambda facts: (
        _("At most %(pictures)s pictures with %(megapixels)s megapixels are read. Split it, or make them smaller.")
        % facts
    ),
    "article-archive-broken": lambda facts: _("The file is damaged and cannot be unpacked. Save it anew."),
    "article-archive-too-large": lambda facts: _("Unpacked, the file would be far larger than any document."),
    "article-archive-unsafe": lambda facts: _(
        "The file holds links, locked parts or parts that would lie outside of it, as no document does."
    ),
    "article-document-broken": lambda facts: _("The Word document is damaged. Open it in Word and save it anew."),
    "article-xml-unsafe": lambda facts: _("The Word document declares entities, as no honest one does."),
    "article-lone-surrogate": lambda facts: _("Line %(line)s holds half a character.") % facts,
}
