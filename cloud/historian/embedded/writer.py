"""The one writer of the DuckDB file: parses bodies, commits them in groups, moves closed spans of time to history."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import PartialWrite, Precision
from cloud.historian.body import BodyParser, Columns
from cloud.historian.embedded.memory import Memory
from cloud.historian.embedded.tables import DAY, SPAN, create, move_spans, rolled_again
from cloud.historian.registry import Entry, Name, Registry
from facility.clock import NS, Clock

CLOSED_AFTER: Final = 60 * NS
"""A span moves to history a minute after it ended …"""
QUIET: Final = 30.0
"""… and when nothing arrived in it for so many seconds."""
MOST_ROWS: Final = 300_000
MOST_SPANS: Final = 7 * DAY // SPAN
"""A backlog moves so much at a time, because writes wait for a move."""


Texts = dict[tuple[int, int], str]
"""(series, time) → words."""


@dataclass(frozen=True, slots=True)
class Write:
    """One body as it came."""

    body: bytes
    precision: Precision
    site: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one kind, sorted by series and time, each (series, at) once: the last written."""

    series: NDArray[np.int32]
    at: NDArray[np.int64]
    value: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> Batch:
        """Some of the rows."""
        return Batch(self.series[chosen], self.at[chosen], self.value[chosen])


class Writer:
    """Belongs to one thread. A group of bodies is on disk when `write` returns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.registry = Registry()
        self.memory = Memory()
        self._saved = 0
        self._parser = BodyParser(self.registry)

    def open(self) -> None:
        """Make the tables, or read back what they hold."""
        create(self._connection)
        rows = self._connection.execute("SELECT id, measurement, tags, field, kind FROM series ORDER BY id").fetchall()
        for id, measurement, tags, field, kind in rows:
            name = Name(measurement, tuple((key, value) for key, value in json.loads(tags)), field)
            self.registry.restore(Entry(id, name, kind))
        self._saved = len(rows)
        self.memory.rebuild(self._connection, self._saved)

    def write(self, writes: Sequence[Write]) -> list[int | PartialWrite]:
        """Commit the good lines of all bodies at once; the answer to each body."""
        now = self._clock.now()
        parsed = [self._parser.parse(each.body, each.precision, now, each.site) for each in writes]
        if any(each.values for each in parsed):
            self._commit(parsed)
        return [
            PartialWrite(each.errors, each.dropped, each.values) if each.dropped else each.values for each in parsed
        ]

    def _commit(self, parsed: Sequence[Columns]) -> None:
        self.memory.grow(len(self.registry.entries))
        rows = _merged(parsed)
        texts = {(each.series, each.at): each.text for columns in parsed for each in columns.texts}
        speaks = np.array([entry.is_quality for entry in self.registry.entries], dtype=np.bool_)[rows.series]
        self.memory.arrive(rows.at[~speaks], time.monotonic())
        self._connection.execute("BEGIN")
        try:
            self._save_names()
            self._replace(rows, texts)
            self._insert(rows, speaks, texts)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._saved = len(self.registry.entries)
        self.memory.take(rows.series, rows.at, rows.value)
        for (series, at), text in sorted(texts.items()):
            self.memory.take_text(series, at, text)

    def _save_names(self) -> None:
        fresh = self.registry.entries[self._saved :]
        if fresh:
            tags = [json.dumps(each.name.tags, ensure_ascii=False) for each in fresh]
            self._add(
                "series",
                id=np.array([each.id for each in fresh], dtype=np.int32),
                measurement=_words([each.name.measurement for each in fresh]),
                tags=_words(tags),
                field=_words([each.name.field for each in fresh]),
                kind=_words([each.kind for each in fresh]),
            )

    def _replace(self, rows: Batch, texts: Texts) -> None:
        """Remove the rows that this batch writes again; only rows no newer than the newest known can be such."""
        old = rows.where(rows.at <= self.memory.at[rows.series])
        again = [key for key in texts if key[1] <= self.memory.at[key[0]]]
        series = np.concatenate((old.series, np.array([key[0] for key in again], dtype=np.int32)))
        time_ = np.concatenate((old.at, np.array([key[1] for key in again], dtype=np.int64)))
        if not len(time_):
            return
        late = {"series": series, "time": time_}
        between = f"BETWEEN {time_.min()} AND {time_.max()}"
        self._connection.register("late", late)
        for table in ("recent", "history", "quality", "texts"):
            self._connection.execute(
                f"DELETE FROM {table} USING late WHERE {table}.series = late.series "  # noqa: S608
                f"AND {table}.time = late.time AND {table}.time {between}"
            )

    def _insert(self, rows: Batch, speaks: NDArray[np.bool_], texts: Texts) -> None:
        numbers, reasons = rows.where(~speaks), rows.where(speaks)
        if len(numbers.at):
            order = np.argsort(numbers.at, kind="stable")
            self._add("recent", series=numbers.series[order], time=numbers.at[order], value=numbers.value[order])
        if len(reasons.at):
            bad = (reasons.value != 0) & ~self._beside_a_value(numbers, reasons)
            reason = reasons.value.astype(np.int64)
            self._add("quality", series=reasons.series, time=reasons.at, reason=reason, bad=bad)
        if texts:
            series = np.array([key[0] for key in texts], dtype=np.int32)
            moments = np.array([key[1] for key in texts], dtype=np.int64)
            self._add("texts", series=series, time=moments, text=_words(list(texts.values())))

    def _beside_a_value(self, numbers: Batch, reasons: Batch) -> NDArray[np.bool_]:
        """Which reasons came with a value of their point at the same time: those say uncertain, not bad."""
        entries = self.registry.entries
        owners = [self.registry.value_of(entries[each]) for each in reasons.series.tolist()]
        keys = [(owner.id if owner else -1, at) for owner, at in zip(owners, reasons.at.tolist(), strict=True)]
        mine = np.isin(numbers.series, [key[0] for key in keys])
        present = set(zip(numbers.series[mine].tolist(), numbers.at[mine].tolist(), strict=True))
        return np.array([key in present for key in keys], dtype=np.bool_)

    def _add(self, table: str, **columns: NDArray[Any]) -> None:
        self._connection.register("arrived", columns)
        self._connection.execute(f"INSERT INTO {table} SELECT * FROM arrived")  # noqa: S608

    def move(self) -> bool:
        """Move closed neighbouring spans to history, as many as make one commit of bearable length; False: none was."""
        spans = closed_spans(self.memory, self._closed(), time.monotonic() - QUIET)
        if not spans:
            return False
        if len(spans) > 1 and rolled_again(self._connection, spans[0], spans[-1] + SPAN) > MOST_ROWS:
            spans = spans[:1]
        move_spans(self._connection, spans[0], spans[-1] + SPAN)
        for span in spans:
            del self.memory.spans[span]
        return True

    def waiting(self) -> int:
        """Samples of closed spans that are not in the roll-ups yet."""
        return self.memory.waiting(self._closed())

    def _closed(self) -> int:
        return self._clock.now() - CLOSED_AFTER - SPAN


def closed_spans(memory: Memory, closed: int, quiet: float) -> list[int]:
    """The oldest spans that began at `closed` or before and were last touched at `quiet` or before, side by side."""
    chosen: list[int] = []
    rows = 0
    for span, fresh in sorted(memory.spans.items(), key=lambda item: item[0]):
        if span > closed:
            break
        movable = fresh.touched <= quiet
        if not chosen:
            if movable:
                chosen, rows = [span], fresh.rows
            continue
        rows += fresh.rows
        if not movable or span != chosen[-1] + SPAN or rows > MOST_ROWS or len(chosen) == MOST_SPANS:
            break
        chosen.append(span)
    return chosen


def _words(words: list[str]) -> NDArray[np.object_]:
    return np.array(words, dtype=object)


def _merged(parsed: Sequence[Columns]) -> Batch:
    """All rows, sorted by series and time; of a (series, at) written twice the last."""
    series = np.concatenate([each.series for each in parsed])
    at = np.concatenate([each.at for each in parsed])
    value = np.concatenate([each.value for each in parsed])
    order = np.lexsort((at, series))
    series, at, value = series[order], at[order], value[order]
    last = np.ones(len(at), dtype=np.bool_)
    last[:-1] = (series[1:] != series[:-1]) | (at[1:] != at[:-1])
    return Batch(series[last], at[last], value[last])
