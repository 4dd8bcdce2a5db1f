"""Notices into the store, in the transaction of what they tell of, and out of it for the channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import orjson
from sqlalchemy import Connection, delete, select, update

from cloud.database.handing import hand
from cloud.database.rows import insert_rows
from cloud.notices.tables import NOTICE
from facility.clock import NS

KEPT: Final = 90 * 24 * 3600 * NS
_COLUMNS: Final = ("at", "site", "alarm", "occasion", "level", "posts", "voice", "life_safety", "drill")
Occasion = Literal[
    "raised",
    "raised_again",
    "escalated",
    "confirmed",
    "promise_at_risk",
    "promise_broken",
    "plan_overdue",
    "dispatched",
    "certificate",
    "rectification",
    "rectification_late",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told of an alarm, a promise, a certificate or a task; `id` is 0 before it is in the store."""

    at: int
    site: str
    alarm: str
    """Its id; of a promise, a plan or a dispatch the order's; of a certificate or a task its own."""
    occasion: Occasion
    posts: tuple[str, ...]
    """The posts to tell: who stands there now says the rota."""
    level: int = 0
    """How far it went up."""
    voice: bool = False
    """By a call, not by a message alone."""
    life_safety: bool = False
    """By two kinds of channel, held back by nothing."""
    drill: bool = False
    id: int = 0


def give_notices(connection: Connection, notices: Sequence[Notice]) -> None:
    """Put them into the store, in their order."""
    rows = [
        (n.at, n.site, n.alarm, n.occasion, n.level, orjson.dumps(n.posts).decode(), n.voice, n.life_safety, n.drill)
        for n in notices
    ]
    insert_rows(connection, NOTICE, _COLUMNS, rows)
    hand(connection, notices)


def waiting(connection: Connection, most: int = 500) -> Sequence[Notice]:
    """Those that no channel has taken yet: life safety first, then in their order."""
    n = NOTICE.c
    query = select(NOTICE).where(n.taken_at.is_(None)).order_by(n.life_safety.desc(), n.id).limit(most)
    return [
        Notice(
            at=row.at, site=row.site, alarm=row.alarm, occasion=row.occasion, posts=tuple(orjson.loads(row.posts)),
            level=row.level, voice=row.voice, life_safety=row.life_safety, drill=row.drill, id=row.id,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def still_waiting(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Those of them that no channel has taken meanwhile."""
    n = NOTICE.c
    return frozenset(connection.execute(select(n.id).where(n.id.in_(ids), n.taken_at.is_(None))).scalars())


def take_notices(connection: Connection, ids: Sequence[int], *, at: int) -> int:
    """The channels have them now; how many of them were still waiting."""
    n = NOTICE.c
    where = n.id.in_(ids) & n.taken_at.is_(None)
    return connection.execute(update(NOTICE).where(where).values(taken_at=at)).rowcount


def forget_notices(connection: Connection, now: int) -> int:
    """Delete what is older than KEPT; how many."""
    return connection.execute(delete(NOTICE).where(NOTICE.c.at < now - KEPT)).rowcount
