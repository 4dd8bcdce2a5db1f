"""People of the little building: accounts, what they can, may, and where they stand."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx

from cloud.permissions import Role
from cloud.users.store import add_user
from facility.clock import NS, SystemClock, iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House


async def person(house: House, *names: str, role: Role = Role.ENGINEER) -> None:
    """An account each, which nobody can log in with."""
    for name in names:
        roles, now = {SITE: (role,)}, SystemClock().now()
        await house.database.write(partial(add_user, name=name, password="x", roles=roles, at=now))


async def certified(admin: httpx.AsyncClient, name: str, kind: str, until: str | None = None, **more: Any) -> str:
    """A certificate; its id."""
    told = {"site": SITE, "person": name, "kind": kind, "issued_on": "2020-01-01", "expires_on": until} | more
    answer = await admin.post("/api/v1/certificates", json=told)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


async def skilled(admin: httpx.AsyncClient, name: str, **levels: int) -> None:
    """All trades of a person."""
    skills = [{"trade": trade, "level": level} for trade, level in levels.items()]
    answer = await admin.put(f"/api/v1/people/{name}/skills", json={"site": SITE, "skills": skills})
    assert answer.status_code == 204, answer.text


async def stands(
    admin: httpx.AsyncClient, name: str, post: str = "engineering", begin: int | None = None, hours: float = 8
) -> httpx.Response:
    """On the rota from now, or from `begin`, on."""
    start = SystemClock().now() - 60 * NS if begin is None else begin
    line = {"site": SITE, "post": post, "person": name, "from": iso(start), "to": iso(start + round(hours * 3600) * NS)}
    return await admin.post("/api/v1/rota", json=line)
