"""Rows found in pages by the shape of their headers: no pointer to them is needed, their own checksum says they hold.

Format of a cell: bytes of payload, row id, then the payload: a header of types, and the columns; what does not fit
on the page goes on in a chain of others (sqlite.org/fileformat2.html#b_tree_pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from edge.spool.pages import Pages, pointers

Column: TypeAlias = int | str | bytes | None

NUMBER: Final = rb"[\x00-\x06\x08\x09]"
BYTES: Final = rb"(?:[\x80-\xff]{1,4}[\x00-\x7f]|[\x0c-\x7f])"
WIDTHS: Final = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's columns, where its header begins on the page, and the row ids that may stand before it: the bytes there
    can be read in more than one way.
    """

    at: int
    ids: tuple[int, ...]
    columns: tuple[Column, ...]


def shape(columns: str) -> re.Pattern[bytes]:
    """A row's header: `n` for a number, `b` for a text or bytes. Matches overlap."""
    types = b"".join(b"(?:" + (NUMBER if c == "n" else BYTES) + b")" for c in columns)
    return re.compile(rb"(?=[\x02-\x7f](" + types + rb"))", re.DOTALL)


def rows(pages: Pages, page: bytes, form: re.Pattern[bytes]) -> Iterator[Row]:
    """Everything on a page that has this shape."""
    for match in form.finditer(page):
        at, types = match.start(), match[1]
        if page[at] != len(types) + 1:
            continue
        row = _row(pages, page, at, types)
        if row is not None:
            yield row


def named(page: bytes) -> list[int]:
    """Where the headers of a leaf's live rows begin, as its pointers say; -1 for a pointer to nowhere."""
    return [_past_varint(page, _past_varint(page, at)) for at in pointers(page, 8)]


def _past_varint(page: bytes, at: int) -> int:
    for end in range(at, min(at + 9, len(page)) if at > 0 else 0):
        if page[end] < 0x80:
            return end + 1
    return -1


def _row(pages: Pages, page: bytes, at: int, types: bytes) -> Row | None:
    serials = list(_varints(types))
    widths = [WIDTHS[s] if s < len(WIDTHS) else (s - 12) // 2 for s in serials]
    length = page[at] + sum(widths)
    if length > pages.size * pages.count:
        return None
    payload = _payload(pages, page, at, length)
    if len(payload) < length:
        return None
    columns: list[Column] = []
    begin = page[at]
    for serial, width in zip(serials, widths, strict=True):
        columns.append(_column(serial, payload[begin : begin + width]))
        begin += width
    return Row(at, _ids(page, at), tuple(columns))


def _payload(pages: Pages, page: bytes, at: int, length: int) -> bytes:
    """What stands on the page and in the pages that follow; shorter where the chain is broken."""
    usable = pages.size
    local = length
    if length > usable - 35:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= usable - 35 else least
    parts = [page[at : at + local]]
    left, following, seen = length - local, int.from_bytes(page[at + local : at + local + 4], "big"), set[int]()
    while left > 0 and 0 < following <= pages.count and following not in seen:
        seen.add(following)
        more = pages.page(following)
        parts.append(more[4 : 4 + min(left, usable - 4)])
        left -= usable - 4
        following = int.from_bytes(more[:4], "big")
    return b"".join(parts)


def _ids(page: bytes, at: int) -> tuple[int, ...]:
    """Every number that ends right before `at`, the longest first."""
    found: list[int] = []
    value = 0
    for length in range(1, 10):
        if at - length < 0:
            break
        byte = page[at - length]
        if length > 1 and byte < 0x80:
            break
        value |= (byte & 0x7F) << 7 * (length - 1)
        found.append(value)
    return tuple(reversed(found))


def _varints(content: bytes) -> Iterator[int]:
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            yield value
            value = 0


def _column(serial: int, content: bytes) -> Column:
    if serial == 0:
        return None
    if serial in (8, 9):
        return serial - 8
    if serial < len(WIDTHS):
        return int.from_bytes(content, "big", signed=True)
    if serial % 2:
        return content.decode("utf-8", "surrogateescape")
    return content
