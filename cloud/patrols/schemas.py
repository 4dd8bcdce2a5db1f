"""Patrol rounds on the wire."""

from __future__ import annotations

from typing import Literal

from cloud.wire import Moment
from facility.words import Frozen, Text


class Said(Frozen):
    """One verdict, as it was told. `replaces` names the one that it corrects."""

    verdict: str
    read_at: Moment | None
    error: float | None
    """How far `read_at` may be wrong, in seconds; null: the reader was on line."""
    guard: str | None
    replaces: str | None
    told_at: Moment


class CheckpointVisit(Frozen):
    """One checkpoint of a round; `verdict` is null while its window is open and nobody came."""

    checkpoint: str
    name: Text
    place: str | None
    equipment: str
    """The reader."""
    verdict: str | None
    read_at: Moment | None
    error: float | None
    guard: str | None
    others: tuple[Said, ...]
    """Further reads there: duplicates, a wrong guard."""
    trace: tuple[Said, ...]
    """What was said of the checkpoint, oldest first: more than one where a late upload corrected it."""


class Round(Frozen):
    """One walk of a route."""

    site: str
    gateway: str
    route: str
    name: Text
    kind: Literal["security", "fire", "plant"] | None
    """Null where the route is no longer known."""
    start: Moment
    checkpoints: tuple[CheckpointVisit, ...]
    counts: dict[str, int]
    """Verdict → checkpoints; `open` are those without one."""
