"""Whose card or wand it is: the hash that the edge makes, nobody else's read, the number that exists nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from cloud.permissions import Role
from edge.cards import Cards
from facility.event import AccessGranted, PatrolRead
from tests.cloud.building import SITE, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items
from tests.cloud.work_orders.test_steps import People

PATH = "/api/v1/badges"
NUMBER = "4700812345"


@pytest.fixture
async def people(house: House) -> AsyncIterator[People]:
    found = People(house)
    yield found
    await found.close()


async def test_a_read_proves_the_arrival_of_its_owner_alone(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised())
    ((id),) = [order["id"] for order in await items(admin, "work-orders")]
    await people.asks(Role.ENGINEER, f"/{id}")
    await people.asks(Role.DESK, f"/{id}/dispatch", {"to": "test-engineer"})
    await people.asks(Role.ENGINEER, f"/{id}/accept", {})
    for person, told in (("test-engineer", {"card": f" {NUMBER}"}), ("test-desk", {"guard": "guard-7"})):
        made = await admin.post(PATH, json={"site": SITE, "person": person} | told)
        assert made.status_code == 201, made.text
    key = (house.settings.data / "card-keys" / SITE).read_text(encoding="ascii").strip()
    card, other = (Cards(key.encode()).card(number) for number in (NUMBER, "4700899999"))
    reads = [
        edge.event(PatrolRead(tag="rf-1", guard="guard-7"), "pump-2"),
        edge.event(AccessGranted(card=other.hash, last4=other.last4), "pump-2"),
        edge.event(AccessGranted(card=card.hash, last4=card.last4), "pump-2"),
    ]
    await send(gateway, *reads)
    words = ("test-desk's, not yours", "of no badge of yours")
    for read, says in zip(reads, words, strict=False):
        refused = await people.asks(Role.ENGINEER, f"/{id}/arrive", {"event": str(read.id)}, 422)
        assert says in refused["detail"]
    proven = await people.asks(Role.ENGINEER, f"/{id}/arrive", {"event": str(reads[2].id)})
    assert proven["arrival"] == "reader"


async def test_a_badge_is_somebodys_once_and_its_number_nowhere(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, people: People
) -> None:
    await people.asks(Role.ENGINEER, "")
    body = {"site": SITE, "person": "test-engineer", "card": NUMBER}
    made = (await admin.post(PATH, json=body)).json()
    assert (made["kind"], made["shown"]) == ("card", NUMBER[-4:])
    for wrong, status in (
        (body, 409), (body | {"person": "nobody", "card": "4700000001"}, 422), (body | {"guard": "g"}, 422),
        ({"site": SITE, "person": "test-engineer"}, 422),
    ):  # fmt: skip
        answer = await admin.post(PATH, json=wrong)
        assert answer.status_code == status, answer.text
        assert NUMBER not in answer.text
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        assert (await engineer.get(PATH, params={"site": SITE})).status_code == 403
    told = (await admin.get(PATH, params={"site": SITE})).text + (await admin.get("/api/v1/audit")).text
    assert NUMBER not in told
    assert (await admin.delete(f"{PATH}/{made['id']}")).status_code == 204
    assert (await admin.post(PATH, json=body | {"person": "test-engineer"})).status_code == 201
