"""Who may do what: the ten roles of a building and the permissions of each, as one small table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing that can be allowed; an endpoint names the one it needs."""

    SITE_READ = "site:read"
    EQUIPMENT_READ = "equipment:read"
    SERIES_READ = "series:read"
    HISTORY_READ = "history:read"
    ALARM_READ = "alarm:read"
    ALARM_ACKNOWLEDGE = "alarm:acknowledge"
    ALARM_RESET = "alarm:reset"
    CONTROL_ROOM_ANSWER = "control_room:answer"
    """Acknowledge or reset what alarms the control room: fire, people trapped."""
    ENGINEERING_ANSWER = "engineering:answer"
    ALARM_SHELVE = "alarm:shelve"
    ALARM_DECIDE = "alarm:decide"
    """The head: decides alone what else takes two: a fire was false, a fire is over."""
    DUTY_READ = "duty:read"
    DUTY_MANAGE = "duty:manage"
    """Posts and rota."""
    SITE_MANAGE = "site:manage"
    NOTIFICATION_READ = "notification:read"
    NOTIFICATION_MANAGE = "notification:manage"
    """Channels, routes and their secrets."""
    ORDER_READ = "order:read"
    ORDER_READ_ASSIGNED = "order:read_assigned"
    """Only the orders that are given to oneself."""
    ORDER_REPORT = "order:report"
    """报修: ask for an order."""
    ORDER_DISPATCH = "order:dispatch"
    """派单, 回访, 消单: the desk's steps."""
    ORDER_WORK = "order:work"
    """Accept, arrive, restore: only what is given to oneself."""
    ORDER_VERIFY = "order:verify"
    ORDER_SUPERVISE = "order:supervise"
    """Take a repair for done that the device does not prove; cancel what a device asked for."""
    SERVICE_MANAGE = "service:manage"
    """Promises, calendars, plans, the equipment register."""
    ENERGY_READ = "energy:read"
    """What was used, and what it cost."""
    ENERGY_RECORD = "energy:record"
    """抄表: enter what a meter shows."""
    ENERGY_MANAGE = "energy:manage"
    """Meters, their tree and their replacement, tariffs, targets, factors."""
    PATROL_READ = "patrol:read"
    ACCESS_READ = "access:read"
    """Who went through which door: the comings and goings of residents are not for everybody."""
    STREAM_READ = "stream:read"
    GATEWAY_READ = "gateway:read"
    GATEWAY_REGISTER = "gateway:register"
    INSTRUCTION_GIVE = "instruction:give"
    """Give a gateway something to do; which kinds, the posts of its equipment say (cloud/instructions/posts.py)."""
    INSTRUCTION_FETCH = "instruction:fetch"
    INVENTORY_SEND = "inventory:send"
    EVENT_SEND = "event:send"
    LIVE_LINK = "live:link"
    HISTORIAN_WRITE = "historian:write"
    USER_READ = "user:read"
    USER_MANAGE = "user:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - a permission, no secret
    AUDIT_READ = "audit:read"
    METRICS_READ = "metrics:read"


class Role(StrEnum):
    """The roles of domain.md §1; each is held per site."""

    VIEWER = "viewer"
    DESK = "desk"
    FIRE_OPERATOR = "fire_operator"
    GUARD = "guard"
    ENGINEER = "engineer"
    CONTRACTOR = "contractor"
    ENERGY = "energy"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"


_P = Permission
_LOOK: Final = frozenset({_P.SITE_READ, _P.EQUIPMENT_READ, _P.SERIES_READ, _P.STREAM_READ, _P.GATEWAY_READ})
_WATCH: Final = _LOOK | {_P.ALARM_READ, _P.ORDER_READ, _P.ORDER_READ_ASSIGNED, _P.DUTY_READ}
_ANSWER: Final = _WATCH | {_P.PATROL_READ} | {_P.ALARM_ACKNOWLEDGE}

GATEWAY: Final = frozenset(
    {
        _P.INVENTORY_SEND,
        _P.EVENT_SEND,
        _P.LIVE_LINK,
        _P.INSTRUCTION_FETCH,
        _P.HISTORIAN_WRITE,
    }
)
"""What a gateway's token may, for its own id and site only."""

OF_ROLE: Final[dict[Role, frozenset[Permission]]] = {
    Role.VIEWER: _WATCH | {_P.ENERGY_READ},
    Role.DESK: _WATCH | {_P.ORDER_REPORT, _P.ORDER_DISPATCH, _P.ORDER_VERIFY},
    Role.FIRE_OPERATOR: _ANSWER
    | {_P.ACCESS_READ}
    | {_P.ALARM_RESET, _P.ALARM_SHELVE, _P.CONTROL_ROOM_ANSWER, _P.NOTIFICATION_READ, _P.INSTRUCTION_GIVE},
    Role.GUARD: _ANSWER | {_P.ACCESS_READ, _P.ORDER_REPORT},
    Role.ENGINEER: _ANSWER
    | {_P.ALARM_RESET, _P.ALARM_SHELVE, _P.ENGINEERING_ANSWER, _P.HISTORY_READ, _P.INSTRUCTION_GIVE}
    | {_P.ORDER_REPORT, _P.ORDER_WORK, _P.ORDER_VERIFY}
    | {_P.ENERGY_READ, _P.ENERGY_RECORD},
    Role.CONTRACTOR: _LOOK | {_P.ORDER_READ_ASSIGNED, _P.ORDER_WORK},
    Role.ENERGY: _WATCH | {_P.HISTORY_READ} | {_P.ENERGY_READ, _P.ENERGY_RECORD, _P.ENERGY_MANAGE},
    Role.MANAGER: _ANSWER
    | {_P.ACCESS_READ}
    | {_P.ALARM_RESET, _P.ALARM_SHELVE, _P.ALARM_DECIDE, _P.DUTY_MANAGE, _P.SITE_MANAGE}
    | {_P.HISTORY_READ, _P.USER_READ, _P.NOTIFICATION_READ, _P.INSTRUCTION_GIVE}
    | {_P.ORDER_REPORT, _P.ORDER_DISPATCH, _P.ORDER_WORK, _P.ORDER_VERIFY, _P.ORDER_SUPERVISE, _P.SERVICE_MANAGE}
    | {_P.ENERGY_READ, _P.ENERGY_RECORD, _P.ENERGY_MANAGE},
    Role.ADMIN: frozenset(Permission) - (GATEWAY - {_P.HISTORIAN_WRITE}),
    Role.AUDITOR: _WATCH
    | {_P.PATROL_READ, _P.ACCESS_READ}
    | {_P.HISTORY_READ, _P.USER_READ, _P.AUDIT_READ, _P.NOTIFICATION_READ, _P.ENERGY_READ},
}
"""The table."""

EVERYWHERE: Final = "*"
"""Stands for every site."""
