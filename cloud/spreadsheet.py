"""What every workbook of ours keeps to: text is text, nothing in a cell is ever run."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Final

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Of xlsxwriter: a string stays a string."""
_NEVER: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def new_book(file: BytesIO) -> Any:
    """An xlsxwriter workbook; `with` closes it."""
    import xlsxwriter

    return xlsxwriter.Workbook(file, OPTIONS)


def plain(text: str) -> str:
    """Without the signs that XML can't carry."""
    return _NEVER.sub("\ufffd", text)


def risky(text: str) -> bool:
    """Whether a spreadsheet would take it for a formula once somebody edits the cell: it gets a quote before it."""
    return text.startswith(("=", "+", "-", "@", "\t", "\r"))


def attachment(name: str) -> dict[str, str]:
    """The headers of a file that is saved, never shown in the page."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
