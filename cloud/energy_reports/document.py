"""A month's energy written out as tables of cells in one language: what the workbook and the PDF both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cloud.bills.schemas import BillBody
from cloud.energy_reports import words
from cloud.energy_reports.words import UNKNOWN, Language, said
from cloud.energy_targets.schemas import MonthFigure
from cloud.waste.store import Kept
from cloud.waste.words import EXPLAINS, NAMES
from facility.energy.baseline import Refused
from facility.energy.baseline_saving import Saving
from facility.energy.target import Course
from facility.words import Text

Look = Literal["text", "number", "money", "percent", "change"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a number where it is one, and as it is read; `bad` is drawn to the eye."""

    shown: str
    value: float | None = None
    look: Look = "text"
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `widths` are shares of the page."""

    name: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    language: Language
    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """All that a month's report is written from."""

    site: str
    name: Text
    month: str
    made: str
    figures: Sequence[MonthFigure]
    bills: Sequence[BillBody]
    waste: Sequence[Kept]
    savings: Sequence[tuple[str, Saving | Refused]]
    meters: dict[str, Text]


def document(facts: MonthFacts, language: Language) -> Document:
    """Written out."""
    known = [each.coverage for each in facts.figures]
    share = sum(known) / len(known) if known else 0.0
    sources = dict.fromkeys(
        f"{quantity} {source}"
        for each in facts.figures
        for quantity, source in (("kgce", each.kgce_source), ("kgCO₂e", each.kgco2e_source))
        if source
    )
    notes = [said(rule, language) for rule in words.RULES]
    notes[-1] += "; ".join(sources) or said(words.NOTHING, language)
    return Document(
        language,
        said(words.TITLE, language),
        (
            (said(words.SITE, language), f"{said(facts.name, language)} ({facts.site})"),
            (said(words.MONTH, language), facts.month),
            (said(words.MADE, language), facts.made),
            (said(words.KNOWN, language), f"{share:.1%}"),
        ),
        (_meters(facts, language), _bills(facts, language), _waste(facts, language), _savings(facts, language)),
        tuple(notes),
    )


def _number(value: Decimal | float | None, places: int = 0, look: Look = "number", *, bad: bool = False) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    return Cell(f"{value:,.{places}f}", float(value), look, bad)


def _percent(value: float | None, *, bad: bool = False) -> Cell:
    return Cell(UNKNOWN) if value is None else Cell(f"{value:.1%}", value, "percent", bad)


def _change(value: float | None) -> Cell:
    return Cell(UNKNOWN) if value is None else Cell(f"{value:+.1%}", value, "change")


def _table(
    name: Text, heads: Sequence[Text], widths: tuple[float, ...], rows: Sequence[tuple[Cell, ...]], language: Language
) -> Table:
    return Table(said(name, language), tuple(said(head, language) for head in heads), widths, tuple(rows))


def _meters(facts: MonthFacts, language: Language) -> Table:
    rows = [
        (
            Cell(said(each.name, language)),
            Cell(each.unit.replace(".", "")),
            _number(each.amount, 1) if each.coverage > 0 else Cell(UNKNOWN),
            _percent(each.coverage, bad=each.coverage < 1),
            _number(each.target),
            Cell(said(words.COURSES[each.course], language), bad=each.course in {Course.MISSED, Course.OFF_COURSE}),
            _change(each.last_year.change),
            _change(each.last_month.change),
            _number(each.kgce, 1) if each.coverage > 0 else Cell(UNKNOWN),
            _number(each.kgco2e, 1) if each.coverage > 0 else Cell(UNKNOWN),
            _number(each.per_m2, 3) if each.coverage > 0 else Cell(UNKNOWN),
        )
        for each in facts.figures
    ]
    widths = (0.2, 0.05, 0.1, 0.07, 0.09, 0.09, 0.08, 0.08, 0.09, 0.08, 0.07)
    return _table(words.METERS, words.OF_METERS, widths, rows, language)


def _bills(facts: MonthFacts, language: Language) -> Table:
    rows = [
        (
            Cell(said(facts.meters[each.meter], language)),
            Cell(f"{each.tariff} #{each.revision}"),
            _number(each.kwh, 1),
            _number(each.total, 2, "money"),
            Cell("" if each.complete else said(words.NOT_COMPLETE, language), bad=not each.complete),
        )
        for each in facts.bills
    ]
    return _table(words.BILLS, words.OF_BILLS, (0.25, 0.15, 0.15, 0.15, 0.3), rows, language)


def _waste(facts: MonthFacts, language: Language) -> Table:
    rows = []
    for each in facts.waste:
        yuan = each.evidence.yuan_month
        shown = UNKNOWN if yuan is None else f"{yuan.middle:,.0f} ({yuan.low:,.0f} – {yuan.high:,.0f})"
        rows.append(
            (
                Cell(said(facts.meters.get(each.meter, Text(zh=each.meter, en=each.meter)), language)),
                Cell(said(NAMES[each.rule], language)),
                _number(each.evidence.kwh_month.middle),
                Cell(shown),
                Cell(said(EXPLAINS[each.rule], language)),
            )
        )
    return _table(words.WASTE, words.OF_WASTE, (0.16, 0.16, 0.1, 0.16, 0.42), rows, language)


def _savings(facts: MonthFacts, language: Language) -> Table:
    rows = []
    for meter, told in facts.savings:
        name = Cell(said(facts.meters[meter], language))
        if isinstance(told, Refused):
            why = "; ".join(said(each.says, language) for each in told.refusals)
            rows.append((name, Cell(said(words.REFUSED, language)), Cell(UNKNOWN), Cell(UNKNOWN), Cell(why)))
            continue
        note = "" if told.distinct else said(words.NOT_DISTINCT, language)
        accepted = Cell(said(words.ACCEPTED, language))
        rows.append((name, accepted, _number(told.saved), _number(told.half_width), Cell(note)))
    return _table(words.SAVINGS, words.OF_SAVINGS, (0.22, 0.1, 0.14, 0.14, 0.4), rows, language)
