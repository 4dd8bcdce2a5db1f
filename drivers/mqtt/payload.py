"""From the bytes of one message to what stands in them: JSON or text, numbers, words, times."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from drivers.mqtt.address import Address, word
from drivers.mqtt.json_path import ABSENT, walk
from facility.clock import NS, from_iso

MAX_PAYLOAD: Final = 262_144
"""Bytes; a larger message is refused whole."""

_UNITS: Final = {"s": NS, "ms": 1_000_000, "ns": 1}
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_ZONED: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z]{1,5}|[+-]\d\d(?:\d\d)?)", re.ASCII)
_LATEST: Final = 2**63 - 1


def body_of(payload: bytes, *, text: bool, encoded: bool) -> object:
    """The payload as JSON or as text, base64 taken off first; ABSENT where it can't be read."""
    if len(payload) > MAX_PAYLOAD:
        return ABSENT
    try:
        data = base64.b64decode(payload, validate=True) if encoded else payload
        found = data.decode("utf-8")
        return found if text else json.loads(found)
    except (UnicodeDecodeError, binascii.Error, ValueError, RecursionError):
        return ABSENT


def column(text: str, number: int) -> object:
    """One column of text that is separated by commas, or ABSENT."""
    columns = text.split(",")
    return columns[number].strip() if number < len(columns) else ABSENT


def number_of(found: object, words: Mapping[str, float], scale: float, offset: float) -> float | None:
    """What is found as a finite number: by its word where the point has words; None where it is none."""
    if words:
        return words.get(word(found))
    if isinstance(found, bool):
        return float(found)
    if isinstance(found, str) and not _NUMBER.fullmatch(found.strip()):
        return None
    if not isinstance(found, int | float | str):
        return None
    try:
        value = float(found) * scale + offset
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def text_of(found: object) -> str | None:
    """What is found as a text: strings as they stand, anything else as JSON writes it; None for JSON's null."""
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, ensure_ascii=False)


def time_of(found: object, form: str, zone: str | None = None) -> int | None:
    """UTC ns of a time as it stands in a payload; None where it can't be read or fits no 64 bits."""
    if isinstance(found, str) and form in _UNITS:
        found = _plain_number(found)
    try:
        if zone is not None:
            at = _zoned(found, zone) if isinstance(found, str) else None
        elif form == "iso":
            at = from_iso(found) if isinstance(found, str) else None
        elif isinstance(found, int | float) and not isinstance(found, bool):
            at = int(found * _UNITS[form])
        else:
            at = None
    except (ValueError, OverflowError):
        return None
    return at if at is not None and 0 <= at <= _LATEST else None


def _zoned(text: str, zone: str) -> int | None:
    """Of `2026-01-02 11:04:05 CST`: the name of a zone is believed only where that zone uses it at that moment."""
    found = _ZONED.fullmatch(text.strip())
    if not found:
        return None
    wall, name = datetime.fromisoformat(found[1]), found[2]
    if name[0] in "+-":
        return from_iso(f"{found[1]}{name}".replace(" ", "T"))
    if name in {"UTC", "GMT", "Z"}:
        return round(wall.replace(tzinfo=UTC).timestamp()) * NS
    at = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return next((round(a.timestamp()) * NS for a in at if a.tzname() == name), None)


def _plain_number(text: str) -> int | float | None:
    """The number that a column of a csv payload is; digits alone stay whole, so that ns lose nothing."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if text.isdigit() and len(text) < 20 else float(text)


def raw_text(address: Address, payload: bytes) -> str:
    """What the device wrote for one point, for people: `"open"` of a JSON body, else the whole payload."""
    whole = payload.decode("utf-8", "replace")
    if address.metric is not None:
        return payload.hex()
    if address.json_path is None:
        return whole
    found = walk(body_of(payload, text=False, encoded=address.base64), address.steps)
    return whole if found is ABSENT else json.dumps(found, ensure_ascii=False)
