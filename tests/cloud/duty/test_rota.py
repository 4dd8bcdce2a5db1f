"""The rota over the API: patterns, shifts that are too long, a control room with two certificates. Both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from facility.clock import NS, SystemClock, from_iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.duty.people import certified, person, stands
from tests.cloud.waiting import items

TOMORROW = datetime.now(UTC).date() + timedelta(days=2)
HOUR = 3600 * NS


@pytest.fixture(autouse=True)
async def _site(house: House) -> None:
    """The site is there: its gateway was entered."""
    await house.gateway()


async def laid(admin: httpx.AsyncClient, post: str, crews: list[list[str]], **more: Any) -> httpx.Response:
    body = {"site": SITE, "post": post, "crews": crews, "first": TOMORROW.isoformat(), "days": 6}
    return await admin.post("/api/v1/rota/patterns", json=body | more)


def month() -> dict[str, str]:
    return {"site": SITE, "from": f"{TOMORROW - timedelta(days=1)}T16:00:00Z", "to": f"{TOMORROW}T16:00:00Z"}


async def test_a_whole_rota_is_laid_out_once_and_replaced(house: House, admin: httpx.AsyncClient) -> None:
    people = [f"p{n}" for n in range(4)]
    await person(house, *people)
    shipped = {pattern["id"]: pattern for pattern in await items(admin, "rota/patterns")}
    assert set(shipped) == {"early_middle", "three_shift", "four_shift"}
    crews = [[name] for name in people]
    answer = await laid(admin, "engineering", crews, pattern="three_shift")
    assert (answer.status_code, answer.json()) == (201, {"lines": 18})
    again = await laid(admin, "engineering", crews, pattern="three_shift")
    assert again.status_code == 409
    assert "replace" in again.json()["detail"]
    answer = await laid(admin, "engineering", crews, pattern="four_shift", replace=True)
    assert answer.json() == {"lines": 24}
    lines = await items(admin, f"rota?site={SITE}&from={TOMORROW}T00:00:00Z&to={TOMORROW + timedelta(9)}T00:00:00Z")
    assert {from_iso(line["to"]) - from_iso(line["from"]) for line in lines} == {6 * HOUR}
    assert "rota.pattern" in {line["action"] for line in await items(admin, "audit")}


async def test_what_has_begun_stays_and_the_rest_is_laid_out_anew(house: House, admin: httpx.AsyncClient) -> None:
    people = [f"p{n}" for n in range(4)]
    await person(house, *people)
    crews, first = [[name] for name in people], (TOMORROW - timedelta(days=4)).isoformat()
    more = {"pattern": "four_shift", "first": first, "days": 8, "replace": True}
    assert (await laid(admin, "engineering", crews, **more)).status_code == 201
    whole = f"rota?site={SITE}&from={first}T00:00:00Z&to={TOMORROW + timedelta(9)}T00:00:00Z"
    before = {(line["person"], line["from"]) for line in await items(admin, whole)}
    again = await laid(admin, "engineering", crews, **more)
    assert again.status_code == 201, again.text
    assert sorted((line["person"], line["from"]) for line in await items(admin, whole)) == sorted(before)
    assert 0 < again.json()["lines"] < len(before)
    gone = await laid(admin, "engineering", crews, **more | {"days": 1})
    assert gone.status_code == 422, "all of it has begun"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"pattern": "nothing"}, "there is no pattern"),
        ({"pattern": "four_shift"}, "needs at least 4 crews"),
        ({"pattern": "early_middle", "crews": [["p0"], ["nobody"]]}, "there is no user"),
        ({"pattern": "early_middle", "post": "nowhere"}, "there is no post"),
        ({"shifts": [{"begin": "08:00", "hours": 24}], "crews": [["p0"]]}, "more than 24 h without a pause"),
        ({}, "either pattern or shifts"),
    ],
)
async def test_a_wrong_rota_says_what_is_wrong_and_leaves_nothing(
    house: House, admin: httpx.AsyncClient, more: dict[str, Any], says: str
) -> None:
    await person(house, "p0", "p1")
    answer = await laid(admin, **({"post": "engineering", "crews": [["p0"], ["p1"]]} | more))
    assert answer.status_code == 422
    assert says in answer.text
    assert await items(admin, f"rota?site={SITE}&from=2020-01-01T00:00:00Z&to=2040-01-01T00:00:00Z") == []


async def test_the_control_room_has_two_valid_certificates_in_every_shift(
    house: House, admin: httpx.AsyncClient
) -> None:
    people = [f"p{n}" for n in range(6)]
    await person(house, *people, role=Role.FIRE_OPERATOR)
    crews = [people[:2], people[2:4], people[4:]]
    for name in people[:5]:
        await certified(admin, name, "fire_facility")
    refused = await laid(admin, "control_room", crews, pattern="three_shift")
    assert refused.status_code == 422
    assert "has 1 valid certificates, 2 are needed: p5" in refused.json()["detail"]
    ends = TOMORROW + timedelta(days=2)
    id = await certified(admin, "p5", "fire_facility", ends.isoformat())
    refused = await laid(admin, "control_room", crews, pattern="three_shift")
    assert "2 are needed: p5" in refused.json()["detail"], "it runs out within the rota"
    assert (await admin.delete(f"/api/v1/certificates/{id}")).status_code == 204
    renewed = await certified(admin, "p5", "fire_facility", "2040-01-01")
    assert (await laid(admin, "control_room", crews, pattern="three_shift")).status_code == 201
    assert (await admin.get("/api/v1/rota/gaps", params=month())).json()["items"] == []
    assert (await admin.delete(f"/api/v1/certificates/{renewed}")).status_code == 204
    gaps = (await admin.get("/api/v1/rota/gaps", params=month())).json()["items"]
    assert [(g["certified"], from_iso(g["to"]) - from_iso(g["from"])) for g in gaps] == [(1, 8 * HOUR)]


async def test_single_lines_of_the_control_room(house: House, admin: httpx.AsyncClient) -> None:
    await person(house, "ann", "bo", "new", role=Role.FIRE_OPERATOR)
    now = SystemClock().now()
    assert "no fire facility" in (await stands(admin, "new", "control_room")).json()["detail"]
    today = datetime.now(UTC).date()
    old = (today - timedelta(days=3)).isoformat()
    await certified(admin, "ann", "fire_facility", old)
    assert (await stands(admin, "ann", "control_room")).status_code == 422, "run out"
    for name in ("ann", "bo"):
        await certified(admin, name, "fire_facility", "2040-01-01")
        assert (await stands(admin, name, "control_room", begin=now)).status_code == 201
    assert (await stands(admin, "new", "control_room", begin=now, hours=7)).status_code == 201, "a third one learns"
    on_end = await stands(admin, "ann", "control_room", begin=now + 8 * HOUR)
    assert on_end.status_code == 422
    assert "more than 8 h without a pause" in on_end.json()["detail"]
    assert (await stands(admin, "ann", "control_room", begin=now + 9 * HOUR)).status_code == 201
