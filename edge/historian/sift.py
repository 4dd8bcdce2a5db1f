"""The last gate before an end: what some of them take with a smile and spoil is refused here, for every end alike."""

from __future__ import annotations

import math
import re
from typing import Final

from edge.historian.lines import single_fields, split_lines, taken_apart
from facility.clock import AHEAD, EARLIEST

LONGEST_TEXT: Final = 65_536
SUSPECT: Final = re.compile(rb'=[+-]?(?:[nNiI]|[0-9.]+[eE]\+?[0-9]{3})|[\x00"]')
"""Not finite, an exponent of three digits, NUL, a text: such a line is looked at field by field."""

SIGNS: Final = (b"=n", b"=N", b"=i", b"=I", b"=-n", b"=-N", b"=-i", b"=-I", b"=+")
"""None of these, and no exponent of three digits: nothing can be suspect, and it is seen in a third of the time."""
LONG_EXPONENT: Final = (re.compile(rb"e\+?[0-9]{3}"), re.compile(rb"E\+?[0-9]{3}"))


def sift(body: bytes, now: int) -> tuple[list[bytes], list[tuple[bytes, str]]]:
    """The lines that may pass, and the refused (line, reason): of a line with several fields only the bad ones."""
    suspect = _doubtful(body) and (SUSPECT.search(body) is not None or not body.isascii())
    good: list[bytes] = []
    refused: list[tuple[bytes, str]] = []
    for line in split_lines(body):
        if not suspect and len(line) < LONGEST_TEXT and _sane_time(line[line.rfind(b" ") + 1 :], now):
            good.append(line)
        else:
            _look(line, now, good, refused)
    return good, refused


def _doubtful(body: bytes) -> bool:
    """Whether it needs the full expression: a name may begin with such a letter too."""
    return (
        not body.isascii()
        or b"\x00" in body
        or b'"' in body
        or any(some in body for some in SIGNS)
        or any(one.search(body) is not None for one in LONG_EXPONENT)
    )


def _look(line: bytes, now: int, good: list[bytes], refused: list[tuple[bytes, str]]) -> None:
    singles = single_fields(line)
    reasons = [_reason(single, now) for single in singles]
    if not any(reasons):
        good.append(line)
        return
    for single, reason in zip(singles, reasons, strict=True):
        if reason is None:
            good.append(single)
        else:
            refused.append((single, reason))


def _reason(line: bytes, now: int) -> str | None:
    """Why one line of one field may not pass."""
    if b"\x00" in line:
        return "NUL in the line"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    found = taken_apart(line)
    if found is None:
        return "no line protocol" if len(line) < LONGEST_TEXT else "longer than 64 kB"
    _, fields, time = found
    if not _sane_time(time, now):
        return "the time is missing or not within 2020 … now + 1 day"
    return _bad_value(fields[0].partition(b"=")[2])


def _bad_value(value: bytes) -> str | None:
    if value.startswith(b'"'):
        return "a text over 64 kB" if len(value) > LONGEST_TEXT else None
    if value.endswith((b"i", b"u")) or value.lower() in (b"t", b"true", b"f", b"false"):
        return None
    try:
        return None if math.isfinite(float(value)) else "the value is not finite"
    except ValueError:
        return "the value is no number"


def _sane_time(time: bytes, now: int) -> bool:
    try:
        return EARLIEST <= int(time) <= now + AHEAD
    except ValueError:
        return False
