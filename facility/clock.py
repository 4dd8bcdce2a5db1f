"""Time as a parameter: nobody below the command line asks the machine for it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

NS: Final = 1_000_000_000
"""Nanoseconds in a second; all times are int UTC nanoseconds."""

EARLIEST: Final = 1_577_836_800 * NS
"""2020-01-01: a device time before it is absurd (contracts.md, Time)."""

AHEAD: Final = 86_400 * NS
"""A device time more than a day ahead is absurd."""


class Clock(Protocol):
    """Wall time and monotonic time, both in nanoseconds."""

    def now(self) -> int:
        """UTC nanoseconds since 1970; may step."""

    def monotonic(self) -> int:
        """Nanoseconds that never run backwards."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> int:
        return time.time_ns()

    def monotonic(self) -> int:
        return time.monotonic_ns()


@dataclass(slots=True)
class ManualClock:
    """A clock that a test or a simulation moves by hand."""

    wall: int = 1_790_000_000 * NS
    mono: int = 0

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> int:
        return self.mono

    def advance(self, seconds: float) -> None:
        """Let both clocks run for `seconds`."""
        step = round(seconds * NS)
        self.wall += step
        self.mono += step

    def step(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a time server does; monotonic time goes on."""
        self.wall += round(seconds * NS)


def sane(at: int, now: int) -> bool:
    """Whether a device's time may be believed: 2020 … now + 1 day."""
    return EARLIEST <= at <= now + AHEAD


def iso(at: int) -> str:
    """RFC 3339 in UTC with milliseconds, for people and the API: `2026-11-21T08:00:00.000Z`."""
    seconds, rest = divmod(at, NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1_000_000:03d}Z"


def from_iso(text: str) -> int:
    """UTC nanoseconds of an RFC 3339 time; ValueError where the zone is missing."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no zone: add Z or +08:00")
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * NS + delta.microseconds * 1_000
