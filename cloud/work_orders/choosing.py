"""Whom an order goes to: the asset's contractor, else who is on duty, can do the trade, may, and has least to do."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from sqlalchemy import Connection, func, select

from cloud.assets.store import contractor_of
from cloud.duty.certificates import Held, held, skills
from cloud.duty.store import on_duty
from cloud.duty.trades import Trade, certificate_name, trade_of
from cloud.errors import Conflict, Unprocessable
from cloud.permissions import EVERYWHERE, Permission
from cloud.users.roles import load_roles, permissions_of
from cloud.users.store import user_by_name, users
from cloud.work_orders.distance import whereabouts
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import WORK_ORDER
from facility.alarm import OrderClass
from facility.errors import nearest
from facility.words import Text

_AWAY = Text(zh="账号停用或无维修权限", en="is disabled, or may not work on orders here")
SENIOR = 3
"""The level that a hard repair is given to first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person for one order. `why_not` is None for who may be proposed."""

    person: str
    why: str
    """rota, or that the asset is theirs: warranty, contract."""
    level: int | None
    """In the trade; None: nobody wrote it down."""
    load: int
    """Open orders."""
    why_not: Text | None
    distance: int | None = None
    """Steps between where they arrived last and the order; None: not known."""


def chosen(
    connection: Connection, row: OrderRow, to: str | None, note: str, now: int, *, head: bool
) -> tuple[str, str]:
    """(user, why). Unprocessable for a name nobody has; Conflict where nobody may be proposed, or the named one not.

    `head`: a supervisor, who may send somebody without a valid certificate, with a note; it stays marked.
    """
    if to is not None:
        return to, _named(connection, row, to, note, now, head=head)
    found = candidates(connection, row, now)
    if not found or found[0].why_not is not None:
        raise Conflict(_nobody(found))
    return found[0].person, found[0].why


def _named(connection: Connection, row: OrderRow, to: str, note: str, now: int, *, head: bool) -> str:
    _expect_worker(connection, row.site, to)
    trade, today = trade_of(connection, row.site, row.trade), held(connection, row.site, now)
    contractor = contractor_of(connection, row.site, row.equipment, now)
    if contractor is not None and contractor[0] == to:
        lacks = _run_out(to, trade, today)
    else:
        lacks = today.lacks(to, trade.certificates)
    can = skills(connection, row.site)
    if not lacks and contractor is None and to in can and trade.id not in can[to]:
        if not note.strip():
            raise Conflict(
                f"{to!r} 非{trade.name.zh}工种,派单须写明原因 · {to!r} does not do {trade.name.en}: "
                "say in the note why they are sent, or send somebody who does"
            )
        return f"非{trade.name.zh}工种:{note} · not of the trade {trade.id}: {note!r}"
    if not lacks:
        return note
    if not head or not note.strip():
        raise Conflict(
            f"{to!r} 无有效的{certificate_name(lacks).zh},须由主管派单并写明原因 · "
            f"{to!r} has no valid certificate {lacks!r} for {trade.name.en}: send somebody who has, record it, "
            "or let a supervisor send them with a note"
        )
    return f"无有效的{certificate_name(lacks).zh}:{note} · without a valid certificate {lacks}: {note!r}"


def _expect_worker(connection: Connection, site: str, to: str) -> None:
    """Unprocessable for who can't work on orders of the site."""
    user = user_by_name(connection, to)
    if user is None:
        near = nearest(to, _workers(connection, site))
        raise Unprocessable(f"没有用户 {to!r} · there is no user {to!r}{near}")
    if user["disabled"]:
        raise Unprocessable(f"用户 {to!r} 的账号已停用 · the account of {to!r} is disabled: send somebody else")
    if to not in _workers(connection, site):
        raise Unprocessable(
            f"用户 {to!r} 在此站点无维修权限 · {to!r} may not work on orders at {site!r}: send somebody else"
        )


def _run_out(person: str, trade: Trade, today: Held) -> str:
    """The certificate of a contractor that has run out; one of which nothing is recorded is trusted."""
    return next((kind for kind in trade.certificates if today.expired(person, kind)), "")


def _nobody(found: list[Candidate]) -> str:
    if not found:
        return "工程岗无人值班,请指定人员 · nobody is on duty at the trade's post: name somebody, or fill the rota"
    why = [(each.person, each.why_not) for each in found if each.why_not is not None]
    zh = ";".join(f"{person} {text.zh}" for person, text in why)
    en = "; ".join(f"{person!r} {text.en}" for person, text in why)
    return f"没有可派的人员:{zh}。请指定其他人员 · nobody may be sent: {en}. Name somebody else"


def candidates(connection: Connection, row: OrderRow, now: int) -> list[Candidate]:
    """The asset's contractor, else everybody on duty at the trade's post: who may be proposed first, the best first."""
    trade, today = trade_of(connection, row.site, row.trade), held(connection, row.site, now)
    load, active = _load(connection, row.site), _workers(connection, row.site)
    contractor = contractor_of(connection, row.site, row.equipment, now)
    if contractor is not None:
        name, why = contractor
        lacks = _run_out(name, trade, today)
        why_not = _AWAY if name not in active else _expired(lacks) if lacks else None
        return [Candidate(name, why, None, load.get(name, 0), why_not)]
    near = whereabouts(connection, row, now)
    can = skills(connection, row.site)
    found = [
        Candidate(
            person=person,
            why="rota",
            level=can.get(person, {}).get(trade.id),
            load=load.get(person, 0),
            why_not=_why_not(person, trade, can, today, active),
            distance=near.of(person),
        )
        for person in dict.fromkeys(on_duty(connection, row.site, trade.post, now))
    ]
    hard = OrderClass(row.order_class) is OrderClass.HARD
    return sorted(found, key=lambda each: _rank(each, hard=hard))


def _rank(each: Candidate, *, hard: bool) -> tuple[bool, bool, bool, int, float, str]:
    """Who knows the trade before who may know it; a hard repair to a senior; the least load; then who is nearest."""
    senior = (each.level or 0) >= SENIOR
    return (
        each.why_not is not None,
        each.level is None,
        hard and not senior,
        each.load,
        inf if each.distance is None else each.distance,
        each.person,
    )


def _expired(kind: str) -> Text:
    return Text(
        zh=f"{certificate_name(kind).zh}已过期", en=f"their certificate has run out: {certificate_name(kind).en}"
    )


def _why_not(
    person: str, trade: Trade, can: dict[str, dict[str, int]], today: Held, active: frozenset[str]
) -> Text | None:
    if person not in active:
        return _AWAY
    if person in can and trade.id not in can[person]:
        return Text(zh=f"非{trade.name.zh}工种", en=f"does not do {trade.name.en}")
    lacks = today.lacks(person, trade.certificates)
    if lacks and today.expired(person, lacks):
        return _expired(lacks)
    if lacks:
        return Text(zh=f"无{certificate_name(lacks).zh}", en=f"lacks a certificate: {certificate_name(lacks).en}")
    return None


def _workers(connection: Connection, site: str) -> frozenset[str]:
    """The users who may work on orders of the site."""
    found = set()
    for user in users(connection):
        may = permissions_of(load_roles(user["roles"]))
        if not user["disabled"] and Permission.ORDER_WORK in may.get(site, frozenset()) | may.get(
            EVERYWHERE, frozenset()
        ):
            found.add(user["name"])
    return frozenset(found)


def _load(connection: Connection, site: str) -> dict[str, int]:
    """Who has how many open orders."""
    w = WORK_ORDER.c
    query = select(w.assignee, func.count().label("load")).where(w.site == site, w.open, w.assignee.is_not(None))
    return {row.assignee: row.load for row in connection.execute(query.group_by(w.assignee))}
