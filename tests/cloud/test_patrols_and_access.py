from __future__ import annotations

from typing import Any

import httpx

from cloud.permissions import Role
from facility.clock import NS, from_iso, iso
from facility.event import AccessDenied, AccessGranted, AccessPassage, Event, PatrolVerdict
from facility.site import Checkpoint, Route
from tests.cloud.building import GATEWAY, Edge, inventory, text
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

START = from_iso("2026-03-01T08:00:00+08:00")
ROUTE = Route(
    id="night",
    name=text("治安巡更", "Security round"),
    kind="security",
    starts=("08:00",),
    checkpoints=(Checkpoint(id="c1", reader="pump-1", place="b1"), Checkpoint(id="c2", reader="pump-2")),
)
ASKED = f"from={iso(START - 60 * NS)}&to={iso(START + 60 * NS)}"


def verdict(edge: Edge, checkpoint: str, word: str, after: float, **more: Any) -> Event:
    told: dict[str, Any] = {"route": "night", "round": iso(START), "checkpoint": checkpoint, "verdict": word} | more
    at = START + round(after * 60 * NS)
    if word != "missed":
        told = {"read_at": at, "guard": "g1"} | told
    return edge.event(PatrolVerdict.model_validate(told), f"pump-{checkpoint[1:]}", at=at)


async def announced(gateway: httpx.AsyncClient, edge: Edge) -> None:
    edge.inventory = inventory(routes=(ROUTE,))
    answer = await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=edge.inventory.body.encode())
    assert answer.status_code == 200, answer.text


async def test_a_round_with_its_verdicts_and_what_was_said_before(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await announced(gateway, edge)
    await send(gateway, verdict(edge, "c1", "on_time", 2))
    (one,) = await items(admin, f"patrols?{ASKED}")
    assert (one["name"]["zh"], one["kind"], one["counts"]) == ("治安巡更", "security", {"on_time": 1, "open": 1})
    await send(
        gateway,
        verdict(edge, "c1", "duplicate", 3, visit=False),
        verdict(edge, "c2", "missed", 20),
        verdict(edge, "c2", "late_upload", 12, replaces="missed", error=2.5),
    )
    (one,) = await items(admin, f"patrols?{ASKED}&route=night")
    first, second = one["checkpoints"]
    assert (first["name"]["zh"], first["verdict"], first["guard"]) == ("地下一层", "on_time", "g1")
    assert [o["verdict"] for o in first["others"]] == ["duplicate"]
    assert (second["verdict"], second["error"]) == ("late_upload", 2.5)
    assert [t["verdict"] for t in second["trace"]] == ["missed", "late_upload"]
    assert one["counts"] == {"on_time": 1, "late_upload": 1}


async def test_rounds_of_other_days_and_tags_of_no_round_are_not_among_them(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await announced(gateway, edge)
    stray = PatrolVerdict(route="", round="", checkpoint="", verdict="unknown_tag", visit=False, tag="x")
    await send(gateway, verdict(edge, "c1", "on_time", 2), edge.event(stray, "pump-1", at=START))
    later = f"from={iso(START + 60 * NS)}&to={iso(START + 3600 * NS)}"
    assert await items(admin, f"patrols?{later}") == []
    assert len(await items(admin, f"patrols?{ASKED}")) == 1


async def test_a_year_of_rounds_is_refused(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/v1/patrols?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z")
    assert (answer.status_code, "31 days" in answer.text) == (400, True)


async def test_the_feed_of_doors_shows_a_card_s_last_digits_only(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    hashed = "ab" * 32
    await send(
        gateway,
        edge.event(AccessGranted(card=hashed, last4="5678", direction="in"), "pump-1"),
        edge.event(AccessDenied(reason="credential_expired", card=hashed, last4="5678"), "pump-1"),
        edge.event(AccessPassage(kind="vehicle", plate="粤B***45", direction="out"), "pump-2"),
    )
    found = await items(admin, "access")
    assert [f["kind"] for f in found] == ["passage", "denied", "granted"]
    assert (found[2]["card"], found[1]["reason"], found[0]["plate"]) == ("•••• 5678", "credential_expired", "粤B***45")
    assert found[2]["name"]["zh"] == "1号泵"
    assert hashed not in repr(found)
    assert [f["kind"] for f in await items(admin, "access?kind=denied&equipment=pump-1")] == ["denied"]


async def test_the_feed_is_paged(gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge) -> None:
    await send(gateway, *(edge.event(AccessGranted(), "pump-1", at=START + n) for n in range(5)))
    seen: list[str] = []
    path = "/api/v1/access?limit=2"
    while path:
        page = (await admin.get(path)).json()
        seen += [item["id"] for item in page["items"]]
        path = f"/api/v1/access?limit=2&cursor={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) == 5


async def test_who_may_look(house: House) -> None:
    async def status(role: Role, path: str) -> int:
        async with house.client(await house.token(role)) as client:
            return (await client.get(f"/api/v1/{path}")).status_code

    assert [await status(r, "access") for r in (Role.GUARD, Role.FIRE_OPERATOR, Role.AUDITOR)] == [200, 200, 200]
    assert [await status(r, "access") for r in (Role.VIEWER, Role.ENGINEER, Role.DESK)] == [403, 403, 403]
    assert [await status(r, "patrols") for r in (Role.GUARD, Role.ENGINEER, Role.VIEWER)] == [200, 200, 403]
