"""A small reader of InfluxDB line protocol, written from its published grammar and not from our writer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line, all escapes taken away. An integer field is an int, every other number a float."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, float | int | str | bool]
    time: int


def parse(body: bytes) -> list[Line]:
    """Every line; ValueError where one breaks the grammar."""
    text = body.decode("utf-8")
    assert not text or text.endswith("\n")
    return [_line(line) for line in text.split("\n") if line]


def _line(line: str) -> Line:
    head, fields, time = _split(line, " ")
    measurement, *tags = _split(head, ",")
    pairs = [_split(tag, "=") for tag in tags]
    named = [_split(field, "=", 1) for field in _split(fields, ",")]
    values = {_plain(name): _value(value) for name, value in named}
    if len(values) != len(named):
        raise ValueError(f"a field twice: {line}")
    return Line(_plain(measurement), {_plain(k): _plain(v) for k, v in pairs}, values, int(time))


def _split(text: str, at: str, most: int = -1) -> list[str]:
    parts, now, quoted, position = [], "", False, 0
    while position < len(text):
        char = text[position]
        if char == "\\" and position + 1 < len(text):
            now += text[position : position + 2]
            position += 2
            continue
        if char == '"':
            quoted = not quoted
        if char == at and not quoted and most:
            parts.append(now)
            now, most = "", most - 1
        else:
            now += char
        position += 1
    return [*parts, now]


def _plain(text: str) -> str:
    for escaped in (",", " ", "="):
        text = text.replace("\\" + escaped, escaped)
    if not text:
        raise ValueError("an empty name")
    return text


def _value(text: str) -> float | int | str | bool:
    if text.startswith('"'):
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if text in ("t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"):
        return text[0] in "tT"
    if text.endswith("i"):
        return int(text[:-1])
    if text[0] not in "+-.0123456789":
        raise ValueError(f"{text!r} is no number")
    return float(text)
