"""The checklist of one fire: which effects of its zone were seen when, and which did not come."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from edge.linkage.plan import Zone
from facility.clock import NS
from facility.event import ClockState

By: TypeAlias = Literal["", "addresses", "call_point", "instruction", "drill"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: UTC ns, monotonic ns, and how far the former may be trusted."""

    wall: int
    mono: int
    clock: ClockState = ClockState.TRUSTED


@dataclass(frozen=True, slots=True)
class Sight:
    """When an effect was seen. `already`: it was there when the first fire came."""

    at: int
    mono: int
    already: bool = False


@dataclass(slots=True)
class Record:
    """From the first fire of a zone to the panel's reset. `t0` is the confirmation in UTC ns, `begun` in monotonic ns.

    Before the confirmation what is seen may go again, and is forgotten then; afterwards what was seen was seen.
    """

    zone: Zone
    opened: int
    drill: bool
    t0: int | None = None
    begun: int = 0
    by: By = ""
    seen: dict[str, Sight] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def seconds(self, sight: Sight) -> float | None:
        """From the confirmation to a sight; None before it."""
        return None if self.t0 is None else round((sight.mono - self.begun) / NS, 3)

    def run_out(self, mono: int) -> list[int]:
        """Places of the effects that are missing as of now, and were not before."""
        if self.t0 is None:
            return []
        return [
            i
            for i, (effect, due) in enumerate(zip(self.zone.effects, self.zone.due, strict=True))
            if mono >= self.begun + due and effect.id not in self.seen and effect.id not in self.missing
        ]

    def lacking(self) -> set[str]:
        """Points of the effects that are missing and still not seen."""
        return {e.point for e in self.zone.effects if e.id in self.missing and e.id not in self.seen}

    def text(self, burning: Iterable[str]) -> bytes:
        """The bytes that the spool keeps, with the addresses in alarm."""
        data = {
            "opened": self.opened,
            "drill": self.drill,
            "t0": self.t0,
            "by": self.by,
            "seen": {id: [s.at, s.already] for id, s in self.seen.items()},
            "missing": sorted(self.missing),
            "burning": sorted(burning),
        }
        return json.dumps(data, separators=(",", ":")).encode()


def read_record(zone: Zone, text: bytes, now: Moment) -> tuple[Record, list[str]]:
    """The record and the addresses in alarm; what the site no longer awaits is left out."""
    data: dict[str, Any] = json.loads(text)
    known = {effect.id for effect in zone.effects}

    def mono(at: int) -> int:
        return now.mono - max(0, now.wall - at)

    t0 = data["t0"]
    record = Record(
        zone=zone,
        opened=data["opened"],
        drill=data["drill"],
        t0=t0,
        begun=0 if t0 is None else mono(t0),
        by=data["by"],
        seen={id: Sight(at, mono(at), already) for id, (at, already) in data["seen"].items() if id in known},
        missing=set(data["missing"]) & known,
    )
    return record, list(data["burning"])
