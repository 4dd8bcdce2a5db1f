"""A duty page over a faked building, and a browser's part of HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from edge.delivery import Link
from edge.duty.accounts import Accounts, hashed
from edge.duty.running import DutyPage, Outside
from edge.duty.server import Server
from facility.clock import NS
from facility.inventory import Inventory
from facility.point import Kind
from facility.site import DutyPage as Written
from tests.edge import building as b
from tests.edge.fakes import World

PASSWORD = "correct horse battery"
HASH = hashed(PASSWORD)
NAME = "李伟"


def lift() -> Inventory:
    """A lift that traps people, a pump that trips and runs hot, a door that is opened under duress."""
    trapped = b.rule(
        "trapped",
        {"kind": "is", "point": "trapped", "states": ["on"]},
        latching=True,
        priority=1,
        **{"class": "life_safety", "guidance": {"zh": ["五方对讲安抚"], "en": ["Calm them by intercom"]}},
    )
    duress = b.rule(
        "duress",
        {"kind": "is", "point": "duress", "states": ["on"]},
        latching=True,
        priority=1,
        **{"class": "life_safety"},
    )
    trip = b.rule("trip", {"kind": "is", "point": "fault", "states": ["on"]}, priority=2)
    hot = b.rule("hot", {"kind": "high", "point": "heat", "limit": 80.0})
    state = Kind.STATE
    return b.inventory(
        b.equipment("lift-1", [b.point("trapped", state)], [trapped]),
        b.equipment("lift-2", [b.point("trapped", state)], [trapped]),
        b.equipment("pump-1", [b.point("fault", state), b.point("heat")], [trip, hot]),
        b.equipment("door-1", [b.point("duress", state)], [duress]),
        b.equipment("beacon", [b.point("relay", state, writable=True)]),
    )


TRAPPED, TRAPPED_2, FAULT, HEAT, DURESS, RELAY = range(6)


@dataclass
class Site:
    """A world with a duty page at a free loopback port."""

    world: World
    duty: DutyPage
    url: str
    links: list[Link]

    async def sample(self, *given: tuple[int, float | None]) -> None:
        """Samples come in, and what they bring about goes to the disk."""
        self.world.manual.advance(0.1)
        for future in self.world.pipeline.take(b.samples(self.world.now, *given)):
            await future
        await self.world.recorder.drain()

    def browser(self) -> httpx.AsyncClient:
        """Nobody is logged in."""
        return httpx.AsyncClient(base_url=self.url, headers={"origin": self.url}, trust_env=False, timeout=20)

    @asynccontextmanager
    async def logged_in(self) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody is."""
        async with self.browser() as client:
            answer = await log_in(client)
            assert answer.status_code == 303, answer.text
            yield client


@asynccontextmanager
async def site(folder: Path, kept: Mapping[str, bytes] | None = None, **more: Any) -> AsyncIterator[Site]:
    """`kept`: the spool's state of an earlier run."""
    world, links = World(lift()), [Link("cloud, life", b_clock())]
    accounts = Accounts(folder / "duty-users")
    accounts.put(NAME, HASH)
    written = Written.model_validate({"address": "127.0.0.1", **more})
    outside = Outside(links=lambda: links, waiting=lambda: 3, has_cloud=True)
    duty = DutyPage(written, folder, folder, world.inventory, world.snapshot, world.clock, outside)
    async with world:
        duty.begin(world.pipeline, kept or {})
        async with Server("127.0.0.1", 0, None, duty._desk.answer) as server:
            yield Site(world, duty, f"http://127.0.0.1:{server.port}", links)


def b_clock() -> Any:
    """A clock that stands still."""
    return World(lift()).clock


async def log_in(client: httpx.AsyncClient, name: str = NAME, password: str = PASSWORD, **more: Any) -> httpx.Response:
    return await client.post("/login", data={"name": name, "password": password}, **more)


async def alarms(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """What the page shows, by id, in its order."""
    answer = await client.get("/alarms")
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["alarms"]}


async def acknowledge(client: httpx.AsyncClient, *ones: dict[str, Any]) -> tuple[int, str]:
    """Status, and why it was refused."""
    answer = await client.post("/acknowledge", json={"alarms": [{"id": o["id"], "at": o["at"]} for o in ones]})
    return answer.status_code, answer.json().get("why", "") if answer.content else ""


__all__ = ["DURESS", "FAULT", "HEAT", "NAME", "NS", "PASSWORD", "RELAY", "TRAPPED", "TRAPPED_2"]
