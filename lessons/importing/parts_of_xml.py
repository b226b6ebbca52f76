"""XML that people bring, parsed within limits: no document type, no entity, no reference to anything outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

DEPTH = 120


class XmlRefused(ValueError):
    """`code` says why, for machines."""

    code: ClassVar[str] = "xml-refused"


class XmlBroken(XmlRefused):
    code = "xml-broken"


class XmlUnsafe(XmlRefused):
    """It declares a document type or entities."""

    code = "xml-unsafe"


class XmlTooLarge(XmlRefused):
    """More elements, or nested more deeply, than any honest document."""

    code = "xml-too-large"


class Budget:
    """How many elements may still come, over all the parts of one file."""

    def __init__(self, elements: int) -> None:
        self.left = elements


class _Bounded(TreeBuilder):
    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.budget, self.depth = budget, 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.budget.left -= 1
        self.depth += 1
        if self.budget.left < 0 or self.depth > DEPTH:
            raise XmlTooLarge("too many elements" if self.budget.left < 0 else "nested too deeply")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self.depth -= 1
        return super().end(tag)


def looks_like_xml(data: bytes) -> bool:
    """Whether a parser might take these bytes for XML, in whichever encoding."""
    head = data[:400].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return head.replace(b"\x00", b"").lstrip(b" \t\r\n").startswith(b"<")


def parse(data: bytes, budget: Budget) -> Element:
    parser = DefusedXMLParser(target=_Bounded(budget), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as trouble:
        raise XmlUnsafe(str(trouble)) from trouble
    except (ParseError, ValueError, LookupError) as trouble:
        if isinstance(trouble, XmlRefused):
            raise
        raise XmlBroken(str(trouble)) from trouble
    return root


def as_bytes(root: Element) -> bytes:
    return tostring(root, encoding="utf-8", xml_declaration=True)


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """An attribute by its name without a namespace; empty when there is none."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def texts(element: Element, name: str) -> Iterator[str]:
    """The words of every element of this local name."""
    for each in element.iter():
        if local(each) == name and each.text:
            yield each.text
