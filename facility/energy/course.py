"""The course of a register: readings made into one total that only rises, and what happened on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.energy.intervals import F8, I8, U1
from facility.energy.readings import Readings, Source
from facility.energy.register import Register

STRAYS: Final = 3
"""Readings in a row that may be put aside because those around them fit each other."""
ZEROED: Final = 0.5
"""Below this share of what it showed a register was set to zero; a little below, it lost its last counts."""
JITTER: Final = 1_000
"""A step down of a thousandth of the unit is rounding on the way, whatever the register's own step."""
SWAPPED: Final = 86_400 * NS
"""How far from the entered time of a replacement the true one may lie."""


class Move(IntEnum):
    """What a register did from one reading to the next."""

    PLAIN = 0
    ROLLED = 1
    SET_BACK = 2
    REPLACED = 3


class Aside(StrEnum):
    """Why a reading was put aside."""

    TOO_WIDE = "too_wide"
    """It shows more than the register is wide."""
    DIP = "dip"
    """It lies below the readings before and after it, which fit each other."""
    SPIKE = "spike"
    """It lies above them."""
    OTHER_METER = "other_meter"
    """Near a replacement it fits the other meter only."""


@dataclass(frozen=True, slots=True)
class Stray:
    """One reading that was put aside: its place in the readings, and why."""

    place: int
    why: Aside


@dataclass(frozen=True, slots=True)
class Course:
    """n readings that count, and n - 1 moves between them."""

    at: I8
    total: I8
    """What has flowed since the first reading, millionths, the multiplier applied."""
    step: F8
    """± what the register can't show, the multiplier applied."""
    move: U1
    strays: tuple[Stray, ...]

    def __len__(self) -> int:
        return len(self.at)


def course(readings: Readings, registers: Sequence[Register]) -> Course:
    """Follow the registers: the first, and one for each INSTALLED reading. Every rise is counted once.

    A step down is, in this order: the register's own rounding, a stray reading, a roll-over where its width and
    what can flow allow it, else a set-back. After a set-back the least is counted: what it shows now if it can have
    counted that from zero, else nothing.
    """
    owner = np.cumsum(readings.source == Source.INSTALLED)
    strays = _of_the_other_meter(readings, registers, owner) if owner.size and owner[-1] else []
    for number, register in enumerate(registers):
        if register.modulus is not None:
            wide = np.flatnonzero((owner == number) & (readings.amount >= register.modulus))
            strays += [Stray(int(place), Aside.TOO_WIDE) for place in wide if readings.source[place] <= Source.HAND]
    places = np.delete(np.arange(len(readings)), [stray.place for stray in strays])
    if len(registers) > 1 or np.any(np.diff(readings.amount[places]) < 0):
        walk = _Walk(readings, registers, owner.tolist())
        for place in places.tolist():
            walk.take(place)
        return walk.course(strays)
    one, amount = registers[0], readings.amount[places]
    rises = amount - amount[:1]
    still = np.zeros(max(len(places) - 1, 0), np.uint8)
    return Course(
        readings.at[places], _times(rises, one), one.steps(amount) * float(one.multiplier), still, tuple(strays)
    )


def _times(rises: I8, register: Register) -> I8:
    """Of a total, so that parts of it still add up to it."""
    if register.multiplier.denominator == 1:
        return rises * register.multiplier.numerator
    return np.array([round(rise * register.multiplier) for rise in rises.tolist()], np.int64)


def _of_the_other_meter(readings: Readings, registers: Sequence[Register], owner: NDArray[np.intp]) -> list[Stray]:
    """The readings next to a replacement that only fit the other meter: the entered time is a little off."""
    found = []
    for number, place in enumerate(np.flatnonzero(readings.source == Source.INSTALLED).tolist()):
        low, high = np.searchsorted(readings.at, (readings.at[place] - SWAPPED, readings.at[place] + SWAPPED)).tolist()
        for outward in (range(place - 2, low - 1, -1), range(place + 1, high)):
            for i in outward:
                if owner[i] not in (number, number + 1) or not _misplaced(readings, registers, place, number, i):
                    break
                found.append(Stray(i, Aside.OTHER_METER))
    return found


def _misplaced(readings: Readings, registers: Sequence[Register], place: int, number: int, i: int) -> bool:
    """Whether reading i does not fit the meter on its side of the replacement, and fits the other."""
    if readings.source[i] > Source.HAND:
        return False
    shown, away = int(readings.amount[i]), int(readings.at[i] - readings.at[place])
    old, new = shown - int(readings.amount[place - 1]), shown - int(readings.amount[place])
    if i > place:
        fits_own = new >= 0 and registers[number + 1].fits(new, away)
        return not fits_own and registers[number].fits(abs(old), away)
    fits_own = old <= 0 and registers[number].fits(-old, -away)
    return not fits_own and registers[number + 1].fits(abs(new), -away)


class _Walk:
    """One pass over readings with steps down or replacements among them."""

    def __init__(self, readings: Readings, registers: Sequence[Register], owner: list[int]) -> None:
        self._at: list[int] = readings.at.tolist()
        self._shown: list[int] = readings.amount.tolist()
        self._new = (readings.source == Source.INSTALLED).tolist()
        self._registers = registers
        self._owner = owner
        self._kept: list[int] = []
        self._rises: list[int] = []
        """After each kept reading but the first: how far it rose to it."""
        self._moves: list[Move] = []
        self._strays: list[Stray] = []

    def take(self, place: int) -> None:
        """The next reading."""
        if not self._kept:
            self._kept.append(place)
        elif self._new[place]:
            self._keep(place, 0, Move.REPLACED)
        elif self._shown[place] >= self._shown[self._kept[-1]]:
            self._up(place)
        else:
            self._down(place)

    def course(self, strays: list[Stray]) -> Course:
        """All of it."""
        kept = self._kept
        shown = np.array([self._shown[place] for place in kept], np.int64)
        step, total = np.zeros(len(kept)), np.zeros(len(kept), np.int64)
        rises = np.cumsum([0, *self._rises])[: len(kept)].astype(np.int64)
        number = np.array([self._owner[place] for place in kept], np.intp)
        reached = 0
        for each, register in enumerate(self._registers):
            own = np.flatnonzero(number == each)
            if len(own):
                step[own] = register.steps(shown[own]) * float(register.multiplier)
                total[own] = _times(rises[own] - rises[own[0]], register) + reached
                reached = int(total[own[-1]])
        at = np.array([self._at[place] for place in kept], np.int64)
        return Course(at, total, step, np.array(self._moves, np.uint8), (*strays, *self._strays))

    def _keep(self, place: int, rise: int, move: Move) -> None:
        self._kept.append(place)
        self._rises.append(rise)
        self._moves.append(move)

    def _up(self, place: int) -> None:
        """Also where a step down shortly before turns out to have been a stray reading."""
        shown, register = self._shown, self._registers[self._owner[place]]
        for back in range(1, min(STRAYS, len(self._moves)) + 1):
            if self._moves[-back] is Move.REPLACED:
                break
            before = self._kept[-1 - back]
            rise = shown[place] - shown[before]
            fell = self._moves[-back] in (Move.SET_BACK, Move.ROLLED)
            if fell and rise >= 0 and register.fits(rise, self._at[place] - self._at[before]):
                self._put_aside(back, Aside.DIP)
                self._keep(place, rise, Move.PLAIN)
                return
        self._keep(place, shown[place] - shown[self._kept[-1]], Move.PLAIN)

    def _down(self, place: int) -> None:
        shown, last = self._shown, self._kept[-1]
        register = self._registers[self._owner[place]]
        drop, duration = shown[last] - shown[place], self._at[place] - self._at[last]
        if drop <= max(JITTER, float(register.steps(np.array([shown[last]], np.int64))[0])):
            shown[place] = shown[last]
            self._keep(place, 0, Move.PLAIN)
        elif (back := self._spike(place, register)) is not None:
            rise = shown[place] - shown[self._kept[-1 - back]]
            self._put_aside(back, Aside.SPIKE)
            if rise >= 0:
                self._keep(place, rise, Move.PLAIN)
            else:
                self._keep(place, rise + (register.modulus or 0), Move.ROLLED)
        elif register.modulus is not None and register.fits(register.modulus - drop, duration):
            self._keep(place, register.modulus - drop, Move.ROLLED)
        else:
            zeroed = shown[place] <= shown[last] * ZEROED and register.fits(shown[place], duration)
            self._keep(place, shown[place] if zeroed else 0, Move.SET_BACK)

    def _spike(self, place: int, register: Register) -> int | None:
        """How many of the last readings can't be true: without them this one fits, over a roll-over too."""
        shown, at = self._shown, self._at
        for back in range(1, min(STRAYS, len(self._moves)) + 1):
            if self._moves[-back] is Move.REPLACED:
                return None
            before, first = self._kept[-1 - back], self._kept[-back]
            strange = self._moves[-back] is Move.SET_BACK or not register.fits(
                shown[first] - shown[before], at[first] - at[before]
            )
            rise = shown[place] - shown[before]
            rise += (register.modulus or 0) if rise < 0 else 0
            if strange and rise >= 0 and register.fits(rise, at[place] - at[before]):
                return back
        return None

    def _put_aside(self, count: int, why: Aside) -> None:
        self._strays += [Stray(place, why) for place in self._kept[-count:]]
        del self._kept[-count:], self._rises[-count:], self._moves[-count:]
