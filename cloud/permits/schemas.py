"""Permits as people ask for them and see them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import Field
from sqlalchemy import RowMapping

from cloud.instructions.schemas import InstructionState
from cloud.wire import Asked, Moment, Said
from facility.words import Frozen, Id, Text


class PermitState(StrEnum):
    """How far a permit is."""

    ASKED = "asked"
    """It waits for a second person, or the head."""
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody allowed it in its time."""
    IN_FORCE = "in_force"
    ENDED = "ended"
    """Somebody put the rule back into service before its time."""
    OVER = "over"
    """Its time is over: the gateway put the rule back by itself."""


STATES: Final = {
    PermitState.ASKED: "待许可",
    PermitState.REFUSED: "未获许可",
    PermitState.LAPSED: "已失效",
    PermitState.IN_FORCE: "生效中",
    PermitState.ENDED: "已提前结束",
    PermitState.OVER: "已到期",
}
"""As a Chinese sentence says it."""


class NewPermit(Asked):
    """The body of POST /permits."""

    site: Id
    equipment: Id
    instance: str = Field(default="", max_length=64)
    """The address, door or card; empty: all of the equipment's."""
    rule: Id
    ends_at: Moment = Field(alias="until")
    """At most 24 h ahead for life safety, 30 days for anything else."""
    reason: Said
    """What is done meanwhile, and who watches instead."""


class PermitRefusal(Asked):
    """The body of POST /permits/{id}/refuse."""

    why: Said


class Permit(Frozen):
    """One permit, and what the gateway said to it."""

    id: str
    site: str
    gateway: str
    equipment: str
    equipment_name: Text
    instance: str
    rule: str
    rule_name: Text
    life_safety: bool
    """It takes two, or the head."""
    state: PermitState
    reason: str
    until: Moment
    asked_at: Moment
    asked_by: str
    allowed_at: Moment | None
    allowed_by: str | None
    answer: InstructionState | None
    """Whether the gateway has done it; null before it was allowed."""
    answer_why: str
    refused_at: Moment | None
    refused_by: str | None
    refused_why: str | None
    ended_at: Moment | None
    ended_by: str | None


def state_of(row: RowMapping, now: int) -> PermitState:
    """From its times."""
    if row["refused_at"] is not None:
        return PermitState.REFUSED
    if row["ended_at"] is not None:
        return PermitState.ENDED
    if row["allowed_at"] is None:
        return PermitState.ASKED if row["ends_at"] > now else PermitState.LAPSED
    return PermitState.IN_FORCE if row["ends_at"] > now else PermitState.OVER


def permit_of(row: RowMapping, now: int) -> Permit:
    """From its row, joined with its instruction's answer."""
    plain = {name: row[name] for name in Permit.model_fields if name in row}
    answer = row["outcome"] or (
        InstructionState.WAITING if (row["expires"] or 0) > now else InstructionState.UNANSWERED
    )
    return Permit.model_validate(
        plain
        | {
            "equipment_name": Text(zh=row["equipment_zh"], en=row["equipment_en"]),
            "rule_name": Text(zh=row["rule_zh"], en=row["rule_en"]),
            "state": state_of(row, now),
            "until": row["ends_at"],
            "answer": answer if row["instruction"] is not None else None,
            "answer_why": row["why"] or "",
        }
    )
