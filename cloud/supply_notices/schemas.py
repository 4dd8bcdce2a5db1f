"""Notices of stopped supply on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.clock import NS
from facility.words import Frozen, Id, Text

Supply = Literal["water", "power", "lift", "heating", "gas"]
State = Literal["ahead", "stopped", "overdue", "restored", "withdrawn"]
"""`overdue`: it should be back by now, and nobody said that it is."""
LONGEST = 30 * 86_400 * NS
Places = Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]


class NoticeChange(Asked):
    """The body of PUT /supply-notices/{id}."""

    places: Places
    equipment: tuple[Id, ...] = Field(default=(), max_length=500)
    """Meters and lifts that it touches; GET /supply-notices/touched proposes them."""
    reason: str = Field(min_length=1, max_length=1000)
    """As residents read it."""
    starts_at: Moment
    ends_at: Moment

    @model_validator(mode="after")
    def _in_order(self) -> NoticeChange:
        if not 0 < self.ends_at - self.starts_at <= LONGEST:
            raise ValueError("停供须先开始后结束,最长 30 天 · a stop ends after it begins, within 30 days")
        return self


class NewNotice(NoticeChange):
    """The body of POST /supply-notices."""

    site: Id
    kind: Supply
    planned: bool = True
    """False: it broke down, nobody chose the time."""


class Withdrawal(Asked):
    """The body of POST …/withdraw: it does not take place."""

    reason: str = Field(min_length=1, max_length=1000)


class SupplyNotice(Frozen):
    """One notice."""

    id: str
    site: str
    number: int
    kind: Supply
    planned: bool
    places: tuple[str, ...]
    equipment: tuple[str, ...]
    reason: str
    starts_at: Moment
    ends_at: Moment
    """As it was announced."""
    restored_at: Moment | None
    withdrawn_at: Moment | None
    withdrawn_why: str
    made_at: Moment
    made_by: str
    updated_at: Moment
    state: State


class TouchedEquipment(Frozen):
    """A meter, lift or other equipment that the stop touches, and why."""

    id: str
    type: str
    name: Text
    place: str | None
    why: Literal["meter", "lift", "plant"]


class Touched(Frozen):
    """What a stop of this supply in these places touches."""

    equipment: tuple[TouchedEquipment, ...]
    rooms: int
    """Registered rooms that lie there."""
