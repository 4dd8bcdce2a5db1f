"""Data sets: one cell of a table that a metric holds."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from drivers.mqtt.sparkplug.fieldvalue import BOOL, DOUBLE, FLOAT, INT, LONG, STRING, Value, text, value_at
from drivers.mqtt.sparkplug.wire import BYTES, VARINT, MalformedError, fields, varints

# Sparkplug 3.0, chapter 6.4.7: the fields of DataSet, Row and DataSetValue.
_COLUMNS, _TYPES, _ROWS = 2, 3, 4
_FORMS: Final = {1: INT, 2: LONG, 3: FLOAT, 4: DOUBLE, 5: BOOL, 6: STRING}
"""Field of a DataSetValue → the field of a metric that holds the same."""


class Cell(NamedTuple):
    """As in a metric: `form` is the field that holds the value, 0 where there is none."""

    form: int
    value: Value
    datatype: int


class _Table(NamedTuple):
    columns: tuple[str, ...]
    types: tuple[int, ...]
    rows: tuple[bytes, ...]


def cell(data: bytes, column: str, row: int) -> Cell | None:
    """A column's value in a row (from 0, or -1 for the last); None where the table has no such cell.

    MalformedError where the bytes are no table.
    """
    table = _table(data)
    if column not in table.columns or not -1 <= row < len(table.rows) or not table.rows:
        return None
    at = table.columns.index(column)
    elements = [v for n, w, v in fields(table.rows[row]) if n == 1 and w == BYTES and isinstance(v, bytes)]
    if at >= min(len(elements), len(table.types)):
        return None
    found = Cell(0, None, table.types[at])
    for number, wire, value in fields(elements[at]):
        if number in _FORMS:
            form = _FORMS[number]
            found = Cell(form, value_at(form, wire, value), table.types[at])
    return found


@lru_cache(maxsize=8)
def _table(data: bytes) -> _Table:
    """Parsed once for all the points that look at it."""
    columns: list[str] = []
    types: list[int] = []
    rows: list[bytes] = []
    for number, wire, value in fields(data):
        if number == _TYPES and isinstance(value, int) and wire == VARINT:
            types.append(value)
        elif number == _TYPES and isinstance(value, bytes) and wire == BYTES:
            types += varints(value)
        elif number in (_COLUMNS, _ROWS):
            if wire != BYTES or not isinstance(value, bytes):
                raise MalformedError("a part of a data set is no message")
            if number == _COLUMNS:
                columns.append(text(value))
            else:
                rows.append(value)
    return _Table(tuple(columns), tuple(types), tuple(rows))
