"""What people answer to an alarm, in the store: who may, what it becomes, what follows from it, and the audit of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.builtin import INTEGRITY
from cloud.alarms.false_alarms import record_false, take_back
from cloud.alarms.machine import Actor, Outcome, Refused, Said
from cloud.alarms.row import AlarmRow
from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable
from cloud.gateways.store import has_duty_page
from cloud.instructions.store import EXPIRES, Order, give
from cloud.permissions import Permission
from cloud.users.roles import load_roles, permissions_of
from cloud.users.store import user_by_name
from facility.alarm import AlarmClass, Detection, Post
from facility.instruction import AlarmAcknowledged, AlarmConfirmed, AlarmReset

WEEK: Final = 7 * 86_400.0
_ANSWERS: Final = {
    Post.CONTROL_ROOM: (Permission.CONTROL_ROOM_ANSWER, "消防控制室", "the control room"),
    Post.ENGINEERING: (Permission.ENGINEERING_ANSWER, "工程部", "engineering"),
}
"""Post → who may answer for it, and its name. What is for the list only, and security, anybody who may acknowledge."""

Does = Callable[[AlarmRow, Actor], tuple[Said, ...]]
"""A transition of the machine."""


def may_answer(row: AlarmRow | None, id: str, caller: Caller, permission: Permission) -> AlarmRow:
    """The alarm, if the caller may do this to it; NotFound, Forbidden."""
    if row is None or not caller.may(permission, row.site):
        raise NotFound(f"没有报警 {id!r},或您无权处理 · there is no alarm {id!r}, or you may not answer it")
    posts = [Post(owner) for owner in orjson.loads(row.owners)]
    if Post.LIST in posts or row.alarm_class == AlarmClass.SECURITY or caller.may(Permission.ALARM_DECIDE, row.site):
        return row
    needed = [_ANSWERS[post] for post in posts]
    if not any(caller.may(answers, row.site) for answers, _, _ in needed):
        zh, en = "、".join(zh for _, zh, _ in needed), " or ".join(en for _, _, en in needed)
        raise Forbidden(f"此报警由{zh}处理,您的岗位无权接警或复位 · this alarm is answered by {en}; your role may not")
    return row


class Answering:
    """One person's answers in one transaction; `write` ends it."""

    def __init__(self, connection: Connection, caller: Caller, now: int) -> None:
        self.book = AlarmBook(connection, now)
        self._connection = connection
        self._caller = caller
        self._now = now

    def does(
        self, id: str, action: str, transition: Does, *, permission: Permission = Permission.ALARM_ACKNOWLEDGE
    ) -> AlarmRow:
        """Do it to one alarm. Conflict where the machine refuses it."""
        row = may_answer(self.book.by_id(id), id, self._caller, permission)
        head, person = self._caller.may(Permission.ALARM_DECIDE, row.site), self._caller.kind == "user"
        actor = Actor(self._caller.name[:64], head=head, person=person)
        try:
            steps = transition(row, actor)
        except Refused as refused:
            raise Conflict(str(refused)) from refused
        if self.book.said(row, steps, by=actor.name):
            if any(kind == "acknowledged" for kind, _ in steps):
                self._tell_duty_page(row)
            self.audit(row, action, "; ".join(f"{kind} {detail}".strip() for kind, detail in steps))
        return row

    def audit(self, row: AlarmRow, action: str, detail: str) -> None:
        """Who did what, and when."""
        record(self._connection, self._caller, Entry(f"alarm.{action}", row.id, row.site, detail=detail), at=self._now)

    def _tell_duty_page(self, row: AlarmRow) -> None:
        """A gateway with a local duty page: there it sounds no more. Not urgent news: it is told for a week."""
        if row.detected_by != "edge" or not has_duty_page(self._connection, row.site, row.gateway):
            return
        seen = AlarmAcknowledged(rule=row.rule, at=row.acknowledged_at or self._now, by=row.acknowledged_by or "")
        self.instruct(row, seen, "接警 · acknowledged", expires_in=WEEK)

    def instruct(
        self,
        row: AlarmRow,
        arguments: AlarmReset | AlarmConfirmed | AlarmAcknowledged,
        reason: str,
        expires_in: float = EXPIRES,
    ) -> str:
        """Tell the edge that detected it; the id of the instruction."""
        target = f"{row.equipment}.{row.instance}" if row.instance else row.equipment
        order = Order(row.site, row.gateway, target, arguments, self._caller.name, reason, expires_in)
        return str(give(self._connection, order, at=self._now).id)

    def write(self) -> None:
        """All into the store."""
        self.book.write()


def acknowledge(connection: Connection, id: str, caller: Caller, comment: str | None, *, now: int) -> AlarmRow:
    """Say who has seen it, and when; Conflict where somebody else has already."""
    answering = Answering(connection, caller, now)
    row = answering.does(id, "acknowledge", lambda row, by: machine.acknowledge(row, by, comment, now))
    if row.rule == INTEGRITY and row.detected_by == "cloud" and row.live:
        answering.book.clear(row, "acknowledged", at=now, by=caller.name)
    answering.write()
    return row


def acknowledge_many(connection: Connection, ids: Sequence[str], caller: Caller, *, now: int) -> Each:
    """Several at once, each for itself; life safety is acknowledged one by one, by opening it."""

    def one(row: AlarmRow, by: Actor) -> tuple[Said, ...]:
        if machine.life_safety(row):
            zh, en = "生命安全报警须逐条打开接警", "a life-safety alarm is acknowledged only one by one, by opening it"
            raise Refused(zh, en)
        return machine.acknowledge(row, by, None, now)

    return each(connection, ids, caller, "acknowledge", one, now=now)


@dataclass(frozen=True, slots=True)
class Each:
    """What became of several: the alarms to which it was done, and of each other one why not."""

    done: list[AlarmRow]
    refused: list[tuple[str, Problem]]


def each(
    connection: Connection, ids: Sequence[str], caller: Caller, action: str, transition: Does, *, now: int
) -> Each:
    """One transition of several alarms, each for itself. The first refusal is raised where it was done to none."""
    answering = Answering(connection, caller, now)
    found = Each([], [])
    for id in dict.fromkeys(ids):
        try:
            found.done.append(answering.does(id, action, transition))
        except Problem as refused:
            found.refused.append((id, refused))
    if not found.done:
        raise found.refused[0][1]
    answering.write()
    return found


def confirm(connection: Connection, id: str, caller: Caller, outcome: Outcome, found: str, *, now: int) -> AlarmRow:
    """核实. The edge learns of it; one that was false opens its record or repair order."""
    answering = Answering(connection, caller, now)
    known = answering.book.by_id(id)
    before = known.confirmed_outcome if known is not None else None
    row = answering.does(id, "confirm", lambda row, by: machine.confirm(row, by, outcome, found, now))
    if row.confirmed_at == now and row.confirmed_by == caller.name[:64]:
        if row.detected_by == "edge" and row.live:
            answering.instruct(row, AlarmConfirmed(rule=row.rule, outcome=outcome), found)
        if outcome == "false":
            record_false(answering.book, row)
        elif before == "false":
            take_back(answering.book, row, caller.name)
        if outcome == "real" and machine.life_safety(row):
            answering.book.notify(row, "confirmed")
    answering.write()
    return row


def comment(connection: Connection, id: str, caller: Caller, text: str, *, now: int) -> AlarmRow:
    """A remark for the history."""
    return one(connection, id, caller, "comment", lambda *_: (("commented", text),), now=now)


def assign(connection: Connection, id: str, caller: Caller, to: str, *, now: int) -> AlarmRow:
    """Give it to one person, who may answer it. Unprocessable says why somebody can't."""

    def give_to(row: AlarmRow, _: Actor) -> tuple[Said, ...]:
        _expect_answerer(connection, row, to)
        return machine.assign(row, to)

    return one(connection, id, caller, "assign", give_to, now=now)


def _expect_answerer(connection: Connection, row: AlarmRow, to: str) -> None:
    user = user_by_name(connection, to)
    if user is None:
        raise Unprocessable(f"没有用户 {to!r} · there is no user {to!r}")
    if user["disabled"]:
        raise Unprocessable(f"用户 {to!r} 的账号已停用 · the account of {to!r} is disabled: assign it to somebody else")
    try:
        somebody = Caller("user", user["id"], to, permissions_of(load_roles(user["roles"])))
        may_answer(row, row.id, somebody, Permission.ALARM_ACKNOWLEDGE)
    except (NotFound, Forbidden):
        raise Unprocessable(
            f"用户 {to!r} 的岗位无权处理此报警 · {to!r} may not answer this alarm at {row.site!r}: "
            "assign it to somebody of its post"
        ) from None


def silence(connection: Connection, ids: Sequence[str], caller: Caller, *, now: int) -> Each:
    """消音 of several, each for itself."""
    return each(connection, ids, caller, "silence", lambda row, by: machine.silence(row, by, now), now=now)


def one(
    connection: Connection,
    id: str,
    caller: Caller,
    action: str,
    transition: Does,
    *,
    now: int,
    permission: Permission = Permission.ALARM_ACKNOWLEDGE,
) -> AlarmRow:
    """One transition of one alarm."""
    answering = Answering(connection, caller, now)
    row = answering.does(id, action, transition, permission=permission)
    answering.write()
    return row


def ask_reset(connection: Connection, id: str, caller: Caller, reason: str, *, now: int) -> AlarmRow:
    """Send the edge an `alarm.reset`; it refuses while the condition still holds. Never touches the panel."""
    answering = Answering(connection, caller, now)
    row = may_answer(answering.book.by_id(id), id, caller, Permission.ALARM_RESET)
    if row.detected_by != "edge":
        raise Conflict(
            "此报警由本系统自行发现,原因消除后自动结束,无需复位 · "
            "the cloud found this alarm itself; it ends when its cause does, there is nothing to reset"
        )
    if not row.live or row.detection == Detection.CLEARED:
        raise Conflict("报警已结束,无需复位 · this alarm is over; there is nothing to reset")
    given = answering.instruct(row, AlarmReset(rule=row.rule), reason)
    answering.book.step(row, "reset_asked", at=now, by=caller.name, detail=reason)
    answering.audit(row, "reset", f"{given}: {reason}")
    answering.write()
    return row
