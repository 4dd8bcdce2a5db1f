"""The senders against the real InfluxDB 1.6 and the real VictoriaMetrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import End, InfluxV1, InfluxV2
from edge.spool import Spool
from edge.telemetry import Telemetry
from facility.batch import Batch, bad, good
from facility.clock import NS, SystemClock
from facility.event import Lane
from tests.edge.building import equipment, inventory, point
from tests.edge.spool.drafts import INVENTORY, draft
from tests.edge.until import until
from tests.services.influx import Influx
from tests.services.victoria import Victoria

CLOCK = SystemClock()
T = CLOCK.now() // NS * NS - 600 * NS
SITE = inventory(equipment("pump-1", [point(f"p{n}") for n in range(10)]))
ALL = np.arange(10, dtype=np.uint32)


def tick(second: int) -> Batch:
    return good(ALL, np.arange(10, dtype=np.float64) + second / 8, T + second * NS)


@asynccontextmanager
async def road(folder: Path, end: InfluxV1 | InfluxV2) -> AsyncIterator[tuple[Spool, Telemetry]]:
    """Telemetry → spool → historian, all running."""
    async with Spool(folder / "s.db", CLOCK, site="riverside", gateway="g") as spool, end:
        await spool.accept([draft(0)], INVENTORY)
        telemetry = Telemetry(spool, SITE, CLOCK)
        historian = Historian(spool, as_end(end), CLOCK, backoff=Backoff(0.02, 0.2))
        tasks = [asyncio.create_task(telemetry.run()), asyncio.create_task(historian.run())]
        yield spool, telemetry
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def as_end(end: End) -> End:
    """Checked by the type checker: both ways are Ends."""
    return end


async def all_sent(spool: Spool) -> None:
    await until(lambda: spool.waiting()[Lane.TELEMETRY].records == 0, 30)


async def test_influxdb_1_holds_what_was_sampled(tmp_path: Path, influx: Influx) -> None:
    influx.create_database("edge_v1")
    end = InfluxV1(Endpoint("historian", influx.url), "edge_v1", CLOCK)
    async with road(tmp_path, end) as (spool, telemetry):
        await asyncio.gather(*(telemetry.put(tick(s), within=0.0) for s in range(20)))
        await telemetry.put(bad(ALL[:1], 1, T + 20 * NS), within=0.0)
        await telemetry.put(tick(21), within=0.0)
        await all_sent(spool)
    rows = influx.rows("SELECT p0, p9, p0_q FROM pump WHERE equipment = 'pump-1'", "edge_v1")
    assert len(rows) == 22
    assert rows[1] == [T + NS, 0.125, 9.125, None]
    assert rows[0] == [T, 0.0, 9.0, 0]
    assert rows[20] == [T + 20 * NS, None, None, 1]
    assert rows[21] == [T + 21 * NS, 2.625, 11.625, 0]


async def test_influxdb_1_tells_of_a_type_conflict_and_only_that_field_is_set_aside(
    tmp_path: Path, influx: Influx
) -> None:
    influx.create_database("edge_conflict")
    assert influx.write("edge_conflict", f'pump,equipment=pump-1,site=riverside p3="text" {T - NS}\n').status == 204
    end = InfluxV1(Endpoint("historian", influx.url), "edge_conflict", CLOCK)
    async with road(tmp_path, end) as (spool, telemetry):
        await asyncio.gather(*(telemetry.put(tick(s), within=0.0) for s in range(5)))
        await all_sent(spool)
        dead = await spool.oldest(Lane.DEAD, 100, 1 << 20)
    assert "field type conflict" in dead[0].why
    assert sum(d.samples for d in dead) == 5
    assert all(b" p3=" in line for d in dead for line in d.body.splitlines())
    for field in [f"p{n}" for n in range(10) if n != 3]:
        assert influx.rows(f"SELECT count({field}) FROM pump", "edge_conflict")[0][1] == 5  # noqa: S608


async def test_a_missing_database_keeps_everything_until_it_is_there(tmp_path: Path, influx: Influx) -> None:
    end = InfluxV1(Endpoint("historian", influx.url), "edge_late", CLOCK)
    async with road(tmp_path, end) as (spool, telemetry):
        await telemetry.put(tick(0), within=0.0)
        await until(lambda: end.connections > 0)
        influx.create_database("edge_late")
        await all_sent(spool)
    assert len(influx.rows("SELECT p0 FROM pump", "edge_late")) == 1


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_victoria_metrics_holds_what_was_sampled(tmp_path: Path, victoria: Victoria, api: str) -> None:
    endpoint = Endpoint("historian", victoria.url, lambda: "any")
    site = inventory(equipment(f"pump-{api}", [point(f"p{n}") for n in range(10)], type_=f"edge_{api}"))
    end = InfluxV1(endpoint, "b", CLOCK) if api == "v1" else InfluxV2(endpoint, "o", "b", CLOCK)
    async with road(tmp_path, end) as (spool, _):
        telemetry = Telemetry(spool, site, CLOCK)
        for second in range(20):
            telemetry.put(tick(second))
        await telemetry.drain()
        await all_sent(spool)
    (series,) = victoria.export(f'edge_{api}_p9{{equipment="pump-{api}"}}')
    assert series["values"] == [9 + s / 8 for s in range(20)]
    assert series["timestamps"] == [(T + s * NS) // 1_000_000 for s in range(20)]
