"""Deliveries and attempts in the store: made from notices, ended by what the channels say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from cloud.notices.store import Notice, take_notices, waiting
from cloud.notification.certificate_notices import certificate_message, certificate_of, certificate_subject
from cloud.notification.channel import Medium
from cloud.notification.composing import alarm_of, message, subject
from cloud.notification.delivery import Delivery, State
from cloud.notification.message import Message, Recipient
from cloud.notification.order_notices import order_message, order_of, order_subject
from cloud.notification.routing import Subject, Way, ways
from cloud.notification.setup import config, routes, rows
from cloud.notification.tables import ATTEMPT, CHANNEL, DELIVERY, SENDER
from facility.clock import NS
from facility.words import Text

AT_ONCE: Final = 2_000
KEPT: Final = 3 * 365 * 24 * 3600 * NS
LEASE: Final = 10 * NS
"""Nanoseconds that a sender stays the sender without a word."""
NOBODY: Final = "no route of the site takes it, or none of its channels is switched on"
_D = DELIVERY.c


def take(connection: Connection, link: str, now: int) -> int:
    """Make deliveries of the notices that wait; how many notices."""
    notices = waiting(connection)
    media: dict[str, dict[str, Medium]] = {}
    for notice in notices:
        if notice.site not in media:
            media[notice.site] = _media(connection, notice.site)
        _deliver(connection, notice, media[notice.site], link, now)
    take_notices(connection, [notice.id for notice in notices], at=now)
    return len(notices)


def _media(connection: Connection, site: str) -> dict[str, Medium]:
    own = rows(connection, CHANNEL, frozenset({site}))
    return {each["id"]: config(each).medium for each in own if each["enabled"]}


def _deliver(connection: Connection, notice: Notice, media: Mapping[str, Medium], link: str, now: int) -> None:
    found = _composed(connection, notice, link)
    if found is None:
        return
    asked, said = found
    chosen = ways(routes(connection, notice.site), asked, media)
    base = {
        "site": notice.site, "alarm": notice.alarm, "notice": notice.id, "occasion": notice.occasion,
        "message": pack(said), "priority": said.priority, "life_safety": said.life_safety, "tries": 0,
        "created_at": now,
    }  # fmt: skip
    made = [base | _waiting(way) for way in chosen] or [base | _undeliverable(now)]
    connection.execute(insert(DELIVERY), made)


def _composed(connection: Connection, notice: Notice, link: str) -> tuple[Subject, Message] | None:
    """What the routes ask and what is said; None where it is gone."""
    if (order := order_of(connection, notice)) is not None:
        return order_subject(connection, notice, order), order_message(connection, notice, order, link)
    if (paper := certificate_of(connection, notice)) is not None:
        return certificate_subject(connection, notice), certificate_message(connection, notice, paper)
    if (alarm := alarm_of(connection, notice)) is not None:
        return subject(connection, notice, alarm), message(connection, notice, alarm, link)
    return None


def _waiting(way: Way) -> dict[str, Any]:
    after = orjson.dumps(way.after).decode()
    return {
        "route": way.route,
        "channel": way.channel,
        "after": after,
        "state": State.WAITING,
        "why": "",
        "ended_at": None,
    }


def _undeliverable(now: int) -> dict[str, Any]:
    return {"route": "", "channel": "", "after": "[]", "state": State.FAILED, "why": NOBODY, "ended_at": now}


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
