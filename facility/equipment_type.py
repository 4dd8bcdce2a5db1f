"""An equipment type as its equipment.yaml says it, and a device model as its models/<brand>-<model>.yaml says it."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from facility.alarm import SAME_ZONE, Count, Is, Occurs, Rule
from facility.errors import nearest
from facility.point import Kind, Point
from facility.words import Duration, Frozen, Id, Text


class System(StrEnum):
    """The systems of a building, one row each on engineering's page."""

    WATER = "water"
    DRAINAGE = "drainage"
    ELEVATORS = "elevators"
    FIRE = "fire"
    FIRE_WATER = "fire_water"
    POWER = "power"
    HVAC = "hvac"
    LIGHTING = "lighting"
    ACCESS = "access"
    PATROL = "patrol"
    METERING = "metering"
    WEATHER = "weather"


class InstanceKind(Frozen):
    """A kind of thing that one equipment has many of: a fire panel's addresses."""

    id: Id
    name: Text
    kinds: dict[Id, Text] = Field(default_factory=dict)
    """What sorts there are of it: smoke, heat, manual_call_point, module."""


class RatedFigure(Frozen):
    """A figure of the name plate that a site may give: rules and drawings reckon with it."""

    id: Id
    name: Text
    unit: str
    """UCUM."""


class EquipmentType(Frozen):
    """Points, rules and policies that every equipment of a type gets for nothing."""

    id: Id
    name: Text
    system: System
    writes: Literal["never", "allowed"] = "allowed"
    """`never` can't be overridden by a site (domain.md §5, Writing)."""
    instances: tuple[InstanceKind, ...] = ()
    rated: tuple[RatedFigure, ...] = ()
    points: tuple[Point, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> EquipmentType:
        wrong = [
            *self._twice(),
            *self._unknown_instances(),
            *self._unknown_points(),
            *self._unknown_rated(),
            *self._unknown_suppressors(),
            *self._uneven_groups(),
        ]
        if self.writes == "never":
            wrong += [f"point {p.id}: writable, but {self.id} is never written" for p in self.points if p.writable]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _twice(self) -> list[str]:
        found: list[str] = []
        for what, ids in (("point", [p.id for p in self.points]), ("rule", [r.id for r in self.rules])):
            found += [f"{what} {i} is there twice" for i in sorted(set(ids)) if ids.count(i) > 1]
        return found

    def _unknown_instances(self) -> list[str]:
        known = {i.id for i in self.instances}
        uses = [(f"point {p.id}", p.per) for p in self.points] + [(f"rule {r.id}", r.per) for r in self.rules]
        return [
            f"{who}: per {per!r} is no kind of instance here{nearest(per, known)}"
            for who, per in uses
            if per and per not in known
        ]

    def _unknown_points(self) -> list[str]:
        known = {p.id: p for p in self.points}
        found = [
            f"rule {r.id}: no point {p!r}{nearest(p, known)}"
            for r in self.rules
            for p in sorted(r.points())
            if p not in known
        ]
        for rule in self.rules:
            for guard in (rule.condition, rule.during):
                if guard is not None and isinstance(states := getattr(guard, "states", None), tuple):
                    point = known.get(getattr(guard, "point", ""))
                    found += [
                        f"rule {rule.id}: {point.id} has no state {s!r}{nearest(s, [x.code for x in point.states])}"
                        for s in states
                        if point is not None and point.state_value(s) is None
                    ]
            if (
                isinstance(rule.condition, Occurs)
                and (p := known.get(rule.condition.point))
                and p.kind is not Kind.EVENT
            ):
                found.append(f"rule {rule.id}: {p.id} is no event point")
            if isinstance(rule.condition, Is) and (p := known.get(rule.condition.point)) and p.kind is not Kind.STATE:
                found.append(f"rule {rule.id}: {p.id} is no state point")
            if isinstance(rule.condition, Count) and (p := known.get(rule.condition.point)):
                found += [f"rule {rule.id}: {why}" for why in _uncountable(rule.condition, p)]
        return found

    def _unknown_rated(self) -> list[str]:
        known = {f.id for f in self.rated}
        return [
            f"rule {r.id}: no rated figure {name!r}{nearest(name, known)}"
            for r in self.rules
            for name in sorted(r.rated() - known)
        ]

    def _unknown_suppressors(self) -> list[str]:
        known = {r.id for r in self.rules}
        return [
            f"rule {r.id}: suppressed_by {s!r} is no rule here{nearest(s, known)}"
            for r in self.rules
            for s in r.suppressed_by
            if s not in known
        ]

    def _uneven_groups(self) -> list[str]:
        """The first of a group stands for all: it must reach the people that the others are for."""
        found = []
        for name in sorted({r.first_out for r in self.rules if r.first_out}):
            some = [r for r in self.rules if r.first_out == name]
            if len(some) < 2:
                found.append(f"rule {some[0].id}: nothing else is in the first_out group {name!r}")
            if len({(r.owners, r.alarm_class, r.per) for r in some}) > 1:
                found.append(f"first_out group {name!r}: its rules differ in owners, class or per")
        return found

    def has_point(self, name: str) -> bool:
        """Whether the type has a point `name`."""
        return name in self._by_id

    def point(self, name: str) -> Point:
        """The point `name` of this type; KeyError where there is none."""
        return self._by_id[name]

    @cached_property
    def _by_id(self) -> dict[str, Point]:
        return {p.id: p for p in reversed(self.points)}


def _uncountable(condition: Count, point: Point) -> list[str]:
    """What is wrong with counting at a point."""
    if point.kind is Kind.STATE:
        found = [] if condition.states else [f"states: which states of {point.id} are counted?"]
        if condition.where not in ({}, SAME_ZONE):
            found.append(f"where: a state point such as {point.id} knows only `zone: same`")
        if condition.where and point.per is None:
            found.append(f"where: {point.id} is there once; `zone: same` counts instances")
        return found
    if point.kind is Kind.EVENT:
        return [f"states: {point.id} is an event point; use where"] if condition.states else []
    if point.kind is not Kind.COUNTER:
        return [f"{point.id} is a {point.kind}: states, counters and events can be counted"]
    return (
        [f"{point.id} is a counter: its steps are counted, without where and states"]
        if (condition.where or condition.states)
        else []
    )


class ModelPoint(Frozen):
    """Where one point is on the wire: the protocol's driver checks the rest of the keys."""

    point: Id
    period: Duration | None = None
    address: dict[str, Any]


class Each(Frozen):
    """A run of whole numbers, both ends included, and how far each step moves a numeric address key."""

    first: int
    last: int
    step: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Each:
        if self.last < self.first:
            raise ValueError("last is below first")
        return self


class Repeat(Frozen):
    """Points that come again and again: loops, addresses, phases."""

    per: Id
    instance: str
    """How an instance is called: `l{loop}d{address:03}`."""
    each: dict[Id, Each]
    points: tuple[ModelPoint, ...] = Field(min_length=1)


class DeviceModel(Frozen):
    """One device model: where each point of its type is on the wire."""

    id: Id
    type: Id
    protocol: Id
    name: Text
    source: str = Field(min_length=1)
    """The manual or the code that the addresses were read from."""
    quirks: dict[str, Any] = Field(default_factory=dict)
    """Of the whole device: forbidden ranges, largest block, address base, byte order; the driver checks them."""
    period: Duration | None = None
    points: tuple[ModelPoint, ...] = ()
    repeat: tuple[Repeat, ...] = ()
