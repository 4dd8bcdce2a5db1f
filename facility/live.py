"""The live link's frames: presence and changed values up, instructions down; JSON text on one WebSocket."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from facility.instruction import Instruction
from facility.words import Frozen

PRESENCE_EVERY = 10.0
"""Seconds between presence frames when no value changed."""

SUPERSEDED = 4409
"""Close code: another link of the same gateway has opened."""

UNKNOWN_INVENTORY = 4412
"""Close code: the cloud does not know the inventory that Hello names; PUT it, then connect again."""

LOST_AFTER = 30.0
"""Seconds of silence after which the cloud says `gateway lost`."""


class Hello(Frozen):
    """First frame up: who I am, by which inventory I name points, and the last instruction I have done."""

    frame: Literal["hello"] = "hello"
    inventory: str
    version: str
    after: int


class Presence(Frozen):
    """Up: I am here. Spool depth so that the page can say how far behind."""

    frame: Literal["presence"] = "presence"
    at: int
    waiting: dict[str, int]
    """Records per lane not yet delivered."""


class Values(Frozen):
    """Up: changed values in columns, at most one a second a point; a bad value is null."""

    frame: Literal["values"] = "values"
    points: tuple[str, ...]
    values: tuple[float | None, ...]
    qualities: tuple[int, ...]
    reasons: tuple[int, ...]
    times: tuple[int, ...]


class Down(Frozen):
    """Down: one instruction."""

    frame: Literal["instruction"] = "instruction"
    instruction: Instruction


UpFrame = Annotated[Hello | Presence | Values, Field(discriminator="frame")]
UP: TypeAdapter[Hello | Presence | Values] = TypeAdapter(UpFrame)
