"""One line of InfluxDB line protocol: its grammar, strictly, with InfluxDB's own words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cloud.historian.base import Scalar

Kind = str
"""One letter: `f` float, `i` integer, `u` unsigned, `b` boolean, `s` string."""

KIND_WORDS: Final = {"f": "float", "i": "integer", "u": "unsigned", "b": "boolean", "s": "string"}

Tags = tuple[tuple[str, str], ...]
"""Sorted by key; part of a series' name."""

MAX_KEY: Final = 65_535
"""Bytes of measurement and tags; InfluxDB's limit."""

MAX_TEXT: Final = 65_536
"""Bytes of one string field (contracts.md: text over 64 kB is refused)."""

_TRUE: Final = frozenset((b"t", b"T", b"true", b"True", b"TRUE"))
_FALSE: Final = frozenset((b"f", b"F", b"false", b"False", b"FALSE"))
_SPACES: Final = b" \t"
_MEASUREMENT: Final = re.compile(rb"(?:\\.|[^, ])+", re.DOTALL)
_NAME: Final = re.compile(rb"(?:\\.|[^,= ])*", re.DOTALL)
_TAG_VALUE: Final = re.compile(rb"(?:\\.|[^,= ])*", re.DOTALL)
_STRING: Final = re.compile(rb'"((?:\\.|[^"\\])*)"', re.DOTALL)
_BARE: Final = re.compile(rb"[^, ]*")
_FLOAT: Final = re.compile(rb"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER: Final = re.compile(rb"-?\d+i")
_UNSIGNED: Final = re.compile(rb"\d+u")
_TIME: Final = re.compile(rb"-?\d+")
_ESCAPED: Final = re.compile(rb"\\([,= ])")
_ESCAPED_MEASUREMENT: Final = re.compile(rb"\\([, ])")
_ESCAPED_TEXT: Final = re.compile(rb'\\(["\\])')


class LineInvalid(ValueError):
    """What is wrong with a line, as InfluxDB says it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a line."""

    name: str
    kind: Kind
    value: Scalar


@dataclass(frozen=True, slots=True)
class Line:
    """A parsed line; `at` counts in the body's precision, None where the line has no time."""

    measurement: str
    tags: Tags
    fields: tuple[Field, ...]
    at: int | None
    head: int
    """Where measurement and tags end in the text …"""
    end: int
    """… and where the fields end."""


def parse_line(line: bytes) -> Line:
    """Parse one line that is neither empty nor a comment; LineInvalid where it breaks the grammar."""
    if b"\0" in line:
        raise LineInvalid("holds a NUL byte")
    measurement, tags, rest = parse_head(line)
    position = _skip(line, rest)
    if position == len(line):
        raise LineInvalid("missing fields")
    fields, end = _fields(line, position)
    position = _skip(line, end)
    stamp = line[position:].rstrip(b" \t\r")
    if not stamp:
        return Line(measurement, tags, fields, None, rest, end)
    if not _TIME.fullmatch(stamp) or len(stamp) > 20:
        raise LineInvalid("bad timestamp")
    return Line(measurement, tags, fields, int(stamp), rest, end)


def parse_head(line: bytes) -> tuple[str, Tags, int]:
    """(measurement, sorted tags, where the head ends)."""
    found = _MEASUREMENT.match(line)
    if found is None:
        raise LineInvalid("missing measurement")
    measurement = _text(_ESCAPED_MEASUREMENT.sub(rb"\1", found[0]))
    position = found.end()
    tags: list[tuple[str, str]] = []
    while line[position : position + 1] == b",":
        key, value, position = _tag(line, position + 1)
        tags.append((key, value))
    if position > MAX_KEY:
        raise LineInvalid(f"max key length exceeded: {position} > {MAX_KEY}")
    if len({key for key, _ in tags}) < len(tags):
        raise LineInvalid("duplicate tags")
    return measurement, tuple(sorted(tags)), position


def _tag(line: bytes, position: int) -> tuple[str, str, int]:
    key = _match(_NAME, line, position)
    position += len(key)
    if not key:
        raise LineInvalid("missing tag key")
    if line[position : position + 1] != b"=":
        raise LineInvalid("missing tag value")
    value = _match(_TAG_VALUE, line, position + 1)
    position += 1 + len(value)
    if not value:
        raise LineInvalid("missing tag value")
    if line[position : position + 1] == b"=":
        raise LineInvalid("invalid tag format")
    return _text(_ESCAPED.sub(rb"\1", key)), _text(_ESCAPED.sub(rb"\1", value)), position


def _fields(line: bytes, position: int) -> tuple[tuple[Field, ...], int]:
    fields: dict[str, Field] = {}
    while True:
        key = _match(_NAME, line, position)
        position += len(key)
        if line[position : position + 1] != b"=":
            raise LineInvalid("invalid field format" if key else "missing field key")
        if not key:
            raise LineInvalid("missing field key")
        kind, value, position = _value(line, position + 1)
        name = _text(_ESCAPED.sub(rb"\1", key))
        fields[name] = Field(name, kind, value)
        if line[position : position + 1] != b",":
            return tuple(fields.values()), position
        position += 1


def _value(line: bytes, position: int) -> tuple[Kind, Scalar, int]:
    if line[position : position + 1] == b'"':
        found = _STRING.match(line, position)
        if found is None:
            raise LineInvalid("unbalanced quotes")
        if line[found.end() : found.end() + 1] not in (b"", b",", b" ", b"\t", b"\r"):
            raise LineInvalid("invalid field format")
        return "s", text_of(found[1]), found.end()
    raw = _match(_BARE, line, position)
    position += len(raw)
    kind, value = bare_value(raw.rstrip(b"\r") if position == len(line) else raw)
    return kind, value, position


def text_of(raw: bytes) -> str:
    """The text between the quotes of a string field."""
    if len(raw) > MAX_TEXT:
        raise LineInvalid(f"string field of {len(raw)} bytes; at most {MAX_TEXT} are kept")
    return _text(_ESCAPED_TEXT.sub(rb"\1", raw))


def bare_value(raw: bytes) -> tuple[Kind, Scalar]:
    """A number or boolean; LineInvalid for anything else."""
    if not raw:
        raise LineInvalid("missing field value")
    if raw in _TRUE:
        return "b", True
    if raw in _FALSE:
        return "b", False
    if _FLOAT.fullmatch(raw):
        return "f", _float(raw)
    if _INTEGER.fullmatch(raw):
        return "i", _bounded(raw, -(2**63), 2**63 - 1)
    if _UNSIGNED.fullmatch(raw):
        return "u", _bounded(raw, 0, 2**64 - 1)
    raise LineInvalid("invalid boolean" if raw[:1].isalpha() else "invalid number")


def _float(raw: bytes) -> float:
    value = float(raw)
    if value in (float("inf"), float("-inf")):
        raise LineInvalid(f"unable to parse float {raw.decode()}: value out of range")
    return value


def _bounded(raw: bytes, low: int, high: int) -> int:
    if len(raw) > 22:
        raise LineInvalid(f"unable to parse integer {raw[:40].decode()}: value out of range")
    value = int(raw[:-1])
    if not low <= value <= high:
        raise LineInvalid(f"unable to parse integer {raw.decode()}: value out of range")
    return value


def _match(pattern: re.Pattern[bytes], line: bytes, position: int) -> bytes:
    found = pattern.match(line, position)
    return found[0] if found else b""


def _skip(line: bytes, position: int) -> int:
    end = len(line)
    while position < end and line[position] in _SPACES:
        position += 1
    return position


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise LineInvalid("not UTF-8") from None


def split_lines(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of every line; a newline between the quotes of a string ends no line."""
    pieces = body.split(b"\n")
    if b'"' not in body:
        yield from enumerate(pieces, 1)
        return
    held: list[bytes] = []
    number = 1
    for position, piece in enumerate(pieces, 1):
        held.append(piece)
        if b'"' in piece or len(held) > 1:
            line = b"\n".join(held)
            if position < len(pieces) and _open_quote(line):
                continue
            yield number, line
        else:
            yield number, piece
        held.clear()
        number = position + 1


def _open_quote(line: bytes) -> bool:
    """Whether the line ends within a string: quotes count only as the first byte of a field's value."""
    position, opened = 0, False
    while True:
        position = line.find(b'"', position)
        if position < 0:
            return opened
        escaped = _backslashes(line, position) % 2 == 1
        if (opened and not escaped) or (
            not opened and line[position - 1 : position] == b"=" and b" " in line[:position]
        ):
            opened = not opened
        position += 1


def _backslashes(line: bytes, position: int) -> int:
    start = position
    while start > 0 and line[start - 1] == 0x5C:
        start -= 1
    return position - start
