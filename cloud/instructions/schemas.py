"""Instructions as people read and give them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import orjson
from pydantic import Field
from sqlalchemy import RowMapping

from cloud.instructions.store import EXPIRES
from cloud.wire import Asked, Moment, Said
from facility.instruction import InstructionArguments
from facility.words import Frozen


class NewInstruction(Asked):
    """The body of POST …/instructions."""

    target: str = Field(default="", max_length=200)
    """An equipment id, its instance after a dot; empty: the gateway itself."""
    arguments: InstructionArguments
    reason: Said
    expires_in: float = Field(default=EXPIRES, gt=0, le=7 * 86_400.0)
    """Seconds; after them it is never done."""


class InstructionState(StrEnum):
    """How far an instruction is."""

    WAITING = "waiting"
    """The gateway has not answered yet."""
    UNANSWERED = "unanswered"
    """Its time is over and the gateway has not answered: it is done no more, but may have been done."""
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"
    """The gateway heard of it too late, and did not do it."""


class GivenInstruction(Frozen):
    """An instruction and what came of it."""

    id: str
    seq: int
    site: str
    gateway: str
    target: str
    kind: str
    arguments: InstructionArguments
    by: str
    reason: str
    at: Moment
    expires: Moment
    state: InstructionState
    why: str
    """The gateway's words; empty where it is done or not answered."""
    answered_at: Moment | None


def given_instruction(row: RowMapping, now: int) -> GivenInstruction:
    """From its row."""
    arguments: dict[str, Any] = orjson.loads(row["arguments"])
    open_ = InstructionState.WAITING if row["expires"] > now else InstructionState.UNANSWERED
    names = ("id", "seq", "site", "gateway", "target", "by", "reason", "at", "expires", "answered_at")
    return GivenInstruction.model_validate(
        {name: row[name] for name in names}
        | {
            "kind": arguments["kind"],
            "arguments": arguments,
            "state": row["outcome"] or open_,
            "why": row["why"] or "",
        }
    )
