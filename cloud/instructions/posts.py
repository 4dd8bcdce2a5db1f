"""Which post may give an instruction: what it touches decides, as it does for answering an alarm."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from cloud.caller import Caller
from cloud.equipment.store import row_of, rule_of
from cloud.errors import Forbidden
from cloud.permissions import Permission
from facility.alarm import AlarmClass, Post
from facility.equipment_type import System
from facility.instruction import AlarmConfirmed, AlarmReset, Drill, InstructionArguments, OutOfService, TestMode
from facility.linkage import MISSING_RULE

_CONTROL_ROOM: Final = frozenset({Permission.CONTROL_ROOM_ANSWER})
_ENGINEERING: Final = frozenset({Permission.ENGINEERING_ANSWER})
_HEAD: Final = frozenset({Permission.ALARM_DECIDE})
_OF_FIRE: Final = frozenset({System.FIRE, System.FIRE_WATER})
_SAYS: Final = {
    Permission.CONTROL_ROOM_ANSWER: ("消防控制室", "the control room"),
    Permission.ENGINEERING_ANSWER: ("工程部", "engineering"),
    Permission.ALARM_DECIDE: ("项目负责人", "the head"),
}


def require_post(
    connection: Connection, caller: Caller, site: str, target: str, arguments: InstructionArguments
) -> None:
    """Forbidden unless the caller's post may give this instruction at this site."""
    needed = _needed(connection, site, target.partition(".")[0], arguments)
    if not any(caller.may(permission, site) for permission in needed):
        zh = "、".join(_SAYS[p][0] for p in sorted(needed))
        en = " or ".join(_SAYS[p][1] for p in sorted(needed))
        raise Forbidden(f"该指令由{zh}下发,您的岗位无权 · this instruction is given by {en}; your role may not")


def vital(connection: Connection, site: str, equipment: str, rule: str) -> bool:
    """Whether taking this rule out of service takes two, or the head."""
    found = rule_of(connection, site, equipment, rule)
    return rule == MISSING_RULE or (found is not None and found.alarm_class is AlarmClass.LIFE_SAFETY)


def may_ask(connection: Connection, caller: Caller, site: str, equipment: str, rule: str) -> bool:
    """Whether this caller answers for the rule, or is the head."""
    return any(caller.may(permission, site) for permission in _of_rule(connection, site, equipment, rule) | _HEAD)


def _needed(
    connection: Connection, site: str, equipment: str, arguments: InstructionArguments
) -> frozenset[Permission]:
    match arguments:
        case Drill():
            return _CONTROL_ROOM | _HEAD
        case AlarmReset() | AlarmConfirmed():
            return _of_rule(connection, site, equipment, arguments.rule)
        case OutOfService():
            return _of_rule(connection, site, equipment, arguments.rule) | _HEAD
        case TestMode():
            row = row_of(connection, site, equipment)
            return _CONTROL_ROOM if row is not None and row["system"] in _OF_FIRE else _ENGINEERING
        case _:
            return _ENGINEERING


def _of_rule(connection: Connection, site: str, equipment: str, rule: str) -> frozenset[Permission]:
    """Who answers the rule's alarms; what is on the list only, either post."""
    found = rule_of(connection, site, equipment, rule)
    if found is None:
        return _CONTROL_ROOM if rule == MISSING_RULE else _CONTROL_ROOM | _ENGINEERING
    posts: dict[Post, frozenset[Permission]] = {Post.CONTROL_ROOM: _CONTROL_ROOM, Post.ENGINEERING: _ENGINEERING}
    return frozenset().union(*(posts.get(owner, _CONTROL_ROOM | _ENGINEERING) for owner in found.owners))
