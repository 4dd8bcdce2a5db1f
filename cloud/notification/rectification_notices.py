"""What a notice about a 整改任务 says: which target was missed by how much, who answers for it, and by when."""

from __future__ import annotations

from typing import Final

from cloud.energy_targets.schemas import Rectification
from cloud.energy_targets.scopes import scope_name
from cloud.energy_targets.store import task
from cloud.notices.store import Notice
from cloud.notification.composing import recipients
from cloud.notification.message import Message
from cloud.notification.routing import Subject
from cloud.notification.surroundings import Surroundings
from cloud.rounding import decimals_beside
from facility.alarm import AlarmClass
from facility.words import Text

MARKS: Final = {
    "rectification": Text(zh="整改任务", en="Rectification task"),
    "rectification_late": Text(zh="整改逾期", en="Rectification overdue"),
}
PRIORITY: Final = {"rectification": 4, "rectification_late": 3}
UNITS: Final = {"kW.h": "kWh", "m3": "m³"}


def task_of(around: Surroundings, notice: Notice) -> Rectification | None:
    """The task that a notice is about; None: it is about something else."""
    return task(around.connection, notice.alarm) if notice.occasion in MARKS else None


def task_subject(around: Surroundings, notice: Notice) -> Subject:
    """What the routes ask."""
    return Subject(
        alarm_class=AlarmClass.ENERGY.value,
        priority=PRIORITY[notice.occasion],
        system="",
        places=frozenset(),
        posts=frozenset(notice.posts),
        occasion=notice.occasion,
        at=around.local_time(notice.site, notice.at),
    )


def task_message(around: Surroundings, notice: Notice, held: Rectification, link: str) -> Message:
    """To the owner, whether on duty or not; once it is late to the manager on duty too."""
    mark, name = MARKS[notice.occasion], scope_name(around.connection, held.site, held.scope)
    unit = UNITS.get(held.missed.unit, held.missed.unit)
    digits = decimals_beside(float(held.missed.amount), float(held.missed.target), 0)
    amount, target = (f"{value:,.{digits}f} {unit}" for value in (held.missed.amount, held.missed.target))
    told = around.reached([held.owner])
    if notice.occasion == "rectification_late" or not told:
        told = list(dict.fromkeys([*told, *recipients(around, notice)]))
    return Message(
        title=Text(
            zh=f"【{mark.zh}】{name.zh} {held.month} 超出目标",
            en=f"[{mark.en}] {name.en}, {held.month}: over its target",
        ),
        lines=(
            Text(zh=f"实际 {amount},目标 {target}", en=f"Used {amount}, target {target}"),
            Text(zh=f"负责 {held.owner},限期 {held.due}", en=f"Owner {held.owner}, due {held.due}"),
        ),
        link=f"{link}/energy/targets?task={held.id}" if link else "",
        priority=PRIORITY[notice.occasion],
        recipients=tuple(told),
    )
