"""One suite for every Historian: the embedded one and a real InfluxDB."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from cloud.historian.base import Historian, PartialWrite, Series
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.influx.historian import InfluxHistorian
from facility.clock import NS, SystemClock
from facility.quality import Quality
from tests.contracts.historian_cases import MINUTE, body, line, rises_of, this_hour
from tests.services.influx import Influx

FLOW = Series("riverside", "pump", "pump-1", "flow")
DOOR = Series("riverside", "gate", "gate-1", "open", "door-2")
ENERGY = Series("riverside", "power_meter", "meter-1", "energy")
NOWHERE = Series("riverside", "pump", "pump-9", "flow")


@pytest.fixture(params=["embedded", "influx"])
async def historian(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Historian]:
    if request.param == "embedded":
        async with EmbeddedHistorian(tmp_path) as embedded:
            yield embedded
        return
    server: Influx = request.getfixturevalue("influx")
    database = f"contract-{uuid4().hex}"
    server.create_database(database)
    async with InfluxHistorian(InfluxSettings(server.url, database), SystemClock()) as real:
        yield real


async def test_nothing_written_reads_as_nothing(historian: Historian) -> None:
    start = this_hour()
    latest = await historian.latest([FLOW])
    (buckets,) = await historian.series([FLOW], start, start + 10 * MINUTE, 10)
    (rises,) = await historian.counter_deltas([FLOW], [start, start + MINUTE])
    rows = await historian.history([FLOW], start, start + MINUTE)
    assert latest.at.tolist() == [0]
    assert np.isnan(latest.value[0])
    assert buckets.count.sum() == 0
    assert buckets.silent.tolist() == [1.0] * len(buckets.start)
    assert np.isnan(rises.rise[0])
    assert rows.value == []
    assert rows.after is None


async def test_every_type_of_field_comes_back_as_it_was_written(historian: Historian) -> None:
    at = this_hour()
    names = {"real": "-1.5e3", "whole": "9007199254740993i", "state": "true", "words": r'"say \"hi\", 你好\\ = x"'}
    expected = [-1500.0, 9007199254740993, True, 'say "hi", 你好\\ = x']
    assert await historian.write(line(FLOW, at, **names).encode()) == 4
    series = [Series("riverside", "pump", "pump-1", name) for name in names]
    rows = await historian.history(series, at, at + 1)
    assert rows.value == expected
    assert rows.value[2] is True
    assert rows.index.tolist() == [0, 1, 2, 3]
    latest = await historian.latest(series)
    assert latest.value[0] == -1500.0
    assert latest.value[2] == 1.0
    assert latest.text == ("", "", "", expected[3])


@pytest.mark.parametrize(("precision", "unit"), [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", NS)])
async def test_times_count_in_the_precision(historian: Historian, precision: str, unit: int) -> None:
    at = this_hour() + 7 * NS
    await historian.write(line(FLOW, at // unit, flow="1").encode(), precision)
    assert (await historian.latest([FLOW])).at.tolist() == [at]


async def test_an_unknown_precision_is_refused(historian: Historian) -> None:
    with pytest.raises(ValueError, match="precision 'h'"):
        await historian.write(b"pump flow=1 1", "h")


async def test_a_line_without_a_time_gets_the_time_of_receipt(historian: Historian) -> None:
    before = time.time_ns()
    await historian.write(b"pump,site=riverside,equipment=pump-1 flow=3")
    (at,) = (await historian.latest([FLOW])).at.tolist()
    assert before <= at <= time.time_ns()


async def test_the_same_series_and_time_is_replaced(historian: Historian) -> None:
    start = this_hour()
    samples = [(start + second * NS, float(second)) for second in range(120)]
    await historian.write(body(FLOW, samples))
    await historian.write(body(FLOW, samples))
    await historian.write(body(FLOW, [(start + 5 * NS, 99.0), (start + 5 * NS, 77.0)]))
    (buckets,) = await historian.series([FLOW], start, start + 2 * MINUTE, 2)
    assert buckets.count.tolist() == [60, 60]
    assert buckets.maximum.tolist() == [77.0, 119.0]
    rows = await historian.history([FLOW], start + 4 * NS, start + 7 * NS)
    assert rows.value == [4.0, 77.0, 6.0]


async def test_late_rows_do_not_become_the_latest(historian: Historian) -> None:
    start = this_hour()
    await historian.write(body(FLOW, [(start + MINUTE, 2.0)]))
    await historian.write(body(FLOW, [(start, 1.0)]))
    latest = await historian.latest([FLOW, NOWHERE])
    assert latest.value.tolist()[:1] == [2.0]
    assert (await historian.history([FLOW], start, start + 2 * MINUTE)).value == [1.0, 2.0]


async def test_latest_says_how_good_it_is(historian: Historian) -> None:
    start = this_hour()
    await historian.write(line(FLOW, start, flow="1.5").encode())
    assert (await historian.latest([FLOW])).quality.tolist() == [Quality.GOOD]
    await historian.write(line(FLOW, start + NS, flow_q="2i").encode())
    bad = await historian.latest([FLOW])
    assert (bad.quality[0], bad.reason[0], bad.value[0], bad.at[0]) == (Quality.BAD, 2, 1.5, start + NS)
    await historian.write(line(FLOW, start + 2 * NS, flow="1.7", flow_q="5i").encode())
    doubtful = await historian.latest([FLOW])
    assert (doubtful.quality[0], doubtful.reason[0], doubtful.value[0]) == (Quality.UNCERTAIN, 5, 1.7)
    await historian.write(line(FLOW, start + 3 * NS, flow="1.8", flow_q="0i").encode())
    good = await historian.latest([FLOW])
    assert (good.quality[0], good.reason[0], good.value[0]) == (Quality.GOOD, 0, 1.8)


@pytest.mark.parametrize("buckets", [1, 7, 60, 500])
async def test_buckets_hold_what_was_written(historian: Historian, buckets: int) -> None:
    start = this_hour()
    dice = random.Random(buckets)
    samples = sorted({start + dice.randrange(3600 * NS): dice.uniform(-5, 5) for _ in range(400)}.items())
    await historian.write(body(FLOW, samples))
    begin, end = start + 100 * NS, start + 3000 * NS
    found, nothing = await historian.series([FLOW, NOWHERE], begin, end, buckets)
    assert len(found.start) <= buckets
    assert found.start[0] <= begin < end <= found.start[-1] + found.width
    assert nothing.count.sum() == 0
    for place, low in enumerate(found.start.tolist()):
        inside = [value for at, value in samples if low <= at < low + found.width]
        assert found.count[place] == len(inside)
        if inside:
            row = (found.minimum[place], found.maximum[place], found.first[place], found.last[place])
            assert row == (min(inside), max(inside), inside[0], inside[-1])
            assert found.mean[place] == pytest.approx(sum(inside) / len(inside))
        else:
            assert np.isnan(found.mean[place])


async def test_gaps_and_bad_quality_are_seen(historian: Historian) -> None:
    start = this_hour()
    quiet = [
        (start + second * NS, 1.0) for second in (*range(0, 600, 10), *range(1800, 2400, 10), *range(2710, 3600, 10))
    ]
    await historian.write(body(FLOW, quiet))
    await historian.write(line(FLOW, start + 2400 * NS, flow_q="1i").encode())
    await historian.write(line(FLOW, start + 2700 * NS, flow="1.0", flow_q="0i").encode())
    await historian.write(line(FLOW, start + 3000 * NS, flow="1.0", flow_q="5i").encode())
    await historian.write(line(FLOW, start + 3030 * NS, flow="1.0", flow_q="0i").encode())
    (found,) = await historian.series([FLOW], start, start + 3600 * NS, 12)
    assert found.width == 300 * NS
    silent = [0.0, 10 / 300, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert found.silent.tolist() == pytest.approx(silent)
    assert found.bad.tolist() == [0.0] * 8 + [1.0] + [0.0] * 3
    assert found.uncertain.tolist() == pytest.approx([0.0] * 10 + [0.1, 0.0])


async def test_samples_come_in_columns_with_the_moments_that_spoil_them(historian: Historian) -> None:
    start = this_hour()
    await historian.write(body(FLOW, [(start + minute * MINUTE, float(minute)) for minute in range(20)]))
    await historian.write(line(FLOW, start + 5 * MINUTE + NS, flow_q="1i").encode())
    await historian.write(line(FLOW, start + 7 * MINUTE, flow="7", flow_q="6i").encode())
    flow, nowhere = await historian.samples([FLOW, NOWHERE], start + 2 * MINUTE, start + 9 * MINUTE)
    assert flow.at.tolist() == [start + minute * MINUTE for minute in range(2, 9)]
    assert flow.value.tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert flow.bad_at.tolist() == [start + 5 * MINUTE + NS], "an uncertain sample is one all the same"
    assert (len(nowhere.at), len(nowhere.value), len(nowhere.bad_at)) == (0, 0, 0)


async def test_a_counter_rises_over_resets_and_gaps(historian: Historian) -> None:
    start = this_hour()
    dice = random.Random(3)
    register, samples = 1000.0, []
    for second in range(0, 3600, 30):
        if 900 < second < 2000:
            continue
        register = 0.25 if second == 2400 else register + dice.choice([0.0, 0.5, 1.25])
        if second in (300, 2000):
            register = round(register, 1) - 0.1
        samples.append((start + second * NS, register))
    await historian.write(body(ENERGY, samples))
    edges = [start + minute * MINUTE for minute in (0, 15, 30, 45, 59)]
    (rises,) = await historian.counter_deltas([ENERGY], edges)
    assert rises.rise.tolist() == pytest.approx(rises_of(samples, edges))
    assert rises.resets.tolist() == [0, 0, 1, 0]
    assert rises.silent[0] == 0
    assert rises.silent[1] == pytest.approx(1.0)
    assert 0 < rises.silent[2] < 1
    odd = [start + 61 * NS, start + 95 * NS, start + 2900 * NS + 7]
    (rises,) = await historian.counter_deltas([ENERGY], odd)
    assert rises.rise.tolist() == pytest.approx(rises_of(samples, odd))


async def test_history_pages_lose_and_repeat_nothing(historian: Historian) -> None:
    start = this_hour()
    at = [start + second * NS for second in range(50)]
    await historian.write(b"\n".join(line(FLOW, each, flow="1.0", flow_q="0i").encode() for each in at))
    await historian.write(b"\n".join(line(DOOR, each, open="true").encode() for each in at[::2]))
    series = [DOOR, FLOW, NOWHERE, Series("riverside", "pump", "pump-1", "flow_q")]
    expected = [(each, place) for each in at for place in ((0, 1, 3) if each in at[::2] else (1, 3))]
    found: list[tuple[int, int]] = []
    page = await historian.history(series, start, start + MINUTE, limit=7)
    while True:
        found += list(zip(page.at.tolist(), page.index.tolist(), strict=True))
        if page.after is None:
            break
        page = await historian.history(series, start, start + MINUTE, after=page.after, limit=7)
    assert found == expected


async def test_good_lines_are_kept_and_bad_ones_named(historian: Historian) -> None:
    at = this_hour()
    good = line(FLOW, at, flow="1.0")
    lines = [good, "no fields here", f"pump,site=riverside flow=x {at}", "pump flow=1.0 5", ""]
    with pytest.raises(PartialWrite) as refused:
        await historian.write("\n".join(lines).encode())
    assert [each.number for each in refused.value.lines] == [2, 3, 4]
    assert refused.value.dropped == 3
    assert refused.value.written == 1
    assert "precision" in refused.value.lines[2].reason
    assert (await historian.latest([FLOW])).value.tolist() == [1.0]


async def test_a_field_keeps_its_type(historian: Historian) -> None:
    at = this_hour()
    await historian.write(line(FLOW, at, flow="1.0").encode())
    lines = [line(FLOW, at + NS, flow="2i"), line(FLOW, at + 2 * NS, flow="3.0")]
    with pytest.raises(PartialWrite, match="field type conflict") as refused:
        await historian.write("\n".join(lines).encode())
    assert refused.value.dropped == 1
    assert (await historian.latest([FLOW])).value.tolist() == [3.0]


async def test_a_writer_bound_to_a_site_writes_no_other(historian: Historian) -> None:
    at = this_hour()
    other = Series("hillside", "pump", "pump-1", "flow")
    lines = [line(FLOW, at, flow="1.0"), line(other, at, flow="2.0"), f"pump flow=3.0 {at}"]
    for _ in range(2):
        with pytest.raises(PartialWrite, match="site=riverside") as refused:
            await historian.write("\n".join(lines).encode(), site="riverside")
        assert refused.value.dropped == 2
    assert (await historian.latest([other])).at.tolist() == [0]
    await historian.write(line(other, at, flow="2.0").encode(), site="hillside")
    assert (await historian.latest([FLOW, other])).value.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("odd", ["a b", "a,b", "a=b", "a'b", 'a"b', "a\\b", "泵", "x;DROP DATABASE y", "' OR 1=1 --"])
async def test_names_may_hold_anything(historian: Historian, odd: str) -> None:
    at = this_hour()
    series = Series(odd, "pump", odd, odd, odd)
    await historian.write(body(series, [(at, 4.5)]))
    assert (await historian.latest([series, FLOW])).at.tolist() == [at, 0]
    assert (await historian.history([series], at, at + 1)).value == [4.5]
