"""A line of the equipment register (设备台账), on the wire and in a workbook."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cloud.wire import Asked, Moment
from facility.words import Frozen, Id


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _on_the_web(url: str) -> str:
    if not url.startswith(("https://", "http://")) or " " in url:
        raise ValueError(
            "网址以 https:// 或 http:// 开头,不含空格 · an address begins with https:// or http:// and has no spaces"
        )
    return url


def _lived(day: date) -> date:
    if not date(1900, 1, 1) <= day < date(2200, 1, 1):
        raise ValueError("台账日期在 1900 至 2199 年之间 · a date of the register lies between 1900 and 2199")
    return day


Line = Annotated[str, BeforeValidator(_one_line)]
"""Text on one line, single spaces."""
Day = Annotated[date, AfterValidator(_lived)]


class Document(Asked):
    """A manual, certificate or drawing: what it is, and where it lies."""

    name: Line = Field(min_length=1, max_length=100)
    url: Annotated[Line, AfterValidator(_on_the_web)] = Field(max_length=500)


class AssetFacts(Asked):
    """What the register knows of one equipment."""

    maker: Line = Field(default="", max_length=200)
    serial: Line = Field(default="", max_length=100)
    registration: Line = Field(default="", max_length=100)
    installed_on: Day | None = None
    warranty_until: Day | None = None
    next_inspection_on: Day | None = None
    contractor: str | None = Field(default=None, min_length=1, max_length=64)
    """维保单位: the user to whom its orders go."""
    documents: tuple[Document, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _in_order(self) -> AssetFacts:
        if self.installed_on and self.warranty_until and self.warranty_until < self.installed_on:
            raise ValueError("质保到期早于安装日期 · the warranty ends before the equipment was installed")
        return self


class NewAsset(AssetFacts):
    """The body of PUT /assets/{equipment}."""

    site: Id

    @property
    def facts(self) -> AssetFacts:
        """Without the site."""
        return AssetFacts(**{name: getattr(self, name) for name in AssetFacts.model_fields})


class Asset(Frozen):
    """One line of the register."""

    site: str
    equipment: str
    maker: str
    serial: str
    registration: str
    installed_on: date | None
    warranty_until: date | None
    next_inspection_on: date | None
    contractor: str | None
    documents: tuple[Document, ...]
    updated_at: Moment
