"""Nobody who is told of a danger to life is taken off while it waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, select

from cloud.alarms.tables import ALARM
from cloud.errors import Conflict
from facility.alarm import AlarmClass

_A: Final = ALARM.c


def expect_calm(connection: Connection, site: str) -> None:
    """Conflict while a life-safety alarm of the site is unanswered: its next steps go by these channels and routes."""
    if waits_for_an_answer(connection, site):
        raise Conflict(
            "有生命安全报警尚未接警,此时不得停用、删除或缩小通知范围 · "
            "a life-safety alarm waits for an answer: nobody is taken off what is told of it until it is acknowledged"
        )


def waits_for_an_answer(connection: Connection, site: str) -> bool:
    """Whether a life-safety alarm of the site is unanswered."""
    danger = (_A.alarm_class == AlarmClass.LIFE_SAFETY.value) & _A.acknowledged_at.is_(None) & _A.live
    return connection.execute(select(_A.id).where(_A.site == site, danger).limit(1)).first() is not None


def is_less(before: RowMapping, after: Mapping[str, Any]) -> bool:
    """Whether fewer would be told by a route than before: it is switched off, says less, or has lost a channel."""
    if not before["enabled"]:
        return False
    lost = set(orjson.loads(before["channels"])) - set(orjson.loads(after["channels"]))
    return not after["enabled"] or bool(lost) or orjson.loads(before["matches"]) != orjson.loads(after["matches"])
