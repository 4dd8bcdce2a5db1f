"""What engineering's overviews say of a small building: sites, systems, limits, the wire, blind points, gateways."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from cloud.sites.area import floor_area
from facility.clock import NS, SystemClock, iso
from facility.event import Lane, LineLost
from facility.gateway_status import LaneStatus, LineStatus, Status, UnitStatus
from facility.quality import Quality
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, SITE, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""Where the store says nothing that it does not say elsewhere."""


async def live(house: House, *values: tuple[str, float | None, Quality]) -> None:
    """As if the gateway's live link had told these a moment ago; it was heard, so it is not held to be away."""
    state = house.app.state
    async with asyncio.timeout(60):
        while (SITE, GATEWAY) in state.latest.away:
            await asyncio.sleep(0.02)
    now = state.clock.now()
    state.latest.confirm(SITE, GATEWAY, state.clock.monotonic() + 3_600 * NS)
    state.latest.take(SITE, GATEWAY, [(id, value, int(q), 1 if q else 0, now) for id, value, q in values])


@ON_SQLITE
async def test_a_site_stands_in_the_portfolio_with_what_needs_a_look(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    raised = edge.raised("fire-panel", FIRE, "l1d001"), edge.raised()
    assert await send(gateway, *raised) == ["accepted"] * 2
    await live(house, ("pump-1.flow", None, Quality.BAD), ("pump-2.flow", 8.0, Quality.GOOD))
    (site,) = await items(admin, "portfolio")
    assert (site["site"], site["name"]["en"], site["alarms"]) == (SITE, "Riverside Garden", {"1": 1, "2": 1})
    assert site["life_safety"] | {"worst": None} == {"active": 1, "unacknowledged": 1, "worst": None}
    assert (site["life_safety"]["worst"]["rule"], site["orders"]) == ("fire", {"open": 1, "overdue": 0})
    assert site["blind"]["points"] == 3, "pump-1's flow, and two addresses that were never heard"
    assert (site["blind"]["all"], site["blind"]["gateways_away"]) == (4, [])
    assert (site["energy"]["days_30"], site["energy"]["per_m2"], site["plans"]["value"]) == (None, None, None)
    blind = {each["equipment"]: each for each in await items(admin, "blind-points")}
    assert (blind["pump-1"]["bad"], blind["pump-1"]["reason"]) == (1, "timeout")
    assert (blind["fire-panel"]["since"], blind["fire-panel"]["all"]) == (None, 2)


@ON_SQLITE
async def test_every_system_has_one_row_and_one_without_equipment_says_so(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    assert await send(gateway, edge.raised()) == ["accepted"]
    await live(house, ("pump-1.flow", 3.5, Quality.GOOD), ("pump-2.flow", 8.0, Quality.GOOD))
    rows = {row["id"]: row for row in await items(admin, "systems")}
    assert list(rows) == ["fire", "elevators", "water", "drainage", "power", "hvac", "lighting", "access"]
    water, fire, hvac = rows["water"], rows["fire"], rows["hvac"]
    assert (water["equipment"], water["alarms"], water["worst"]["rule"], water["orders"]) == (2, 1, "dry_run", 1)
    (flow,) = water["values"]
    assert (flow["point"], flow["low"], flow["high"], flow["count"], flow["bad"]) == ("flow", 3.5, 8.0, 2, 0)
    assert (fire["systems"], fire["equipment"], fire["blind"]) == (["fire", "fire_water"], 1, 1)
    assert (fire["spark"]["what"], sum(fire["spark"]["mean"])) == ("alarms", 0.0)
    assert (hvac["equipment"], hvac["values"], hvac["spark"], hvac["worst"]) == (0, [], None, None)


@ON_SQLITE
async def test_rules_say_how_far_their_limits_are(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    assert await send(gateway, edge.raised()) == ["accepted"]
    await live(house, ("pump-1.flow", 3.5, Quality.GOOD), ("fire-panel.l1d002.fire", 1.0, Quality.GOOD))
    rules = {each["rule"]["id"]: each for each in await items(admin, "equipment/pump-1/rules")}
    (low,), (hot,) = rules["dry_run"]["limits"], rules["motor_hot"]["limits"]
    assert (low["direction"], low["value"], low["limit"], low["room"], low["holds"]) == ("low", 3.5, 0.5, 3.0, False)
    assert (hot["room"], hot["unit"], hot["share"]) == (86.5, "m3/h", pytest.approx(86.5 / 90))
    assert rules["dry_run"]["alarm"] is not None
    fires = await items(admin, "equipment/fire-panel/rules")
    assert {each["instance"]: each["limits"][0]["holds"] for each in fires} == {"l1d001": None, "l1d002": True}
    (tick, order) = await items(admin, "series/ticks?point=pump-1.flow&from=-1h")
    assert (tick["kind"], tick["id"], tick["until"]) == ("alarm", rules["dry_run"]["alarm"], None)
    assert (order["kind"], order["equipment"], order["state"]) == ("order", "pump-1", "reported")
    machines = await items(admin, "conditions?system=water&days=7")
    assert [(each["equipment"], each["days"], each["figures"]) for each in machines] == [
        ("pump-1", 0, []), ("pump-2", 0, []),
    ]  # fmt: skip
    assert await items(admin, "conditions/pump-1/days") == []
    wire = (await admin.get("/api/v1/equipment/pump-1/wire")).json()
    assert (wire["connection"], wire["protocol"], wire["unit"]) == ("plant", "modbus", 1)
    assert (wire["points"][0]["address"], wire["points"][0]["quality"]) == ({"register": 1}, "good")
    assert wire["last_good"] == wire["points"][0]["at"]


def status(now: int, **changes: Any) -> Status:
    units = (
        UnitStatus(unit="1", polls=90, missed=2, silent=False),
        UnitStatus(unit="2", polls=9, missed=0, silent=True),
    )
    line = LineStatus(
        line="plant", protocol="modbus", state="up", why="", points=4, units=units, lost_units={"2": "no answer"}
    )
    told: dict[str, Any] = {
        "site": SITE, "gateway": GATEWAY, "version": "1", "inventory": "0" * 16, "settings": 3, "pid": 1,
        "started": now - 60 * NS, "now": now, "clock": "trusted", "points": 4, "qualities": {}, "samples": 77,
        "alarms": {}, "lines": (line,), "lanes": (LaneStatus(lane="life", records=0, bytes=0),),
        "ends": {"historian": "refused"},
    }  # fmt: skip
    return Status(**(told | changes))


async def test_a_gateway_says_how_it_is_and_the_cloud_adds_what_is_lost_since_when(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    now = SystemClock().now()
    for _ in range(2):
        answer = await gateway.put(f"/api/v1/gateways/{GATEWAY}/status", json=status(now).model_dump())
        assert answer.status_code == 204, answer.text
    lost = edge.raised("fire-panel", DRY_RUN.model_copy(update={"id": "unit_lost"}), lane=Lane.EVENT)
    gone = edge.event(LineLost(line="plant", why="refused", equipment=("pump-1",)))
    assert await send(gateway, lost, gone) == ["accepted"] * 2
    await live(house, ("pump-1.flow", 3.5, Quality.GOOD))
    (health,) = await items(admin, "gateway-health")
    assert (health["samples"], health["ends"], health["settings"]) == (77, {"historian": "refused"}, 3)
    assert health["qualities"] == {"good": 1, "uncertain": 0, "bad": 3}
    (line,) = health["lines"]
    assert (line["line"], line["state"], [unit["missed"] for unit in line["units"]]) == ("plant", "up", [2, 0])
    assert line["units"][1]["lost_since"] == iso(lost.at)
    devices = {each["equipment"]: each for each in line["devices"]}
    assert devices["pump-1"]["qualities"] == {"good": 1, "uncertain": 0, "bad": 0}
    assert (devices["fire-panel"]["lost_since"], devices["pump-2"]["reason"]) == (iso(lost.at), "unknown")


@ON_SQLITE
async def test_a_gateway_speaks_for_itself_only(gateway: httpx.AsyncClient) -> None:
    now = SystemClock().now()
    other = await gateway.put("/api/v1/gateways/hillside-1/status", json=status(now).model_dump())
    foreign = status(now, gateway="hillside-1").model_dump()
    as_other = await gateway.put(f"/api/v1/gateways/{GATEWAY}/status", json=foreign)
    assert (other.status_code, as_other.status_code) == (403, 403)


def test_the_area_of_a_place_covers_what_lies_within_it() -> None:
    places: Any = [
        {"id": "tower", "parent": None, "zone": None, "area": None},
        {"id": "one", "parent": "tower", "zone": "z1", "area": 600.0},
        {"id": "lobby", "parent": "one", "zone": "z1", "area": 80.0},
        {"id": "grounds", "parent": None, "zone": None, "area": 9000.0},
    ]
    assert (floor_area(places), floor_area(places[3:]), floor_area(places[:1])) == (600.0, 9000.0, None)


async def test_views_are_kept_shared_and_only_their_owner_changes_them(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    view = {"panels": [{"points": ["pump-1.flow"]}], "from": "-7d", "compare": "week"}
    body: dict[str, Any] = {"site": SITE, "name": "泵房", "view": view}
    made = (await admin.post("/api/v1/views", json=body)).json()
    assert (made["own"], made["view"]["from"], made["view"]["panels"][0]["points"]) == (True, "-7d", ["pump-1.flow"])
    async with house.client(await house.token(Role.ENGINEER, SITE)) as other:
        path = f"/api/v1/views/{made['id']}"
        assert (await other.get(path)).status_code == 404
        assert (await admin.put(path, json=body | {"shared": True, "name": "给水"})).json()["name"] == "给水"
        assert [view["own"] for view in await items(other, "views")] == [False]
        assert (await other.put(path, json=body)).status_code == 403
        assert ((await other.delete(path)).status_code, (await admin.delete(path)).status_code) == (403, 204)
        assert await items(other, "views") == []
    async with house.client(await house.token(Role.ENGINEER, "hillside")) as stranger:
        assert (await stranger.post("/api/v1/views", json=body)).status_code == 403
    bad = body | {"view": {"panels": [{"points": [], "low": 2, "high": 1}]}}
    assert (await admin.post("/api/v1/views", json=bad)).status_code == 422


async def test_the_calendar_shows_what_was_made_and_what_will_be(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    today = datetime.now(UTC).date()
    every = {"kind": "calendar", "start": today.isoformat(), "at": "08:00", "days": 7}
    plan = {
        "site": SITE, "equipment": "pump-1", "name": {"zh": "润滑", "en": "Grease"}, "trade": "mechanical",
        "every": every,
    }  # fmt: skip
    hours = plan | {"every": {"kind": "run_hours", "point": "pump-1.run_time", "hours": 500}}
    for each in (plan, hours):
        assert (await admin.post("/api/v1/plans", json=each)).status_code == 201
    asset = {"site": SITE, "next_inspection_on": today.replace(year=today.year + 1, day=1).isoformat()}
    assert (await admin.put("/api/v1/assets/pump-2", json=asset)).status_code == 204
    now = SystemClock().now()
    asked = {"site": SITE, "from": iso(now), "to": iso(now + 400 * 86_400 * NS)}
    found = (await admin.get("/api/v1/maintenance", params=asked)).json()
    plans = [task for task in found["tasks"] if task["kind"] == "plan"]
    assert len(plans) in (57, 58)
    assert {task["verdict"] for task in plans} == {"planned"}
    (inspection,) = [task for task in found["tasks"] if task["kind"] == "inspection"]
    assert (inspection["equipment"], inspection["equipment_name"]["zh"], inspection["order"]) == (
        "pump-2",
        "1号泵",
        None,
    )
    (due,) = found["run_hours"]
    assert (due["point"], due["every"], due["left"], due["due_at"]) == ("pump-1.run_time", 500, None, None)
    wrong = await admin.get("/api/v1/maintenance", params=asked | {"to": iso(now)})
    assert wrong.status_code == 400
