"""What the patrol keeps over a restart, as keys of the spool's state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from edge.patrol.plan import Plan, Version
from edge.patrol.reads import Read
from edge.patrol.verdicts import Word
from facility.site import Checkpoint, Route

UNTIL = "patrol/until"


@dataclass(slots=True)
class RoundState:
    """The reads of one round and what was told of it. `told`: index of a checkpoint → (verdict, id of the read)."""

    opened: bool = False
    """The edge was there when it began: who did not come is missed."""
    reads: dict[str, Read] = field(default_factory=dict)
    told: dict[int, tuple[Word, str]] = field(default_factory=dict)
    said: dict[str, Word] = field(default_factory=dict)
    """Of each read, by its id."""

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        reads = [[r.id, r.checkpoint, r.guard, r.at, r.bound, r.received, int(r.shifted)] for r in self.reads.values()]
        told = [[i, word, id_] for i, (word, id_) in self.told.items()]
        return json.dumps([int(self.opened), reads, told, self.said], separators=(",", ":")).encode()


def round_key(route: str, start: int) -> str:
    """Where a round is kept."""
    return f"patrol/round/{route}/{start}"


def read_round(text: bytes, checkpoints: tuple[Checkpoint, ...]) -> RoundState:
    """A kept round; `checkpoints` are those of the route as it was then."""
    opened, reads, told, said = json.loads(text)
    found = [
        Read(id_, i, checkpoints[i].reader, guard, at, bound, received, bool(shifted))
        for id_, i, guard, at, bound, received, shifted in reads
        if i < len(checkpoints)
    ]
    return RoundState(bool(opened), {r.id: r for r in found}, {i: (w, r) for i, w, r in told}, said)


@dataclass(slots=True)
class Unwalked:
    """What alarms on one route. `late`: start of the round that nobody began in time.

    `missed`: checkpoint → (start of the round, whether anybody had begun it).
    """

    late: int | None = None
    missed: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        return json.dumps([self.late, self.missed], separators=(",", ":")).encode()


def read_unwalked(text: bytes) -> Unwalked:
    """What `text` wrote; nothing of nothing."""
    if not text:
        return Unwalked()
    late, missed = json.loads(text)
    return Unwalked(late, {c: (int(s), bool(b)) for c, (s, b) in missed.items()})


def plan_text(plan: Plan) -> bytes:
    """The bytes that the spool keeps of a route and its former versions."""
    return json.dumps([[v.since, v.route.model_dump(mode="json")] for v in plan.versions]).encode()


def read_versions(text: bytes) -> tuple[Version, ...]:
    """What `plan_text` wrote."""
    return tuple(Version(since, Route.model_validate(route)) for since, route in json.loads(text)) if text else ()


def below(kept: Mapping[str, bytes], prefix: str) -> Iterator[tuple[str, bytes]]:
    """(rest of the key, value) of the keys under a prefix that have a value."""
    return ((k.removeprefix(prefix), v) for k, v in kept.items() if v and k.startswith(prefix))
