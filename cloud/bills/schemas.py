"""Bills on the wire."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from pydantic import Field

from cloud.wire import Asked, Moment
from facility.energy.bill import Basic, Bill, LineKind
from facility.energy.bill_check import ActualBill, Check, Verdict
from facility.energy.bill_choice import Choice
from facility.energy.tariff import Band
from facility.words import Frozen, Id, Text

HUNDREDTH: Final = Decimal("0.01")


class Period(Asked):
    """Which meter, which local days (both included), and what else was read."""

    meter: Id
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    demand_kw: Decimal | None = Field(default=None, ge=0, le=10_000_000)
    """The greatest demand; null: of the ledger's quarter hours."""
    reactive_kvarh: Decimal | None = Field(default=None, ge=0, le=10**12)


class NewCheck(Period):
    """The supplier's bill of a period."""

    bill: ActualBill


class BillLine(Frozen):
    """One line."""

    kind: LineKind
    band: Band | None
    name: Text | None
    quantity: Decimal
    unit: str
    price: Decimal
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    amount: Decimal


class BillBody(Frozen):
    """A bill as it is reckoned now."""

    site: str
    meter: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    tariff: str
    revision: int
    lines: tuple[BillLine, ...]
    kwh: Decimal | None
    """null: nothing of the period's energy is known."""
    total: Decimal | None
    """null: as `kwh`; the lines that stand are no bill."""
    funds: Decimal | None
    power_factor: Decimal | None
    demand_kw: Decimal | None
    complete: bool
    """false: something of it is unknown, and the total is no bill yet."""
    blind_hours: Decimal
    """Of which nothing is known, to 0.01 h, never rounded down."""
    coverage: float | None = None
    """Share of the period's time whose energy is known; null in checks that were kept before it was told."""
    unsure_kwh: Decimal
    unannounced_days: tuple[date, ...]


class ComparedLine(Frozen):
    """Ours and theirs of one kind and band."""

    kind: LineKind
    band: Band | None
    ours: Decimal | None
    theirs: Decimal | None
    our_quantity: Decimal | None
    their_quantity: Decimal | None
    our_price: Decimal | None
    their_price: Decimal | None
    difference: Decimal
    verdict: Verdict


class CheckedBill(Frozen):
    """A check, as it was done."""

    id: str
    bill: BillBody
    actual: ActualBill
    lines: tuple[ComparedLine, ...]
    difference: Decimal
    agrees: bool
    explained: bool
    provisional: bool
    at: Moment
    by: str


class ChoiceBody(Frozen):
    """One way to be billed, over the months asked for."""

    basic: Basic
    contract_kw: Decimal | None
    total: Decimal
    amounts: tuple[Decimal, ...]
    basic_amounts: tuple[Decimal, ...]


class Choices(Frozen):
    """Every way, the cheapest first."""

    meter: str
    months: tuple[str, ...]
    left_out: tuple[str, ...]
    """Months that are not wholly known."""
    now: Basic
    now_total: Decimal
    choices: tuple[ChoiceBody, ...]
    break_even_kw: Decimal | None
    """Below this demand a bill by demand is cheaper than one by capacity."""


class StackDay(Frozen):
    """One local day of the tariff stack."""

    day: date
    kwh: dict[Band, Decimal]
    cost: dict[Band, Decimal]
    """Energy charges only, not rounded line by line."""
    coverage: float
    """Share of the day whose energy is known."""


class TariffStack(Frozen):
    """Energy by band, day by day."""

    meter: str
    tariff: str
    days: tuple[StackDay, ...]
    prices: dict[Band, Decimal]
    """Of the last day."""


def bill_body(site: str, meter: str, revision: int, told: Bill, demand_kw: Decimal | None) -> BillBody:
    """As JSON."""
    known = told.coverage > 0
    lines = tuple(
        BillLine.model_validate(
            {
                "kind": line.kind, "band": line.band, "name": line.fee.name if line.fee else None,
                "quantity": line.quantity, "unit": line.unit, "price": line.price, "from": line.days[0],
                "to": line.days[1], "amount": line.amount,
            }
        )
        for line in told.lines
    )  # fmt: skip
    return BillBody.model_validate(
        {
            "site": site, "meter": meter, "from": told.first, "to": told.last, "tariff": told.tariff,
            "revision": revision, "lines": lines, "kwh": told.kwh if known else None,
            "total": told.total if known else None, "funds": told.funds if known else None,
            "power_factor": told.factor, "demand_kw": demand_kw, "complete": told.complete,
            "blind_hours": told.blind_hours.quantize(HUNDREDTH, ROUND_CEILING), "coverage": told.coverage,
            "unsure_kwh": told.unsure_kwh, "unannounced_days": told.estimated_days,
        }
    )  # fmt: skip


def compared(told: Check) -> tuple[ComparedLine, ...]:
    """As JSON."""
    return tuple(
        ComparedLine(
            kind=line.kind,
            band=line.band,
            ours=line.ours,
            theirs=line.theirs,
            our_quantity=line.our_quantity,
            their_quantity=line.their_quantity,
            our_price=line.our_price,
            their_price=line.their_price,
            difference=line.difference,
            verdict=line.verdict,
        )
        for line in told.lines
    )


def choice_body(choice: Choice) -> ChoiceBody:
    """As JSON."""
    return ChoiceBody(
        basic=choice.basic,
        contract_kw=choice.contract_kw,
        total=choice.total,
        amounts=choice.amounts,
        basic_amounts=choice.basic_amounts,
    )
