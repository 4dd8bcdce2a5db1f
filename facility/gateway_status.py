"""What a gateway says of itself: its lines, lanes and ends; for commands, the page, the metrics and the cloud."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from facility.words import Frozen

TELL_EVERY: Final = 30.0
"""Seconds between two words of a gateway to the cloud."""


class UnitStatus(Frozen):
    """One polled unit."""

    unit: str
    polls: int
    missed: int
    silent: bool


class LineStatus(Frozen):
    """One line. `state`: unknown, up or lost."""

    line: str
    protocol: str
    state: str
    why: str
    points: int
    units: tuple[UnitStatus, ...]
    lost_units: dict[str, str]


class LaneStatus(Frozen):
    """One lane of the spool."""

    lane: str
    records: int
    """Not yet delivered."""
    bytes: int
    quota: int = 0
    """Bytes that it may hold."""
    oldest: int | None = None
    """UTC ns when the oldest of them was accepted."""
    dropped: int = 0
    """Records dropped on a full quota or disk since the file was made; each drop has its gap event."""


class Trouble(Frozen):
    """Something that a person must see to. `serious`: alarms or samples are lost, now or soon."""

    zh: str
    en: str
    serious: bool


class Status(Frozen):
    """Everything that `edge status` shows. Times in UTC ns."""

    site: str
    gateway: str
    version: str
    inventory: str
    settings: int
    """The version in force."""
    settings_wrong: str = ""
    """What is wrong in settings.yaml: those in force are the last good ones; empty: nothing."""
    pid: int
    started: int
    now: int
    clock: str
    points: int
    qualities: dict[str, int]
    """Points by quality; `unsampled`: texts and messages, which have no samples. Together they are `points`."""
    samples: int
    alarms: dict[str, int]
    """Live alarms by what is told of them."""
    lines: tuple[LineStatus, ...]
    lanes: tuple[LaneStatus, ...]
    ends: dict[str, str]
    """End → why it takes nothing now; empty: all is well, or it was not tried yet (`untried`)."""
    untried: tuple[str, ...] = ()
    """Ends that nothing was sent to yet since the start or the last new settings: nobody knows how they are."""
    refused: dict[str, int] = Field(default_factory=dict)
    """Samples that the edge's own gate refused since the start, by reason."""
    troubles: tuple[Trouble, ...] = ()
