"""A machine's samples of one span → its tally."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from facility.clock import NS
from facility.condition.stretches import (
    F8,
    I8,
    SILENCE,
    Held,
    Register,
    Samples,
    between,
    held,
    joined,
    steps,
    together,
)
from facility.condition.tally import Lifted, Often, Pumped, Rise, Run, Tally

HOUR: Final = 3_600 * NS
MARGIN: Final = HOUR + SILENCE
"""Samples are needed from so long before a span, and to so long after it."""
_COUNTERS: Final = frozenset({"starts", "energy"})
"""Roles with samples that count."""
_MPA_M3H: Final = 1e6 / 3600.0 / 1000.0
"""kW of 1 MPa at 1 m3/h."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine has points for: their samples in kW, MPa, m3/h, kWh, and the values of its states."""

    samples: Mapping[str, Samples]
    """Role → samples: running, down, flow, power, discharge_pressure, suction_pressure, starts, energy, …"""
    states: Mapping[str, frozenset[float]] = field(default_factory=dict)
    """Role of a state (running, down, inspection) → the values in which it holds."""
    rises: Mapping[str, Rise] = field(default_factory=dict)
    """Role of a counter → how far it rose in the span, as the historian has it: right over gaps of any length."""


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end), known up to `now`; the part of it that is night."""

    start: int
    end: int
    now: int
    night: tuple[int, int] | None = None

    @property
    def until(self) -> int:
        """Where it ends, or now."""
        return min(self.end, self.now)


def tally(machine: Machine, span: Span) -> Tally:
    """The sums of one span; its samples reach MARGIN beyond both ends, as far as there are any."""
    if span.until <= span.start:
        return Tally()
    known = {
        role: between(samples) if role in _COUNTERS else held(samples, span.now)
        for role, samples in machine.samples.items()
    }
    return Tally(
        length=span.until - span.start,
        days=1,
        running=_run("running", machine, known, span),
        down=_run("down", machine, known, span),
        inspection=_run("inspection", machine, known, span),
        counters=dict(sorted(machine.rises.items())),
        often=_often(machine, known, span),
        pumped=_pumped(machine, known, span),
        lifted=_lifted(machine, known, span),
        night=_night(known, span),
    )


def _run(role: str, machine: Machine, known: Mapping[str, Held], span: Span) -> Run | None:
    if role not in machine.states:
        return None
    return run_of(known[role].within(span.start, span.until), machine.states[role])


def run_of(known: Held, values: frozenset[float]) -> Run:
    """How long a state was one of these values, and how often it came to be so."""
    if not len(known.begin):
        return Run()
    holds = np.isin(known.value, list(values))
    begins = int((holds[1:] & ~holds[:-1]).sum())
    return Run(known=known.total(), held=known.total(holds), begins=begins, first=bool(holds[0]), last=bool(holds[-1]))


def _often(machine: Machine, known: Mapping[str, Held], span: Span) -> Often | None:
    """Starts are placed where the counter, or else the running state, is known without a gap."""
    if "starts" in known:
        after, seen, count = steps(machine.samples["starts"])
        sure = seen - after <= SILENCE
        return _most(seen[sure], count[sure], known["starts"], span)
    if "running" in machine.states:
        held_ = known["running"]
        holds = np.isin(held_.value, list(machine.states["running"]))
        turned = np.flatnonzero(holds[1:] & ~holds[:-1] & (held_.begin[1:] == held_.end[:-1])) + 1
        return _most(held_.begin[turned], np.ones(len(turned)), held_, span)
    return None


def _most(at: I8, count: F8, known: Held, span: Span) -> Often:
    """The most within an hour that ends in the span: an hour that ends with a start holds the most."""
    placed = known.within(span.start, span.until).total()
    total = np.cumsum(count)
    ends = np.flatnonzero((at >= span.start) & (at < span.until))
    if not len(ends):
        return Often(known=placed)
    before = np.searchsorted(at, at[ends] - HOUR, side="right")
    within = total[ends] - np.where(before > 0, total[before - 1], 0.0)
    best = int(np.argmax(within))
    return Often(most=float(within[best]), at=int(at[ends[best]]), known=placed)


def _pumped(machine: Machine, known: Mapping[str, Held], span: Span) -> Pumped | None:
    """Energy by the register (else by the power) and water by the flow, over the time in which both are known."""
    work = "energy" if "energy" in known else "power"
    if work not in known or "flow" not in known:
        return None
    both, (flow, power) = together([known["flow"].within(span.start, span.until), known[work]])
    m3 = Held(both.begin, both.end, flow).integral()
    if work == "power":
        return Pumped(known=both.total(), kwh=Held(both.begin, both.end, power).integral(), m3=m3)
    whole = joined(both)
    return Pumped(known=both.total(), kwh=Register.of(machine.samples[work]).rise(whole.begin, whole.end), m3=m3)


def _lifted(machine: Machine, known: Mapping[str, Held], span: Span) -> Lifted | None:
    roles = ("running", "flow", "discharge_pressure", "suction_pressure", "power")
    if any(role not in known for role in roles) or "running" not in machine.states:
        return None
    first = known["running"].within(span.start, span.until)
    all_, (running, flow, out, into, power) = together([first, *(known[role] for role in roles[1:])])
    on = np.isin(running, list(machine.states["running"]))
    water = Held(all_.begin, all_.end, flow * np.maximum(out - into, 0.0) * _MPA_M3H).where(on)
    wire = Held(all_.begin, all_.end, power).where(on)
    return Lifted(known=wire.total(), hydraulic=water.integral(), electric=wire.integral())


def _night(known: Mapping[str, Held], span: Span) -> Pumped | None:
    if "flow" not in known or span.night is None:
        return None
    some = known["flow"].within(span.night[0], min(span.night[1], span.now))
    return Pumped(known=some.total(), m3=some.integral())
