"""How times, pages and cursors look in JSON."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import orjson
from pydantic import PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema, model_validator

from cloud.errors import NotFound, Problem, Unprocessable
from facility.clock import NS, from_iso, iso
from facility.errors import nearest, shown
from facility.words import Frozen

T = TypeVar("T")


_FIRST, _LAST = from_iso("1900-01-01T00:00:00Z"), from_iso("2200-01-01T00:00:00Z")
"""Beyond them a count of nanoseconds soon leaves the 64 bits of a store's column."""


def _moment(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return _within(value)
    if isinstance(value, str):
        return _within(from_iso(value))
    raise ValueError("时间写作 2026-11-21T08:00:00Z · a time is written like 2026-11-21T08:00:00Z")


def _within(at: int) -> int:
    if not _FIRST <= at < _LAST:
        raise ValueError("时间应在 1900 年至 2199 年之间 · a time lies between the years 1900 and 2199")
    return at


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

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""A reason, a finding, a comment: blanks alone say nothing."""
_HIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters, which no store takes."""


class Asked(Frozen):
    """Base of what people and machines send us: no text in it has control characters (lines and tabs are well)."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        try:
            place = hidden(value)
        except RecursionError:
            raise ValueError("嵌套过深,请核对格式 · this is nested too deep: look at its form") from None
        if place:
            raise ValueError(f"{place} 含控制字符,请发送纯文本 · {place} has a control character: send plain text")
        return value


def hidden(value: object, place: str = "the text") -> str | None:
    """Where a control character is, however deep."""
    if isinstance(value, str):
        return place if _HIDDEN.search(value) else None
    if isinstance(value, Mapping):
        pairs = [(str(key), each) for key, each in value.items()]
        return next((key for key, _ in pairs if hidden(key)), None) or _first(pairs)
    if isinstance(value, list | tuple):
        return _first([(place, each) for each in value])
    return None


def _first(pairs: Sequence[tuple[str, object]]) -> str | None:
    return next((found for key, each in pairs if (found := hidden(each, key))), None)


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
    if type(first) is not int or not isinstance(second, str):
        raise Problem(
            "翻页标记无效,请原样使用上一页给出的标记 · "
            "this cursor is not one of ours: take `next` of the page before, as it is"
        )
    return first, second


def one_site(among: frozenset[str] | None, site: str | None) -> frozenset[str] | None:
    """The sites to look at: the one asked for, else all of them (None: every site); NotFound where it is not theirs."""
    if site is None:
        return among
    plain_site(site)
    if among is not None and site not in among:
        raise no_site(site, among)
    return frozenset({site})


def plain_site(site: str) -> None:
    """Unprocessable where it has control characters."""
    if hidden(site):
        raise Unprocessable("站点编号含控制字符,请发送纯文本 · site has a control character: send plain text")


def no_site(site: str, own: frozenset[str]) -> NotFound:
    """What is told of a site that is not there, or not for who asks: the nearest, and those that are theirs."""
    there = ", ".join(sorted(own)[:20])
    zh = f"没有站点 {shown(site)},或您无权查看" + (f"。可选:{there}" if there else "")
    en = f"there is no site {shown(site)}, or you may not see it{nearest(site, own)}"
    return NotFound(f"{zh} · {en}" + (f" (there are: {there})" if there else ""))
