"""GET /api/v1/series and /history over a real embedded historian and an inventory in SQLite."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool
from starlette.requests import HTTPConnection

from cloud.caller import Caller
from cloud.database.base import METADATA
from cloud.equipment.store import replace
from cloud.historian.base import Buckets, Series
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.permissions import Permission
from cloud.series.endpoints import router
from cloud.series.schemas import HistoryRow
from cloud.series.workbook import held
from cloud.web import answers
from facility.clock import NS, ManualClock, iso
from facility.inventory import Inventory
from tests.contracts.historian_cases import body, line, this_hour

T = TypeVar("T")
START = this_hour()
FLOW = Series("riverside", "pump", "pump-1", "flow")
NAME = {"zh": "泵", "en": "Pump"}


def point(id: str) -> dict[str, Any]:
    means = {"id": id, "kind": "measurement", "name": {"zh": "流量", "en": "Flow"}, "unit": "m3/h"}
    return {"id": f"pump-1.{id}", "means": means, "period": 1, "stale_after": 5, "address": {}}


INVENTORY = {
    "name": NAME, "timezone": "Asia/Shanghai", "gateway": "g-1", "equipment": [{
        "id": "pump-1", "type": "pump", "model": "generic", "system": "water", "name": NAME, "type_name": NAME,
        "connection": "plant", "protocol": "modbus", "unit": 1, "writes": "never", "rules": [],
        "points": [point("flow"), point("pressure")],
    }],
}  # fmt: skip


class Store:
    """One SQLite in memory, asked directly."""

    def __init__(self) -> None:
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        METADATA.create_all(self._engine)

    async def read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    def take(self, site: str) -> None:
        inventory = Inventory.model_validate({"site": site, **INVENTORY})
        with self._engine.begin() as connection:
            replace(connection, inventory, at=0)

    def close(self) -> None:
        self._engine.dispose()


class Everyone:
    """An Authenticator that lets everybody read the sites named in the header; all of them are there."""

    async def expect(self, site: str, caller: Caller) -> None:
        assert caller.permissions, site

    async def caller(self, connection: HTTPConnection) -> Caller:
        held = frozenset({Permission.SERIES_READ, Permission.HISTORY_READ})
        return Caller("user", "u1", "Li", dict.fromkeys(connection.headers.get("sites", "riverside").split(), held))


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    answers.install(app)
    store = Store()
    store.take("riverside")
    store.take("hillside")
    async with EmbeddedHistorian(tmp_path) as historian:
        await historian.write(body(FLOW, [(START + second * NS, second / 2) for second in range(600)]))
        await historian.write(line(FLOW, START + 600 * NS, flow_q="1i").encode())
        clock = ManualClock(wall=START + 1800 * NS)
        for name, value in {
            "database": store,
            "historian": historian,
            "authenticator": Everyone(),
            "sites": Everyone(),
            "clock": clock,
        }.items():
            setattr(app.state, name, value)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cloud/api/v1") as made:
            yield made
    store.close()


async def test_a_chart_reads_its_columns(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"point": ["pump-1.flow", "pump-1.pressure"], "from": "-30m", "buckets": 30}
    answer = await client.get("/series", params=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    flow, pressure = found["items"]
    assert (found["start"][0], found["width"], len(found["start"])) == (START // 1_000_000, 60.0, 30)
    assert flow["mean"][:11] == [14.75 + 30 * minute for minute in range(10)] + [None]
    assert flow["count"] == [60] * 10 + [0] * 20
    assert flow["bad"] == [0.0] * 10 + [1.0] * 20
    assert flow["silent"][9:11] == [pytest.approx(1 / 60), 1.0]
    assert (flow["unit"], flow["name"]["zh"], pressure["count"]) == ("m3/h", "流量", [0] * 30)
    assert all(len(column) == 30 for column in flow.values() if isinstance(column, list))


async def test_a_workbook_holds_what_the_chart_shows_in_local_time(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"point": ["pump-1.flow", "pump-1.pressure"], "from": "-30m", "buckets": 30}
    chart = (await client.get("/series", params=asked)).json()
    answer = await client.get("/series/xlsx", params=asked | {"language": "en"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="trend.xlsx"'
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    flow = "pump-1.flow Flow m3/h"
    assert rows[0] == ("Time (UTC)", f"{flow} mean", f"{flow} minimum", f"{flow} maximum", "pump-1.pressure Flow m3/h")
    assert [row[0].replace(tzinfo=UTC).timestamp() * 1000 for row in rows[1:]] == chart["start"]
    for column, name in enumerate(("mean", "minimum", "maximum"), start=1):
        assert [row[column] for row in rows[1:]] == chart["items"][0][name]
    assert {row[4] for row in rows[1:]} == {None}


def test_a_workbook_holds_on_where_nothing_changed_and_not_over_a_gap() -> None:
    nan = math.nan
    last = np.array([nan, 5.0, nan, nan, 7.0, nan, nan])
    zero = np.zeros(7)
    buckets = Buckets(
        FLOW, NS, np.arange(7), np.zeros(7, dtype=np.int64), last, last, last, last, last,
        bad=np.array([0, 0, 0, 0, 0, 0, 1.0]), uncertain=zero, silent=np.array([0, 0, 0, 1.0, 0, 0, 0]),
    )  # fmt: skip
    assert np.array_equal(held(buckets, last), [nan, 5, 5, nan, 7, 7, nan], equal_nan=True)


async def test_raw_rows_come_in_pages(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"point": "pump-1.flow", "from": iso(START), "to": iso(START + 100 * NS), "limit": 40}
    values: list[float] = []
    while True:
        page = (await client.get("/history", params=asked)).json()
        values += [row["value"] for row in page["items"]]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    assert values == [second / 2 for second in range(100)]
    exact = iso(START + 99 * NS).replace("Z", "000000Z")
    assert page["items"][-1] == {"point": "pump-1.flow", "at": exact, "value": 49.5}


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"point": "pump-1.flov"}, 400, "did you mean 'pump-1.flow'?"),
        ({"point": "pump-9.flow"}, 404, "pump-9"),
        ({"point": "flow"}, 400, "equipment.point"),
        ({"point": "pump-1.flow", "from": "yesterday"}, 400, "-24h"),
        ({"point": "pump-1.flow", "from": "now", "to": "-1h"}, 400, "before"),
        ({"point": "pump-1.flow", "from": "2026-01-01T00:00:00"}, 400, "is no time"),
        ({"point": "pump-1.flow", "buckets": "5001"}, 422, "5000"),
        ({}, 422, "point"),
    ],
)
async def test_a_wrong_question_is_told_what_is_right(
    client: httpx.AsyncClient, asked: dict[str, str], status: int, says: str
) -> None:
    answer = await client.get("/series", params=asked)
    assert answer.status_code == status
    assert says in answer.text


async def test_a_site_that_is_not_yours_is_not_there(client: httpx.AsyncClient) -> None:
    nowhere = await client.get("/series", params={"point": "pump-1.flow"}, headers={"sites": "elsewhere"})
    both = {"sites": "riverside hillside"}
    twice = await client.get("/series", params={"point": "pump-1.flow"}, headers=both)
    one = await client.get("/series", params={"point": "pump-1.flow", "site": "hillside"}, headers=both)
    assert (nowhere.status_code, twice.status_code, one.status_code) == (404, 409, 200)
    assert one.json()["items"][0]["site"] == "hillside"


def test_a_raw_time_is_told_to_the_nanosecond() -> None:
    row = HistoryRow(point="pump-1.flow", at=1_790_000_000_123_456_789, value=1.0)
    assert '"at":"2026-09-21T14:13:20.123456789Z"' in row.model_dump_json()


async def test_statistics_count_time_and_no_gaps(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {
        "point": ["pump-1.flow", "pump-1.pressure"],
        "from": iso(START),
        "to": iso(START + 1200 * NS),
    }
    flow, pressure = (await client.get("/series/statistics", params=asked)).json()["items"]
    assert (flow["count"], flow["known"], flow["exact"]) == (600, 0.5, True), "bad from the tenth minute on"
    assert (flow["minimum"], flow["maximum"], flow["maximum_at"]) == (0.0, 299.5, iso(START + 599 * NS))
    assert (flow["mean"], flow["median"]) == (149.75, pytest.approx(149.75, abs=0.5))
    assert (pressure["count"], pressure["known"], pressure["mean"], pressure["states"]) == (0, 0.0, None, {})
