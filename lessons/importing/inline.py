"""Links and labels inside one line of text."""

from __future__ import annotations

import re

from lessons.importing.article import Inline, Span
from lessons.importing.words import squeeze

# Bounded repeats: each pattern is tried at many places of a line that may be megabytes long.
_LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,300})\]\((?P<target>https?://[^\s()<>]{1,1900})\)"
    r"|(?P<bare>https?://[^\s<>\"“”«»]{1,1900})",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?P<label>[^\s:][^:\n]{0,59}):(?=\s)")
_SENTENCE_MARKS = re.compile(r"[.!?;…]\s|[!?;…]$")
_SAFE_SCHEMES = ("http://", "https://", "mailto:")
_TRAILING = ".,;:!?'’”…"


def is_safe(href: str) -> bool:
    """Whether an address may stand in a link of a lesson."""
    return href.lower().startswith(_SAFE_SCHEMES) and not re.search(r"[\s<>\"]", href)


def linked(text: str) -> Inline:
    """The text with its addresses made links: `[words](address)` and bare ones."""
    spans: list[Span] = []
    end = 0
    for match in _LINK.finditer(text):
        spans.append(Span(text[end : match.start()]))
        if match["bare"]:
            address = _without_sentence_end(match["bare"])
            spans.append(Span(address, href=address))
            end = match.start() + len(address)
        else:
            spans.append(Span(match["words"], href=match["target"]))
            end = match.end()
    spans.append(Span(text[end:]))
    return tuple(span for span in spans if span.text)


def _without_sentence_end(address: str) -> str:
    while True:
        shorter = address.rstrip(_TRAILING)
        # A closing bracket belongs to the address only when the address opened it.
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def label_of(text: str, *, most_words: int) -> str:
    """The label with which a text such as "Name: text" begins, with its colon; empty when there is none."""
    match = _LABEL.match(text)
    if match is None or not text[match.end() :].strip():
        return ""
    label = match["label"]
    if not (label[0].isupper() or label[0].isdigit() or label[0] in "“\"‘'«("):
        return ""
    if len(label.split()) > most_words or _SENTENCE_MARKS.search(label) or "://" in label:
        return ""
    return label + ":"


def item_inline(text: str) -> Inline:
    """The words of a list item, its label bold."""
    return _labelled(text, label_of(text, most_words=6))


def paragraph_inline(text: str) -> Inline:
    """The words of a paragraph. Only a label of names is bold there: "One thing was clear: …" is a sentence."""
    label = label_of(text, most_words=4)
    return _labelled(text, label if is_name(label) else "")


def is_name(label: str) -> bool:
    """Whether every longer word of a label begins with a capital or a digit."""
    words = [word for word in label.split() if len(word) > 3]
    return bool(label) and all(not word[0].islower() for word in words) and label[0].isupper()


def _labelled(text: str, label: str) -> Inline:
    if not label:
        return linked(text)
    return (Span(label, bold=True), *linked(text[len(label) :]))


def bold_label(inline: Inline) -> Inline:
    """A list item in spans, its label made bold where its first span begins with one."""
    if not inline or inline[0].bold or inline[0].href:
        return inline
    first, *rest = inline
    label = label_of(first.text + (" …" if rest else ""), most_words=6)
    if not label or len(label) > len(first.text):
        return inline
    tail = (Span(first.text[len(label) :], italic=first.italic),) if len(first.text) > len(label) else ()
    return (Span(label, bold=True, italic=first.italic), *tail, *rest)


def trimmed(spans: list[Span]) -> Inline:
    """The spans with single spaces, equal neighbours joined, nothing blank at the ends."""
    joined: list[Span] = []
    for span in spans:
        text = squeeze(span.text)
        if joined and joined[-1].text[-1:] in {" ", "\n"}:
            text = text.lstrip(" ")
        if not text:
            continue
        before = joined[-1] if joined else None
        if before and (before.bold, before.italic, before.href) == (span.bold, span.italic, span.href):
            joined[-1] = Span(before.text + text, span.bold, span.italic, span.href)
        else:
            joined.append(Span(text, span.bold, span.italic, span.href))
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        first = joined[0]
        joined[0] = Span(first.text.lstrip(), first.bold, first.italic, first.href)
        last = joined[-1]
        joined[-1] = Span(last.text.rstrip(), last.bold, last.italic, last.href)
    return tuple(joined)
