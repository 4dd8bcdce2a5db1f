from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cloud.caller import Allow
from cloud.errors import Unauthenticated
from cloud.permissions import EVERYWHERE, OF_ROLE, Permission, Role
from cloud.users.delay import SLOW
from cloud.users.first import Credentials, first_admin, one_of_each_role
from cloud.users.login import Try, log_in
from cloud.users.passwords import Passwords
from cloud.users.store import set_password
from facility.clock import SystemClock
from tests.cloud.conftest import House
from tests.cloud.waiting import items

OPEN = {
    "/api/v1/session",
    "/healthz",
    "/metrics",
    "/ping",
    "/health",
    "/{path:path}",
    "/write",
    "/api/v2/write",
    "/api/v1/public/qr-codes/{code}",
    "/api/v1/public/qr-codes/{code}/reports",
}
"""Without a permission of the table: the log-in itself, signs of life, pages; the historian's writes ask by hand."""


TOGETHER = 8
"""Requests at once."""
SHARE = 5
"""Of what permissions know nothing of – the store, a second site – each route is asked with every so many-th role."""


def routes(house: House) -> Iterator[tuple[str, str, frozenset[Permission]]]:
    """(method, path, the permissions of which one is enough) of every route."""
    for prefix, route in _flat(house.app.routes, ""):
        needed = [d.call for d in route.dependant.dependencies if isinstance(d.call, Allow)]
        if f"{prefix}{route.path}" in OPEN:
            continue
        assert len(needed) == 1, f"{prefix}{route.path} does not say what it needs"
        enough = frozenset({needed[0].permission, needed[0].otherwise or needed[0].permission})
        for method in getattr(route, "methods", None) or {"WS"}:
            yield method, f"{prefix}{route.path}", enough


def _flat(found: object, prefix: str) -> Iterator[tuple[str, APIRoute | APIWebSocketRoute]]:
    """With the prefix of the routers that include it."""
    for route in found:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute | APIWebSocketRoute):
            yield prefix, route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes, prefix + route.include_context.prefix)


def filled(path: str) -> str:
    return path.replace("{id}", "nothing")


@pytest.mark.timeout(400)
async def test_every_route_against_every_role(house: House) -> None:
    """The whole table on SQLite; on PostgreSQL and for somebody of another site each route with a few roles."""
    known = [r for r in routes(house) if r[0] != "WS" and not r[1].endswith("/stream")]
    assert len(known) > 20
    whole = 1 if "postgresql" not in (house.settings.database or "") else SHARE
    for turn, role in enumerate(Role):
        await asked(house, role, EVERYWHERE, known[turn % whole :: whole])
        await asked(house, role, "far", known[turn % SHARE :: SHARE])


async def asked(house: House, role: Role, site: str, known: list[tuple[str, str, frozenset[Permission]]]) -> None:
    """Every one of these routes with a role at a site, several at once."""
    async with inside(house, await house.token(role, site)) as client:
        for begin in range(0, len(known), TOGETHER):
            await asyncio.gather(*(one_route(client, role, *one) for one in known[begin : begin + TOGETHER]))


def inside(house: House, token: str | None = None) -> httpx.AsyncClient:
    """A client without a socket between."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=house.app)
    return httpx.AsyncClient(transport=transport, base_url=house.url, headers=headers, timeout=30)


async def one_route(
    client: httpx.AsyncClient, role: Role, method: str, path: str, needed: frozenset[Permission]
) -> None:
    """Who may is answered, who may not is refused."""
    answer = await client.request(method, filled(path))
    allowed = bool(needed & OF_ROLE[role])
    assert (answer.status_code != 403) == allowed, f"{role} {method} {path}: {answer.status_code}"
    if allowed:
        assert answer.status_code in {200, 204, 404, 422}, f"{role} {method} {path}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_token_nothing_is_shown(house: House) -> None:
    async with inside(house) as nobody, inside(house, "ght_wrong") as wrong:
        for method, path, _ in routes(house):
            if method != "WS":
                assert (await nobody.request(method, filled(path))).status_code == 401
                assert (await wrong.request(method, filled(path))).status_code == 401


def test_the_ten_roles() -> None:
    assert set(OF_ROLE) == set(Role)
    assert len(Role) == 10
    gateways_own = {Permission.EVENT_SEND, Permission.INVENTORY_SEND, Permission.LIVE_LINK}
    assert not any(gateways_own & held for held in OF_ROLE.values())


async def accounts(house: House) -> Credentials:
    """Ten accounts, hashed with the least effort; the server checks each with the effort that its hash names."""
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = await one_of_each_role(house.database, quick, house.url, now=SystemClock().now())
    quick.close()
    assert {user.role for user in made.users} == set(Role) == set(made.tokens)
    return made


def login(made: Credentials, role: Role) -> dict[str, str]:
    return next({"name": user.name, "password": user.password} for user in made.users if user.role is role)


async def test_a_session_from_log_in_to_log_out(house: House) -> None:
    made = await accounts(house)
    async with house.client() as client:
        answer = await client.post("/api/v1/session", json=login(made, Role.GUARD))
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "secure" not in cookie
        who = (await client.get("/api/v1/session")).json()
        assert (who["name"], "alarm:acknowledge" in who["permissions"][EVERYWHERE]) == ("guard", True)
        assert (await client.get("/api/v1/alarms")).status_code == 200
        kept = dict(client.cookies)
        assert (await client.delete("/api/v1/session", headers={"Origin": house.url})).status_code == 204
        client.cookies.update(kept)
        assert (await client.get("/api/v1/alarms")).status_code == 401


async def test_an_unsafe_method_with_a_cookie_must_come_from_our_own_page(house: House) -> None:
    made = await accounts(house)
    async with house.client() as client:
        await client.post("/api/v1/session", json=login(made, Role.ADMIN))
        body = {"site": "s", "id": "g"}
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await client.post("/api/v1/gateways", json=body, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
        assert (await client.post("/api/v1/gateways", json=body, headers={"Origin": house.url})).status_code == 201


async def test_a_foreign_host_name_is_refused_on_loopback(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/healthz", headers={"Host": "evil.example"})).status_code == 403
        assert (await client.get("/healthz", headers={"Host": "localhost:1"})).status_code == 200


async def test_five_wrong_log_ins_delay_also_for_names_that_do_not_exist(house: House) -> None:
    made = await accounts(house)
    async with house.client() as client:
        for name in ("guard", "nobody-at-all"):
            tries = [(await client.post("/api/v1/session", json={"name": name, "password": "wrong"})) for _ in range(5)]
            assert [t.status_code for t in tries] == [401] * 4 + [429], name
            assert tries[-1].headers["retry-after"] == "30"
        right = await client.post("/api/v1/session", json=login(made, Role.GUARD))
        assert right.status_code == 429
        assert (await client.post("/api/v1/session", json=login(made, Role.DESK))).status_code == 200
    async with house.client(made.tokens[Role.AUDITOR]) as auditor:
        log = await items(auditor, "audit")
    assert {line["outcome"] for line in log if line["action"] == "session.open"} == {"done", "refused"}


async def test_wrong_log_ins_lock_nobody_out_elsewhere(house: House) -> None:
    made = await accounts(house)
    body = {"name": login(made, Role.GUARD)["name"], "password": "wrong"}
    async with house.client() as stranger:
        for _ in range(5):
            last = await stranger.post("/api/v1/session", json=body)
        assert last.status_code == 429
    elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(base_url=house.url, transport=elsewhere, timeout=30, trust_env=False) as own:
        began = time.monotonic()
        assert (await own.post("/api/v1/session", json=login(made, Role.GUARD))).status_code == 200
        assert time.monotonic() - began >= SLOW


async def test_fifty_log_ins_at_once_hold_nothing_else_up(house: House) -> None:
    await accounts(house)
    async with house.client() as client:
        tries = [
            asyncio.create_task(client.post("/api/v1/session", json={"name": f"n{n}", "password": "wrong"}))
            for n in range(20)
        ]
        assert (await client.get("/healthz")).status_code == 200
        assert not all(each.done() for each in tries), "it did not wait for them"
        assert {answer.status_code for answer in await asyncio.gather(*tries)} == {401}


async def test_a_password_that_changes_during_a_log_in_with_the_old_one_ends_that_too(house: House) -> None:
    made = await accounts(house)
    name, old = login(made, Role.GUARD)["name"], login(made, Role.GUARD)["password"]

    class Slow(Passwords):
        async def right(self, password: str, kept: str | None) -> bool:
            found = await super().right(password, kept)
            await house.database.write(lambda c: set_password(c, name, "another hash"))
            return found

    with pytest.raises(Unauthenticated):
        await log_in(house.database, Slow(), Try(name, old, "192.0.2.1", SystemClock().now()))
    left = await house.database.read(lambda c: c.execute(text("SELECT count(*) FROM user_session")).scalar_one())
    assert left == 0


async def test_the_first_admin_is_made_once(house: House) -> None:
    passwords: Passwords = house.app.state.passwords
    made = await first_admin(house.database, passwords, now=SystemClock().now())
    assert made is not None
    assert len(made) >= 20
    assert await first_admin(house.database, passwords, now=SystemClock().now()) is None


async def test_nobody_gives_more_than_they_have(house: House, admin: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.ADMIN, "riverside")) as local:
        assert (await local.post("/api/v1/tokens", json={"name": "t", "roles": {"*": ["viewer"]}})).status_code == 403
        body = {"name": "t", "scopes": {"riverside": ["event:send"]}}
        assert (await local.post("/api/v1/tokens", json=body)).status_code == 403
        assert (await local.post("/api/v1/users", json={"name": "u", "roles": {"hill": ["guard"]}})).status_code == 403
        given = await local.post("/api/v1/tokens", json={"name": "t", "roles": {"riverside": ["viewer"]}})
        assert given.status_code == 201
    async with house.client(given.json()["token"]) as machine:
        assert (await machine.get("/api/v1/alarms")).status_code == 200
        shown = next(t for t in await items(admin, "tokens") if t["name"] == "t")
        assert "secret" not in shown
        assert (await admin.delete(f"/api/v1/tokens/{shown['id']}")).status_code == 204
        assert (await machine.get("/api/v1/alarms")).status_code == 401
        assert (await admin.delete(f"/api/v1/tokens/{shown['id']}")).status_code == 404
    assert len(await items(admin, "audit?action=token.revoke")) == 1
    made = await admin.post("/api/v1/users", json={"name": "li.lei", "roles": {"riverside": ["guard"]}})
    assert (made.status_code, len(made.json()["password"]) >= 20) == (201, True)
    assert (await admin.post("/api/v1/users", json={"name": "li.lei", "roles": {"*": ["guard"]}})).status_code == 409


async def test_the_audit_log_can_not_be_changed(house: House, admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/gateways", json={"site": "s", "id": "g"})
    for change in ("DELETE FROM audit", "UPDATE audit SET by = 'nobody'"):
        with pytest.raises(DBAPIError, match="append-only"):
            await house.database.write(lambda c, change=change: c.execute(text(change)))  # type: ignore[misc]
    async with house.client(await house.token(Role.AUDITOR)) as auditor:
        (line,) = await items(auditor, "audit?limit=1")
    assert (line["action"], line["by"], line["site"]) == ("gateway.register", "test-admin", "s")
