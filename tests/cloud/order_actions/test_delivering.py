"""What waited on a telephone is taken once each, in order, at its time; conflicts are told and kept. On both stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from cloud.qr_codes.code import mark
from cloud.users.store import add_user
from facility.clock import NS, SystemClock, from_iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.order_actions.deliveries import PART, SIGNATURE, Phone, outcomes
from tests.cloud.order_actions.outage import storm
from tests.cloud.waiting import items

ENGINEER = "test-engineer"


class Crew:
    """The desk, an engineer and a contractor with telephones."""

    def __init__(self, clients: dict[Role, httpx.AsyncClient]) -> None:
        self.clients = clients
        self.engineer = Phone(clients[Role.ENGINEER], wrong=-400.0)
        self.firm = Phone(clients[Role.CONTRACTOR])

    async def asks(self, role: Role, path: str, body: Any = None, status: int = 200) -> Any:
        client = self.clients[role]
        call = client.get(f"/api/v1/{path}") if body is None else client.post(f"/api/v1/{path}", json=body)
        answer = await call
        assert answer.status_code == status, answer.text
        return answer.json()

    async def order(self, to: str = ENGINEER, **told: Any) -> str:
        body = {"site": SITE, "text": "漏水", "trade": "plumbing", "equipment": "pump-1"} | told
        id: str = (await self.asks(Role.DESK, "work-orders", body, 201))["id"]
        await self.asks(Role.DESK, f"work-orders/{id}/dispatch", {"to": to})
        return id


@pytest.fixture
async def crew(house: House, gateway: httpx.AsyncClient) -> AsyncIterator[Crew]:
    roles = (Role.DESK, Role.ENGINEER, Role.CONTRACTOR, Role.MANAGER)
    clients = {role: house.client(await house.token(role)) for role in roles}
    for role in roles:
        told = partial(add_user, name=f"test-{role}", password="x", roles={SITE: (role,)}, at=SystemClock().now())
        await house.database.write(told)
    yield Crew(clients)
    for client in clients.values():
        await client.aclose()


async def test_an_outage_is_made_up_for_to_the_second_and_a_second_delivery_changes_nothing(crew: Crew) -> None:
    id = await crew.order()
    await asyncio.sleep(0)
    codes = (await crew.asks(Role.MANAGER, "qr-codes", {"site": SITE, "equipment": ["pump-1", "pump-2"]}))["items"]
    code = next(each for each in codes if each["ref"] == "pump-1")
    (mine,) = await items(crew.clients[Role.ENGINEER], "my-work-orders")
    assert mark(code["code"]) in mine["codes"]
    assert (mine["equipment_name"]["zh"], mine["places"][-1]["zh"]) == ("1号泵", "地下一层")
    phone = crew.engineer
    acts = [
        phone.did(id, "accept"),
        phone.did(id, "arrive", code=f"http://x/q/{code['code']}"),
        phone.did(id, "checklist", items=[{"name": "压力", "passed": True, "reading": 0.4}]),
        phone.did(id, "cost", cost=PART),
        phone.did(id, "sign", signature=SIGNATURE),
        phone.did(id, "restore", note="换角阀"),
    ]
    first = await phone.send(*acts)
    assert outcomes(first) == ["done"] * 6, first
    again = await phone.send(*acts)
    assert (outcomes(again), [each["repeated"] for each in again]) == (["done"] * 6, [True] * 6)
    found = await crew.asks(Role.DESK, f"work-orders/{id}")
    assert (found["state"], found["arrival"], found["proof"]) == ("restored", "code", "person")
    kinds = [step["kind"] for step in found["steps"]]
    assert kinds == [
        "reported",
        "dispatched",
        "accepted",
        "arrived",
        "checked",
        "cost",
        "signed",
        "claimed",
        "restored",
    ]
    assert [line["name"] for line in found["costs"]] == ["角阀"]
    assert found["signatures"][0]["strokes"] == SIGNATURE["strokes"]
    for act, done in zip(acts, first, strict=True):
        said = from_iso(act["at"]) + 400 * NS
        taken = from_iso(done["at"])
        assert abs(taken - said) < NS
    lines = (await crew.asks(Role.DESK, f"work-orders/{id}/actions"))["items"]
    assert [(line["kind"], line["outcome"]) for line in lines] == [(a["does"]["kind"], "done") for a in acts]


async def test_a_conflict_stops_its_order_only_is_kept_and_what_follows_waits(crew: Crew) -> None:
    taken_away, mine = await crew.order(), await crew.order(equipment="pump-2")
    phone = crew.engineer
    acts = [phone.did(taken_away, "accept"), phone.did(taken_away, "arrive"), phone.did(mine, "accept")]
    await crew.asks(Role.DESK, f"work-orders/{taken_away}/dispatch", {"to": "test-contractor"})
    found = await phone.send(*acts)
    assert outcomes(found) == ["conflict", "held", "done"]
    assert "test-contractor" in found[0]["detail"]
    assert found[0]["order"]["assignee"] == "test-contractor", "an engineer of the site sees how it is now"
    assert outcomes(await phone.send(*acts)) == ["conflict", "held", "done"], "said once, it stays said"
    await crew.asks(Role.DESK, f"work-orders/{taken_away}/dispatch", {"to": ENGINEER})
    assert outcomes(await phone.send(acts[0])) == ["conflict"]
    anew = {**acts[0], "key": "the-same-again-0001"}
    late = {**acts[1], "after": anew["key"]}
    found = await phone.send(anew, late)
    assert outcomes(found) == ["done", "done"]
    assert [each["adjusted"] for each in found] == [False, False] or found[0]["adjusted"]
    lines = (await crew.asks(Role.DESK, f"work-orders/{taken_away}/actions"))["items"]
    assert sorted(line["outcome"] for line in lines) == ["conflict", "done", "done"]


async def test_an_action_out_of_order_waits_and_a_foreign_key_is_refused(crew: Crew) -> None:
    id = await crew.order()
    phone = crew.engineer
    accept, arrive = phone.did(id, "accept"), phone.did(id, "arrive")
    assert outcomes(await phone.send(arrive)) == ["held"]
    assert outcomes(await phone.send(accept, arrive)) == ["done", "done"]
    assert outcomes(await phone.send({**accept, "does": {"kind": "decline", "reason": "x"}})) == ["refused"]
    stranger = phone.did("00000000-0000-7000-8000-000000000000", "accept")
    refused = await phone.send(stranger)
    assert (outcomes(refused), refused[0]["order"]) == (["refused"], None)
    wrong = phone.did(id, "pause", pause={"reason": "parts", "note": "待料"})
    assert outcomes(await phone.send(wrong)) == ["done"]
    (body,) = await phone.send({**wrong, "key": "short"}, status=422)
    assert body["status"] == 422


async def test_a_contractor_sees_and_does_nothing_of_anothers_order(crew: Crew) -> None:
    theirs, own = await crew.order(), await crew.order(to="test-contractor", equipment="pump-2")
    firm = crew.clients[Role.CONTRACTOR]
    assert [each["order"]["id"] for each in await items(firm, "my-work-orders")] == [own]
    found = await crew.firm.send(crew.firm.did(theirs, "accept"), crew.firm.did(own, "accept"))
    assert (outcomes(found), found[0]["order"]) == (["refused", "done"], None)
    for path in (f"work-orders/{theirs}", f"work-orders/{theirs}/actions", f"work-orders/{theirs}/photos"):
        await crew.asks(Role.CONTRACTOR, path, status=404)
    assert (await firm.post("/api/v1/qr-codes", json={"site": SITE})).status_code == 403
    await crew.asks(Role.DESK, f"work-orders/{own}/dispatch", {"to": ENGINEER})
    gone = await crew.firm.send(crew.firm.did(own, "arrive"))
    assert (outcomes(gone), gone[0]["order"]) == (["refused"], None), "no longer theirs: nothing of it is told"


async def test_after_an_outage_each_of_many_actions_is_taken_once_and_in_order(house: House, crew: Crew) -> None:
    """A tenth of tests/proofs/phone_outage.py."""
    found = await storm(house.url, house.database, phones=5, orders=4, actions=5)
    assert (found.lost, found.doubled, found.disordered) == (0, 0, 0)
    assert (found.sent, found.conflicts_told) == (100, found.conflicts)
    assert found.conflicts > 0
