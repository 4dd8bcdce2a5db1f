"""Alarms: priorities, classes, rules as data, and the ISA-18.2 state derived from detection and response."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from facility import expression as expressions
from facility.access import DoorFinding, Entrance
from facility.words import Duration, Frozen, Id, Steps, Text


class Priority(IntEnum):
    """1 is the most urgent; colour and shape: hmi.md."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


class AlarmClass(StrEnum):
    """What sort of danger; fire, supervisory, fault and shielded are kept apart."""

    LIFE_SAFETY = "life_safety"
    FIRE_SUPERVISORY = "fire_supervisory"
    FIRE_FAULT = "fire_fault"
    FIRE_SHIELDED = "fire_shielded"
    SECURITY = "security"
    EQUIPMENT = "equipment"
    ENERGY = "energy"
    CONDITION = "condition"
    COMMUNICATION = "communication"
    INTEGRITY = "integrity"


class Post(StrEnum):
    """Who is alarmed."""

    CONTROL_ROOM = "control_room"
    ENGINEERING = "engineering"
    LIST = "list"
    """On the list only: no sound, no message."""


class OrderClass(StrEnum):
    """The class of a work order: which promise it runs against."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    HARD = "hard"
    SMALL = "small"


class Detection(StrEnum):
    """What the edge says of an alarm."""

    ACTIVE = "active"
    CLEARED = "cleared"
    LATCHED = "latched"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


class AlarmState(StrEnum):
    """ISA-18.2 figure 3, derived; never stored."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RTN_UNACKNOWLEDGED = "rtn_unacknowledged"
    """Returned to normal, nobody has said yet that they saw it."""
    LATCHED_UNACKNOWLEDGED = "latched_unacknowledged"
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"
    NORMAL = "normal"


def alarm_state(detection: Detection, *, acknowledged: bool, shelved: bool = False) -> AlarmState:
    """The ISA-18.2 state of what the edge detects and people answered."""
    if detection is Detection.OUT_OF_SERVICE:
        return AlarmState.OUT_OF_SERVICE
    if detection is Detection.SUPPRESSED:
        return AlarmState.SUPPRESSED
    if shelved:
        return AlarmState.SHELVED
    table = {
        Detection.ACTIVE: (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED),
        Detection.LATCHED: (AlarmState.LATCHED_UNACKNOWLEDGED, AlarmState.LATCHED_ACKNOWLEDGED),
        Detection.CLEARED: (AlarmState.RTN_UNACKNOWLEDGED, AlarmState.NORMAL),
    }
    return table[detection][acknowledged]


class High(Frozen):
    """Active above `limit`, clear at or below limit - deadband."""

    kind: Literal["high"]
    point: Id
    limit: float
    deadband: float = Field(default=0.0, ge=0)


class Low(Frozen):
    """Active below `limit`, clear at or above limit + deadband."""

    kind: Literal["low"]
    point: Id
    limit: float
    deadband: float = Field(default=0.0, ge=0)


class Is(Frozen):
    """Active while a state point is one of the named states."""

    kind: Literal["is"]
    point: Id
    states: tuple[Id, ...] = Field(min_length=1)


class Bit(Frozen):
    """Active while one bit of a word is set."""

    kind: Literal["bit"]
    point: Id
    bit: int = Field(ge=0, le=63)


class Rate(Frozen):
    """Active while the point changes by more than `limit` a second over `over`."""

    kind: Literal["rate"]
    point: Id
    limit: float = Field(gt=0)
    over: Duration
    direction: Literal["rise", "fall", "both"] = "both"


class Deviation(Frozen):
    """Active while the point is further than `limit` from a set-point or twin."""

    kind: Literal["deviation"]
    point: Id
    of: Id
    limit: float = Field(gt=0)
    deadband: float = Field(default=0.0, ge=0)


class Stuck(Frozen):
    """Active while the value has not moved by more than `within` for `over`."""

    kind: Literal["stuck"]
    point: Id
    over: Duration
    within: float = Field(default=0.0, ge=0)


class NoData(Frozen):
    """Active while no good value came for `over`; without a point: of the whole equipment."""

    kind: Literal["no_data"]
    point: Id | None = None
    over: Duration


SAME_ZONE: Final = {"zone": "same"}


class Count(Frozen):
    """Active while something happened at least `times` within `window`: rises, steps, messages."""

    kind: Literal["count"]
    point: Id
    times: int = Field(ge=1)
    window: Duration
    states: tuple[Id, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    """Of an event point: fields that must match. Of a state point `zone: same`: it is judged for each fire zone, and
    holds while so many of its instances there are in the states, come within `window` of one another."""

    @property
    def same_zone(self) -> bool:
        """Whether it is counted over the instances of each fire zone."""
        return self.where == SAME_ZONE


class NoEffect(Frozen):
    """Active while the state of `while` holds and the point expected to follow does not; judged once for each start."""

    kind: Literal["no_effect"]
    point: Id
    """The effect: must move by `move` in `direction` within `within` of the start."""
    move: float = Field(gt=0)
    direction: Literal["rise", "fall"]
    within: Duration


class Expression(Frozen):
    """Active while an expression over the equipment's points is true: `current > 1.1 * rated_current`."""

    kind: Literal["expression"]
    expression: str = Field(min_length=1)

    @model_validator(mode="after")
    def _readable(self) -> Expression:
        expressions.names(self.expression)
        return self


class Occurs(Frozen):
    """Raised by one message of an event point whose fields match."""

    kind: Literal["occurs"]
    point: Id
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    hold: Duration = 0.0
    """Clears by itself after it; 0 stays until reset."""


class DoorTime(Frozen):
    """Found by a door's watch: it stands open `over` long; or it opened with no grant in the `over` before it."""

    kind: Literal["door_time"]
    point: Id
    finding: Literal[DoorFinding.HELD_OPEN_SOON, DoorFinding.HELD_OPEN, DoorFinding.FORCED_OPEN]
    over: Duration


class DoorCount(Frozen):
    """Found by a door's watch: it happened at least `times` within `window`; below it is a record."""

    kind: Literal["door_count"]
    point: Id
    finding: Literal[
        DoorFinding.TAILGATING,
        DoorFinding.PEDESTRIAN,
        DoorFinding.EXPIRED_CARD,
        DoorFinding.WRONG_TRIES,
        DoorFinding.OPENED_BY_HAND,
    ]
    times: int = Field(ge=1, le=1000)
    window: Duration
    at_once: tuple[Entrance, ...] = ()
    """At these entrances once is enough."""

    def at(self, entrance: Entrance | None) -> DoorCount:
        """As it stands at an entrance; a site's own `times` comes over it."""
        once = entrance in self.at_once
        return self.model_copy(update={"times": 1 if once else self.times, "at_once": ()})


class Patrol(Frozen):
    """Found by the patrol, for each route, or for each checkpoint of each: not begun, or not come to, in time."""

    kind: Literal["patrol"]
    point: Id = "read"
    finding: Literal["late_start", "missed"]


# `kind` has no default in any of them: a dump without defaults must still say which one it is.
Condition = Annotated[
    High | Low | Is | Bit | Rate | Deviation | Stuck | NoData | Count | NoEffect | Expression | Occurs
    | DoorTime | DoorCount | Patrol,
    Field(discriminator="kind"),
]  # fmt: skip


class While(Frozen):
    """A state that guards a condition: the rule sleeps unless the point is in one of the states."""

    point: Id
    states: tuple[Id, ...] = Field(min_length=1)


class OrderPolicy(Frozen):
    """The work order that the cloud opens for an alarm of this rule."""

    order_class: OrderClass = Field(alias="class")
    trade: Id
    """electrical, plumbing, mechanical, elevator, fire, security, it: the certificate that it may need."""


MAX_SHELVE: Final = 8 * 3600.0
DEFAULT_SHELVE: Final = 3600.0


class Rule(Frozen):
    """One alarm rule of an equipment type; a site may override limits and delays."""

    id: Id
    name: Text
    condition: Condition
    during: While | None = Field(default=None, alias="while")
    delay_on: Duration = 0.0
    delay_off: Duration = 0.0
    priority: Priority
    alarm_class: AlarmClass = Field(alias="class")
    latching: bool = False
    suppressed_by: tuple[Id, ...] = ()
    """Rules of the same equipment whose alarm is the cause of this one."""
    first_out: Id | None = None
    """A group: the first of its rules that alarms is the cause of those that follow and are not more urgent."""
    cuts_supply: bool = False
    """Its alarm is the cause of what equipment says that is `fed_by` this one; never of fire, security, life safety."""
    owners: tuple[Post, ...] = Field(min_length=1)
    fault: Id | None = None
    """One open order per (site, equipment, fault); None: no order."""
    order: OrderPolicy | None = None
    guidance: Steps
    per: Id | None = None
    """The kind of instance that it is judged for, one by one."""

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        if (self.fault is None) != (self.order is None):
            raise ValueError("fault and order go together: name both, or neither")
        if self.alarm_class is AlarmClass.LIFE_SAFETY and not self.latching:
            raise ValueError("a life-safety rule is latching: it stays until it is reset by hand")
        if self.alarm_class is AlarmClass.LIFE_SAFETY and (self.suppressed_by or self.first_out):
            raise ValueError("a life-safety alarm is never suppressed: take suppressed_by and first_out away")
        if isinstance(self.condition, NoEffect) and self.during is None:
            raise ValueError("a no_effect condition needs while: the state that should have the effect")
        if isinstance(self.condition, Occurs) and self.delay_on and self.delay_on >= self.condition.hold:
            raise ValueError("a message lasts only for its hold: with this delay_on it could never alarm")
        if len(self.guidance.zh) != len(self.guidance.en):
            raise ValueError("guidance has as many steps in English as in Chinese")
        return self

    def points(self) -> frozenset[str]:
        """The points of the equipment that the rule looks at."""
        found = {getattr(self.condition, "point", None), getattr(self.condition, "of", None)}
        if isinstance(self.condition, Expression):
            found |= expressions.points(self.condition.expression)
        if self.during is not None:
            found.add(self.during.point)
        return frozenset(p for p in found if p)

    def rated(self) -> frozenset[str]:
        """The name-plate figures that the rule needs."""
        return expressions.rated(self.condition.expression) if isinstance(self.condition, Expression) else frozenset()

    @property
    def lane(self) -> str:
        """The lane its events travel in."""
        return "life" if self.alarm_class is AlarmClass.LIFE_SAFETY else "event"
