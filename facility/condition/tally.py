"""What one machine did in one span: exact sums that add up over spans, so that days make months."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TypeVar

from pydantic import Field

from facility.words import Frozen


class Run(Frozen):
    """A state of two sides (running or not, down or not) over a span. Times in ns."""

    known: int = 0
    held: int = 0
    """Of `known`, how long it held."""
    begins: int = 0
    """How often it began: known before as not holding, then as holding, also where a gap lies between."""
    first: bool | None = None
    last: bool | None = None
    """The first and the last known; None: nothing was."""

    def then(self, later: Run) -> Run:
        """With the span that follows."""
        met = self.last is False and later.first is True
        return Run(
            known=self.known + later.known,
            held=self.held + later.held,
            begins=self.begins + later.begins + met,
            first=self.first if self.first is not None else later.first,
            last=later.last if later.last is not None else self.last,
        )


class Rise(Frozen):
    """How far a counter rose over a span; null where its register is not known at both ends."""

    amount: float | None = None
    resets: int = 0
    silent: float = 0.0
    """Ns in which it was silent: right in sum, its times are not known."""

    def then(self, later: Rise) -> Rise:
        """With the span that follows: what is known of either."""
        known = [each for each in (self.amount, later.amount) if each is not None]
        return Rise(
            amount=sum(known) if known else None,
            resets=self.resets + later.resets,
            silent=self.silent + later.silent,
        )


class Pumped(Frozen):
    """Water and what it took, over the time in which both are known."""

    known: int = 0
    """Ns."""
    kwh: float = 0.0
    m3: float = 0.0

    def then(self, later: Pumped) -> Pumped:
        """With the span that follows."""
        return Pumped(known=self.known + later.known, kwh=self.kwh + later.kwh, m3=self.m3 + later.m3)


class Lifted(Frozen):
    """Work done on the water against the work taken from the wire, while running and both known."""

    known: int = 0
    hydraulic: float = 0.0
    """kWh."""
    electric: float = 0.0
    """kWh."""

    def then(self, later: Lifted) -> Lifted:
        """With the span that follows."""
        return Lifted(
            known=self.known + later.known,
            hydraulic=self.hydraulic + later.hydraulic,
            electric=self.electric + later.electric,
        )


class Often(Frozen):
    """The most starts within any one hour."""

    most: float = 0.0
    at: int | None = None
    """The end of that hour, UTC ns."""
    known: int = 0
    """Ns in which starts could be placed."""

    def then(self, later: Often) -> Often:
        """With the span that follows."""
        best = self if self.most >= later.most else later
        return Often(most=best.most, at=best.at, known=self.known + later.known)


class Tally(Frozen):
    """One machine in one span. What it has no points for is null; its counters by what they count."""

    length: int = 0
    """Ns of the span, as far as it is over."""
    days: int = 0
    running: Run | None = None
    down: Run | None = None
    """Out of service, or in fault."""
    inspection: Run | None = None
    counters: dict[str, Rise] = Field(default_factory=dict)
    often: Often | None = None
    pumped: Pumped | None = None
    lifted: Lifted | None = None
    night: Pumped | None = None
    """What flowed between 02:00 and 04:00; `kwh` is not counted."""

    def then(self, later: Tally) -> Tally:
        """With the span that follows."""
        names = dict.fromkeys([*self.counters, *later.counters])
        nothing = Rise()
        return Tally(
            length=self.length + later.length,
            days=self.days + later.days,
            running=_then(self.running, later.running),
            down=_then(self.down, later.down),
            inspection=_then(self.inspection, later.inspection),
            counters={n: self.counters.get(n, nothing).then(later.counters.get(n, nothing)) for n in names},
            often=_then(self.often, later.often),
            pumped=_then(self.pumped, later.pumped),
            lifted=_then(self.lifted, later.lifted),
            night=_then(self.night, later.night),
        )


Part = TypeVar("Part", Run, Often, Pumped, Lifted)


def _then(one: Part | None, later: Part | None) -> Part | None:
    if one is None or later is None:
        return one if later is None else later
    return one.then(later)


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of them, in the order of time."""
    return reduce(Tally.then, tallies, Tally())
