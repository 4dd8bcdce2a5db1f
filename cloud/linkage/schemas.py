"""Checklists on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import RowMapping

from cloud.wire import Moment
from facility.clock import NS
from facility.linkage import EffectKind
from facility.words import Frozen, Text


class LinkageEffect(Frozen):
    """One line of a checklist."""

    id: str
    kind: EffectKind
    name: Text
    point: str
    wanted: str
    """The state that is the effect."""
    state: Literal["expected", "awaited", "seen", "late", "missing", "not_awaited"]
    """expected: the fire is not confirmed; late: seen, after it was missing; not_awaited: closed before its time."""
    within: float
    """Seconds from the confirmation."""
    due_at: Moment | None
    seen_at: Moment | None
    seconds: float | None
    """From the confirmation to the effect; negative: before it."""
    already: bool
    """It was there when the first fire came."""
    missing_at: Moment | None
    known: bool | None
    """Of a missing one: whether its point could be read at all."""


class Linkage(Frozen):
    """The checklist of one fire or drill of a zone. `confirmed_at` is t0."""

    id: str
    site: str
    gateway: str
    zone: str
    zone_name: Text
    state: Literal["open", "confirmed", "closed"]
    drill: bool
    equipment: str
    instance: str
    """The first address in alarm; both empty in a drill that began without one."""
    opened_at: Moment
    confirmed_at: Moment | None
    confirmed_by: Literal["addresses", "call_point", "instruction", "drill"] | None
    closed_at: Moment | None
    close_reason: Literal["panel_reset", "not_confirmed", "drill_ended", "removed"] | None
    seen: int
    missing: int
    """Missing and not seen since."""
    awaited: int
    effects: tuple[LinkageEffect, ...]


def linkage_of(row: RowMapping, effects: Sequence[RowMapping]) -> Linkage:
    """From the rows."""
    found = tuple(_effect(row, effect) for effect in effects)
    states = [effect.state for effect in found]
    t0, closed = row["confirmed_at"], row["closed_at"]
    names = ("id", "site", "gateway", "zone", "drill", "equipment", "instance", "opened_at")
    more = ("confirmed_at", "confirmed_by", "closed_at", "close_reason")
    return Linkage.model_validate(
        {name: row[name] for name in (*names, *more)}
        | {
            "zone_name": Text(zh=row["zone_zh"], en=row["zone_en"]),
            "state": "closed" if closed is not None else "open" if t0 is None else "confirmed",
            "seen": states.count("seen") + states.count("late"),
            "missing": states.count("missing"),
            "awaited": states.count("awaited"),
            "effects": found,
        }
    )


def _effect(row: RowMapping, effect: RowMapping) -> LinkageEffect:
    t0 = row["confirmed_at"]
    names = ("id", "kind", "point", "within", "seen_at", "seconds", "already", "missing_at", "known")
    return LinkageEffect.model_validate(
        {name: effect[name] for name in names}
        | {
            "name": Text(zh=effect["name_zh"], en=effect["name_en"]),
            "wanted": effect["state"],
            "state": _state(row, effect),
            "due_at": None if t0 is None else t0 + round(effect["within"] * NS),
        }
    )


def _state(row: RowMapping, effect: RowMapping) -> str:
    if effect["seen_at"] is not None:
        return "seen" if effect["missing_at"] is None else "late"
    if effect["missing_at"] is not None:
        return "missing"
    if row["closed_at"] is not None:
        return "not_awaited"
    return "expected" if row["confirmed_at"] is None else "awaited"
