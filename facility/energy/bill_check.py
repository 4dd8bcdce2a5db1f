"""A real bill against ours, line by line: what agrees, what differs by how much, and what most likely explains it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import Field, model_validator

from facility.energy.bill import FEN, Bill, LineKind, rounded
from facility.energy.tariff import Band
from facility.words import Frozen

MOST: Final = Decimal(10**9)
"""Yuan: more is a slip of the pen."""
GIVEN_BACK: Final = (LineKind.POWER_FACTOR, LineKind.FEE)


class BilledLine(Frozen):
    """A line of the supplier's bill as typed in; a band only with energy. Quantity and price may be left out."""

    kind: LineKind
    band: Band | None = None
    quantity: Decimal | None = Field(default=None, ge=0, le=10**10, decimal_places=6)
    price: Decimal | None = Field(default=None, ge=-1_000, le=10**9, decimal_places=10)
    amount: Decimal = Field(ge=-MOST, le=MOST, decimal_places=2)
    """Below 0 only what may be given back: 力调电费 and fees."""

    @model_validator(mode="after")
    def _not_given_back(self) -> BilledLine:
        if self.amount < 0 and self.kind not in GIVEN_BACK:
            raise ValueError(f"该项金额不得为负,现为 {self.amount} · this amount can't be below 0, not {self.amount}")
        return self


class ActualBill(Frozen):
    """The supplier's bill."""

    lines: tuple[BilledLine, ...] = Field(default=(), max_length=100)
    total: Decimal = Field(ge=0, le=MOST, decimal_places=2)


class Verdict(StrEnum):
    """How a line compares."""

    AGREES = "agrees"
    QUANTITY = "quantity"
    """The price agrees, the energy or demand does not: compare the meters' readings."""
    PRICE = "price"
    """The quantity agrees: another price list, or another band."""
    BOTH = "both"
    AMOUNT = "amount"
    """Only the amounts are known, and differ."""
    NOT_BILLED = "not_billed"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of line (and band): ours, theirs, and the difference theirs − ours in yuan."""

    kind: LineKind
    band: Band | None
    ours: Decimal | None
    theirs: Decimal | None
    our_quantity: Decimal | None
    their_quantity: Decimal | None
    our_price: Decimal | None
    their_price: Decimal | None
    verdict: Verdict

    @property
    def difference(self) -> Decimal:
        """Theirs − ours."""
        return (self.theirs or Decimal(0)) - (self.ours or Decimal(0))


@dataclass(frozen=True, slots=True)
class Check:
    """The comparison. `explained` is False where the total differs by more than its lines do."""

    lines: tuple[Compared, ...]
    ours: Decimal
    theirs: Decimal
    provisional: bool
    """Ours lacks something: a difference says nothing yet."""

    @property
    def difference(self) -> Decimal:
        """Theirs − ours."""
        return self.theirs - self.ours

    @property
    def agrees(self) -> bool:
        """To 0.01 yuan, in every line and in sum."""
        return not self.provisional and abs(self.difference) <= FEN and self.lines_agree

    @property
    def lines_agree(self) -> bool:
        """Every single one."""
        return all(line.verdict is Verdict.AGREES for line in self.lines)

    @property
    def explained(self) -> bool:
        """The lines' differences add up to the total's; always where no line was typed in."""
        return not self.lines or abs(sum((x.difference for x in self.lines), Decimal(0)) - self.difference) <= FEN


@dataclass(slots=True)
class _Side:
    """Lines of one kind and band together."""

    amount: Decimal = Decimal(0)
    quantity: Decimal | None = Decimal(0)
    prices: set[Decimal] | None = None
    there: bool = False

    def add(self, amount: Decimal, quantity: Decimal | None, price: Decimal | None) -> None:
        self.there = True
        self.amount += amount
        self.quantity = None if quantity is None or self.quantity is None else self.quantity + quantity
        self.prices = (self.prices or set()) | ({price} if price is not None else set())

    @property
    def price(self) -> Decimal | None:
        """Where there is one only."""
        return next(iter(self.prices)) if self.prices and len(self.prices) == 1 else None


_Key = tuple[LineKind, Band | None]


def check(ours: Bill, actual: ActualBill) -> Check:
    """Lines of one kind and band are compared in sum: a bill with a price change in it may write them apart or not."""
    mine: dict[_Key, _Side] = {}
    theirs: dict[_Key, _Side] = {}
    for line in ours.lines:
        mine.setdefault((line.kind, line.band), _Side()).add(line.amount, line.quantity, line.price)
    for billed in actual.lines:
        theirs.setdefault((billed.kind, billed.band), _Side()).add(billed.amount, billed.quantity, billed.price)
    keys = list(dict.fromkeys([*mine, *theirs])) if theirs else []
    lines = tuple(_compared(key, mine.get(key, _Side()), theirs.get(key, _Side())) for key in keys)
    return Check(lines, ours.total, rounded(actual.total), not ours.complete)


def _compared(key: _Key, ours: _Side, theirs: _Side) -> Compared:
    return Compared(
        kind=key[0],
        band=key[1],
        ours=ours.amount if ours.there else None,
        theirs=theirs.amount if theirs.there else None,
        our_quantity=ours.quantity if ours.there else None,
        their_quantity=theirs.quantity if theirs.there else None,
        our_price=ours.price,
        their_price=theirs.price,
        verdict=_verdict(ours, theirs),
    )


def _verdict(ours: _Side, theirs: _Side) -> Verdict:
    if not (ours.there and theirs.there) and (ours.amount or theirs.amount):
        return Verdict.NOT_OURS if theirs.there else Verdict.NOT_BILLED
    if abs(theirs.amount - ours.amount) <= FEN:
        return Verdict.AGREES
    same_quantity = theirs.quantity == ours.quantity if theirs.quantity is not None else None
    same_price = theirs.price == ours.price if theirs.price is not None and ours.price is not None else None
    match same_quantity, same_price:
        case (False, True) | (False, None):
            return Verdict.QUANTITY
        case (True, _) | (None, False):
            return Verdict.PRICE
        case (False, False):
            return Verdict.BOTH
    return Verdict.AMOUNT
