"""A body of line protocol → columns: fast over plain lines whose series are known, strict over all others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import LineError, Precision
from cloud.historian.lineprotocol import Field, Line, LineInvalid, parse_line, split_lines
from cloud.historian.registry import Name, Registry
from facility.clock import AHEAD, NS, iso

UNITS: Final[dict[Precision, int]] = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": NS}
"""Nanoseconds of one count of a line's time."""

EARLIEST: Final = 946_684_800 * NS
"""2000-01-01: an older time comes from a wrong precision or a dead clock."""

MAX_ERRORS: Final = 100
MAX_HEADS: Final = 200_000
_EXACT: Final = 2**53
_NUMBER: Final = b"0123456789.-"


@dataclass(frozen=True, slots=True)
class TextRow:
    """A string, or an integer too large for a float, in its exact words."""

    series: int
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A parsed body: one row a number, in the order written; strings have rows in `texts` only."""

    series: NDArray[np.int32]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    texts: tuple[TextRow, ...]
    values: int
    """How many field values were taken."""
    errors: tuple[LineError, ...]
    """The first refused lines."""
    dropped: int


@dataclass(slots=True)
class _Rows:
    series: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    texts: list[TextRow] = field(default_factory=list)
    strings: int = 0
    errors: list[LineError] = field(default_factory=list)
    dropped: int = 0

    def refuse(self, error: LineError) -> None:
        self.dropped += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)

    def columns(self) -> Columns:
        return Columns(
            np.array(self.series, dtype=np.int32),
            np.array(self.at, dtype=np.int64),
            np.array(self.value, dtype=np.float64),
            tuple(self.texts),
            len(self.series) + self.strings,
            tuple(self.errors),
            self.dropped,
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every line of one body."""

    unit: int
    now: int
    site: str | None

    @classmethod
    def of(cls, precision: Precision, now: int, site: str | None) -> Rules:
        """ValueError where the precision is none."""
        if precision not in UNITS:
            raise ValueError(f"precision {precision!r} is none of {', '.join(UNITS)}")
        return cls(UNITS[precision], now, site)

    def time(self, line: Line) -> int:
        """UTC ns of a line."""
        at = self.now if line.at is None else line.at * self.unit
        if not EARLIEST <= at <= self.now + AHEAD:
            raise LineInvalid(
                f"time {_date(at)} lies outside 2000-01-01 … {iso(self.now + AHEAD)}: "
                "does the parameter precision fit the unit of the times, and is the writer's clock right?"
            )
        return at

    def names(self, line: Line) -> None:
        """Refuse tags that are not the writer's, and names that InfluxDB does not take."""
        if self.site is not None and dict(line.tags).get("site") != self.site:
            raise LineInvalid(f"this token writes only lines with the tag site={self.site}")
        if any(key == "time" for key, _ in line.tags):
            raise LineInvalid(f'invalid tag key: input tag "time" on measurement "{line.measurement}" is invalid')
        if any(each.name == "time" for each in line.fields):
            raise LineInvalid(f'invalid field name: input field "time" on measurement "{line.measurement}" is invalid')


class BodyParser:
    """Parses bodies against one registry, and remembers the heads that it has seen."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._heads: dict[str | None, dict[bytes, dict[bytes, int]]] = {}
        """Writer's site → head as written → field (with its `i` for an integer) → series."""
        self._remembered = 0

    def parse(self, body: bytes, precision: Precision, now: int, site: str | None = None) -> Columns:
        """All good lines as columns, all others as errors; `site` refuses lines of another site."""
        rules = Rules.of(precision, now, site)
        rows = _Rows()
        heads = self._heads.setdefault(site, {})
        low, high = EARLIEST // rules.unit + 1, (now + AHEAD) // rules.unit
        for number, line in split_lines(body):
            mark = len(rows.series)
            try:
                head, fields, stamp = line.split(b" ")
                _plain(heads[head], fields, rows.series, rows.value)
                at = int(stamp)
                if not low <= at <= high or not stamp.isdigit():
                    raise ValueError
                rows.at.extend([at * rules.unit] * (len(rows.series) - mark))
            except (ValueError, KeyError):
                del rows.series[mark:], rows.value[mark:]
                self._strict(rules, rows, number, line)
        return rows.columns()

    def _strict(self, rules: Rules, rows: _Rows, number: int, line: bytes) -> None:
        line = line.strip(b" \t\r")
        if not line or line.startswith(b"#"):
            return
        try:
            self._take(rules, rows, line)
        except LineInvalid as invalid:
            rows.refuse(refusal_of(number, line, str(invalid)))

    def _take(self, rules: Rules, rows: _Rows, text: bytes) -> None:
        line = parse_line(text)
        rules.names(line)
        at = rules.time(line)
        for each in line.fields:
            self._registry.check(line.measurement, each.name, each.kind)
        for each in line.fields:
            entry = self._registry.register(Name(line.measurement, line.tags, each.name), each.kind)
            _append(rows, entry.id, at, each)
            self._remember(rules.site, text[: line.head], each, entry.id)

    def _remember(self, site: str | None, head: bytes, each: Field, series: int) -> None:
        if each.kind not in "fi":
            return
        if self._remembered >= MAX_HEADS:
            for heads in self._heads.values():
                heads.clear()
            self._remembered = 0
        name = each.name.encode()
        self._heads[site].setdefault(head, {})[name + b"i" if each.kind == "i" else name] = series
        self._remembered += 1


def refusal_of(number: int, line: bytes, words: str) -> LineError:
    """Why a line was refused; what does not fit the grammar is quoted, as InfluxDB does."""
    text = line[:200].decode(errors="replace")
    if not words.startswith(("field type conflict", "invalid tag key", "invalid field name", "this token")):
        words = f"unable to parse '{text}': {words}"
    return LineError(number, text, words)


def _plain(columns: dict[bytes, int], fields: bytes, series: list[int], value: list[float]) -> None:
    """Take fields that are plain numbers of known columns; KeyError or ValueError sends the line the strict way."""
    for pair in fields.split(b","):
        name, text = pair.split(b"=")
        if not text.translate(None, _NUMBER):
            series.append(columns[name])
            value.append(float(text))
        elif text[-1:] == b"i" and len(text) < 16:
            if not text[:-1].isdigit():
                raise ValueError
            series.append(columns[name + b"i"])
            value.append(int(text[:-1]))
        else:
            raise ValueError


def _append(rows: _Rows, series: int, at: int, each: Field) -> None:
    if isinstance(each.value, str):
        rows.texts.append(TextRow(series, at, each.value))
        rows.strings += 1
        return
    rows.series.append(series)
    rows.at.append(at)
    rows.value.append(float(each.value))
    if each.kind in "iu" and abs(each.value) > _EXACT:
        rows.texts.append(TextRow(series, at, str(each.value)))


def _date(at: int) -> str:
    return iso(at) if -62_000_000_000 * NS < at < 250_000_000_000 * NS else str(at)
