"""Who took an alarm's rule out of service, until when and why: read from what the gateway was told."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, select

from cloud.alarms.row import AlarmRow
from cloud.instructions.tables import INSTRUCTION
from facility.clock import iso
from facility.instruction import OutOfService

_I: Final = INSTRUCTION.c
_BACK: Final = 200
"""Instructions of one target that are looked through, the newest first."""


def withdrawn(connection: Connection, row: AlarmRow, at: int) -> tuple[str, str] | None:
    """(who allowed it, `until: reason`); a reason that begins with `permit:` names the permit. None: by no one here."""
    targets = [row.equipment, f"{row.equipment}.{row.instance}"]
    mine = (_I.site == row.site) & (_I.gateway == row.gateway) & _I.target.in_(targets)
    query = select(_I.arguments, _I.by, _I.reason, _I.at).where(mine, _I.arguments.contains('"out_of_service"'))
    for told, by, reason, given in connection.execute(query.order_by(_I.seq.desc()).limit(_BACK)):
        asked = OutOfService.model_validate(orjson.loads(told))
        if asked.rule != row.rule or (asked.until is None and given > at):
            continue
        return (by, f"{iso(asked.until)}: {reason}") if asked.until is not None and asked.until > at else None
    return None
