"""What a point means: its kind, unit, names and limits; the same for every model of a type."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, StrictBool, model_validator

from facility.words import Duration, Frozen, Id, Text


class Kind(StrEnum):
    """What sort of thing a point carries."""

    MEASUREMENT = "measurement"
    STATE = "state"
    COUNTER = "counter"
    """Cumulative: only ever rises, but for roll-over, reset and exchange."""
    TEXT = "text"
    """Never a sample: a changed text is an Event."""
    EVENT = "event"
    """A message that is a fact of its own: a card read, a patrol read."""

    @property
    def sampled(self) -> bool:
        """Whether it has samples in the historian."""
        return self in (Kind.MEASUREMENT, Kind.STATE, Kind.COUNTER)


class State(Frozen):
    """One value of a state point."""

    value: int
    code: Id
    zh: str
    en: str


class Range(Frozen):
    """Two ends, both included; an absent one is open."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low} must be below high {self.high}")
        return self


class Deadband(Frozen):
    """The smallest change that the telemetry lane sends on: absolute, or per cent of the normal band."""

    absolute: float | None = Field(default=None, ge=0)
    percent: float | None = Field(default=None, gt=0, le=100)

    @model_validator(mode="after")
    def _one(self) -> Deadband:
        if (self.absolute is None) == (self.percent is None):
            raise ValueError("a deadband is absolute or percent, exactly one of them")
        return self


class WriteLimits(Frozen):
    """How a writable point may be written, beside its states and its valid range."""

    range: Range | None = None
    """Narrower than what the point may read."""
    step: float | None = Field(default=None, gt=0)
    """Only whole steps from the range's low end, from 0 where it has none."""
    pause: Duration = 1.0
    """Least time between two writes: a pump is not started twice in a breath."""


class Point(Frozen):
    """One point of an equipment type, as equipment.yaml says it."""

    id: Id
    kind: Kind
    name: Text
    unit: str = ""
    """UCUM; empty for states, counts of things use `1`."""
    per: Id | None = None
    """The kind of instance that each has one of (a fire panel's `address`)."""
    states: tuple[State, ...] = ()
    normal: Range | None = None
    """The band of a healthy day: drawn behind the value."""
    valid: Range | None = None
    """Beyond it the value is bad (out_of_range), whatever the device says."""
    decimals: int = Field(default=1, ge=0, le=6)
    deadband: Deadband | None = None
    period: Duration | None = None
    stale_after: Duration | None = None
    """Default: three periods; of an MQTT point: its heartbeat."""
    writable: StrictBool = False
    write: WriteLimits | None = None
    """Of a writable point; None: any value of its states or valid range, once a second."""
    key: StrictBool = False
    """Shown in the row of its system."""

    @model_validator(mode="after")
    def _consistent(self) -> Point:
        if self.kind is Kind.STATE and not self.states:
            raise ValueError("a state point lists its states: - {value: 0, code: off, zh: 停, en: Off}")
        if self.kind is not Kind.STATE and self.states:
            raise ValueError(f"a {self.kind} point has no states")
        if self.kind is Kind.COUNTER and self.deadband is not None and self.deadband.percent is not None:
            raise ValueError(
                "a percent deadband on a counter would hide its use: take it away, counters are always sent"
            )
        if (
            self.deadband is not None
            and self.deadband.percent is not None
            and not (self.normal and self.normal.low is not None and self.normal.high is not None)
        ):
            raise ValueError("a percent deadband needs a normal band with low and high")
        if self.write is not None and self.kind in (Kind.COUNTER, Kind.TEXT, Kind.EVENT):
            raise ValueError(f"a {self.kind} point is not written: take write away")
        codes = [s.code for s in self.states]
        values = [s.value for s in self.states]
        if len(set(codes)) != len(codes) or len(set(values)) != len(values):
            raise ValueError("states must have different codes and different values")
        return self

    def state_value(self, code: str) -> int | None:
        """The value of the state `code`, None where there is no such state."""
        return next((s.value for s in self.states if s.code == code), None)
