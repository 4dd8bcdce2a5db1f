"""Taking one action: looked up by its key, done, written down with its outcome; all in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select

from cloud.caller import Caller
from cloud.database.handing import savepoint
from cloud.errors import Conflict, Problem, Unavailable
from cloud.order_actions.deeds import transition
from cloud.order_actions.schemas import ActionResult, Outcome, PhoneAction
from cloud.order_actions.tables import ORDER_ACTION
from cloud.order_actions.times import Taken, taken
from cloud.permissions import Permission
from cloud.work_orders.doing import Deed
from cloud.work_orders.history import steps_of
from cloud.work_orders.schemas import WorkOrder, order_fields
from cloud.work_orders.steps import step, visible
from cloud.work_orders.store import order_by_id

_A = ORDER_ACTION.c
HELD: Final = "前一步尚未完成 · what went before it is not done: it waits"
FOREIGN: Final = "操作编号重复 · this key belongs to another action: send this one with a key of its own"


@dataclass(frozen=True, slots=True)
class _Ended:
    outcome: Outcome
    detail: str


def take(connection: Connection, caller: Caller, action: PhoneAction, behind: int, now: int) -> ActionResult:
    """Do it, unless it was done before; a refusal is written down too, and changes nothing else.

    `behind`: what is to be added to the telephone's times to have ours, in ns.
    """
    known = _known(connection, caller.name, action.key)
    if known is not None:
        return _again(connection, caller, action, known)
    if action.after is not None and not _done(connection, caller.name, action):
        return _told(connection, caller, action, _Ended("held", HELD), None, repeated=False)
    when = taken(steps_of(connection, action.order), action.at + behind, now)
    ended = _try(connection, caller, action, Deed(caller.name, when.at, now))
    _keep(connection, caller, action, ended, when, now)
    return _told(connection, caller, action, ended, when, repeated=False)


def _try(connection: Connection, caller: Caller, action: PhoneAction, deed: Deed) -> _Ended:
    kind = action.does.kind
    try:
        with savepoint(connection):
            do = transition(action.does, deed)
            step(connection, action.order, caller, Permission.ORDER_WORK, kind, do, now=deed.now)
    except Unavailable:
        raise
    except Conflict as problem:
        return _Ended("conflict", problem.detail)
    except Problem as problem:
        return _Ended("refused", problem.detail)
    return _Ended("done", "")


def _known(connection: Connection, by: str, key: str) -> RowMapping | None:
    query = select(ORDER_ACTION).where(_A.by == by[:64], _A.key == key)
    return connection.execute(query).mappings().first()


def _done(connection: Connection, by: str, action: PhoneAction) -> bool:
    known = _known(connection, by, str(action.after))
    return known is not None and known["outcome"] == "done" and known["order_id"] == action.order


def _again(connection: Connection, caller: Caller, action: PhoneAction, known: RowMapping) -> ActionResult:
    if known["digest"] != digest(action):
        return _told(connection, caller, action, _Ended("refused", FOREIGN), None, repeated=False)
    when = Taken(known["claimed_at"], known["at"], known["adjusted"])
    return _told(connection, caller, action, _Ended(known["outcome"], known["detail"]), when, repeated=True)


def digest(action: PhoneAction) -> str:
    """Of what an action says; not of when it is sent, nor of what goes before it."""
    told = action.model_dump_json(by_alias=True, exclude={"after"})
    return hashlib.sha256(told.encode()).hexdigest()


def _keep(connection: Connection, caller: Caller, action: PhoneAction, ended: _Ended, when: Taken, now: int) -> None:
    order = order_by_id(connection, action.order)
    told = {
        "by": caller.name[:64], "key": action.key, "site": order["site"] if order is not None else "",
        "order_id": action.order, "kind": action.does.kind, "digest": digest(action), "outcome": ended.outcome,
        "detail": ended.detail[:2000], "claimed_at": when.claimed, "at": when.at, "adjusted": when.adjusted,
        "received_at": now,
    }  # fmt: skip
    connection.execute(insert(ORDER_ACTION), told)


def _told(
    connection: Connection, caller: Caller, action: PhoneAction, ended: _Ended, when: Taken | None, *, repeated: bool
) -> ActionResult:
    row = order_by_id(connection, action.order)
    seen = row is not None and visible(caller, row["site"], row["assignee"])
    done = when if ended.outcome == "done" else None
    return ActionResult(
        key=action.key,
        outcome=ended.outcome,
        detail=ended.detail,
        at=done.at if done is not None else None,
        adjusted=done is not None and done.adjusted,
        repeated=repeated,
        order=WorkOrder.model_validate(order_fields(row)) if row is not None and seen else None,
    )


def actions_of(connection: Connection, order: str) -> list[RowMapping]:
    """All that telephones delivered for an order, as it came."""
    query = select(ORDER_ACTION).where(_A.order_id == order).order_by(_A.received_at, _A.at, _A.key)
    return list(connection.execute(query).mappings().all())
