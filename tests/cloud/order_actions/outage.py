"""Many telephones that come back at once after an outage, each delivery cut, repeated or sent twice at a time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import httpx
from sqlalchemy import select

from cloud.audit.store import SYSTEM
from cloud.database.base import Database
from cloud.order_actions.tables import ORDER_ACTION
from cloud.permissions import Role
from cloud.users.store import add_user
from cloud.users.tokens import Grant, issue
from cloud.work_orders import machine
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook
from cloud.work_orders.tables import ORDER_COST, ORDER_STEP
from facility.alarm import OrderClass
from facility.clock import NS, SystemClock
from facility.words import Text
from tests.cloud.building import SITE
from tests.cloud.order_actions.deliveries import PART, Phone

KINDS: Final = ("accept", "arrive", "cost", "sign", "restore")
TOLD: Final[dict[str, dict[str, Any]]] = {
    "cost": {"cost": PART},
    "sign": {"signature": {"name": "x", "width": 9, "height": 9, "strokes": [[1, 2]]}},
}


@dataclass(frozen=True, slots=True)
class Found:
    """What became of it, recounted from the store."""

    sent: int
    lost: int
    """Neither done nor told as in conflict nor held behind one."""
    doubled: int
    disordered: int
    conflicts: int
    """Orders that were given to somebody else meanwhile."""
    conflicts_told: int


async def storm(url: str, database: Database, *, phones: int, orders: int, actions: int, seed: int = 7) -> Found:
    """`phones` people with `orders` orders each and `actions` (at most five) queued for each order."""
    dice = random.Random(seed)
    people = [f"crew-{number}" for number in range(phones)]
    tokens = {name: await _person(database, name) for name in people}
    held = {name: [await _order(database, name) for _ in range(orders)] for name in people}
    lists = {name: _queue(dice, held[name], actions) for name in people}
    gone = {name: held[name][0] for name in people[::2]}
    for order in gone.values():
        await _give_away(database, order)
    clients = [httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) for _ in people]
    answers: dict[str, list[dict[str, Any]]] = {}
    try:
        await asyncio.gather(
            *(
                _deliver(client, tokens[name], lists[name], random.Random(f"{seed}{name}"), answers)
                for client, name in zip(clients, people, strict=True)
            )
        )
    finally:
        for client in clients:
            await client.aclose()
    return await _recount(database, lists, answers, set(gone.values()))


async def _person(database: Database, name: str) -> str:
    now = SystemClock().now()
    await database.write(lambda c: add_user(c, name, "x", {SITE: (Role.ENGINEER,)}, at=now))
    grant = Grant(name, {SITE: (Role.ENGINEER,)})
    return await database.write(lambda c: issue(c, grant, by=SYSTEM.name, at=now))


async def _order(database: Database, to: str) -> str:
    now = SystemClock().now()
    ask = Ask(
        site=SITE, equipment=None, place=None, fault=None, order_class=OrderClass.ORDINARY, trade="general",
        title=Text(zh="灯", en="lamp"), source="person", kind="request", ref="", owner="engineering", at=now,
    )  # fmt: skip

    def work(connection: Any) -> str:
        book = OrderBook(connection, now)
        id = book.open(ask)
        row = book.by_id(id)
        assert row is not None
        book.said(row, machine.dispatch(row, to, "desk", now))
        book.write(())
        return id

    return await database.write(work)


async def _give_away(database: Database, id: str) -> None:
    now = SystemClock().now()

    def work(connection: Any) -> None:
        book = OrderBook(connection, now)
        row = book.by_id(id)
        assert row is not None
        book.said(row, machine.dispatch(row, "somebody-else", "desk", now))
        book.write(())

    await database.write(work)


def _queue(dice: random.Random, orders: list[str], actions: int) -> list[dict[str, Any]]:
    """The orders' actions among each other, each order's own in its order; the last was done a moment ago."""
    phone = Phone(httpx.AsyncClient(), wrong=dice.uniform(-90_000, 90_000))
    left = [order for order in orders for _ in range(actions)]
    dice.shuffle(left)
    did: Counter[str] = Counter()
    queue = []
    for turn, order in enumerate(left):
        kind = KINDS[did[order]]
        did[order] += 1
        queue.append(phone.did(order, kind, ago=(len(left) - turn) * 0.001, **TOLD.get(kind, {})))
    for each in queue:
        each["wrong"] = phone.wrong
    return queue


async def _deliver(
    client: httpx.AsyncClient,
    token: str,
    queue: list[dict[str, Any]],
    dice: random.Random,
    answers: dict[str, list[dict[str, Any]]],
) -> None:
    """In batches, some twice at the same time, some answers thrown away; as a telephone does that is cut off again."""
    client.headers["Authorization"] = f"Bearer {token}"
    phone = Phone(client, wrong=queue[0].pop("wrong"))
    left = [{name: value for name, value in each.items() if name != "wrong"} for each in queue]
    while left:
        part = left[: dice.randrange(1, 20)]
        found, *_ = await asyncio.gather(*(phone.send(*part) for _ in range(dice.choice((1, 1, 2)))))
        if dice.random() < 0.3:
            continue
        for each in found:
            answers.setdefault(each["key"], []).append(each)
        left = left[len(part) :]


async def _recount(
    database: Database,
    lists: dict[str, list[dict[str, Any]]],
    answers: dict[str, list[dict[str, Any]]],
    gone: set[str],
) -> Found:
    a, s, c = ORDER_ACTION.c, ORDER_STEP.c, ORDER_COST.c
    rows = await database.read(lambda x: x.execute(select(a.key, a.order_id, a.kind, a.outcome, a.at)).all())
    steps = await database.read(lambda x: x.execute(select(s.order_id, s.kind, s.at).order_by(s.id)).all())
    costs = await database.read(lambda x: x.execute(select(c.order_id)).scalars().all())
    done = {row.key: row for row in rows if row.outcome == "done"}
    wanted = [each for queue in lists.values() for each in queue]
    kept = [each for each in wanted if each["order"] not in gone]
    lost = sum(each["key"] not in done for each in kept) + sum(each["key"] not in answers for each in wanted)
    lost += sum(each["key"] in done for each in wanted if each["order"] in gone)
    each_kind = Counter((row.order_id, row.kind) for row in steps)
    doubled = sum(count > 1 for count in each_kind.values()) + sum(n > 1 for n in Counter(costs).values())
    doubled -= sum(each_kind[order, "dispatched"] > 1 for order in gone)
    told = {order for order in gone if any(_told(answers, each) for each in wanted if each["order"] == order)}
    return Found(len(wanted), lost, doubled, _disordered(steps), len(gone), len(told))


def _told(answers: dict[str, list[dict[str, Any]]], action: dict[str, Any]) -> bool:
    said = answers.get(action["key"], [{}])[-1]
    return said.get("outcome") == "conflict" and (said.get("order") or {}).get("assignee") == "somebody-else"


def _disordered(steps: Sequence[Any]) -> int:
    """Steps of an order that stand before one that was said earlier, or at an earlier time."""
    of: dict[str, list[Any]] = {}
    for row in steps:
        of.setdefault(row.order_id, []).append(row)
    course = ("reported", "dispatched", "accepted", "arrived", "cost", "signed", "claimed", "restored")
    bad = 0
    for rows in of.values():
        ranks = [course.index(row.kind) for row in rows]
        bad += sum(one > two for one, two in pairwise(ranks))
        bad += sum(one.at > two.at + NS // 1000 for one, two in pairwise(rows))
    return bad
