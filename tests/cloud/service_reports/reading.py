"""Reads the report's files back, with programs that did not write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openpyxl import load_workbook
from pypdf import PdfReader

from cloud.service_reports.words import CASES, GROUP, GROUPS, MET, VERDICTS, Language

_GROUP_OF = {"running": "under_way", "at_risk": "under_way", "paused": "under_way", "open": "under_way"}


@dataclass
class Told:
    """One promise as a file shows it."""

    counts: dict[str, int]
    """Group → the number in the summary; `cases` for all."""
    value: str | float | None
    result: str
    cases: dict[str, set[tuple[str, int, int]]] = field(default_factory=dict)
    """Group → (order, round, seconds taken), found by following the number's link."""


def order_of(url: str) -> str:
    """The order that a case leads to."""
    parts = urlsplit(url)
    assert parts.path == "/work-orders", url
    return parse_qs(parts.query)["order"][0]


def read_xlsx(content: bytes, language: Language) -> list[Told]:
    """The promises in their order."""
    book = load_workbook(BytesIO(content))
    summary = book.worksheets[0]
    assert not [c.coordinate for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    top = next(row[0].row for row in summary.iter_rows() if row[3].value in ("要求", "Required"))
    found = []
    row = top + 1
    while summary.cell(row, 3).value is not None:
        cells = [summary.cell(row, column) for column in range(5, 10)]
        value = summary.cell(row, 10).value
        counts = dict(zip(("cases", *GROUPS), (cell.value for cell in cells), strict=True))
        told = Told(counts, None if value == "–" else value, summary.cell(row, 11).value)
        for group, cell in zip(GROUPS, cells[1:], strict=True):
            told.cases[group] = _followed(book, cell, group, language) if cell.value else set()
        found.append(told)
        row += 1
    return found


def _followed(book: Any, cell: Any, group: str, language: Language) -> set[tuple[str, int, int]]:
    """The cases from where a number's link leads, on to the end of their group."""
    name, at = re.fullmatch(r"'(.+)'!A(\d+)", cell.hyperlink.location).groups()  # type: ignore[union-attr]
    sheet, row, cases = book[name], int(at), set()
    words = {getattr(text, language): _GROUP_OF.get(verdict, verdict) for verdict, text in VERDICTS.items()}
    while sheet.cell(row, 9).value is not None and words[sheet.cell(row, 9).value] == group:
        taken = sheet.cell(row, 7).value
        seconds = round(taken.total_seconds()) if hasattr(taken, "total_seconds") else _seconds(taken)
        link = sheet.cell(row, 1).hyperlink.target
        cases.add((order_of(link), sheet.cell(row, 2).value, seconds))
        row += 1
    return cases


def _seconds(taken: Any) -> int:
    """Openpyxl reads a span under a day as a time of day, and numbers as days."""
    if isinstance(taken, int | float):
        return round(float(taken) * 86_400)
    whole: int = taken.hour * 3600 + taken.minute * 60 + taken.second
    return whole + int(taken.microsecond >= 500_000)


def read_pdf(content: bytes, language: Language) -> tuple[list[Told], list[list[str]]]:
    """The promises in their order, without cases; of each block of cases the orders that they lead to."""
    file = PdfReader(BytesIO(content))
    words = [getattr(text, language) for text in (CASES, *(GROUP[group] for group in GROUPS))]
    line = r"\s+".join(rf"{re.escape(word)}\s+([\d,]+)" for word in words)
    heading = re.compile(rf"· (?:{'|'.join(map(re.escape, words[1:]))}) ([\d,]+)\s*$", re.MULTILINE)
    results = "|".join(re.escape(getattr(text, language)) for text in MET.values())
    texts = [page.extract_text() for page in file.pages]
    text = "\n".join(texts)
    found = [
        Told(dict(zip(("cases", *GROUPS), map(_count, counts), strict=True)), value, result)
        for value, result, *counts in re.findall(rf"([\d.]+%|–)\s+({results})\n[^\n]*≥[^\n]*\n{line}", text)
    ]
    led_to = {texts[number] for number in _destinations(file)}
    assert all(each == texts[0] or heading.search(each) for each in led_to)
    links = iter(_linked(file))
    blocks = [[next(links) for _ in range(_count(count))] for count in heading.findall(text)]
    assert not list(links)
    return found, blocks


def _count(text: str) -> int:
    return int(text.replace(",", ""))


def _linked(file: PdfReader) -> Iterator[str]:
    """The orders that cases lead to, page after page."""
    for annotation in _annotations(file):
        if "/A" in annotation:
            yield order_of(annotation["/A"]["/URI"])


def _destinations(file: PdfReader) -> Iterator[int]:
    """The pages that the links within the file lead to: of numbers to their cases, and back."""
    for annotation in _annotations(file):
        if "/Dest" in annotation:
            number = file.get_page_number(annotation["/Dest"][0].get_object())
            assert number is not None
            yield number


def _annotations(file: PdfReader) -> Iterator[Any]:
    for page in file.pages:
        for each in page.get("/Annots", ()):
            yield each.get_object()
