"""How times, pages and cursors look in JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import orjson
from pydantic import PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from cloud.errors import Problem, Unprocessable
from facility.clock import NS, from_iso, iso
from facility.words import Frozen

T = TypeVar("T")


def _moment(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return from_iso(value)
    raise ValueError("a time is written like 2026-11-21T08:00:00Z")


Moment = Annotated[
    int,
    PlainValidator(_moment),
    PlainSerializer(iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""UTC nanoseconds inside, RFC 3339 on the wire."""


def _exact(at: int) -> str:
    return f"{iso(at)[:-5]}.{at % NS:09d}Z"


Exact = Annotated[
    int,
    PlainValidator(_moment),
    PlainSerializer(_exact, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A Moment to the last nanosecond."""

_CONTROL: Final = frozenset(chr(n) for n in (*range(32), *range(127, 160))) - {"\t", "\n", "\r"}


class Asked(Frozen):
    """Base of what people and machines send us: no text in it has control characters (lines and tabs are well)."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if place := _hidden(value):
            raise ValueError(f"{place} has a control character: send plain text")
        return value


def _hidden(value: object, place: str = "the text") -> str | None:
    """Where a control character is, however deep."""
    if isinstance(value, str):
        return place if _CONTROL & set(value) else None
    if isinstance(value, Mapping):
        pairs = [(str(key), each) for key, each in value.items()]
        return next((key for key, _ in pairs if _hidden(key)), None) or _first(pairs)
    if isinstance(value, list | tuple):
        return _first([(place, each) for each in value])
    return None


def _first(pairs: Sequence[tuple[str, object]]) -> str | None:
    return next((found for key, each in pairs if (found := _hidden(each, key))), None)


class Page(Frozen, Generic[T]):
    """A part of a list; `next` is the cursor of the following part, null at the end."""

    items: tuple[T, ...]
    next: str | None = None


def cursor_of(*parts: int | str) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[int, str]:
    """(time or number, id) of a cursor made by `cursor_of`; Problem for anything else."""
    try:
        first, second = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        first, second = None, None
    if not isinstance(first, int) or not isinstance(second, str):
        raise Problem("this cursor is not one of ours: take `next` of the page before, as it is")
    return first, second


def one_site(among: frozenset[str] | None, site: str | None) -> frozenset[str] | None:
    """The sites to look at: the one asked for if it is among them, else all of them (None: every site)."""
    if site is None:
        return among
    if _CONTROL & set(site):
        raise Unprocessable("site has a control character: send plain text")
    return frozenset({site}) if among is None or site in among else frozenset()
