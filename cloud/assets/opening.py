"""Opens a workbook that somebody sent: what is no XLSX, a bomb or reaches outside is refused before it is read."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from cloud.errors import Unprocessable

MOST_PARTS: Final = 500
MOST_BYTES: Final = 24 * 1024 * 1024
"""Unpacked; a register of 5,000 lines is about 3 MiB."""
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 60
_OLD: Final = b"\xd0\xcf\x11\xe0"
_DECLARES: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, ParseError, LookupError, ValueError, TypeError, AttributeError,
    OSError, EOFError, OverflowError, RuntimeError, AssertionError,
)  # fmt: skip
"""What the libraries raise on a file that only looks like a workbook."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `kind` is openpyxl's word for its type."""

    value: Any
    kind: str
    is_date: bool


Sheet = tuple[str, list[list[Cell]]]
"""(its name, its rows from the first on)."""


def opened(content: bytes) -> list[Sheet]:
    """The sheets with their cells; Unprocessable says why a file is refused."""
    if content.startswith(_OLD):
        raise _no("这是旧版 .xls 文件,请另存为 .xlsx", "this is an old .xls file: save it as .xlsx")
    if not content.startswith(b"PK"):
        raise _no("这不是 .xlsx 文件", "this is no .xlsx file: export the register, fill it in, and send that")
    try:
        _look_through(content)
        sheets = list(_sheets(content))
    except _BROKEN as error:
        told = f"{type(error).__name__}: {error}"[:200]
        raise _no("文件已损坏,无法读取", f"the file is damaged and can't be read ({told}): save it anew") from None
    if not sheets:
        raise _no("文件中没有工作表", "there is no sheet in the file")
    return sheets


def _no(zh: str, en: str) -> Unprocessable:
    return Unprocessable(f"{zh} · {en}")


def _look_through(content: bytes) -> None:
    """Every part unpacked within bounds, whatever the file says of its size; nothing in it declares an entity."""
    left = MOST_BYTES
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts = file.infolist()
        if len(parts) > MOST_PARTS:
            raise _no("文件部件过多", f"the file has {len(parts)} parts, a register has a few dozen: save it anew")
        for part in parts:
            if part.flag_bits & 1:
                raise _no("文件有密码", "the file is protected by a password: save it without one")
            with file.open(part) as opened_part:
                text = opened_part.read(left + 1)
            left -= len(text)
            if left < 0:
                raise _no("文件展开后过大", f"unpacked, the file is over {MOST_BYTES >> 20} MiB: send it in parts")
            if part.filename.endswith((".xml", ".rels", ".vml")) and (_DECLARES.search(text) or text[:2] in _WIDE):
                raise _no("文件含外部实体声明", f"{part.filename} declares entities: save the file with a spreadsheet")


def _sheets(content: bytes) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in book.worksheets:
            rows = [
                [Cell(cell.value, cell.data_type, bool(cell.is_date)) for cell in row]
                for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
            ]
            if len(rows) > MOST_ROWS + 1 and any(cell.value is not None for cell in rows[-1]):
                raise _no("行数过多", f"sheet {sheet.title!r} has over {MOST_ROWS} lines: send it in parts")
            yield sheet.title, rows
    finally:
        book.close()
