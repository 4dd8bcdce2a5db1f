"""What a notice says: place, equipment and alarm, what to do first; never a name of a resident, a card or a plate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from sqlalchemy import RowMapping

from cloud.notices.store import Notice
from cloud.notification.message import Message, Recipient
from cloud.notification.routing import Subject
from cloud.notification.surroundings import Surroundings
from facility.words import Text

OCCASION: Final[Mapping[str, Text]] = {
    "raised": Text(zh="报警", en="Alarm"),
    "raised_again": Text(zh="再次报警", en="Alarm again"),
    "escalated": Text(zh="未接警,升级", en="Not acknowledged, escalated"),
    "confirmed": Text(zh="已核实", en="Confirmed"),
}
LIFE_SAFETY: Final = Text(zh="生命安全", en="LIFE SAFETY")
DRILL: Final = Text(zh="演练", en="DRILL")
TEST: Final = Text(zh="测试", en="TEST")
UNATTENDED: Final = Text(
    zh="测试期间无人接警,不能当作测试:立即派人到现场核实",
    en="Nobody answers it, so it is not to be taken for a test: send somebody to the place at once",
)
ABOVE: Final = (("shift_leader",), ("manager", "fire_manager"))
"""Who is told of a danger to life where nobody can be reached at its posts, the nearest first."""
STEPS: Final = 3
"""Steps of the guidance that a message has room for."""


def subject(around: Surroundings, notice: Notice, alarm: RowMapping) -> Subject:
    """What the routes ask."""
    return Subject(
        alarm_class=alarm["alarm_class"],
        priority=alarm["priority"],
        system=alarm["system"] or "",
        places=frozenset(place["id"] for place in _path(around, alarm)),
        posts=frozenset(notice.posts),
        occasion=notice.occasion,
        at=around.local_time(notice.site, notice.at),
        life_safety=notice.life_safety,
        voice=notice.voice,
        drill=notice.drill,
    )


def message(around: Surroundings, notice: Notice, alarm: RowMapping, link: str) -> Message:
    """What is said of it."""
    where = _path(around, alarm)
    since = around.local_time(alarm["site"], alarm["last_raised_at"] or alarm["raised_at"])
    raised = since.strftime("%m-%d %H:%M:%S")
    lines = [Text(zh=f"时间 {raised}", en=f"Since {raised}")]
    if where:
        zh, en = (word + " / ".join(p[key] for p in where) for word, key in (("位置 ", "zh"), ("Place ", "en")))
        lines.insert(0, Text(zh=zh, en=en))
    if alarm["test"]:
        lines.append(UNATTENDED)
    told = recipients(around, notice)
    if told and not _at(around, notice, notice.posts):
        lines.append(_instead(around, notice))
    return Message(
        title=_title(notice, alarm),
        lines=(*lines, *_guidance(alarm)),
        link=f"{link}/alarms/{alarm['id']}" if link else "",
        priority=alarm["priority"],
        life_safety=notice.life_safety,
        recipients=told,
    )


def recipients(around: Surroundings, notice: Notice) -> tuple[Recipient, ...]:
    """Who stands at the posts now, and the posts' own telephones.

    Of a danger to life: where none of them can be reached, those above them, then whoever is on duty, then the heads
    of the site, on duty or not.
    """
    told = _at(around, notice, notice.posts)
    if told or not notice.life_safety:
        return told
    above = (found for posts in ABOVE if (found := _at(around, notice, posts)))
    anybody = (around.reached(some(notice)) for some in (around.on_duty_anywhere, around.heads))
    return next(above, ()) or next((tuple(some) for some in anybody if some), ())


def _at(around: Surroundings, notice: Notice, posts: Sequence[str]) -> tuple[Recipient, ...]:
    people = [name for post in posts for name in around.on_duty(notice.site, post, notice.at)]
    telephones = [(post, around.telephone(notice.site, post)) for post in posts]
    return (*around.reached(people), *(Recipient(post, mobile=number) for post, number in telephones if number))


def _instead(around: Surroundings, notice: Notice) -> Text:
    """Why somebody is told who does not stand there."""
    names = [around.post_name(notice.site, post) for post in notice.posts]
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    return Text(
        zh=f"{zh}此刻无人值班,或未登记联系方式:改为通知收到本条的人,请处置",
        en=f"Nobody is on duty, or can be reached, at {en}: you are told instead, see to it",
    )


def _title(notice: Notice, alarm: RowMapping) -> Text:
    marks = [OCCASION[notice.occasion]]
    marks += [LIFE_SAFETY] if notice.life_safety else []
    marks += [DRILL] if notice.drill else []
    marks += [TEST] if alarm["test"] else []
    zh = "".join(f"【{mark.zh}】" for mark in marks) + f"{alarm['equipment_zh']}:{alarm['name_zh']}"
    en = "".join(f"[{mark.en}] " for mark in marks) + f"{alarm['equipment_en']}: {alarm['name_en']}"
    if alarm["instance"] not in alarm["equipment_zh"]:
        zh, en = f"{zh} {alarm['instance']}", f"{en} {alarm['instance']}"
    return Text(zh=zh, en=en)


def _guidance(alarm: RowMapping) -> list[Text]:
    steps = orjson.loads(alarm["guidance"]) if alarm["guidance"] else {}
    pairs: Sequence[tuple[str, str]] = list(zip(steps.get("zh", ()), steps.get("en", ()), strict=False))[:STEPS]
    return [Text(zh=f"{n}. {zh}", en=f"{n}. {en}") for n, (zh, en) in enumerate(pairs, 1)]


def _path(around: Surroundings, alarm: RowMapping) -> list[RowMapping]:
    """The alarm's place, what it is in, and so on, the widest first."""
    known = around.places(alarm["site"])
    path: list[RowMapping] = []
    at = alarm["place"]
    while at in known and known[at] not in path:
        path.insert(0, known[at])
        at = known[at]["parent"]
    return path
