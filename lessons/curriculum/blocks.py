"""Blocks of a StreamField as records of a file, and back. Plain values on both sides; names stand for rows.

A record says nothing of ids. `keep_ids` gives a block the id of the one that it was, so that what hangs on it (a
citation, an answer) stays with it through edits of the file; a new one gets an id made from its place, the same on
every site.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, Final

from lessons.curriculum import markup

Raw = dict[str, Any]
NAMESPACE: Final = uuid.UUID("5d0c1b1e-8a54-5c0e-9d2b-6d8f1f6b2a11")


class NotInFiles(Exception):
    """A draft holds something that the files have no words for."""


@dataclass
class Names:
    """The rows that blocks name, by their addresses and back."""

    sources: dict[str, int] = field(default_factory=dict)
    rubrics: dict[str, int] = field(default_factory=dict)
    images: dict[str, int] = field(default_factory=dict)

    def name(self, kind: str, key: Any) -> str:
        rows: dict[str, int] = getattr(self, kind)
        found = next((name for name, pk in rows.items() if pk == key), None)
        if found is None:
            raise NotInFiles(f"{kind} {key}")
        return found


def said(**values: Any) -> dict[str, Any]:
    """These values without those that say nothing."""
    return {name: value for name, value in values.items() if not (value is None or value is False or value in ("", []))}


# --- From a record ----------------------------------------------------------------------------------------------------


def raw_block(record: Mapping[str, Any], names: Names) -> Raw:
    """The stored form of one block of a lesson, without ids."""
    (kind, value), *_more = record.items()
    match kind:
        case "paragraph":
            return _raw("paragraph", markup.to_html(value))
        case "heading" | "subheading":
            return _raw("heading", {"text": value, "level": "3" if kind == "heading" else "4"})
        case "list" | "numbered":
            return _raw("list", {"items": _items(map(markup.to_html, value)), "ordered": kind == "numbered"})
        case "quote":
            text = {"text": markup.to_html(value["text"])}
            return _raw("quote", {"attribution": "", "language": "", **value, **text})
        case "callout":
            return _raw("callout", {"title": "", **value, "text": markup.to_html(value["text"])})
        case "source":
            return _raw(
                "source",
                {
                    "source": names.sources[value["source"]],
                    "framing": markup.to_html(value.get("framing", "")),
                    "first": value.get("first"),
                    "last": value.get("last"),
                },
            )
        case "figure":
            return _raw(
                "figure",
                {
                    "image": names.images[value["figure"]],
                    "alt": value.get("alt", ""),
                    "decorative": value.get("decorative", False),
                    "caption": markup.to_html(value.get("caption", "")),
                    "credit": "",
                },
            )
        case "disputed":
            rows = [{"high": None, "note": "", **row} for row in value["rows"]]
            explanation = markup.to_html(value.get("explanation", ""))
            return _raw("disputed", {**value, "rows": _items(rows), "explanation": explanation})
        case _:
            return _raw("question", _question(value, names))


def _question(value: Mapping[str, Any], names: Names) -> dict[str, Any]:
    options = [{"text": _option(text), "correct": text.startswith("+")} for text in value.get("options", [])]
    return {
        "kind": value["kind"],
        "prompt": markup.to_html(value["prompt"]),
        "points": str(Decimal(str(value["points"]))),
        "required": value.get("required", True),
        "skill": value.get("skill", ""),
        "options": _items(options),
        **{name: _items(value[name]) for name in ("columns", "rows") if name in value},
        "rubric": names.rubrics[value["rubric"]] if "rubric" in value else None,
        "model_answer": markup.to_html(value.get("answer", "")),
    }


def _option(text: str) -> str:
    """The words of an option: a leading + says that it is right, a leading \\ that what follows is words."""
    return text.removeprefix("+").removeprefix("\\") if text.startswith("+") else text.removeprefix("\\")


def raw_passages(texts: Sequence[str]) -> list[Raw]:
    return [_raw("paragraph", markup.to_html(text)) for text in texts]


def raw_claims(claims: Sequence[Mapping[str, Any]], names: Names) -> list[Raw]:
    return [
        _raw(
            "claim",
            {
                "text": claim["text"],
                "locator": claim["locator"],
                "rests_on": _items(
                    {
                        "source": names.sources[ground["source"]],
                        "passage": ground["passage"],
                        "reading": ground["reading"],
                    }
                    for ground in claim["rests_on"]
                ),
            },
        )
        for claim in claims
    ]


def raw_criteria(criteria: Sequence[Mapping[str, Any]]) -> list[Raw]:
    return [
        _raw(
            "criterion",
            {
                "name": criterion["name"],
                "description": criterion.get("description", ""),
                "levels": _items({"points": None, **level} for level in criterion["levels"]),
            },
        )
        for criterion in criteria
    ]


def _raw(kind: str, value: Any) -> Raw:
    return {"type": kind, "id": "", "value": value}


def _items(values: Any) -> list[Raw]:
    return [_raw("item", value) for value in values]


# --- To a record ------------------------------------------------------------------------------------------------------


def record_of(raw: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The record of one stored block of a lesson; raises NotInFiles."""
    kind, value = raw["type"], raw["value"]
    match kind:
        case "paragraph":
            return {"paragraph": markup.to_text(value)}
        case "heading":
            return {"subheading" if str(value.get("level")) == "4" else "heading": value["text"]}
        case "list":
            texts = [markup.to_text(item["value"]) for item in value["items"]]
            return {"numbered" if value.get("ordered") else "list": texts}
        case "quote":
            return {"quote": said(**{**value, "text": markup.to_text(value["text"])})}
        case "callout":
            return {"callout": said(title=value.get("title"), text=markup.to_text(value["text"]))}
        case "source":
            return {
                "source": said(
                    source=names.name("sources", value["source"]),
                    framing=markup.to_text(value.get("framing") or ""),
                    first=value.get("first"),
                    last=value.get("last"),
                )
            }
        case "figure":
            return {
                "figure": said(
                    figure=names.name("images", value["image"]),
                    alt=value.get("alt"),
                    decorative=value.get("decorative"),
                    caption=markup.to_text(value.get("caption") or ""),
                )
            }
        case "disputed":
            rows = [_disputed_row(item["value"]) for item in value["rows"]]
            explanation = markup.to_text(value.get("explanation") or "")
            return {"disputed": said(label=value["label"], unit=value["unit"], rows=rows, explanation=explanation)}
        case "question":
            return {"question": _question_record(value, names)}
    raise NotInFiles(f"a block of kind {kind}")


def _disputed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {"who": row["who"], "low": row["low"], **said(note=row.get("note"))}
    return found if row.get("high") is None else {"who": row["who"], "low": row["low"], "high": row["high"], **found}


def _question_record(value: Mapping[str, Any], names: Names) -> dict[str, Any]:
    options = [_option_text(item["value"]) for item in value.get("options") or []]
    rubric = value.get("rubric")
    found = {
        "kind": value["kind"],
        "skill": value.get("skill"),
        "points": plain_number(value["points"]),
        "rubric": names.name("rubrics", rubric) if rubric else "",
        "prompt": markup.to_text(value["prompt"]),
        "options": options,
        "columns": [item["value"] for item in value.get("columns") or []],
        "rows": [item["value"] for item in value.get("rows") or []],
        "answer": markup.to_text(value.get("model_answer") or ""),
    }
    return {**said(**found), "points": found["points"], **({} if value.get("required") else {"required": False})}


def _option_text(option: Mapping[str, Any]) -> str:
    words = option["text"]
    escaped = f"\\{words}" if words.startswith(("+", "\\")) else words
    return f"+{escaped}" if option.get("correct") else escaped


def plain_number(value: Any) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


def claim_records(claims: Sequence[Mapping[str, Any]], names: Names) -> list[dict[str, Any]]:
    return [
        {
            "text": claim["value"]["text"],
            "locator": claim["value"]["locator"],
            "rests_on": [
                {
                    "source": names.name("sources", ground["value"]["source"]),
                    "passage": ground["value"].get("passage") or 1,
                    "reading": ground["value"]["reading"],
                }
                for ground in claim["value"]["rests_on"]
            ],
        }
        for claim in claims
    ]


def criterion_records(criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        said(
            name=criterion["value"]["name"],
            description=criterion["value"].get("description"),
            levels=[_level_record(level["value"]) for level in criterion["value"]["levels"]],
        )
        for criterion in criteria
    ]


def _level_record(level: Mapping[str, Any]) -> dict[str, Any]:
    points = level.get("points")
    spoken = {} if points in (None, "") else {"points": str(plain_number(points))}
    return {"name": level["name"], **spoken, "description": level["description"]}


# --- Ids --------------------------------------------------------------------------------------------------------------


def keep_ids(new: Sequence[Raw], old: Sequence[Mapping[str, Any]], place: str) -> list[Raw]:
    """`new` with ids: those of the `old` blocks that they were, else ids made from their place."""
    pairs = partners([_gist(block) for block in new], [_gist(block) for block in old], lambda gist: gist[0])
    taken = {old[j]["id"] for j in pairs.values() if old[j].get("id")}
    counts: dict[str, int] = {}
    found = []
    for i, block in enumerate(new):
        before = old[pairs[i]] if i in pairs else None
        counts[block["type"]] = counts.get(block["type"], 0) + 1
        block_id = (before or {}).get("id") or made_id(f"{place}/{block['type']}/{counts[block['type']]}", taken)
        taken.add(block_id)
        found.append({**block, "id": block_id, "value": _with_ids(block["value"], before, f"{place}/{block_id}")})
    return found


def _with_ids(value: Any, before: Mapping[str, Any] | None, place: str) -> Any:
    """The value with ids for the items of its lists."""
    if not isinstance(value, dict):
        return value
    known = before["value"] if before and isinstance(before["value"], Mapping) else {}
    return {
        name: keep_ids(part, known.get(name) or [], f"{place}/{name}") if _is_stream(part) else part
        for name, part in value.items()
    }


def _is_stream(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "type" in item for item in value)


def _gist(block: Mapping[str, Any]) -> tuple[str, str]:
    return block["type"], repr(_words(block["value"]))


def _words(value: Any) -> Any:
    """The value without ids, and without what the editor's own markup adds."""
    if isinstance(value, Mapping):
        return {name: _words(part) for name, part in sorted(value.items()) if name not in {"id", "type"}}
    if isinstance(value, list | tuple):
        return [_words(part) for part in value]
    return markup.to_text(value) if isinstance(value, str) and value.startswith("<") else value


def partners(new: Sequence[Any], old: Sequence[Any], kind: Callable[[Any], Any]) -> dict[int, int]:
    """Which of `old` each of `new` was: the same words first, then the same kind in the same place. Nothing twice."""
    found: dict[int, int] = {}
    matcher = SequenceMatcher(None, list(new), list(old), autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found |= dict(zip(range(i1, i2), range(j1, j2), strict=True))
    used = set(found.values())
    # Moved, with the same words.
    for i, item in enumerate(new):
        if i not in found:
            j = next((j for j, other in enumerate(old) if j not in used and other == item), None)
            if j is not None:
                found[i] = j
                used.add(j)
    # Changed, where it stood.
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace":
            free = [j for j in range(j1, j2) if j not in used]
            for i in range(i1, i2):
                j = next((j for j in free if kind(old[j]) == kind(new[i])), None)
                if i not in found and j is not None:
                    found[i] = j
                    free.remove(j)
                    used.add(j)
    return found


def made_id(place: str, taken: set[str]) -> str:
    """An id that says where a block was first: the same on every site that loads the same files."""
    number = 0
    while (made := str(uuid.uuid5(NAMESPACE, f"{place}/{number}" if number else place))) in taken:
        number += 1
    return made
