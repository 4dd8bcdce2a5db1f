"""Made-up lives of registers with all that befalls them, and what an honest ledger must say of each.

The oracle never looks at the ledger's rules for telling a roll-over from a set-back: it knows what happened. It walks
the edges one by one with Fractions, where the ledger works in columns.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np

from facility.clock import NS
from facility.energy.course import course
from facility.energy.intervals import QUARTER
from facility.energy.ledger import ledger
from facility.energy.quality import AmountQuality
from facility.energy.readings import Readings, Source, essential, merged
from facility.energy.register import Register

START = 1_780_000_200 * NS // QUARTER * QUARTER
PERIOD = 86_400.0
SILENCE = 600 * NS
LONG = round(1.5 * PERIOD) * NS
HIGHEST = 40_000_000
"""Millionths an hour: what the meter's circuit can carry; the load stays below a half of it."""


@dataclass
class Told:
    """One reading that an honest account uses: when, the true total that is accounted for, and what came before it."""

    at: int
    total: Fraction
    happened: AmountQuality | None = None
    """What lies between the reading before and this one."""


@dataclass
class Life:
    """One history: what is sent, in the order in which it arrives, and what is true."""

    seed: int
    registers: list[Register]
    arrivals: list[Readings] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    strays: int = 0
    rolled: int = 0


def lived(seed: int) -> Life:
    """A register's life of one to four days."""
    return _Maker(seed).life()


class _Maker:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        dice = self.dice
        self.modulus = dice.choice([None, None, 4 * 10**9, 10**10, 10**12, 2**16 * 10**6, 2**32 * 1000])
        self.multiplier = dice.choice([Fraction(1), Fraction(1), Fraction(30), Fraction(80), Fraction(3, 2)])
        self.step = dice.choice([1, 1000, 10_000, 100_000])
        self.poll = dice.choice([30, 60, 60, 300]) * NS
        self.life_: Life = Life(seed, [self._register()])
        limit = self.modulus or 10**11
        near = self.modulus is not None and dice.random() < 0.6
        self.shown = limit - dice.randrange(1, 20_000_000) if near else dice.randrange(limit // 2)
        self.shown -= self.shown % self.step
        self.now = START + dice.randrange(0, 2 * QUARTER, NS)
        self.total = Fraction(0)
        self.raw: list[tuple[int, int, Source]] = []
        self.pending: AmountQuality | None = None
        self.held = Fraction(0)

    def _register(self) -> Register:
        return Register("kW.h", HIGHEST, self.modulus, self.step, multiplier=self.multiplier)

    def life(self) -> Life:
        dice = self.dice
        self._read()
        since = 9
        for _ in range(dice.randrange(40, 220)):
            self._flow(self.poll + dice.randrange(-10, 11) * NS)
            since += 1
            act = dice.random()
            if since > 8 and act < 0.09:
                since = 0
                dice.choice([self._gap, self._gap, self._reset, self._stray, self._replace, self._lose])()
            self._read()
        for _ in range(6):
            self._flow(self.poll)
            self._read()
        self.life_.arrivals = self._shuffled()
        return self.life_

    def _flow(self, duration: int) -> None:
        """Time passes; the register counts in its steps."""
        self.now += duration
        units = int(HIGHEST * self.dice.random() * 0.5 * duration / (3_600 * NS))
        moved = units // self.step * self.step
        self.held += moved * self.multiplier
        self.shown += moved
        if self.modulus is not None and self.shown >= self.modulus:
            self.shown -= self.modulus
            self.life_.rolled += 1

    def _read(self) -> None:
        self.total += self.held
        self.held = Fraction(0)
        self.raw.append((self.now, self.shown, Source.WIRE))
        self.life_.told.append(Told(self.now, self.total, self.pending))
        self.pending = None

    def _gap(self) -> None:
        hours = self.dice.choice([0.2, 0.5, 2, 9, 30, 45, 60])
        self._flow(round(hours * 3_600) * NS)

    def _reset(self) -> None:
        """To zero, between two readings: what had been counted since the last one is lost."""
        if self.shown < 4 * HIGHEST:
            return
        if self.modulus is not None and self.modulus - self.shown < 4 * HIGHEST:
            return
        if self.dice.random() < 0.3:
            self._gap_short()
        self.held, self.shown = Fraction(0), 0
        self._flow(self.dice.randrange(1, 20) * NS)
        self.pending = AmountQuality.RESET

    def _lose(self) -> None:
        """It comes back with an older count: nothing can be counted of that moment."""
        lost = self.dice.randrange(40, 400) * 10**6
        lost -= lost % self.step
        if self.shown < 4 * lost:
            return
        if self.modulus is not None and self.modulus - lost < HIGHEST:
            return
        self.held, self.shown = Fraction(0), self.shown - lost
        self.pending = AmountQuality.RESET

    def _gap_short(self) -> None:
        self._flow(self.dice.randrange(15, 50) * 60 * NS)

    def _stray(self) -> None:
        """One to three readings that are none."""
        count = self.dice.randrange(1, 4)
        room = (self.modulus or 10**14) - self.shown
        low = self.dice.random() < 0.5 and self.shown > 20 * HIGHEST and room > HIGHEST
        high = not low and room > 20 * HIGHEST
        if not low and not high:
            return
        for _ in range(count):
            wrong = (
                self.dice.randrange(2) * self.step
                if low
                else self.shown + self.dice.randrange(4 * HIGHEST, 8 * HIGHEST)
            )
            self.raw.append((self.now, wrong, Source.WIRE))
            self.life_.strays += 1
            self._flow(self.poll)

    def _replace(self) -> None:
        """Both registers are written down; the new meter may have another width and multiplier."""
        self._flow(self.dice.randrange(30, 600) * NS)
        self.total += self.held
        self.held = Fraction(0)
        self.raw.append((self.now, self.shown, Source.REMOVED))
        self.life_.told.append(Told(self.now, self.total, self.pending))
        self.modulus = self.dice.choice([None, 10**10, 10**12])
        self.multiplier = self.dice.choice([Fraction(1), Fraction(20)])
        self.shown = self.dice.randrange(0, 10**9, self.step)
        self.life_.registers.append(self._register())
        self.raw.append((self.now, self.shown, Source.INSTALLED))
        self.life_.told.append(Told(self.now, self.total, AmountQuality.CHANGED))
        self.pending = None
        self._flow(self.poll)

    def _shuffled(self) -> list[Readings]:
        """Some come late, some twice."""
        rows = list(self.raw)
        rows += [row for row in rows if row[2] == Source.WIRE and self.dice.random() < 0.05]
        wire = [row for row in rows if row[2] == Source.WIRE]
        if self.dice.random() < 0.5:
            self.dice.shuffle(wire)
        by_hand = [row for row in rows if row[2] != Source.WIRE]
        parts = [Readings.of(np.array([w[0] for w in wire]), np.array([w[1] for w in wire]))]
        if by_hand:
            columns = [np.array([row[n] for row in by_hand], np.int64) for n in range(3)]
            parts.append(Readings(columns[0], columns[1], columns[2].astype(np.uint8)))
        return [merged(parts)]


@dataclass(frozen=True)
class Verdict:
    """What is true of one interval."""

    amount: Fraction
    tolerance: Fraction
    """What rounding to whole millionths may change of an amount whose edges lie between readings."""
    quality: AmountQuality
    coverage: Fraction


def verdicts(life: Life, edges: list[int]) -> list[Verdict]:
    """Interval by interval."""
    times = [t.at for t in life.told]
    return [_verdict(life, times, low, high) for low, high in pairwise(edges)]


def _verdict(life: Life, times: list[int], low: int, high: int) -> Verdict:
    begin, end = max(low, times[0]), min(high, times[-1])
    if begin >= end:
        return Verdict(Fraction(0), Fraction(0), AmountQuality.MISSING, Fraction(0))
    first, sure_first = _total(life, times, begin)
    last, sure_last = _total(life, times, end)
    quality = max(sure_first, sure_last)
    for before, after in pairwise(life.told):
        touches = (before.at < end and after.at > begin) or (before.at == after.at and low <= after.at < high)
        if after.happened is not None and touches:
            quality = max(quality, after.happened)
    if end - begin < high - low:
        quality = AmountQuality.MISSING
    return Verdict(last - first, Fraction(2), quality, Fraction(end - begin, high - low))


def _total(life: Life, times: list[int], at: int) -> tuple[Fraction, AmountQuality]:
    place = bisect_right(times, at) - 1
    before = life.told[place]
    if before.at == at:
        return before.total, AmountQuality.MEASURED
    after = life.told[place + 1]
    gap = after.at - before.at
    between = before.total + (after.total - before.total) * Fraction(at - before.at, gap)
    if gap <= SILENCE:
        return between, AmountQuality.MEASURED
    return between, AmountQuality.INTERPOLATED if gap <= LONG else AmountQuality.ESTIMATED


def wrong_of(life: Life, *, thin: bool = False) -> list[str]:
    """Where the ledger says something else than the oracle; `thin`: only what is essential of the readings is kept."""
    readings = life.arrivals[0]
    if thin:
        wire = readings.taken(readings.source == Source.WIRE)
        readings = merged([essential(wire), readings.taken(readings.source != Source.WIRE)])
    first, last = life.told[0].at // QUARTER - 1, life.told[-1].at // QUARTER + 2
    edges = QUARTER * np.arange(first, last + 1, dtype=np.int64)
    followed = course(readings, life.registers)
    said = ledger(followed, edges, unit="kW.h", period=PERIOD)
    halves = Fraction(sum(register.multiplier.denominator > 1 for register in life.registers), 2)
    wrong = []
    if len(followed.strays) != life.strays:
        wrong.append(f"{life.seed}: {len(followed.strays)} strays, not {life.strays}")
    if abs(int(said.amount.sum()) - life.told[-1].total) > halves:
        wrong.append(f"{life.seed}: the intervals add up to {said.amount.sum()}, not {life.told[-1].total}")
    for place, true in enumerate(verdicts(life, edges.tolist())):
        amount, quality = int(said.amount[place]), AmountQuality(int(said.quality[place]))
        covered = abs(float(said.coverage[place]) - float(true.coverage)) < 1e-9
        if abs(amount - true.amount) > true.tolerance or quality is not true.quality or not covered:
            wrong.append(f"{life.seed}, interval {place}: {amount} {quality.word}, not {true}")
    return wrong
