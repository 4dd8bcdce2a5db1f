"""People, trades, certificates and rota patterns on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from cloud.duty.patterns import Shift
from cloud.duty.trades import Trade
from cloud.wire import Asked, Moment
from facility.words import Frozen, Id, Text

Person = Annotated[str, Field(min_length=1, max_length=64)]
"""A user's name."""


class SiteTrade(Frozen):
    """A trade as it holds at a site."""

    trade: Trade
    shipped: bool
    """Nothing was changed in it."""


class NamedTrade(Asked):
    """The body of PUT /trades/{id}."""

    site: Id
    name: Text
    post: Id = "engineering"
    certificates: tuple[Id, ...] = Field(default=(), max_length=10)


class Skill(Asked):
    """One trade of a person; level 3 is the best."""

    trade: Id
    level: int = Field(default=2, ge=1, le=3)


class Skills(Asked):
    """The body of PUT /people/{name}/skills: all trades of the person, anew."""

    site: Id
    skills: tuple[Skill, ...] = Field(max_length=50)

    @model_validator(mode="after")
    def _each_once(self) -> Skills:
        named = [skill.trade for skill in self.skills]
        if len(named) != len(set(named)):
            raise ValueError("每个工种只写一次 · name each trade once")
        return self


class NewCertificate(Asked):
    """The body of POST /certificates."""

    site: Id
    person: Person
    kind: Id
    number: str = Field(default="", max_length=100)
    issued_on: date
    expires_on: date | None = None
    """The last day on which it is valid; null: it has no end."""

    @model_validator(mode="after")
    def _in_order(self) -> NewCertificate:
        if self.expires_on is not None and self.expires_on < self.issued_on:
            raise ValueError(
                "证书到期须晚于发证:请检查到期日期 · a certificate ends after it begins: look at expires_on"
            )
        return self


class Certificate(Frozen):
    """One certificate of a person."""

    id: str
    site: str
    person: str
    kind: str
    name: Text
    number: str
    issued_on: date
    expires_on: date | None
    days_left: int | None
    """Whole days after today on which it is still valid; below 0: it has run out."""
    valid: bool


class PersonOfDuty(Frozen):
    """What somebody can and may do, where they stand now, and how much they have to do."""

    site: str
    person: str
    skills: tuple[Skill, ...]
    certificates: tuple[Certificate, ...]
    posts: tuple[str, ...]
    """Where they stand now."""


class NewPattern(Asked):
    """The body of POST /rota/patterns: crews take turns at the shifts of a pattern that ships, or of one's own."""

    site: Id
    post: Id
    pattern: Id | None = None
    shifts: tuple[Shift, ...] = Field(default=(), max_length=12)
    """Instead of `pattern`."""
    crews: tuple[Annotated[tuple[Person, ...], Field(min_length=1, max_length=50)], ...] = Field(
        min_length=1, max_length=24
    )
    first: date
    days: int = Field(ge=1, le=62)
    turn: int = Field(default=1, ge=1, le=62)
    """Days after which the crews change shifts."""
    replace: bool = False
    """Takes off first what stands at the post in that time and has not begun."""

    @model_validator(mode="after")
    def _one(self) -> NewPattern:
        if (self.pattern is None) == (not self.shifts):
            raise ValueError("请写明班次:选用班制或自列班次,二者选一 · say which shifts: either pattern or shifts")
        return self


class LaidOut(Frozen):
    """What came of a pattern."""

    lines: int


class Gap(Frozen):
    """A time in which the fire control room has fewer than two valid certificates on the rota."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    certified: int
