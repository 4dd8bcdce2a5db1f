"""Rooms on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from cloud.rooms.number import key_of
from cloud.wire import Asked, Moment
from facility.words import Frozen, Id


def _room(number: str) -> str:
    plain = " ".join(number.split())
    if "/" in plain or not key_of(plain):
        raise ValueError(
            "房间号由字母或数字组成,不含斜杠,如 A-1201 · a room has letters or digits and no slash: A-1201"
        )
    return plain


RoomNumber = Annotated[str, Field(min_length=1, max_length=32), AfterValidator(_room)]
"""As people write it: A-1201, 3号楼2单元501."""


class NewRoom(Asked):
    """One room of the register."""

    number: RoomNumber
    place: Id | None = None
    """The place of the site that it lies in: its floor."""
    occupant: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=32)
    note: str = Field(default="", max_length=500)
    """What the desk should know: a key is kept, nobody at home before six."""


class Rooms(Asked):
    """The body of PUT /rooms: rooms that are new or changed; the others stay."""

    site: Id
    rooms: tuple[NewRoom, ...] = Field(min_length=1, max_length=5_000)


class Room(Frozen):
    """One room; `GET /work-orders?room=` and `GET /complaints?room=` have its history."""

    site: str
    number: str
    place: str | None
    occupant: str
    contact: str
    note: str
    updated_at: Moment


class TakenRooms(Frozen):
    """How many rooms were written."""

    rooms: int
