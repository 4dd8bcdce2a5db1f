"""GET|POST|PUT|DELETE /notification/…: channels, routes, contacts; what was delivered, and what was not and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection, RowMapping, Table

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock, TheSeal
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.notification import setup
from cloud.notification.calm import expect_calm, is_less
from cloud.notification.channel import Config, addresses
from cloud.notification.delivery import State
from cloud.notification.kinds import config_of, kinds, model_of
from cloud.notification.listing import attempts, deliveries
from cloud.notification.message import Message, Recipient
from cloud.notification.opening import opened
from cloud.notification.posting import NotDelivered, Post
from cloud.notification.schemas import (
    Attempt,
    ChangedChannel,
    Channel,
    Contact,
    Delivery,
    Kind,
    NewChannel,
    NewRoute,
    PersonContact,
    Route,
    Tested,
)
from cloud.notification.tables import CHANNEL, ROUTE
from cloud.permissions import Permission
from cloud.sealing import Seal
from cloud.users.reach import expect_whole, is_near, user_near
from cloud.users.roles import load_roles
from cloud.users.store import users
from cloud.wire import Page, cursor_of, one_site, read_cursor
from facility.words import Text

router = APIRouter(prefix="/api/v1/notification", tags=["notification"])
T = TypeVar("T")
Manager = Annotated[Caller, Depends(Allow(Permission.NOTIFICATION_MANAGE))]
Reader = Annotated[Caller, Depends(Allow(Permission.NOTIFICATION_READ))]
PeopleManager = Annotated[Caller, Depends(Allow(Permission.USER_MANAGE))]
Limit = Annotated[int, Query(ge=1, le=500)]
TRY: Final = Message(
    title=Text(zh="【测试】Gatehouse 通知渠道测试", en="[TEST] Gatehouse notification channel"),
    lines=(Text(zh="收到此消息说明渠道可用,无需处理。", en="This channel works. Nothing has to be done."),),
)


@router.get("/kinds", dependencies=[Depends(Allow(Permission.NOTIFICATION_MANAGE))])
async def list_kinds() -> Page[Kind]:
    """Every kind of channel, with what it asks for."""
    models = {kind: model_of(kind) for kind in kinds()}
    items = (Kind(kind=kind, medium=model.medium, setup=model.model_json_schema()) for kind, model in models.items())
    return Page(items=tuple(items))


@router.get("/channels")
async def list_channels(store: Store, caller: Manager, seal: TheSeal, site: str | None = None) -> Page[Channel]:
    """The channels, their secrets hidden."""
    among = one_site(caller.sites(Permission.NOTIFICATION_MANAGE), site)
    return Page(items=tuple(_channel(seal, r) for r in await store.read(lambda c: setup.rows(c, CHANNEL, among))))


@router.post("/channels", status_code=201, responses=problems(Forbidden, Conflict, Unprocessable))
async def add_channel(
    store: Store, clock: TheClock, request: Request, caller: Manager, seal: TheSeal, body: NewChannel
) -> Channel:
    """Set up a channel. An address that would never be posted to is refused now."""
    _demand(caller, body.site)
    config = config_of(body.kind, body.setup)
    await _expect_addresses(request, config)
    values = setup.channel_values(body.site, body.name, body.kind, config, seal, enabled=body.enabled)
    return _channel(seal, await _put(store, clock.now(), caller, CHANNEL, None, lambda _: values))


@router.put("/channels/{id}", responses=problems(NotFound, Conflict, Unprocessable))
async def change_channel(
    store: Store, clock: TheClock, request: Request, caller: Manager, seal: TheSeal, id: str, body: ChangedChannel
) -> Channel:
    """Change a channel; a secret that is not sent stays."""
    if body.setup is not None:
        among = caller.sites(Permission.NOTIFICATION_MANAGE)
        old = await store.read(lambda c: setup.row(c, CHANNEL, id, among))
        await _expect_addresses(request, config_of(old["kind"], setup.known(old, seal) | body.setup))

    def values(connection: Connection) -> dict[str, Any]:
        row = setup.row(connection, CHANNEL, id, caller.sites(Permission.NOTIFICATION_MANAGE))
        enabled = row["enabled"] if body.enabled is None else body.enabled
        if row["enabled"] and not enabled:
            expect_calm(connection, row["site"])
        site, name, kind = row["site"], body.name or row["name"], row["kind"]
        if body.setup is None:
            return {"site": site, "name": name, "kind": kind, "setup": row["setup"], "enabled": enabled}
        config = config_of(kind, setup.known(row, seal) | body.setup)
        return setup.channel_values(site, name, kind, config, seal, enabled=enabled)

    return _channel(seal, await _put(store, clock.now(), caller, CHANNEL, id, values))


@router.delete("/channels/{id}", status_code=204, responses=problems(NotFound, Conflict))
async def remove_channel(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """Take a channel away; no route may name it."""
    await _remove(store, clock.now(), caller, CHANNEL, id)


@router.post("/channels/{id}/test", responses=problems(NotFound))
async def test_channel(
    store: Store, clock: TheClock, request: Request, caller: Manager, seal: TheSeal, id: str, to: Contact
) -> Tested:
    """Send a message that says that it is a test, to `to` where the channel writes to single people."""
    among = caller.sites(Permission.NOTIFICATION_MANAGE)
    row = await store.read(lambda c: setup.row(c, CHANNEL, id, among))
    said = Message(TRY.title, TRY.lines, recipients=(to.recipient(caller.name),))
    try:
        await opened(row, seal, request.app.state.post).send(said)
        told = Tested(taken=True)
    except (NotDelivered, Unprocessable) as error:
        told = Tested(taken=False, why=str(error))
    entry = Entry("notification.test", id, row["site"], outcome="done" if told.taken else "refused", detail=told.why)
    await store.write(lambda c: record(c, caller, entry, at=clock.now()))
    return told


@router.get("/routes")
async def list_routes(store: Store, caller: Manager, site: str | None = None) -> Page[Route]:
    """The routes in their order."""
    among = one_site(caller.sites(Permission.NOTIFICATION_MANAGE), site)
    return Page(items=tuple(_route(r) for r in await store.read(lambda c: setup.rows(c, ROUTE, among))))


@router.post("/routes", status_code=201, responses=problems(Forbidden, Conflict, Unprocessable))
async def add_route(store: Store, clock: TheClock, caller: Manager, body: NewRoute) -> Route:
    """Make a route."""
    _demand(caller, body.site)
    return _route(await _put(store, clock.now(), caller, ROUTE, None, lambda c: _route_values(c, body)))


@router.put("/routes/{id}", responses=problems(NotFound, Conflict, Unprocessable))
async def change_route(store: Store, clock: TheClock, caller: Manager, id: str, body: NewRoute) -> Route:
    """Put another route in its place, at the same site."""

    def values(connection: Connection) -> dict[str, Any]:
        row = setup.row(connection, ROUTE, id, caller.sites(Permission.NOTIFICATION_MANAGE))
        if row["site"] != body.site:
            raise Unprocessable(
                f"此路由属于站点 {row['site']!r},不能移到别处 · the route is of {row['site']} and stays there"
            )
        told = _route_values(connection, body)
        if is_less(row, told):
            expect_calm(connection, row["site"])
        return told

    return _route(await _put(store, clock.now(), caller, ROUTE, id, values))


@router.delete("/routes/{id}", status_code=204, responses=problems(NotFound, Conflict))
async def remove_route(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """Take a route away."""
    await _remove(store, clock.now(), caller, ROUTE, id)


@router.get("/contacts")
async def list_contacts(store: Store, caller: PeopleManager) -> Page[PersonContact]:
    """How each person is reached who has a role where the caller manages users."""
    among = caller.sites(Permission.USER_MANAGE)

    def work(connection: Connection) -> list[Recipient]:
        near = (
            None if among is None else [u["name"] for u in users(connection) if is_near(load_roles(u["roles"]), among)]
        )
        return setup.contacts(connection, near)

    found = await store.read(work)
    items = (PersonContact(person=r.name, mobile=r.mobile, mail=r.mail, account=r.account) for r in found)
    return Page(items=tuple(items))


@router.put("/contacts/{person}", responses=problems(Forbidden, NotFound))
async def put_contact(
    store: Store, clock: TheClock, caller: PeopleManager, person: str, body: Contact
) -> PersonContact:
    """How a user is reached from now on, at every site: only who manages all of the user's sites says it."""
    now = clock.now()

    def work(connection: Connection) -> None:
        expect_whole(caller, user_near(connection, caller, person))
        setup.put_contact(connection, body.recipient(person), now=now)
        record(connection, caller, Entry("contact.change", person), at=now)

    await store.write(work)
    return PersonContact(person=person, **body.model_dump())


@router.get("/deliveries")
async def list_deliveries(
    store: Store,
    caller: Reader,
    site: str | None = None,
    alarm: str | None = None,
    state: State | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Delivery]:
    """What was to be told, the newest first."""
    among = one_site(caller.sites(Permission.NOTIFICATION_READ), site)
    before = read_cursor(cursor)[0] if cursor else None
    rows = await store.read(lambda c: deliveries(c, among, alarm, state, before, limit))
    items = tuple(
        Delivery.model_validate(
            {name: row[name] for name in Delivery.model_fields if name != "title"}
            | {"title": orjson.loads(row["message"])["title"]}
        )
        for row in rows
    )
    return Page(items=items, next=cursor_of(items[-1].id, "") if len(items) == limit else None)


@router.get("/attempts")
async def list_attempts(
    store: Store, caller: Reader, site: str | None = None, cursor: str | None = None, limit: Limit = 100
) -> Page[Attempt]:
    """Every request to a channel and what the other end said, the newest first."""
    among = one_site(caller.sites(Permission.NOTIFICATION_READ), site)
    before = read_cursor(cursor)[0] if cursor else None
    rows = await store.read(lambda c: attempts(c, among, before, limit))
    items = tuple(Attempt.model_validate({name: row[name] for name in Attempt.model_fields}) for row in rows)
    return Page(items=items, next=cursor_of(items[-1].id, "") if len(items) == limit else None)


async def _expect_addresses(request: Request, config: Config) -> None:
    post: Post = request.app.state.post
    for address in addresses(config):
        await post.expect(address)


def _demand(caller: Caller, site: str) -> None:
    if not caller.may(Permission.NOTIFICATION_MANAGE, site):
        raise Forbidden(
            f"{caller.name!r} 在站点 {site!r} 无权设置通知 · {caller.name} may not set up notification at {site}"
        )


async def _put(
    store: Store,
    now: int,
    caller: Caller,
    table: Table,
    id: str | None,
    values: Callable[[Connection], dict[str, Any]],
) -> RowMapping:
    def work(connection: Connection) -> RowMapping:
        told = values(connection)
        made = setup.put(connection, table, id, told, now=now)
        action = f"{table.name.replace('_', '.')}.{'change' if id else 'create'}"
        record(connection, caller, Entry(action, made, told["site"], detail=told["name"]), at=now)
        return setup.row(connection, table, made, None)

    return await store.write(work)


async def _remove(store: Store, now: int, caller: Caller, table: Table, id: str) -> None:
    def work(connection: Connection) -> None:
        row = setup.row(connection, table, id, caller.sites(Permission.NOTIFICATION_MANAGE))
        if row["enabled"]:
            expect_calm(connection, row["site"])
        setup.remove(connection, table, id)
        action = f"{table.name.replace('_', '.')}.remove"
        record(connection, caller, Entry(action, id, row["site"], detail=row["name"]), at=now)

    await store.write(work)


def _route_values(connection: Connection, body: NewRoute) -> dict[str, Any]:
    return setup.route_values(
        connection, body.site, body.name, body.rank, body.matches, body.channels, enabled=body.enabled
    )


def _channel(seal: Seal, row: RowMapping) -> Channel:
    plain = {name: row[name] for name in ("id", "site", "name", "kind", "enabled", "updated_at")}
    return Channel.model_validate(plain | {"medium": model_of(row["kind"]).medium, "setup": setup.visible(row, seal)})


def _route(row: RowMapping) -> Route:
    plain = {name: row[name] for name in ("id", "site", "name", "rank", "enabled", "updated_at")}
    loaded = {name: orjson.loads(row[name]) for name in ("matches", "channels")}
    return Route.model_validate(plain | loaded)
