"""Fire linkage: the ten effects that a fire must have, and what the edge tells of them; only ever watched."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from facility.words import Frozen, Text

MISSING_RULE: Final = "linkage_missing"
"""The built-in alarm rule of an effect that did not come: equipment and the rest of the effect's point id name it."""


class EffectKind(StrEnum):
    """What an effect is one of; several of a kind are told apart by their ids."""

    DOORS_RELEASED = "doors_released"
    BARRIERS_UP = "barriers_up"
    COURTYARD_GATE_OPEN = "courtyard_gate_open"
    LIFTS_RECALLED = "lifts_recalled"
    NON_FIRE_POWER_CUT = "non_fire_power_cut"
    SMOKE_FANS = "smoke_fans"
    SHUTTERS = "shutters"
    BROADCAST = "broadcast"
    EMERGENCY_LIGHTING = "emergency_lighting"
    FIRE_PUMP = "fire_pump"


class AwaitedEffect(Frozen):
    """One line of a checklist. `within`: seconds from the confirmation."""

    id: str
    kind: EffectKind
    name: Text
    point: str
    state: str
    within: float


class _OfFire(Frozen):
    """Every event of one checklist names it by its zone and the moment of its opening (UTC ns)."""

    zone: str
    opened: int
    drill: bool = False


class LinkageOpened(_OfFire):
    """The first fire of a zone, or the begin of a drill: from now on effects are recorded with their times."""

    type: Literal["linkage.opened"] = "linkage.opened"
    effects: tuple[AwaitedEffect, ...]


class LinkageConfirmed(_OfFire):
    """The fire is confirmed: the event's `at` is t0. What is missing is awaited from here on."""

    type: Literal["linkage.confirmed"] = "linkage.confirmed"
    by: Literal["addresses", "call_point", "instruction", "drill"]
    seen: dict[str, float] = Field(default_factory=dict)
    """Effects that are there already, and when they came: seconds from t0, not above 0. Any other is awaited."""


class LinkageSeen(_OfFire):
    """An expected effect was seen, `seconds` after confirmation; None before it."""

    type: Literal["linkage.seen"] = "linkage.seen"
    effect: str
    seconds: float | None = None
    already: bool = False
    """It was there when the first fire came."""


class LinkageMissing(_OfFire):
    """An expected effect of a confirmed fire did not come in time."""

    type: Literal["linkage.missing"] = "linkage.missing"
    effect: str
    within: float
    known: bool = True
    """Whether its point could be read: where not, nobody can say whether the effect came."""


class LinkageMarked(_OfFire):
    """People said what it is: from now on a drill, or no drill but a fire."""

    type: Literal["linkage.marked"] = "linkage.marked"


class LinkageClosed(_OfFire):
    """Nothing more is awaited."""

    type: Literal["linkage.closed"] = "linkage.closed"
    reason: Literal["panel_reset", "not_confirmed", "drill_ended", "removed"]
