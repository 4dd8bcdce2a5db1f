"""The gateway's answer to an instruction."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.effects import Arrival, on
from cloud.instructions.store import answer
from facility.event import InstructionResult


@on(InstructionResult)
def answered(connection: Connection, arrival: Arrival) -> None:
    """Keep it, and write it into the audit log."""
    event, result = arrival.event, arrival.event.data
    if not isinstance(result, InstructionResult):
        return
    row = answer(connection, event.site, event.gateway, result, at=event.at)
    if row is not None:
        who = Caller("gateway", event.gateway, event.gateway, site=event.site, gateway=event.gateway)
        said = Entry("instruction.answer", row["id"], event.site, result.outcome, result.why)
        record(connection, who, said, at=arrival.now)
