"""YAML that remembers its lines, and faults that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that has to be mended first."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CurriculumRefused(Exception):
    """The files do not make a curriculum. `faults` says why, line by line; nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(map(str, faults)))


class Mapped(dict[str, Any]):
    """A mapping that knows the file and the line of each of its keys."""

    file: str = ""
    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Listed(list[Any]):
    """A list that knows the line of each of its items."""

    def __init__(self, items: Iterable[Any] = (), lines: Sequence[int] = ()) -> None:
        super().__init__(items)
        self.lines = list(lines)


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once and a date stays the text that it is."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapped:
    found = Mapped()
    found.line, found.lines = node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} is no name", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}” stands here twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = key_node.start_mark.line + 1
    return found


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> Listed:
    items = [loader.construct_object(item, deep=True) for item in node.value]
    return Listed(items, [item.start_mark.line + 1 for item in node.value])


def _as_written(loader: _Loader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def read(path: Path, faults: list[Fault]) -> Any:
    """What the file says; None, and a fault, when it cannot be read."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader of ours
    except (OSError, UnicodeDecodeError) as trouble:
        faults.append(Fault(path.name, 1, f"cannot be read: {trouble}"))
        return None
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 1 if trouble.problem_mark else 1
        faults.append(Fault(path.name, line, trouble.problem or str(trouble)))
        return None
    except yaml.YAMLError as trouble:
        faults.append(Fault(path.name, 1, str(trouble)))
        return None
    _name(content, path.name)
    return content


def _name(content: Any, file: str) -> None:
    waiting = [content]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapped):
            item.file = file
            waiting += item.values()
        elif isinstance(item, Listed):
            waiting += item


# --- Writing ----------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Long texts folded, so that a change of a word is a change of a line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Inline(list[Any]):
    """A short list that is written on one line."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    folded = len(text) > 90 and not text.startswith((" ", "\n")) and not text.endswith((" ", "\n"))
    style = ">" if folded and "\n " not in text and " \n" not in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    Inline, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)
)


def write(content: Any) -> str:
    """The YAML of plain values, in the one form that the commands write."""
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False)


def refuse(faults: Iterable[Fault]) -> None:
    """Raises CurriculumRefused when there are any, in the order of files and lines."""
    if found := sorted(faults, key=lambda fault: (fault.file, fault.line, fault.message)):
        raise CurriculumRefused(found)
