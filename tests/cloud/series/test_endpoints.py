"""GET /api/v1/series and /history over a real embedded historian and an inventory in SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool
from starlette.requests import HTTPConnection

from cloud.caller import Caller
from cloud.database.base import METADATA
from cloud.equipment.store import replace
from cloud.historian.base import Series
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.permissions import Permission
from cloud.series.endpoints import router
from cloud.series.schemas import HistoryRow
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
    """An Authenticator that lets everybody read the sites named in the header."""

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
