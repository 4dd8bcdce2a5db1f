"""Foreign writers against our write API and against a real VictoriaMetrics: influxdb-client, plain POST, gzip."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

from cloud.historian.base import Series
from facility.clock import NS
from tests.contracts.historian_cases import line, this_hour
from tests.contracts.historian_server import Served, served
from tests.services.victoria import Victoria

T = TypeVar("T")
FLOW = Series("riverside", "pump", "pump-1", "flow")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("historian")) as running:
        yield running


def ask(server: Served, question: Coroutine[object, object, T]) -> T:
    return asyncio.run_coroutine_threadsafe(question, server.loop).result(30)


def post(
    server: Served, body: bytes, token: str = "gateway", path: str = "/api/v2/write", **more: str
) -> httpx.Response:
    params = {"org": "gatehouse", "bucket": "riverside"} if path == "/api/v2/write" else {"db": "riverside"}
    headers = {"Authorization": f"Token {token}"} if token else {}
    encoding = more.pop("encoding", None)
    headers |= {"Content-Encoding": encoding} if encoding else {}
    return httpx.post(server.url + path, params={**params, **more}, content=body, headers=headers, timeout=30)


@pytest.mark.filterwarnings("ignore:This method is deprecated:DeprecationWarning")
@pytest.mark.parametrize("zipped", [False, True])
def test_influxdb_client_writes_and_reads_its_errors(server: Served, zipped: bool) -> None:
    equipment = f"pump-{uuid4().hex}"
    at = this_hour()
    series = Series("riverside", "pump", equipment, "flow")
    points: list[Any] = []
    for second in range(1000):
        made: Any = Point("pump")  # type: ignore[no-untyped-call]
        points.append(
            made.tag("site", "riverside").tag("equipment", equipment).field("flow", second / 4).time(at + second * NS)
        )
    with InfluxDBClient(server.url, token="gateway", org="gatehouse", enable_gzip=zipped) as client:
        assert client.ping()
        assert client.health().status == "pass"
        writer = client.write_api(write_options=SYNCHRONOUS)
        writer.write("riverside", record=points)
        with pytest.raises(ApiException) as refused:
            writer.write("riverside", record=[line(series, at, flow="1i"), line(series, at + 5000 * NS, flow="7.5")])
    answer = json.loads(str(refused.value.body))
    assert refused.value.status == 400
    assert (answer["code"], answer["line"]) == ("invalid", 1)
    assert "field type conflict" in answer["message"]
    latest = ask(server, server.historian.latest([series]))
    assert (latest.at[0], latest.value[0]) == (at + 5000 * NS, 7.5)
    assert len(ask(server, server.historian.history([series], at, at + 2000 * NS)).at) == 1000


def test_a_plain_post_writes_to_either_path(server: Served) -> None:
    at = this_hour() // NS
    assert post(server, line(FLOW, at, flow="4.0").encode(), precision="s").status_code == 204
    assert post(server, line(FLOW, at + 1, flow="5.0").encode(), path="/write", precision="s").status_code == 204
    basic = httpx.post(
        f"{server.url}/write",
        params={"db": "gatehouse"},
        content=line(FLOW, (at + 2) * NS, flow="6.0"),
        auth=("edge", "gateway"),
    )
    assert basic.status_code == 204
    rows = ask(server, server.historian.history([FLOW], at * NS, (at + 3) * NS))
    assert rows.value == [4.0, 5.0, 6.0]


def test_several_gzip_members_are_one_body(server: Served) -> None:
    at = this_hour() + 100 * NS
    members = [gzip.compress(line(FLOW, at + each, flow=f"{each}.5").encode() + b"\n") for each in range(3)]
    assert post(server, b"".join(members), encoding="gzip").status_code == 204
    assert ask(server, server.historian.history([FLOW], at, at + 3)).value == [0.5, 1.5, 2.5]


@pytest.mark.parametrize(
    ("token", "bucket", "status", "code"),
    [
        ("", "riverside", 401, "unauthorized"),
        ("wrong", "riverside", 401, "unauthorized"),
        ("viewer", "riverside", 403, "forbidden"),
        ("gateway", "hillside", 403, "forbidden"),
        ("hillside", "riverside", 403, "forbidden"),
    ],
)
def test_a_token_writes_only_what_is_its_own(server: Served, token: str, bucket: str, status: int, code: str) -> None:
    answer = post(server, line(FLOW, this_hour(), flow="1.0").encode(), token, bucket=bucket)
    assert answer.status_code == status
    assert answer.json()["code"] == code


def test_a_gateway_writes_no_other_site(server: Served) -> None:
    at = this_hour() + 200 * NS
    foreign = Series("hillside", "pump", "pump-1", "flow")
    answer = post(server, "\n".join([line(FLOW, at, flow="1.0"), line(foreign, at, flow="2.0")]).encode())
    assert answer.status_code == 400
    assert answer.json()["line"] == 2
    assert "site=riverside" in answer.json()["message"]
    assert ask(server, server.historian.history([FLOW, foreign], at, at + 1)).value == [1.0]
    assert post(server, line(foreign, at, flow="2.0").encode(), "admin").status_code == 204
    assert ask(server, server.historian.history([FLOW, foreign], at, at + 1)).value == [1.0, 2.0]


def test_bad_bodies_are_refused_in_plain_words(server: Served) -> None:
    bomb = gzip.compress(b"0" * 40_000_000)
    assert post(server, bomb, encoding="gzip").status_code == 413
    assert post(server, b"x" * 25_000_001).status_code == 413
    assert "gzip" in post(server, b"not gzip", encoding="gzip").json()["message"]
    assert "cut short" in post(server, gzip.compress(b"pump flow=1")[:-4], encoding="gzip").json()["message"]
    assert post(server, b"pump flow=1", encoding="br").status_code == 400
    assert "precision" in post(server, b"pump flow=1", precision="h").json()["message"]
    wrong = line(FLOW, this_hour() // 1_000_000, flow="1.0")
    assert "does the parameter precision fit" in post(server, wrong.encode()).json()["message"]
    assert post(server, b"").status_code == 204


def test_ping_says_who_answers(server: Served) -> None:
    answer = httpx.get(f"{server.url}/ping", timeout=30)
    assert answer.status_code == 204
    assert answer.headers["x-influxdb-version"].startswith("gatehouse-")


def test_the_v2_write_path_fills_a_real_victoria_metrics(victoria: Victoria) -> None:
    equipment = f"pump-{uuid4().hex}"
    at = this_hour()
    series = Series("riverside", "pump", equipment, "flow")
    lines = [line(series, at + second * NS, flow=f"{second / 8}") for second in range(600)]
    with InfluxDBClient(victoria.url, token="none", org="gatehouse", enable_gzip=True) as client:
        client.write_api(write_options=SYNCHRONOUS).write("riverside", record=lines)
    (found,) = victoria.export(f'pump_flow{{equipment="{equipment}"}}')
    assert found["values"] == [second / 8 for second in range(600)]
    assert found["timestamps"] == [(at + second * NS) // 1_000_000 for second in range(600)]
