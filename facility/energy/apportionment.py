"""公摊: what is used in common, split among those who bear it by a rule that everybody can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from facility.words import Frozen, Id, Text

Key = Literal["area", "own_use", "equal", "shares"]
KEYS: Final[dict[Key, Text]] = {
    "area": Text(zh="按面积分摊", en="By floor area"),
    "own_use": Text(zh="按各自用量分摊", en="By what each used itself"),
    "equal": Text(zh="平均分摊", en="In equal parts"),
    "shares": Text(zh="按约定比例分摊", en="By agreed shares"),
}
Weight = Annotated[Decimal, Field(gt=0, lt=10**9, max_digits=15, decimal_places=4)]


class Bearer(Frozen):
    """Who bears a part: a meter of their own, an area, a share; which of them, the rule's key says."""

    id: Id
    name: Text
    meter: Id | None = None
    area: Weight | None = None
    """m²."""
    share: Weight | None = None


class Apportionment(Frozen):
    """What is split, among whom, and by what."""

    id: Id
    name: Text
    meters: tuple[Id, ...] = Field(min_length=1, max_length=100)
    """Their amounts together are split; a meter's unexplained remainder with `remainder`."""
    remainder: bool = False
    key: Key
    bearers: tuple[Bearer, ...] = Field(min_length=1, max_length=2_000)

    @model_validator(mode="after")
    def _complete(self) -> Apportionment:
        ids = [bearer.id for bearer in self.bearers]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"分摊对象重复 · there twice: {', '.join(twice)}")
        field = {"area": "area", "own_use": "meter", "shares": "share"}.get(self.key)
        if field and (without := [b.id for b in self.bearers if getattr(b, field) is None]):
            raise ValueError(f"缺少分摊依据 · the key {self.key!r} needs {field} of each: {', '.join(without[:10])}")
        return self


@dataclass(frozen=True, slots=True)
class Part:
    """What one bears."""

    bearer: Bearer
    basis: Fraction
    """Square metres, millionths used, shares, or 1."""
    part: Fraction
    """Of the whole, 0 … 1."""
    amount: int


def split(rule: Apportionment, amount: int, own_use: Mapping[str, int]) -> list[Part]:
    """The parts in the order of the bearers; together they are the amount to the last millionth.

    What rounding leaves goes to those who lose most by it. ValueError where nothing says who bears it: the amount is
    below 0, or nobody used anything.
    """
    if amount < 0:
        raise ValueError("公摊量为负 · what is to be split is below 0: mend the data first")
    basis = [_basis(rule, bearer, own_use) for bearer in rule.bearers]
    whole = sum(basis, Fraction(0))
    if whole <= 0:
        raise ValueError("无法分摊 · nobody has anything to split by: no use of their own in this time")
    exact = [amount * each / whole for each in basis]
    amounts = [int(each) for each in exact]
    losers = sorted(range(len(exact)), key=lambda n: (amounts[n] - exact[n], n))
    for place in losers[: amount - sum(amounts)]:
        amounts[place] += 1
    return [
        Part(bearer, each, each / whole, got) for bearer, each, got in zip(rule.bearers, basis, amounts, strict=True)
    ]


def _basis(rule: Apportionment, bearer: Bearer, own_use: Mapping[str, int]) -> Fraction:
    if rule.key == "area":
        return Fraction(bearer.area or 0)
    if rule.key == "shares":
        return Fraction(bearer.share or 0)
    if rule.key == "own_use":
        return Fraction(max(own_use.get(bearer.meter or "", 0), 0))
    return Fraction(1)


def needed(rule: Apportionment) -> Sequence[str]:
    """The meters of the bearers that it is split by."""
    return [b.meter for b in rule.bearers if b.meter is not None] if rule.key == "own_use" else []
