"""The short way of a gateway's events answers as the long way does: same words, same headers, same measures."""

from __future__ import annotations

import httpx
import pytest

from cloud.permissions import Role
from tests.cloud.building import GATEWAY, Edge, batch
from tests.cloud.conftest import House

PATH = f"/api/v1/gateways/{GATEWAY}/events"
LONG = {"Cookie": "other=1"}
"""A request with a cookie goes the long way."""


def told(answer: httpx.Response) -> tuple[int, dict[str, str], object]:
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "content-length"}}
    return answer.status_code, headers, answer.json()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, b"no json", 400),
        (PATH, b'{"events": []}', 422),
        (PATH, b'{"events": [{"seq": 1}]}', 200),
        ("/api/v1/gateways/other/events", b'{"events": []}', 403),
    ],
)
async def test_both_ways_say_the_same(gateway: httpx.AsyncClient, path: str, body: bytes, status: int) -> None:
    short, long = await gateway.post(path, content=body), await gateway.post(path, content=body, headers=LONG)
    assert short.status_code == status
    assert told(short) == told(long)


async def test_an_event_is_taken_once_by_either_way(gateway: httpx.AsyncClient, edge: Edge) -> None:
    body = batch(edge.raised())
    verdicts = [
        (await gateway.post(PATH, content=body, headers=headers)).json()["results"][0]["verdict"]
        for headers in ({}, LONG, {})
    ]
    assert verdicts == ["accepted", "duplicate", "duplicate"]


async def test_who_may_not_and_who_is_nobody(house: House, edge: Edge) -> None:
    body = batch(edge.raised())
    async with house.client(await house.token(Role.ADMIN)) as admin, house.client("wrong") as nobody:
        for client, status in ((admin, 403), (nobody, 401)):
            short = await client.post(PATH, content=body)
            assert short.status_code == status
            assert told(short) == told(await client.post(PATH, content=body, headers=LONG))
        foreign = await admin.post(PATH, content=body, headers={"Host": "evil.example"})
        assert foreign.status_code == 403
        assert "name is not ours" in foreign.json()["detail"]


async def test_both_ways_are_counted_by_the_route(gateway: httpx.AsyncClient, edge: Edge) -> None:
    def count(text: str) -> float:
        name = 'gatehouse_http_requests_total{method="POST",route="/api/v1/gateways/{id}/events",status="200"}'
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))

    async def now() -> float:
        async with httpx.AsyncClient(base_url=gateway.base_url, trust_env=False) as plain:
            return count((await plain.get("/metrics")).text)

    before = await now()
    for headers in ({}, LONG):
        assert (await gateway.post(PATH, content=batch(edge.raised()), headers=headers)).status_code == 200
    assert await now() == before + 2
