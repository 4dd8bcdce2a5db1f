"""Line protocol taken apart just far enough: lines, and the fields of a line."""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = re.compile(rb"(?:[^ \\]++|\\.)++", re.DOTALL)
FIELD: Final = re.compile(rb'(?:[^ ,"\\]++|"(?:[^"\\]++|\\.)*+"|\\.)++', re.DOTALL)
"""Possessive: what was passed is never looked at again, so a text of 10 MB costs no more than its length."""


def split_lines(body: bytes) -> list[bytes]:
    """The lines without their newlines; a newline within a quoted text does not end a line."""
    if b'"' not in body:
        return [line for line in body.split(b"\n") if line]
    lines: list[bytes] = []
    start = 0
    while start < len(body):
        end = _line_end(body, start)
        if end > start:
            lines.append(body[start:end])
        start = end + 1
    return lines


def _line_end(body: bytes, start: int) -> int:
    """Where the line ends: at its newline, or after the whole quoted text that has newlines in it."""
    end = body.find(b"\n", start)
    end = len(body) if end < 0 else end
    while end < len(body) and _open_quote(body[start:end]):
        after = body.find(b"\n", end + 1)
        end = len(body) if after < 0 else after
    return end


def _open_quote(line: bytes) -> bool:
    return (line.count(b'"') - line.count(b'\\"')) % 2 == 1


def single_fields(line: bytes) -> list[bytes]:
    """One line for each field; the line itself where it can't be taken apart."""
    found = taken_apart(line)
    if found is None:
        return [line]
    head, fields, time = found
    return [head + b" " + field + (b" " + time if time else b"") for field in fields]


def taken_apart(line: bytes) -> tuple[bytes, list[bytes], bytes] | None:
    """(measurement and tags, fields, time); None where it is no line protocol."""
    head = HEAD.match(line)
    if head is None:
        return None
    fields: list[bytes] = []
    at = head.end()
    while at < len(line) and line[at : at + 1] in (b" ", b","):
        if line[at : at + 1] == b" " and fields:
            return head[0], fields, line[at + 1 :]
        field = FIELD.match(line, at + 1)
        if field is None:
            return None
        fields.append(field[0])
        at = field.end()
    return (head[0], fields, b"") if fields and at == len(line) else None
