"""Charts and schematic maps drawn from the figures of a curriculum, and the table that stands behind each.

A drawing is honest about what it is: numbers stand beside their bars, a range is a line and no point, a map is a plane
with places on it and no coast. The same figures give the same picture, to the pixel.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from lessons import dates

Record = Mapping[str, Any]

WIDTH: Final = 1280
MARGIN: Final = 56
ROW: Final = 66
# The page's own colours (static/css/tokens.css), on its lighter surface.
SHEET, INK, QUIET, RULE = "#fffdf8", "#231e18", "#5c5246", "#ddd2be"
BRICK, SLATE, WASH = "#8e3122", "#2c5a75", "#efe5d0"
_LABELS: Final = 400  # pixels for the names of rows


def table(figure: Record) -> dict[str, Any]:
    """What the picture was drawn from: columns, rows of text, and what may not be read from it."""
    kind, unit, rows = figure["kind"], figure.get("unit", ""), figure["rows"]
    noted = any("note" in row for row in rows)
    match kind:
        case "bars":
            columns, cells = ["", unit], [[row["label"], number(row["value"])] for row in rows]
        case "ranges":
            columns = ["", unit, "Who stands behind it"]
            cells = [[row["label"], _span(row), row.get("who", "")] for row in rows]
        case "spans":
            columns = ["", "", "From", "To"]
            cells = [[row.get("group", ""), row["label"], _day(row["from"]), _day(row["to"])] for row in rows]
        case "points":
            columns, cells = ["Place", unit.capitalize()], [[row["label"], _day(row["when"])] for row in rows]
        case _:
            columns, cells = ["", "", unit], [[row["panel"], row["label"], number(row["value"])] for row in rows]
    if noted:
        columns = [*columns, "Note"]
        cells = [[*cell, row.get("note", "")] for cell, row in zip(cells, rows, strict=True)]
    return {"columns": columns, "rows": cells, "note": figure.get("note", "")}


def draw(figure: Record) -> bytes:
    """The picture of this figure, as PNG."""
    painter = {"bars": _bars, "ranges": _ranges, "spans": _spans, "points": _points, "panels": _panels}[figure["kind"]]
    return painter(figure)


def number(value: float) -> str:
    """2526402 → 2,526,402; 1.05 stays 1.05."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def _span(row: Record) -> str:
    return number(row["low"]) if row["low"] == row["high"] else f"{number(row['low'])}–{number(row['high'])}"


def _day(edtf: str) -> str:
    try:
        return dates.display(edtf)
    except dates.InvalidDate:
        return edtf


# --- A sheet to draw on -----------------------------------------------------------------------------------------------


class _Sheet:
    """A page with its title; its height is what stands on it needs."""

    def __init__(self, figure: Record, height: int) -> None:
        title = _wrapped(figure["title"], WIDTH - 2 * MARGIN, _font(40, bold=True))
        self.top = MARGIN + 50 * len(title) + 24
        self.image = Image.new("RGB", (WIDTH, self.top + height + MARGIN), SHEET)
        self.pen = ImageDraw.Draw(self.image)
        for i, line in enumerate(title):
            self.text((MARGIN, MARGIN + 50 * i), line, 40, bold=True)

    def text(
        self, at: tuple[float, float], words: str, size: int, *, ink: str = INK, bold: bool = False, anchor: str = "la"
    ) -> None:
        self.pen.text(at, words, fill=ink, font=_font(size, bold=bold), anchor=anchor)

    def label(self, y: float, words: str, *, x: float = MARGIN, width: float = _LABELS, bold: bool = False) -> None:
        """The name of a row, in one or two lines about `y`."""
        lines = _wrapped(words, width, _font(24, bold=bold))[:2]
        for i, line in enumerate(lines):
            self.text((x, y + (i - (len(lines) - 1) / 2) * 27), line, 24, bold=bold, anchor="lm")

    def bytes(self) -> bytes:
        kept = io.BytesIO()
        self.image.save(kept, "PNG")
        return kept.getvalue()


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    with as_file(files("font_source_sans_pro") / "files" / name) as path:
        return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _wrapped(words: str, width: float, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# --- Kinds ------------------------------------------------------------------------------------------------------------


def _bars(figure: Record) -> bytes:
    rows = figure["rows"]
    sheet = _Sheet(figure, 34 + ROW * len(rows))
    sheet.text((MARGIN, sheet.top - 14), figure.get("unit", ""), 22, ink=QUIET)
    _bar_rows(sheet, rows, sheet.top + 34, max(row["value"] for row in rows))
    return sheet.bytes()


def _bar_rows(sheet: _Sheet, rows: Sequence[Record], top: float, most: float) -> None:
    left, right = MARGIN + _LABELS + 24, WIDTH - MARGIN - 150
    for i, row in enumerate(rows):
        y = top + ROW * i + ROW / 2
        end = left + max((right - left) * row["value"] / (most or 1), 2)
        sheet.label(y, row["label"])
        sheet.pen.rectangle((left, y - 17, end, y + 17), fill=BRICK)
        sheet.text((end + 12, y), number(row["value"]), 24, anchor="lm")


def _panels(figure: Record) -> bytes:
    """One scale of its own for each panel: their figures answer different questions."""
    panels: dict[str, list[Record]] = {}
    for row in figure["rows"]:
        panels.setdefault(row["panel"], []).append(row)
    height = sum(64 + ROW * len(rows) for rows in panels.values())
    sheet = _Sheet(figure, height + 34)
    sheet.text((MARGIN, sheet.top - 14), figure.get("unit", ""), 22, ink=QUIET)
    y: float = sheet.top + 34
    percent = "cent" in figure.get("unit", "") or "%" in figure.get("unit", "")
    for name, rows in panels.items():
        sheet.pen.line((MARGIN, y, WIDTH - MARGIN, y), fill=RULE, width=2)
        sheet.text((MARGIN, y + 32), name, 26, bold=True, anchor="lm")
        _bar_rows(sheet, rows, y + 56, 100 if percent else max(row["value"] for row in rows))
        y += 64 + ROW * len(rows)
    return sheet.bytes()


def _ranges(figure: Record) -> bytes:
    rows = figure["rows"]
    row_height = ROW + 26
    sheet = _Sheet(figure, 34 + row_height * len(rows) + 44)
    sheet.text((MARGIN, sheet.top - 14), figure.get("unit", ""), 22, ink=QUIET)
    left, right = MARGIN + _LABELS + 40, WIDTH - MARGIN - 60
    most = _round_up(max(row["high"] for row in rows))
    bottom = sheet.top + 34 + row_height * len(rows)
    for quarter in range(5):
        x = left + (right - left) * quarter / 4
        sheet.pen.line((x, sheet.top + 34, x, bottom), fill=RULE, width=2)
        value = most * quarter / 4
        words = number(int(value) if value == int(value) else value)
        sheet.text((x, bottom + 22), words, 20, ink=QUIET, anchor="mm")
    for i, row in enumerate(rows):
        y = sheet.top + 34 + row_height * i + row_height / 2
        sheet.label(y, row["label"])
        low, high = (left + (right - left) * row[end] / most for end in ("low", "high"))
        sheet.pen.line((low, y, high, y), fill=SLATE, width=6)
        for x in {low, high}:
            sheet.pen.ellipse((x - 9, y - 9, x + 9, y + 9), fill=SLATE)
        middle = min(max((low + high) / 2, left + 80), right - 40)
        sheet.text((middle, y - 28), _span(row), 22, anchor="mm")
    return sheet.bytes()


def _round_up(value: float) -> float:
    """A round number not below `value` whose quarters are round too."""
    size = 1.0
    while size * 10 <= value:
        size *= 10
    while size > value:
        size /= 10
    return next(step * size for step in (1, 1.2, 2, 4, 6, 8, 10) if step * size >= value)


def _spans(figure: Record) -> bytes:
    rows = figure["rows"]
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(row.get("group", ""), []).append(row)
    height = sum((44 if name else 0) + 56 * len(members) for name, members in groups.items())
    sheet = _Sheet(figure, height + 64)
    first = min(_year(row["from"], last=False) for row in rows)
    last = max(_year(row["to"], last=True) for row in rows)
    left, right = MARGIN + _LABELS + 24, WIDTH - MARGIN - 20
    start, end = int(first), int(last) + 1
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (end - start) / step <= 12)
    ticks = [year for year in range(start - start % step, end + step, step) if start <= year <= end]
    bottom = sheet.top + height
    for year in ticks:
        x = left + (right - left) * (year - start) / (end - start)
        sheet.pen.line((x, sheet.top, x, bottom), fill=RULE, width=2)
        sheet.text((x, bottom + 24), str(year), 20, ink=QUIET, anchor="mm")
    y: float = sheet.top
    for name, members in groups.items():
        if name:
            sheet.label(y + 24, name, bold=True)
            y += 44
        for i, row in enumerate(members):
            a, b = (
                left + (right - left) * (year - start) / (end - start)
                for year in (_year(row["from"], last=False), _year(row["to"], last=True))
            )
            sheet.label(y + 26, row["label"], x=MARGIN + (24 if name else 0), width=_LABELS - 16)
            sheet.pen.rectangle((a, y + 10, max(b, a + 4), y + 42), fill=SLATE if i % 2 else BRICK)
            y += 56
    return sheet.bytes()


def _year(edtf: str, *, last: bool) -> float:
    """A date as a point on the scale of years: the first or the last day that it may mean."""
    date = dates.parse(edtf)
    day = date.last if last else date.first
    assert day is not None, edtf
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _points(figure: Record) -> bytes:
    """Places on a plane: longitude to the right, latitude upwards, squeezed as a flat map of Europe would be."""
    rows = figure["rows"]
    height = 760
    sheet = _Sheet(figure, height)
    lons, lats = [row["lon"] for row in rows], [row["lat"] for row in rows]
    west, east = min(lons) - 3, max(lons) + 3
    south, north = min(lats) - 2, max(lats) + 2
    box = (MARGIN, sheet.top, WIDTH - MARGIN, sheet.top + height)
    sheet.pen.rectangle(box, fill=WASH)
    scale = min((box[2] - box[0]) / ((east - west) * 0.64), (box[3] - box[1]) / (north - south))
    x_off = (box[2] - box[0] - (east - west) * 0.64 * scale) / 2
    y_off = (box[3] - box[1] - (north - south) * scale) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        return box[0] + x_off + (lon - west) * 0.64 * scale, box[3] - y_off - (lat - south) * scale

    for degree in range(int(west // 10 + 1) * 10, int(east) + 1, 10):
        x, _y = place(degree, south)
        sheet.pen.line((x, box[1], x, box[3]), fill=RULE, width=2)
        sheet.text((x, box[3] + 18), f"{degree}° E", 18, ink=QUIET, anchor="mm")
    for degree in range(int(south // 10 + 1) * 10, int(north) + 1, 10):
        _x, y = place(west, degree)
        sheet.pen.line((box[0], y, box[2], y), fill=RULE, width=2)
        sheet.text((box[0] + 6, y - 12), f"{degree}° N", 18, ink=QUIET, anchor="lm")
    placed: list[tuple[float, float, float, float]] = []
    for row in sorted(rows, key=lambda row: -row["lat"]):
        x, y = place(row["lon"], row["lat"])
        placed.append((x - 10, y - 10, x + 10, y + 10))
    for row in sorted(rows, key=lambda row: -row["lat"]):
        x, y = place(row["lon"], row["lat"])
        sheet.pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=BRICK)
        _name(sheet, row, x, y, placed, box)
    return sheet.bytes()


def _name(
    sheet: _Sheet,
    row: Record,
    x: float,
    y: float,
    placed: list[tuple[float, float, float, float]],
    box: tuple[float, float, float, float],
) -> None:
    """The name and date of a place beside its dot, where no other stands yet."""
    name, when = row["label"], _day(row["when"])
    width = max(_font(23, bold=True).getlength(name), _font(19).getlength(when))
    choices = [(x + 14, y - 24), (x - 14 - width, y - 24), (x + 14, y - 2), (x - 14 - width, y - 2)]
    choices += [(x - width / 2, y - 62), (x - width / 2, y + 14), (x + 14, y + 14), (x - 14 - width, y + 14)]
    for left, top in choices:
        spot = (left, top, left + width, top + 46)
        inside = box[0] <= spot[0] and spot[2] <= box[2] and box[1] <= spot[1] and spot[3] <= box[3]
        if inside and not any(_meet(spot, other) for other in placed if other[2] - other[0] != 20 or _off(other, x, y)):
            break
    placed.append(spot)
    sheet.text((spot[0], spot[1]), name, 23, bold=True)
    sheet.text((spot[0], spot[1] + 25), when, 19, ink=QUIET)


def _off(dot: tuple[float, float, float, float], x: float, y: float) -> bool:
    """Whether this dot is another one than that at x, y."""
    return abs((dot[0] + dot[2]) / 2 - x) > 1 or abs((dot[1] + dot[3]) / 2 - y) > 1


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
