"""What a notice about a work order says: it is given to somebody, a promise breaks, a plan was not kept."""

from __future__ import annotations

from typing import Final

from sqlalchemy import RowMapping

from cloud.notices.store import Notice
from cloud.notification.composing import recipients
from cloud.notification.message import Message, Recipient
from cloud.notification.routing import Subject
from cloud.notification.surroundings import Surroundings
from cloud.work_orders.store import order_by_id
from facility.alarm import AlarmClass
from facility.words import Text

MARKS: Final = {
    "promise_at_risk": Text(zh="承诺即将超时", en="Promise at risk"),
    "promise_broken": Text(zh="承诺已超时", en="Promise broken"),
    "plan_overdue": Text(zh="计划维保逾期", en="Plan overdue"),
    "dispatched": Text(zh="派单", en="Dispatched"),
}
PRIORITY: Final = {"promise_at_risk": 3, "promise_broken": 2, "plan_overdue": 3, "dispatched": 4}


def order_of(around: Surroundings, notice: Notice) -> RowMapping | None:
    """The order that a notice is about; None: it is about an alarm."""
    return order_by_id(around.connection, notice.alarm) if notice.occasion in MARKS else None


def order_subject(around: Surroundings, notice: Notice, order: RowMapping) -> Subject:
    """What the routes ask."""
    return Subject(
        alarm_class=AlarmClass.CONDITION.value,
        priority=PRIORITY[notice.occasion],
        system="",
        places=frozenset({order["place"]} - {None}),
        posts=frozenset(notice.posts),
        occasion=notice.occasion,
        at=around.local_time(notice.site, notice.at),
    )


def order_message(around: Surroundings, notice: Notice, order: RowMapping, link: str) -> Message:
    """What is said of it; never a customer's name or telephone."""
    mark, number, owner = MARKS[notice.occasion], order["number"], order["owner"]
    lines = [Text(zh=f"负责 {owner}", en=f"Owner {owner}")]
    if order["due_at"] is not None:
        due = around.local_time(notice.site, order["due_at"]).strftime("%m-%d %H:%M")
        lines.append(Text(zh=f"时限 {due}", en=f"Due {due}"))
    return Message(
        title=Text(
            zh=f"【{mark.zh}】工单 {number}:{order['title_zh']}", en=f"[{mark.en}] Order {number}: {order['title_en']}"
        ),
        lines=tuple(lines),
        link=f"{link}/phone/orders/{order['id']}" if link else "",
        priority=PRIORITY[notice.occasion],
        recipients=_told(around, notice, order),
    )


def _told(around: Surroundings, notice: Notice, order: RowMapping) -> tuple[Recipient, ...]:
    """Who it is given to, whether on duty or not; of a promise or a plan who stands at the posts."""
    if notice.occasion == "dispatched" and order["assignee"] is not None:
        return tuple(around.reached([order["assignee"]]))
    return recipients(around, notice)
