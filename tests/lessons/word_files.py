"""Word documents for tests, written part by part, so that a test can make any of them and break any of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from html import escape

from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="{_PKG}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
    ' ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="emf"'
    ' ContentType="image/x-emf"/></Types>'
)
TOP = (
    f'{HEAD}<Relationships xmlns="{_PKG}/relationships"><Relationship Id="rId1" Type="{_REL}/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
# As a Word in German writes them: ids translated, names in English. "Kapitel" is the author's own.
STYLES = f"""{HEAD}<w:styles {SPACES}>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>
</w:styles>"""


def _levels(form: str) -> str:
    return "".join(f'<w:lvl w:ilvl="{i}"><w:numFmt w:val="{form}"/></w:lvl>' for i in range(9))


NUMBERING = f"""{HEAD}<w:numbering {SPACES}>
<w:abstractNum w:abstractNumId="1">{_levels("bullet")}</w:abstractNum>
<w:abstractNum w:abstractNumId="2">{_levels("decimal")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
</w:numbering>"""


def run(text: str, marks: str = "") -> str:
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*inside: str, style: str = "", more: str = "") -> str:
    """A paragraph; what is no markup yet is a run of words."""
    runs = "".join(each if each.startswith("<") else run(each) for each in inside)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"


def item(text: str, level: int = 0, *, ordered: bool = False) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{2 if ordered else 1}"/></w:numPr>'
    return p(text, more=number)


def table(*rows: tuple[str, ...]) -> str:
    """Cells are words, or paragraphs and tables already written."""
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{cell if cell.startswith('<w:') else p(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def note(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def link(text: str, key: str) -> str:
    return f'<w:hyperlink r:id="{key}">{run(text)}</w:hyperlink>'


def picture(key: str, alt: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{escape(alt)}"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="{key}"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def png(colour: str = "grey", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def word(
    *body: str,
    notes: Mapping[int, str] | None = None,
    endnotes: Mapping[int, str] | None = None,
    pictures: Mapping[str, bytes] | None = None,
    links: Mapping[str, str] | None = None,
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A document with these paragraphs and tables. `parts` are added, or put in the place of those made here."""
    relations = [("styles", "styles", "styles.xml"), ("numbering", "numbering", "numbering.xml")]
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": TOP,
        "word/document.xml": f"{HEAD}<w:document {SPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
    }
    for kind, said in (("footnote", notes), ("endnote", endnotes)):
        if said:
            inside = "".join(f'<w:{kind} w:id="{key}">{p(text)}</w:{kind}>' for key, text in said.items())
            files[f"word/{kind}s.xml"] = f"{HEAD}<w:{kind}s {SPACES}>{inside}</w:{kind}s>"
            relations.append((f"{kind}s", f"{kind}s", f"{kind}s.xml"))
    for key, data in (pictures or {}).items():
        kind = "png" if data.startswith(b"\x89PNG") else "emf"
        name = f"media/{key}.{kind}"
        files[f"word/{name}"] = data
        relations.append((key, "image", name))
    related = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"/>' for key, kind, target in relations
    ) + "".join(
        f'<Relationship Id="{key}" Type="{_REL}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    )
    files["word/_rels/document.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{_PKG}/relationships">{related}</Relationships>'
    )
    return packed({**files, **(parts or {})})


def packed(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
