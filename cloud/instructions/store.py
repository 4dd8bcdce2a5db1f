"""Instructions in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from cloud.ids import new_id
from cloud.instructions.tables import INSTRUCTION
from facility.clock import NS
from facility.event import InstructionResult
from facility.instruction import Instruction, InstructionArguments

EXPIRES: float = 3600.0
"""Seconds that an instruction holds where nothing else is said."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What a gateway shall do."""

    site: str
    gateway: str
    target: str
    arguments: InstructionArguments
    by: str
    reason: str
    expires_in: float = EXPIRES


def give(connection: Connection, order: Order, *, at: int) -> Instruction:
    """Make it durable, next in the gateway's line."""
    i = INSTRUCTION.c
    mine = (i.site == order.site) & (i.gateway == order.gateway)
    seq = (connection.execute(select(func.max(i.seq)).where(mine)).scalar_one_or_none() or 0) + 1
    row = {
        "site": order.site,
        "gateway": order.gateway,
        "seq": seq,
        "id": new_id(at),
        "target": order.target,
        "arguments": order.arguments.model_dump_json(),
        "by": order.by,
        "reason": order.reason,
        "at": at,
        "expires": at + round(order.expires_in * NS),
    }
    found = connection.execute(insert(INSTRUCTION).returning(INSTRUCTION), row).mappings().one()
    return instruction_of(found)


def open_instructions(connection: Connection, site: str, gateway: str, after: int) -> tuple[Instruction, ...]:
    """Those after a number that have no answer yet, in order."""
    i = INSTRUCTION.c
    where = (i.site == site) & (i.gateway == gateway) & (i.seq > after) & i.outcome.is_(None)
    rows = connection.execute(select(INSTRUCTION).where(where).order_by(i.seq).limit(AT_ONCE)).mappings()
    return tuple(instruction_of(row) for row in rows)


def instructions(
    connection: Connection, site: str, gateway: str, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """All that were given to a gateway, the newest first, before a number."""
    i = INSTRUCTION.c
    query = select(INSTRUCTION).where((i.site == site) & (i.gateway == gateway))
    if before is not None:
        query = query.where(i.seq < before)
    return connection.execute(query.order_by(i.seq.desc()).limit(limit)).mappings().all()


def answer(connection: Connection, site: str, gateway: str, result: InstructionResult, *, at: int) -> RowMapping | None:
    """Keep the gateway's answer; the instruction, None where it has none such or was answered before."""
    i = INSTRUCTION.c
    own = (i.site == site) & (i.gateway == gateway) & (i.id == str(result.instruction)) & i.outcome.is_(None)
    said = {"outcome": result.outcome, "why": result.why, "answered_at": at}
    return connection.execute(update(INSTRUCTION).where(own).values(**said).returning(INSTRUCTION)).mappings().first()


def instruction_of(row: RowMapping) -> Instruction:
    """The instruction of a row."""
    names = ("id", "seq", "site", "gateway", "target", "by", "reason", "at", "expires")
    return Instruction.model_validate({n: row[n] for n in names} | {"arguments": orjson.loads(row["arguments"])})
