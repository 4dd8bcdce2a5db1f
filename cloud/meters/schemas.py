"""What people may set of a meter."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloud.wire import Asked
from facility.energy.units import MEASURES
from facility.errors import nearest
from facility.words import Id, Text

MeterKind = Literal["device", "manual", "virtual"]
Medium = Literal["water", "gas"]
Positive = Annotated[Decimal, Field(gt=0, lt=10**12, max_digits=18, decimal_places=6)]
SHORTEST, LONGEST = 60, 400 * 86_400
LONGEST_NAME = 80
"""Of a meter, in each language: as much as a table and a report can show."""


class MeterSettings(Asked):
    """What a person says of a meter; null: as the inventory says, or as is usual."""

    kind: MeterKind = "device"
    """device: of a gateway's inventory; manual: only read by people; virtual: reckoned from others."""
    name: Text | None = None
    unit: str | None = None
    """Of a manual or virtual meter: what it counts in, `kW.h`, `m3` (UCUM)."""
    medium: Medium | None = None
    """What flows, where cubic metres do not say it; null: water, or gas where its type or id says so."""
    formula: str | None = Field(default=None, max_length=2_000)
    """Of a virtual meter: `[meter-main] - [meter-lifts] - 0.5 * [meter-pumps]`."""
    use: Id | None = None
    area: Id | None = None
    parent: Id | None = None
    reading_period: int | None = Field(default=None, ge=SHORTEST, le=LONGEST)
    """抄表周期 in seconds: no longer than this between two readings is in order."""
    width: Positive | None = None
    """In its unit: shows 0 instead of it, 1000000 for six digits. Null: of small integers on the wire their own."""
    multiplier: Positive | None = None
    """倍率."""
    highest: Positive | None = None
    """What can flow in an hour at the most, in its unit: tells a roll-over from a set-back."""

    @model_validator(mode="after")
    def _whole(self) -> MeterSettings:
        for name in () if self.name is None else (self.name.zh, self.name.en):
            if not name.strip() or len(name) > LONGEST_NAME:
                raise ValueError(
                    f"名称应为 1 至 {LONGEST_NAME} 个字符,现为 {len(name)} 个 · "
                    f"a name has 1 to {LONGEST_NAME} characters, not {len(name)}"
                )
        if self.unit is not None and self.unit not in MEASURES:
            told = ", ".join(MEASURES)
            raise ValueError(f"没有这种单位 · there is no unit {self.unit!r}; {told}{nearest(self.unit, MEASURES)}")
        if self.kind != "device" and (self.name is None or self.unit is None):
            raise ValueError("请填写名称和单位 · a manual or virtual meter needs a name and a unit")
        if (self.kind == "virtual") != (self.formula is not None):
            raise ValueError("只有虚拟表有公式 · a virtual meter has a formula, and only it has one")
        if self.kind == "virtual" and (self.width or self.multiplier or self.highest):
            raise ValueError("虚拟表没有读数 · a virtual meter has no register: no width, multiplier or highest")
        return self
