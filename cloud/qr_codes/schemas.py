"""Codes on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.words import Frozen, Id, Text


class QrCode(Frozen):
    """One valid code."""

    code: str
    shown: str
    """As people read and type it: ABC-DEF-GHJ."""
    path: str
    """Of the address that the printed code opens: /q/…"""
    site: str
    kind: Literal["equipment", "place"]
    ref: str
    name: Text
    where: Text | None
    """The places around it, the widest first; null at the top."""
    made_at: Moment


class WantedCodes(Asked):
    """The body of POST /qr-codes: for which equipment and places; nothing named means all of the site."""

    site: Id
    equipment: tuple[Id, ...] = Field(default=(), max_length=5_000)
    places: tuple[Id, ...] = Field(default=(), max_length=5_000)


class ReplacedCode(Asked):
    """The body of POST /qr-codes/replace: the old code of one spot counts no more."""

    site: Id
    equipment: Id | None = None
    place: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> ReplacedCode:
        if (self.equipment is None) == (self.place is None):
            raise ValueError("请写明设备或位置,二者选一 · say of which: either equipment or place")
        return self


class CodeSpot(Frozen):
    """What a code hangs at, for who is logged in."""

    site: str
    kind: Literal["equipment", "place"]
    ref: str
    name: Text
    where: Text | None
