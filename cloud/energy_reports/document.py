"""A month's energy written out as tables of cells in one language: what the workbook and the PDF both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from cloud.energy_breakdown.schemas import Line
from cloud.energy_reports import words
from cloud.energy_reports.facts import MeterBill, MonthFacts
from cloud.energy_reports.words import UNKNOWN, Language, said
from cloud.energy_targets.schemas import MonthFigure
from cloud.waste.words import EXPLAINS, NAMES
from facility.energy.baseline import Refused
from facility.energy.local_time import month_of
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
    empty: str
    """What stands there where there is no row."""

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column: numbers end at the same place."""
        return tuple(any(row[n].value is not None for row in self.rows) for n in range(len(self.heads)))


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    language: Language
    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def document(facts: MonthFacts, language: Language) -> Document:
    """Written out."""
    entering = [line.total.coverage for line in facts.parts.totals]
    share = sum(entering) / len(entering) if entering else 0.0
    notes = [said(rule, language) for rule in words.RULES]
    notes[-1] += "; ".join(facts.parts.factors) or said(words.NOTHING, language)
    reasons = dict.fromkeys(said(x.unpriced, language) for x in facts.lines if x.unit == "kW.h" and x.unpriced)
    notes += [f"{said(words.UNPRICED, language)}: {reason}" for reason in reasons]
    return Document(
        language,
        said(words.TITLE, language),
        (
            (said(words.SITE, language), f"{said(facts.name, language)} ({facts.site})"),
            (said(words.MONTH, language), facts.month),
            (said(words.SPAN, language), " – ".join(facts.span)),
            (said(words.MADE, language), facts.made),
            (said(words.KNOWN, language), _share(share)),
        ),
        (
            _lines(words.TOTALS, facts.parts.totals, _of_whole(facts), language),
            _lines(words.USES, facts.parts.uses, None, language),
            _lines(words.AREAS, facts.parts.areas, _of(facts, "area", facts.parts.areas), language),
            _lines(words.METERS, facts.lines, _of(facts, "meter", facts.lines), language),
            _bills(facts, language),
            _waste(facts, language),
            _savings(facts, language),
        ),
        tuple(notes),
    )


def _share(value: float) -> str:
    """Never rounded up to the whole."""
    return f"{min(value, 0.999) if value < 1 else 1.0:.1%}"


Figures = Sequence[MonthFigure | None]
"""One for each line."""


def _of(facts: MonthFacts, kind: str, lines: Sequence[Line]) -> Figures:
    return [_fits(facts.figures.get(f"{kind}:{line.id}"), line) for line in lines]


def _of_whole(facts: MonthFacts) -> Figures:
    """Of what enters: its only meter's, else the site's as an area."""
    scopes = [[*(f"meter:{id}" for id in line.meters if len(line.meters) == 1), f"area:{facts.site}"]
              for line in facts.parts.totals]  # fmt: skip
    found = [[f for scope in each if (f := facts.figures.get(scope)) is not None] for each in scopes]
    fitting = [[f for f in each if _fits(f, line)] for each, line in zip(found, facts.parts.totals, strict=True)]
    return [max(each, key=lambda f: f.target is not None, default=None) for each in fitting]


def _fits(figure: MonthFigure | None, line: Line) -> MonthFigure | None:
    return figure if figure is not None and figure.unit == line.unit else None


def _number(value: Decimal | float | None, places: int = 0, look: Look = "number", *, bad: bool = False) -> Cell:
    if value is None:
        return Cell(UNKNOWN)
    return Cell(f"{value:,.{places}f}", float(value), look, bad)


def _change(value: float | None) -> Cell:
    return Cell(UNKNOWN) if value is None else Cell(f"{value:+.1%}", value, "change")


def _table(
    name: Text,
    heads: Sequence[Text],
    widths: tuple[float, ...],
    rows: Sequence[tuple[Cell, ...]],
    language: Language,
    empty: Text = words.NOTHING,
) -> Table:
    titles = tuple(said(head, language) for head in heads)
    return Table(said(name, language), titles, widths, tuple(rows), said(empty, language))


def _lines(name: Text, lines: Sequence[Line], figures: Figures | None, language: Language) -> Table:
    """`figures` None: nothing of them has a target."""
    heads = list(words.OF_LINES)
    widths = [0.17, 0.05, 0.09, 0.07, 0.07, 0.07, 0.08, 0.08, 0.07, 0.09]
    if figures is None:
        rows = [_line(line, language) for line in lines]
        return _table(name, heads, tuple(width / sum(widths) for width in widths), rows, language)
    heads[4:4], widths[4:4] = words.OF_TARGETS, [0.08, 0.08, 0.07]
    rows = [
        (*(cells := _line(line, language))[:4], *_against(figure, line.unit, language), *cells[4:])
        for line, figure in zip(lines, figures, strict=True)
    ]
    return _table(name, heads, tuple(width / sum(widths) for width in widths), rows, language)


def _line(line: Line, language: Language) -> tuple[Cell, ...]:
    known = line.total.amount is not None
    return (
        Cell(said(line.name, language)),
        Cell(unit_shown(line.unit)),
        _number(line.total.amount, _places(line.unit)),
        Cell(_share(line.total.coverage), line.total.coverage, "percent", bad=line.total.coverage < 1),
        _change(line.year_before.change),
        _change(line.month_before.change),
        _number(line.kgce if known else None, 1),
        _number(line.kgco2e if known else None, 1),
        _number(line.per_m2 if known else None, 3),
        _number(line.yuan, 2, "money"),
    )


def _against(figure: MonthFigure | None, unit: str, language: Language) -> tuple[Cell, ...]:
    if figure is None:
        return (Cell(UNKNOWN), Cell(UNKNOWN), Cell(UNKNOWN))
    bad = figure.course in {Course.MISSED, Course.OFF_COURSE}
    course = words.COURSES[figure.course] if figure.target is not None else words.NO_TARGET
    forecast = _number(figure.forecast, _places(unit))
    return (_number(figure.target, _places(unit)), forecast, Cell(said(course, language), bad=bad))


def _places(unit: str) -> int:
    """Litres of water; tenths of a kWh."""
    return 3 if unit == "m3" else 1


def unit_shown(unit: str) -> str:
    """As people write it: `kWh`, `m³`."""
    return unit.replace(".", "").replace("m3", "m³")


def _bills(facts: MonthFacts, language: Language) -> Table:
    rows = [bill_cells(facts.meters[each.meter], each, language) for each in facts.bills]
    return _table(words.BILLS, words.OF_BILLS, (0.18, 0.12, 0.15, 0.1, 0.07, 0.11, 0.27), rows, language)


def bill_cells(of: Text, each: MeterBill, language: Language) -> tuple[Cell, ...]:
    """The row of the meter that is named `of`."""
    name, body = Cell(said(of, language)), each.bill
    if body is None:
        why = said(each.why, language) if each.why else UNKNOWN
        return (name, *(Cell(UNKNOWN) for _ in range(5)), Cell(why, bad=True))
    known = body.coverage or 0.0
    whole = month_of(body.first.year, body.first.month)[1] - timedelta(days=1)
    notes = [words.NO_DATA if known <= 0 else words.NOT_COMPLETE] if not body.complete else []
    unsure = f"{body.unsure_kwh:,.1f}"
    told = Text(zh=words.UNSURE.zh.format(kwh=unsure), en=words.UNSURE.en.format(kwh=unsure))
    notes += [told] if body.unsure_kwh else []
    notes += [each.lacks] if each.lacks else []
    notes += [words.RUNNING] if body.last < whole else []
    return (
        name,
        Cell(f"{body.tariff} #{body.revision}"),
        Cell(f"{body.first} – {body.last}"),
        _number(body.kwh, 1),
        Cell(_share(known), known, "percent", bad=known < 1),
        _number(body.total, 2, "money", bad=each.lacks is not None),
        Cell("; ".join(said(note, language) for note in notes), bad=not body.complete or each.lacks is not None),
    )


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
    return _table(words.WASTE, words.OF_WASTE, (0.16, 0.16, 0.1, 0.16, 0.42), rows, language, words.NO_WASTE)


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
