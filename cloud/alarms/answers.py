"""The bodies of what people answer to alarms, and of the fire procedure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloud.alarms.machine import Outcome
from cloud.wire import Asked, Moment, Said
from facility.alarm import DEFAULT_SHELVE, MAX_SHELVE
from facility.words import Frozen, Text


class Acknowledgement(Asked):
    """The body of POST …/acknowledge (接警)."""

    comment: str | None = Field(default=None, max_length=2000)


class Several(Asked):
    """Alarms by their ids."""

    ids: tuple[str, ...] = Field(min_length=1, max_length=500)


class Confirmation(Asked):
    """The body of POST …/confirm (核实)."""

    outcome: Outcome
    found: Said
    """What was found on the spot; of a false alarm: its cause."""


class Comment(Asked):
    """The body of POST …/comment."""

    text: Said


class Assignment(Asked):
    """The body of POST …/assign: the name of a user."""

    to: str = Field(min_length=1, max_length=64)


class Shelving(Asked):
    """The body of POST …/shelve (暂挂)."""

    reason: Said
    seconds: float = Field(default=DEFAULT_SHELVE, gt=0, le=MAX_SHELVE)


class ResetReason(Asked):
    """The body of POST …/reset (复位)."""

    reason: Said


class Tick(Asked):
    """The body of POST …/procedure/{step}."""

    note: str = Field(default="", max_length=2000)


class CardFacts(Asked):
    """The body of PUT …/card: what the people on the spot add to the call to 119."""

    burning: str = Field(default="", max_length=500)
    extent: str = Field(default="", max_length=500)
    caller: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=32)


class ProcedureStep(Frozen):
    """One step of the fire procedure."""

    step: Literal["verify", "linkage", "call_119", "evacuate", "report", "team"]
    name: Text
    at: Moment | None
    by: str | None
    note: str
    seconds: float | None
    """From the raise of the alarm to the tick."""


class Card(Frozen):
    """The five facts that the fire brigade asks for."""

    address: Text
    """单位地址."""
    place: Text
    """起火部位."""
    burning: str
    """着火物."""
    extent: str
    """火势."""
    caller: str
    """报警人."""
    phone: str


class Procedure(Frozen):
    """The fire procedure of an alarm."""

    steps: tuple[ProcedureStep, ...]
    card: Card
