"""What a notice says: place, equipment and alarm, what to do first; never a name of a resident, a card or a plate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, RowMapping, select

from cloud.alarms.tables import ALARM
from cloud.duty.store import on_duty, posts
from cloud.notices.store import Notice
from cloud.notification.message import Message, Recipient
from cloud.notification.routing import Subject
from cloud.notification.setup import contacts
from cloud.sites.store import places
from cloud.sites.tables import SITE
from facility.clock import NS
from facility.words import Text

OCCASION: Final[Mapping[str, Text]] = {
    "raised": Text(zh="报警", en="Alarm"),
    "raised_again": Text(zh="再次报警", en="Alarm again"),
    "escalated": Text(zh="未接警,升级", en="Not acknowledged, escalated"),
    "confirmed": Text(zh="已核实", en="Confirmed"),
}
LIFE_SAFETY: Final = Text(zh="生命安全", en="LIFE SAFETY")
DRILL: Final = Text(zh="演练", en="DRILL")
STEPS: Final = 3
"""Steps of the guidance that a message has room for."""


def alarm_of(connection: Connection, notice: Notice) -> RowMapping | None:
    """The alarm that a notice is about."""
    return connection.execute(select(ALARM).where(ALARM.c.id == notice.alarm)).mappings().first()


def subject(connection: Connection, notice: Notice, alarm: RowMapping) -> Subject:
    """What the routes ask."""
    return Subject(
        alarm_class=alarm["alarm_class"],
        priority=alarm["priority"],
        system=alarm["system"] or "",
        places=frozenset(place["id"] for place in _path(connection, alarm)),
        posts=frozenset(notice.posts),
        occasion=notice.occasion,
        at=local_time(connection, notice.site, notice.at),
        life_safety=notice.life_safety,
        voice=notice.voice,
        drill=notice.drill,
    )


def message(connection: Connection, notice: Notice, alarm: RowMapping, link: str) -> Message:
    """What is said of it."""
    where = _path(connection, alarm)
    raised = local_time(connection, alarm["site"], alarm["last_raised_at"] or alarm["raised_at"]).strftime(
        "%m-%d %H:%M:%S"
    )
    lines = [Text(zh=f"时间 {raised}", en=f"Since {raised}")]
    if where:
        told = [("位置 " if key == "zh" else "Place ") + " / ".join(p[key] for p in where) for key in ("zh", "en")]
        lines.insert(0, Text(zh=told[0], en=told[1]))
    return Message(
        title=_title(notice, alarm),
        lines=(*lines, *_guidance(alarm)),
        link=f"{link}/alarms/{alarm['id']}" if link else "",
        priority=alarm["priority"],
        life_safety=notice.life_safety,
        recipients=recipients(connection, notice),
    )


def recipients(connection: Connection, notice: Notice) -> tuple[Recipient, ...]:
    """Who stands at the posts now, and the posts' own telephones."""
    known = posts(connection, notice.site)
    people = [name for post in notice.posts for name in on_duty(connection, notice.site, post, notice.at)]
    telephones = [Recipient(post, mobile=known[post][1]) for post in notice.posts if post in known and known[post][1]]
    return (*contacts(connection, people), *telephones)


def _title(notice: Notice, alarm: RowMapping) -> Text:
    marks = [OCCASION[notice.occasion]]
    marks += [LIFE_SAFETY] if notice.life_safety else []
    marks += [DRILL] if notice.drill else []
    zh = "".join(f"【{mark.zh}】" for mark in marks) + f"{alarm['equipment_zh']}:{alarm['name_zh']}"
    en = "".join(f"[{mark.en}] " for mark in marks) + f"{alarm['equipment_en']}: {alarm['name_en']}"
    if alarm["instance"] not in alarm["equipment_zh"]:
        zh, en = f"{zh} {alarm['instance']}", f"{en} {alarm['instance']}"
    return Text(zh=zh, en=en)


def _guidance(alarm: RowMapping) -> list[Text]:
    steps = orjson.loads(alarm["guidance"]) if alarm["guidance"] else {}
    pairs: Sequence[tuple[str, str]] = list(zip(steps.get("zh", ()), steps.get("en", ()), strict=False))[:STEPS]
    return [Text(zh=f"{n}. {zh}", en=f"{n}. {en}") for n, (zh, en) in enumerate(pairs, 1)]


def _path(connection: Connection, alarm: RowMapping) -> list[RowMapping]:
    """The alarm's place, what it is in, and so on, the widest first."""
    known = {place["id"]: place for place in places(connection, alarm["site"])}
    path: list[RowMapping] = []
    at = alarm["place"]
    while at in known and known[at] not in path:
        path.insert(0, known[at])
        at = known[at]["parent"]
    return path


def local_time(connection: Connection, site: str, at: int) -> datetime:
    """In the site's zone."""
    zone = connection.execute(select(SITE.c.timezone).where(SITE.c.id == site)).scalar_one_or_none()
    return datetime.fromtimestamp(at / NS, UTC).astimezone(ZoneInfo(zone or "Asia/Shanghai"))
