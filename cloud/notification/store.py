"""Deliveries and attempts in the store: made from notices, ended by what the channels say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from cloud.notices.store import Notice, still_waiting, take_notices, waiting
from cloud.notification.certificate_notices import certificate_message, certificate_of, certificate_subject
from cloud.notification.composing import message, subject
from cloud.notification.delivery import Delivery, State
from cloud.notification.message import Message, Recipient
from cloud.notification.order_notices import order_message, order_of, order_subject
from cloud.notification.rectification_notices import task_message, task_of, task_subject
from cloud.notification.routing import Subject, Way, ways
from cloud.notification.surroundings import Surroundings
from cloud.notification.tables import ATTEMPT, CHANNEL, DELIVERY, SENDER
from facility.clock import NS
from facility.words import Text

AT_ONCE: Final = 2_000
COMPOSED: Final = 200
"""Notices that are composed together: a fire that comes meanwhile waits for no more than these."""
KEPT: Final = 3 * 365 * 24 * 3600 * NS
LEASE: Final = 10 * NS
"""Nanoseconds that a sender stays the sender without a word."""
NOBODY: Final = "no route of the site takes it, or none of its channels is switched on"
_D = DELIVERY.c


@dataclass(frozen=True, slots=True)
class Composed:
    """A notice and the rows of its deliveries, without the moment of their making."""

    notice: int
    deliveries: Sequence[Mapping[str, Any]]


def compose(connection: Connection, link: str) -> list[Composed]:
    """What the notices that wait will be, life safety first; changes nothing."""
    notices = waiting(connection, COMPOSED)
    around = Surroundings(connection, notices)
    return [Composed(notice.id, _deliveries(around, notice, link)) for notice in notices]


def keep(connection: Connection, composed: Sequence[Composed], now: int) -> None:
    """Make them deliveries, except where another process has taken the notice meanwhile."""
    open_still = still_waiting(connection, [each.notice for each in composed])
    mine = [each for each in composed if each.notice in open_still]
    made = [{**row, "created_at": now, "ended_at": now if row["why"] else None} for e in mine for row in e.deliveries]
    if made:
        connection.execute(insert(DELIVERY), made)
    take_notices(connection, [each.notice for each in mine], at=now)


def _deliveries(around: Surroundings, notice: Notice, link: str) -> list[dict[str, Any]]:
    found = _composed(around, notice, link)
    if found is None:
        return []
    asked, said = found
    chosen = ways(around.routes(notice.site), asked, around.media(notice.site))
    base = {
        "site": notice.site, "alarm": notice.alarm, "notice": notice.id, "occasion": notice.occasion,
        "message": pack(said), "priority": said.priority, "life_safety": said.life_safety, "tries": 0,
    }  # fmt: skip
    return [base | _waiting(way) for way in chosen] or [base | _UNDELIVERABLE]


def _composed(around: Surroundings, notice: Notice, link: str) -> tuple[Subject, Message] | None:
    """What the routes ask and what is said; None where it is gone."""
    if (order := order_of(around, notice)) is not None:
        return order_subject(around, notice, order), order_message(around, notice, order, link)
    if (paper := certificate_of(around, notice)) is not None:
        return certificate_subject(around, notice), certificate_message(around, notice, paper)
    if (task := task_of(around, notice)) is not None:
        return task_subject(around, notice), task_message(around, notice, task, link)
    if (alarm := around.alarm(notice.alarm)) is not None:
        return subject(around, notice, alarm), message(around, notice, alarm, link)
    return None


def _waiting(way: Way) -> dict[str, Any]:
    after = orjson.dumps(way.after).decode()
    return {"route": way.route, "channel": way.channel, "after": after, "state": State.WAITING, "why": ""}


_UNDELIVERABLE: Final = {"route": "", "channel": "", "after": "[]", "state": State.FAILED, "why": NOBODY}


def open_deliveries(connection: Connection, channel: str) -> list[Delivery]:
    """Those that wait for a channel: life safety first, then the most urgent, then the oldest."""
    query = (
        select(DELIVERY)
        .where(_D.channel == channel, _D.state == State.WAITING)
        .order_by(_D.life_safety.desc(), _D.priority, _D.id)
        .limit(AT_ONCE)
    )
    return [
        Delivery(r.id, unpack(r.message), r.created_at, r.tries, tuple(orjson.loads(r.after)))
        for r in connection.execute(query)
    ]


def channels_in_need(connection: Connection) -> Sequence[RowMapping]:
    """The channels for which something waits."""
    needed = select(_D.channel).where(_D.state == State.WAITING).distinct()
    return connection.execute(select(CHANNEL).where(CHANNEL.c.id.in_(needed))).mappings().all()


def forget_channel(connection: Connection, channel: str, now: int) -> None:
    """A channel is gone or off: what waits for it goes to the next."""
    for each in open_deliveries(connection, channel):
        hand_on(connection, each, "the channel is switched off", now)


def orphans(connection: Connection, now: int) -> None:
    """What waits for a channel that is not there any more, or is switched off, is handed on."""
    on = select(CHANNEL.c.id).where(CHANNEL.c.enabled)
    gone = select(_D.channel).where(_D.state == State.WAITING, _D.channel.not_in(on)).distinct()
    for channel in connection.execute(gone).scalars().all():
        forget_channel(connection, channel, now)


def ended(connection: Connection, ids: Sequence[int], state: State, why: str, now: int) -> None:
    """How they ended."""
    connection.execute(update(DELIVERY).where(_D.id.in_(ids)).values(state=state, why=why[:500], ended_at=now))


def tried(connection: Connection, ids: Sequence[int], why: str) -> None:
    """Not taken, and still waiting."""
    connection.execute(update(DELIVERY).where(_D.id.in_(ids)).values(tries=_D.tries + 1, why=why[:500]))


def hand_on(connection: Connection, delivery: Delivery, why: str, now: int) -> bool:
    """Give it to the next channel of its route; False where there is none."""
    if not delivery.after:
        return False
    row = connection.execute(select(DELIVERY).where(_D.id == delivery.id)).mappings().one()
    own = {key: row[key] for key in row if key != "id"}
    after = orjson.dumps(delivery.after[1:]).decode()
    fresh = {
        "channel": delivery.after[0],
        "after": after,
        "tries": 0,
        "created_at": now,
        "why": f"handed on: {why}"[:500],
    }
    connection.execute(insert(DELIVERY), own | fresh | {"state": State.WAITING, "ended_at": None})
    ended(connection, [delivery.id], State.HANDED_ON, why, now)
    return True


def attempted(
    connection: Connection, site: str, channel: str, group: Sequence[Delivery], began: int, now: int, why: str
) -> None:
    """Into the log of attempts."""
    line = {
        "site": site, "channel": channel, "at": began, "seconds": (now - began) // NS, "messages": len(group),
        "taken": not why, "why": why[:500], "first": group[0].id,
    }  # fmt: skip
    connection.execute(insert(ATTEMPT), line)


def attempts_since(connection: Connection, channel: str, since: int) -> int:
    """How often a channel was used."""
    a = ATTEMPT.c
    query = select(func.count()).select_from(ATTEMPT).where(a.channel == channel, a.at >= since)
    return int(connection.execute(query).scalar_one())


def hold(connection: Connection, holder: str, now: int) -> bool:
    """Be the sender for the next ten seconds; False while another process is."""
    s = SENDER.c
    row = connection.execute(select(SENDER).where(s.name == "sender")).mappings().first()
    if row is None:
        connection.execute(insert(SENDER), {"name": "sender", "holder": holder, "until": now + LEASE})
        return True
    if row["holder"] != holder and now < row["until"] <= now + LEASE:
        return False
    connection.execute(update(SENDER).where(s.name == "sender").values(holder=holder, until=now + LEASE))
    return True


def release(connection: Connection, holder: str) -> None:
    """Another process may be the sender at once."""
    connection.execute(delete(SENDER).where(SENDER.c.holder == holder))


def new_holder() -> str:
    """A name for this process."""
    return str(uuid.uuid4())


def forget(connection: Connection, now: int) -> int:
    """Delete what is older than three years; how many deliveries."""
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at < now - KEPT))
    return connection.execute(delete(DELIVERY).where(_D.created_at < now - KEPT)).rowcount


def pack(message: Message) -> str:
    """A message as JSON."""
    return orjson.dumps(
        asdict(message) | {"title": message.title.model_dump(), "lines": [line.model_dump() for line in message.lines]}
    ).decode()


def unpack(text: str) -> Message:
    """What `pack` made."""
    found = orjson.loads(text)
    return Message(
        title=Text.model_validate(found["title"]),
        lines=tuple(Text.model_validate(line) for line in found["lines"]),
        link=found["link"],
        priority=found["priority"],
        life_safety=found["life_safety"],
        recipients=tuple(Recipient(**who) for who in found["recipients"]),
    )
