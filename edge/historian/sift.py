"""The last gate before an end: what some of them take with a smile and spoil is refused here, for every end alike."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.historian.lines import single_fields, split_lines, taken_apart
from facility.batch import U1
from facility.clock import AHEAD, EARLIEST

LONGEST_TEXT: Final = 65_536
SUSPECT: Final = re.compile(rb'=[+-]?(?:[nNiI]|[0-9.]+[eE]\+?[0-9]{3})|[\x00"]')
"""Not finite, an exponent of three digits, NUL, a text: such a line is looked at field by field."""

DIGITS: Final = 19
"""Of every time that may pass, in ns."""
POWERS: Final = 10 ** np.arange(DIGITS - 1, -1, -1, dtype=np.int64)
NEWLINE, SPACE, EQUALS, PLUS, MINUS, DOT, ZERO, NINE, LOWER, EXPONENT = b"\n =+-.09 e"


def sift(body: bytes, now: int) -> tuple[list[bytes], list[tuple[bytes, str]]]:
    """The lines that may pass, and the refused (line, reason): of a line with several fields only the bad ones."""
    if _plain(body, now):
        return body[:-1].split(b"\n"), []
    suspect = SUSPECT.search(body) is not None or not body.isascii()
    good: list[bytes] = []
    refused: list[tuple[bytes, str]] = []
    for line in split_lines(body):
        if not suspect and len(line) < LONGEST_TEXT and _sane_time(line[line.rfind(b" ") + 1 :], now):
            good.append(line)
        else:
            _look(line, now, good, refused)
    return good, refused


def _plain(body: bytes, now: int) -> bool:
    """Whether nothing in it needs a closer look, seen in columns: a fifth of the time of looking line by line."""
    if not body.isascii() or b"\0" in body or b'"' in body or not body.endswith(b"\n"):
        return False
    text = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(text == NEWLINE)
    lengths = np.diff(ends, prepend=-1)
    if lengths.min() <= DIGITS + 1 or lengths.max() > LONGEST_TEXT:
        return False
    return _sane_times(text, ends, now) and not _odd_values(text)


def _sane_times(text: U1, ends: NDArray[np.intp], now: int) -> bool:
    """Whether every line ends with a time that may pass."""
    digits = text[ends[:, None] + np.arange(-DIGITS, 0)].astype(np.int64) - ZERO
    if (text[ends - DIGITS - 1] != SPACE).any() or (digits < 0).any() or (digits > 9).any():
        return False
    times = digits @ POWERS
    return bool(times.min() >= EARLIEST) and bool(times.max() <= now + AHEAD)


def _odd_values(text: U1) -> bool:
    """Whether a value, or what looks like one, is not finite or has an exponent of three digits."""
    at = np.flatnonzero(text == EQUALS) + 1
    at += (text[at] == PLUS) | (text[at] == MINUS)
    first = text[at] | LOWER
    if ((first == ord("n")) | (first == ord("i"))).any():
        return True
    at = np.flatnonzero(text | LOWER == EXPONENT)
    at = at[_digit(text[at - 1]) | (text[at - 1] == DOT)] + 1
    at += text[at] == PLUS
    return bool((_digit(text[at]) & _digit(text[at + 1]) & _digit(text[at + 2])).any())


def _digit(letters: U1) -> NDArray[np.bool_]:
    return (letters >= ZERO) & (letters <= NINE)


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
