"""The embedded store against a dict: random writes, overwrites, late rows, moves to history and restarts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.historian.base import Series
from cloud.historian.embedded.memory import Memory
from cloud.historian.embedded.raw_rows import page
from cloud.historian.embedded.reads import Reads
from cloud.historian.embedded.tables import SPAN, roll_up
from cloud.historian.embedded.writer import QUIET, Write, Writer
from cloud.historian.grid import THREE_HOURS
from facility.clock import NS, ManualClock
from tests.contracts.historian_cases import MINUTE, body, line, rises_of

HOUR = 60 * MINUTE
START = 1_790_000_000 * NS // HOUR * HOUR
SERIES = tuple(Series("riverside", "power_meter", f"meter-{number}", "energy") for number in range(3))
TABLES = ("recent", "history", "minute", "quarter", "three_hours")
Samples = dict[tuple[int, int], float]
Bucket = list[tuple[int, float]]
PICKS: tuple[tuple[str, Callable[[Bucket], float]], ...] = (
    ("minimum", lambda rows: min(value for _, value in rows)),
    ("maximum", lambda rows: max(value for _, value in rows)),
    ("first", lambda rows: rows[0][1]),
    ("last", lambda rows: rows[-1][1]),
    ("mean", lambda rows: sum(value for _, value in rows) / len(rows)),
)


class Store:
    """Writer and reads on one file, as the process holds them, the clock in the test's hand."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.clock = ManualClock(wall=START + 9 * HOUR)
        self.writer = Writer(connection.cursor(), self.clock)
        self.writer.open()
        self.reads = Reads(self.writer.registry, self.writer.memory)

    def write(self, text: bytes) -> None:
        (written,) = self.writer.write([Write(text, "ns", None)])
        assert isinstance(written, int), written

    def settle(self, memory: Memory) -> int:
        """Move every closed span, as if nothing had arrived for a while; in how many steps."""
        for span, fresh in memory.spans.items():
            memory.spans[span] = replace(fresh, touched=time.monotonic() - 2 * QUIET)
        steps = 0
        while self.writer.move():
            steps += 1
        return steps


@contextmanager
def opened(file: Path) -> Iterator[Store]:
    with duckdb.connect(str(file), config={"threads": 1}) as connection:
        yield Store(connection)


def check(store: Store, samples: Samples) -> None:
    """Everything that the store answers, against the dict."""
    latest = store.reads.latest(SERIES)
    begin, end = START + 7 * MINUTE, START + 5 * HOUR + 3 * MINUTE
    for place, _ in enumerate(SERIES):
        mine = sorted((at, value) for (series, at), value in samples.items() if series == place)
        assert (latest.at[place], latest.value[place]) == (
            mine[-1] if mine else (0, pytest.approx(np.nan, nan_ok=True))
        )
        rows = page(store.connection, store.writer.registry, [SERIES[place]], (START, START + 9 * HOUR), None, 10_000)
        assert list(zip(rows.at.tolist(), rows.value, strict=True)) == mine
        for edges in ([START, START + HOUR, START + 3 * HOUR], [begin, begin + 61 * NS, end]):
            (rises,) = store.reads.counter_deltas(store.connection, [SERIES[place]], edges)
            expected = [np.nan if each is None else each for each in rises_of(mine, edges)]
            assert rises.rise.tolist() == pytest.approx(expected, nan_ok=True)
    for buckets in (2, 5, 200, 3000):
        for place, found in enumerate(store.reads.series(store.connection, SERIES, begin, end, buckets)):
            inside = [
                sorted((at, value) for (series, at), value in samples.items() if series == place and low <= at < high)
                for low, high in zip(found.start.tolist(), (found.start + found.width).tolist(), strict=True)
            ]
            assert found.count.tolist() == [len(each) for each in inside]
            full = [number for number, each in enumerate(inside) if each]
            for column, pick in PICKS:
                held = getattr(found, column)[full].tolist()
                assert held == pytest.approx([pick(inside[number]) for number in full])


sample = st.tuples(
    st.integers(0, len(SERIES) - 1),
    st.one_of(st.integers(0, 5 * 3600), st.integers(0, 20), st.sampled_from([0, 899, 900, 3599, 3600, 7200])),
    st.integers(0, 1000),
)
step = st.one_of(st.lists(sample, min_size=1, max_size=25), st.sampled_from(["settle", "restart"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(step, min_size=1, max_size=8))
def test_random_writes_read_back_as_from_a_dict(steps: list[list[tuple[int, int, int]] | str]) -> None:
    samples: Samples = {}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "historian.duckdb"
        connection = duckdb.connect(str(file), config={"threads": 1})
        store = Store(connection)
        for each in steps:
            if isinstance(each, list):
                written = [(place, START + second * NS, float(value)) for place, second, value in each]
                store.write(b"\n".join(body(SERIES[place], [(at, value)]) for place, at, value in written))
                samples.update({(place, at): value for place, at, value in written})
            elif each == "settle":
                store.settle(store.writer.memory)
            else:
                connection.close()
                connection = duckdb.connect(str(file), config={"threads": 1})
                store = Store(connection)
        check(store, samples)
        connection.close()


def test_a_moved_span_leaves_the_arrivals_and_is_rolled_up_once(tmp_path: Path) -> None:
    samples = [(START + second * NS, float(second)) for second in range(7200)]
    with opened(tmp_path / "h.duckdb") as store:
        store.write(body(SERIES[0], samples))
        store.settle(store.writer.memory)
        store.write(body(SERIES[0], [(START + 30 * NS, 5.0), (START + 30 * NS + 1, 6.0)]))
        store.settle(store.writer.memory)
        counts = [len(store.connection.table(table).fetchall()) for table in TABLES]
        assert counts == [0, 7201, 120, 8, 2 if START % THREE_HOURS else 1]
        assert store.writer.memory.spans == {}


def test_a_backlog_moves_in_few_steps_and_late_rows_over_much_history_span_by_span(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloud.historian.embedded.writer.MOST_ROWS", 120)
    samples = {(0, START + minute * MINUTE): float(minute % 50) for minute in range(5 * 60)}
    late = {(0, START + quarter * SPAN + NS): 7.0 for quarter in range(20)}
    with opened(tmp_path / "h.duckdb") as store:
        store.write(body(SERIES[0], [(at, value) for (_, at), value in samples.items()]))
        assert store.settle(store.writer.memory) == 3
        store.write(body(SERIES[0], [(at, value) for (_, at), value in late.items()]))
        assert store.settle(store.writer.memory) == 13
        assert store.writer.memory.spans == {}
        straight = roll_up("(SELECT series, time, value FROM history)", THREE_HOURS)
        kept = store.connection.execute("SELECT * FROM three_hours ORDER BY time").fetchall()
        assert kept == sorted(store.connection.execute(straight).fetchall())
        check(store, samples | late)


def test_spans_that_still_get_rows_do_not_hold_up_the_others(tmp_path: Path) -> None:
    with opened(tmp_path / "h.duckdb") as store:
        store.write(body(SERIES[0], [(START + quarter * SPAN, 1.0) for quarter in range(4)]))
        spans = store.writer.memory.spans
        for span in [START, START + SPAN, START + 3 * SPAN]:
            spans[span] = replace(spans[span], touched=time.monotonic() - 2 * QUIET)
        moved = [store.writer.move() for _ in range(3)]
        assert (moved, list(spans)) == ([True, True, False], [START + 2 * SPAN])


def test_a_file_of_an_older_layout_gets_three_hours_and_forgets_resets_that_were_none(tmp_path: Path) -> None:
    def made(store: Store) -> list[list[tuple[object, ...]]]:
        tables = ("minute", "quarter", "three_hours")
        return [store.connection.execute(f"SELECT * FROM {each} ORDER BY time").fetchall() for each in tables]  # noqa: S608

    rows = [(START + second * NS, float(second % 700)) for second in range(0, 5 * 3600, 7)]
    with opened(tmp_path / "h.duckdb") as store:
        store.write(body(SERIES[0], rows))
        store.settle(store.writer.memory)
        right = made(store)
        store.connection.execute("DROP TABLE three_hours")
        for table in ("minute", "quarter"):
            store.connection.execute(f"UPDATE {table} SET resets = 2, reset = 1e6 WHERE time % 7 < 3")  # noqa: S608
        store.connection.execute("UPDATE layout SET version = 1")
    with opened(tmp_path / "h.duckdb") as store:
        assert made(store) == right
        assert len(right[2]) >= 2
        straight = roll_up("(SELECT series, time, value FROM history)", THREE_HOURS)
        assert sorted(store.connection.execute(straight).fetchall()) == right[2]
        check(store, {(0, at): value for at, value in rows})


def test_a_span_that_may_still_grow_stays_where_it_is(tmp_path: Path) -> None:
    with opened(tmp_path / "h.duckdb") as store:
        now = store.clock.now()
        store.write(body(SERIES[0], [(now - HOUR, 1.0), (now, 2.0)]))
        assert not store.writer.move()
        store.settle(store.writer.memory)
        assert len(store.writer.memory.spans) == 1


def test_latest_after_a_restart_knows_words_and_reasons(tmp_path: Path) -> None:
    at = START + HOUR
    point = Series("riverside", "pump", "pump-1", "state")
    flow = Series("riverside", "pump", "pump-1", "flow")
    with opened(tmp_path / "h.duckdb") as store:
        store.write(line(point, at, state='"running"', flow="1.0").encode())
        store.write(line(point, at + NS, flow_q="1i").encode())
        store.settle(store.writer.memory)
    with opened(tmp_path / "h.duckdb") as store:
        latest = store.reads.latest([point, flow])
        assert latest.text == ("running", "")
        assert latest.quality.tolist() == [0, 2]
        assert latest.value[1] == 1.0


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "h.duckdb") as store:
        store.connection.execute("UPDATE layout SET version = 99")
    with pytest.raises(RuntimeError, match="layout 99"), opened(tmp_path / "h.duckdb"):
        pass
