"""Channels, routes and contacts in the store."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from cloud.errors import Conflict, NotFound, Unprocessable
from cloud.ids import new_id
from cloud.notification.channel import Config, kept, plain, shown, without_credentials
from cloud.notification.kinds import config_of
from cloud.notification.message import Recipient
from cloud.notification.routing import Matches, Route
from cloud.notification.tables import CHANNEL, CONTACT, ROUTE
from cloud.sealing import Seal, is_sealed
from facility.errors import ConfigError

log = logging.getLogger(__name__)
_NAMES: Final = {
    CHANNEL: ("通知渠道", "notification channel"),
    ROUTE: ("通知路由", "notification route"),
}


def rows(connection: Connection, table: Table, among: frozenset[str] | None) -> Sequence[RowMapping]:
    """The channels or routes of these sites (None: all), in their order."""
    order = (table.c.site, table.c.rank, table.c.name) if "rank" in table.c else (table.c.site, table.c.name)
    query = select(table).order_by(*order)
    return connection.execute(query if among is None else query.where(table.c.site.in_(among))).mappings().all()


def row(connection: Connection, table: Table, id: str, among: frozenset[str] | None) -> RowMapping:
    """One of them; NotFound."""
    found = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    if found is None or not (among is None or found["site"] in among):
        zh, en = _NAMES[table]
        raise NotFound(f"没有{zh} {id!r},或您无权查看 · there is no {en} {id!r}, or you may not see it")
    return found


def put(connection: Connection, table: Table, id: str | None, values: Mapping[str, Any], *, now: int) -> str:
    """Make one, or change the one with this id; its id. Conflict where the site has another of this name."""
    t = table.c
    twin = select(t.id).where(t.site == values["site"], t.name == values["name"], t.id != (id or ""))
    if connection.execute(twin).first() is not None:
        zh, en = _NAMES[table]
        site, name = values["site"], values["name"]
        raise Conflict(f"站点 {site!r} 已有名为 {name!r} 的{zh} · {site} has another {en} named {name!r}")
    told = {**values, "updated_at": now}
    if id is not None:
        connection.execute(update(table).where(t.id == id).values(**told))
        return id
    made = new_id(now)
    connection.execute(insert(table), told | {"id": made} | ({"created_at": now} if "created_at" in t else {}))
    return made


def channel_values(site: str, name: str, kind: str, setup: Config, seal: Seal, *, enabled: bool) -> dict[str, Any]:
    """The columns of a channel, its secrets sealed."""
    told = orjson.dumps(kept(setup, seal)).decode()
    return {"site": site, "name": name, "kind": kind, "setup": told, "enabled": enabled}


def route_values(
    connection: Connection, site: str, name: str, rank: int, matches: Matches, channels: Sequence[str], *, enabled: bool
) -> dict[str, Any]:
    """The columns of a route; Unprocessable where it names a channel that the site does not have."""
    own = {each["id"] for each in rows(connection, CHANNEL, frozenset({site}))}
    if unknown := [id for id in channels if id not in own]:
        raise Unprocessable(f"站点 {site!r} 没有渠道 {unknown[0]!r} · {site} has no channel {unknown[0]!r}")
    return {
        "site": site, "name": name, "rank": rank, "matches": matches.model_dump_json(),
        "channels": orjson.dumps(list(channels)).decode(), "enabled": enabled,
    }  # fmt: skip


def remove(connection: Connection, table: Table, id: str) -> None:
    """Take it away. Conflict while a route names this channel."""
    for route in connection.execute(select(ROUTE)).mappings() if table is CHANNEL else ():
        if id in orjson.loads(route["channels"]):
            raise Conflict(
                f"路由 {route['name']!r} 正在使用此渠道,请先修改该路由 · "
                f"the route {route['name']!r} names this channel: change the route first"
            )
    connection.execute(delete(table).where(table.c.id == id))


def config(channel: RowMapping, seal: Seal) -> Config:
    """The set-up of a channel's row, its secrets opened. ConfigError where they can't be."""
    told = orjson.loads(channel["setup"])
    return config_of(channel["kind"], {name: seal.open(value) for name, value in told.items()})


def known(channel: RowMapping, seal: Seal) -> dict[str, Any]:
    """Every value of a channel's row as it was given, but the secrets that can't be opened any more."""
    try:
        return plain(config(channel, seal))
    except ConfigError:
        return {name: value for name, value in orjson.loads(channel["setup"]).items() if not is_sealed(value)}


def visible(channel: RowMapping, seal: Seal) -> dict[str, Any]:
    """The set-up of a channel's row as people may see it; a secret that can't be opened is missing."""
    try:
        return shown(config(channel, seal))
    except ConfigError:
        told = orjson.loads(channel["setup"])
        return without_credentials({name: "" if is_sealed(value) else value for name, value in told.items()})


def seal_anew(connection: Connection, seal: Seal, *, all_of: bool) -> int:
    """Seal what is not sealed yet (`all_of`: everything) with the newest key; how many channels.

    What can't be opened stays as it is; `all_of` raises ConfigError instead, before an old key is taken away.
    """
    count = 0
    for channel in rows(connection, CHANNEL, None):
        try:
            setup = config(channel, seal)
        except ConfigError as error:
            if all_of:
                raise
            log.warning("the notification channel %r of %s: %s", channel["name"], channel["site"], error)
            continue
        bare = {name for name, value in plain(setup).items() if value and shown(setup)[name] != value}
        told = orjson.loads(channel["setup"])
        if bare and (all_of or any(isinstance(told.get(name), str) for name in bare)):
            again = orjson.dumps(kept(setup, seal)).decode()
            connection.execute(update(CHANNEL).where(CHANNEL.c.id == channel["id"]).values(setup=again))
            count += 1
    return count


def routes(connection: Connection, site: str) -> list[Route]:
    """The enabled routes of a site, in their order."""
    return [
        Route(each["name"], Matches.model_validate_json(each["matches"]), tuple(orjson.loads(each["channels"])))
        for each in rows(connection, ROUTE, frozenset({site}))
        if each["enabled"]
    ]


def put_contact(connection: Connection, who: Recipient, *, now: int) -> None:
    """How a person is reached from now on."""
    told = {"mobile": who.mobile, "mail": who.mail, "account": who.account, "updated_at": now}
    if connection.execute(update(CONTACT).where(CONTACT.c.person == who.name).values(**told)).rowcount == 0:
        connection.execute(insert(CONTACT), told | {"person": who.name})


def contacts(connection: Connection, people: Sequence[str] | None = None) -> list[Recipient]:
    """How these people (None: everybody) are reached."""
    query = select(CONTACT).order_by(CONTACT.c.person)
    if people is not None:
        query = query.where(CONTACT.c.person.in_(people))
    return [Recipient(r.person, r.mobile, r.mail, r.account) for r in connection.execute(query)]
