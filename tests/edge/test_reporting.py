from __future__ import annotations

from edge.points import point_table
from edge.reporting import HEARTBEAT, QUARTER, Reporting
from facility.clock import NS
from facility.point import Kind
from facility.quality import Quality
from tests.edge import building as b

NORMAL = {"low": 0.0, "high": 200.0}
TABLE = point_table(
    b.inventory(
        b.equipment(
            "pump-1",
            [
                b.point("flow", deadband={"absolute": 0.5}),
                b.point("head", deadband={"percent": 1}, normal=NORMAL),
                b.point("raw"),
                b.point("run", Kind.STATE),
                b.point("energy", Kind.COUNTER),
                b.point("name", Kind.TEXT),
            ],
        )
    )
)
FLOW, HEAD, RAW, RUN, ENERGY, NAME = range(6)
START = 1_790_000_100 * NS - 1_790_000_100 * NS % QUARTER + 1


def sent(reporting: Reporting, at: int, *given: tuple[int, float | None]) -> list[int]:
    out = reporting.sent(b.samples(START + at * NS, *given))
    return [] if out is None else out.point.tolist()


def test_the_deadband_is_for_measurements_only() -> None:
    reporting = Reporting(TABLE)
    first = ((FLOW, 10.0), (HEAD, 50.0), (RAW, 1.0), (RUN, 1.0), (ENERGY, 7.0))
    assert sent(reporting, 0, *first) == [FLOW, HEAD, RAW, RUN, ENERGY]
    assert sent(reporting, 1, *first) == [RAW], "without a deadband every sample is sent"
    assert sent(reporting, 2, (FLOW, 10.5), (HEAD, 52.0), (RUN, 0.0), (ENERGY, 7.001)) == [RUN, ENERGY]
    assert sent(reporting, 3, (FLOW, 10.51), (HEAD, 52.01)) == [FLOW, HEAD], "1 % of a band of 200 is 2"


def test_a_slow_drift_is_measured_from_what_was_sent_last() -> None:
    reporting = Reporting(TABLE)
    values = [10 + 0.2 * i for i in range(10)]
    assert [bool(sent(reporting, i, (FLOW, v))) for i, v in enumerate(values)].count(True) == 4


def test_a_changed_quality_is_always_sent_and_once() -> None:
    reporting = Reporting(TABLE)
    assert sent(reporting, 0, (FLOW, 10.0)) == [FLOW]
    assert sent(reporting, 1, (FLOW, None)) == [FLOW]
    assert sent(reporting, 2, (FLOW, None)) == []
    assert sent(reporting, 3, (FLOW, 10.0)) == [FLOW], "the first good one after it"


def test_silence_is_never_longer_than_a_heartbeat() -> None:
    reporting = Reporting(TABLE)
    times = [t for t in range(1000) if sent(reporting, t, (FLOW, 10.0), (RUN, 1.0))]
    assert times == [0, 300, 600, 900]
    assert HEARTBEAT == 300 * NS


def test_a_counter_has_a_sample_at_each_quarter_hour() -> None:
    reporting = Reporting(TABLE)
    times = [t for t in range(250, 1300) if sent(reporting, t, (ENERGY, 7.0))]
    assert 900 in times


def test_replayed_samples_are_sent_whole_and_texts_never() -> None:
    reporting = Reporting(TABLE)
    old = b.samples(START, (FLOW, 10.0), (FLOW, 10.0), (NAME, 1.0), replayed=True)
    out = reporting.sent(old)
    assert out is not None
    assert out.point.tolist() == [FLOW, FLOW]
    assert out.replayed
    assert reporting.sent(b.samples(START, (NAME, 1.0))) is None
    assert sent(reporting, 1, (FLOW, 10.0)) == [FLOW], "a replay is not what was sent last"
    assert reporting.sent(b.samples(START, (FLOW, 10.0), quality=Quality.UNCERTAIN)) is not None


def test_a_value_confirmed_under_its_old_time_is_sent_at_each_heartbeat_under_a_new_one() -> None:
    reporting, found = Reporting(TABLE), []
    for t in range(700):
        batch = b.samples(START + t * NS, (RAW, 7.0), (RUN, 1.0))
        batch.time[:] = START
        out = reporting.sent(batch)
        if out is not None:
            found.append((t, out.point.tolist(), ((out.time - START) // NS).tolist()))
    assert found == [(0, [RAW, RUN], [0, 0]), (300, [RAW, RUN], [300, 300]), (600, [RAW, RUN], [600, 600])]
