"""What people answer to an alarm: acknowledge (接警), ask for a reset (复位)."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, RowMapping

from cloud.alarms.builtin import INTEGRITY
from cloud.alarms.steps import change, clear, step
from cloud.alarms.store import alarm_by_id
from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.errors import Conflict, Forbidden, NotFound
from cloud.instructions.store import Order, give
from cloud.permissions import Permission
from facility.alarm import AlarmClass, Detection, Post
from facility.clock import iso
from facility.instruction import AlarmReset

_ANSWERS: Final = {
    Post.CONTROL_ROOM: (Permission.CONTROL_ROOM_ANSWER, "消防控制室", "the control room"),
    Post.ENGINEERING: (Permission.ENGINEERING_ANSWER, "工程部", "engineering"),
}
"""Post → who may answer for it, and its name. What is for the list only, and security, anybody who may acknowledge."""


def visible(connection: Connection, id: str, caller: Caller, permission: Permission) -> RowMapping:
    """The alarm, if the caller may do this to it; NotFound."""
    row = alarm_by_id(connection, id)
    if row is None or not caller.may(permission, row["site"]):
        raise NotFound(f"there is no alarm {id!r}, or you may not answer it")
    posts = [Post(owner) for owner in orjson.loads(row["owners"])]
    if Post.LIST in posts or row["alarm_class"] == AlarmClass.SECURITY:
        return row
    needed = [_ANSWERS[post] for post in posts]
    if not any(caller.may(answers, row["site"]) for answers, _, _ in needed):
        zh, en = "、".join(zh for _, zh, _ in needed), " or ".join(en for _, _, en in needed)
        raise Forbidden(f"此报警由{zh}处理,您的岗位无权接警或复位 · this alarm is answered by {en}; your role may not")
    return row


def acknowledge(connection: Connection, id: str, caller: Caller, comment: str | None, *, now: int) -> RowMapping:
    """Say who has seen it, and when; Conflict where somebody else has already. Alarms are acknowledged one by one."""
    alarm = visible(connection, id, caller, Permission.ALARM_ACKNOWLEDGE)
    if alarm["acknowledged_at"] is not None:
        if alarm["acknowledged_by"] == caller.name:
            return alarm
        when = iso(alarm["acknowledged_at"])
        raise Conflict(f"{alarm['acknowledged_by']} acknowledged this alarm at {when}")
    values = {"acknowledged_at": now, "acknowledged_by": caller.name, "acknowledge_comment": comment}
    row = change(connection, id, values, now)
    step(connection, id, "acknowledged", at=now, now=now, by=caller.name, detail=comment or "")
    record(connection, caller, Entry("alarm.acknowledge", id, alarm["site"], detail=comment or ""), at=now)
    if alarm["rule"] == INTEGRITY and alarm["detected_by"] == "cloud" and alarm["live"]:
        row = clear(connection, row, "acknowledged", at=now, now=now, by=caller.name)
    return row


def ask_reset(connection: Connection, id: str, caller: Caller, reason: str, *, now: int) -> RowMapping:
    """Send the edge an `alarm.reset`; it refuses while the condition still holds. Never touches the panel."""
    alarm = visible(connection, id, caller, Permission.ALARM_RESET)
    if alarm["detected_by"] != "edge":
        raise Conflict("the cloud found this alarm itself; it ends when its cause does, there is nothing to reset")
    if not alarm["live"] or alarm["detection"] == Detection.CLEARED:
        raise Conflict("this alarm is over; there is nothing to reset")
    target = f"{alarm['equipment']}.{alarm['instance']}" if alarm["instance"] else alarm["equipment"]
    arguments = AlarmReset(rule=alarm["rule"])
    given = give(connection, Order(alarm["site"], alarm["gateway"], target, arguments, caller.name, reason), at=now)
    step(connection, id, "reset_asked", at=now, now=now, by=caller.name, detail=reason)
    record(connection, caller, Entry("alarm.reset", id, alarm["site"], detail=f"{given.id}: {reason}"), at=now)
    return alarm
