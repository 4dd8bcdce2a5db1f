"""YAML by the 1.2 core rules, with the line of every key, so that a mistake can be shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from facility.errors import ConfigError, Mistake
from facility.wording import Wrong, either, saying, told

Path_: TypeAlias = tuple[str | int, ...]
_Model = TypeVar("_Model", bound=BaseModel)


if TYPE_CHECKING:
    _Loader: TypeAlias = yaml.SafeLoader
else:
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times as fast where it is built in


class _Core(_Loader):
    """Only true/false are booleans, no base 60, no octal by a leading nought, no dates."""


DEEPEST: Final = 64
MOST: Final = 100_000
"""Values that aliases may repeat altogether."""

_FLOAT = r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^(?:[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", rf"^(?:{_FLOAT}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", "-+.0123456789"),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _int(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(node.value, 0)


_Core.add_constructor("tag:yaml.org,2002:int", _int)


@dataclass(slots=True)
class Source:
    """A parsed file: its data, and the line of each key and item by its path."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    nodes: set[int] = field(default_factory=set)
    """What of the text was read so far, by identity."""
    repeated: int = 0
    """How often something was read again, by an alias."""
    text: str = ""
    """As it was read."""

    def line(self, path: Path_) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, path: Path_, says: str) -> None:
        """Note one mistake at a path."""
        self.mistakes.append(Mistake(self.file, self.line(path), dotted(path), says))

    def raise_if_wrong(self) -> None:
        """ConfigError with every mistake found so far."""
        if self.mistakes:
            raise ConfigError(mistakes=self.mistakes)

    def right(self, found: _Model | None) -> _Model:
        """The checked model; ConfigError with every mistake where there is any."""
        self.raise_if_wrong()
        if found is None:
            raise ConfigError(f"{self.file} holds nothing")
        return found


def dotted(path: Path_) -> str:
    """`equipment[3].unit` of a path."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def load(path: Path) -> Source:
    """Read one YAML file; a file that can't be read or parsed is a ConfigError with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"can't read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Source:
    """Parse YAML text; `file` is its name in mistakes."""
    source = Source(file, text=text)
    try:
        _check_depth(text, file)
        loader = _Core(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                source.data = _build(loader, node, (), source)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        says = f"not YAML: {error.problem or error.context}"
        raise ConfigError(mistakes=[Mistake(file, mark.line + 1 if mark else 1, "", says)]) from error
    except yaml.YAMLError as error:
        raise ConfigError(mistakes=[Mistake(file, 1, "", f"not YAML: {error}")]) from error
    except RecursionError as error:
        raise ConfigError(mistakes=[Mistake(file, 1, "", "an alias within itself")]) from error
    return source


def _check_depth(text: str, file: str) -> None:
    """Refuse deep nesting before it is composed: libyaml's composer would overflow the C stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigError(mistakes=[Mistake(file, line, "", f"nested too deep: at most {DEEPEST} levels")])


def _build(loader: _Core, node: yaml.Node, path: Path_, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    source.repeated += id(node) in source.nodes
    source.nodes.add(id(node))
    if source.repeated > MOST:
        says = f"aliases repeat more than {MOST:,} values: write fewer of them"
        raise ConfigError(mistakes=[Mistake(source.file, source.line(path[:1]), dotted(path[:1]), says)])
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, i), source) for i, item in enumerate(node.value)]
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        source.mistake(path, f"can't read {getattr(node, 'value', node.tag)!r} as a value")
        return None


def _mapping(loader: _Core, node: yaml.MappingNode, path: Path_, source: Source) -> dict[Hashable, Any]:
    out: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str | int | bool):
            source.mistakes.append(
                Mistake(source.file, key_node.start_mark.line + 1, dotted(path), "a key must be a word")
            )
            continue
        where = (*path, str(key))
        source.lines[where] = key_node.start_mark.line + 1
        if str(key) in out:
            source.mistake(where, f"{key!r} is there twice: take one away")
            continue
        out[str(key)] = _build(loader, value_node, where, source)
    return out


def check(
    model: type[_Model], source: Source, data: Any = None, at: Path_ = (), context: dict[str, Any] | None = None
) -> _Model | None:
    """The model of the data, or None with every mistake noted in the source."""
    try:
        return model.model_validate(source.data if data is None else data, context=context)
    except ValidationError as error:
        found: dict[Path_, list[str]] = {}
        for item in told(error):
            says = found.setdefault((*at, *_real(item, source, at)), [])
            if (words := saying(item, model)) not in says:
                says.append(words)
        for path, says in found.items():
            source.mistake(path, either(says))
        return None


def _real(item: Wrong, source: Source, at: Path_) -> Path_:
    """A pydantic location without the names of union members that stand in no file."""
    path: Path_ = ()
    loc = item["loc"]
    for i, part in enumerate(loc):
        named = i == len(loc) - 1 and item["type"] == "missing"
        if named or (*at, *path, part) in source.lines:
            path = (*path, part)
    return path
