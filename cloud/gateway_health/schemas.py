"""The health of gateways and lines on the wire."""

from __future__ import annotations

from cloud.gateways.schemas import Gateway
from cloud.wire import Moment
from facility.gateway_status import LaneStatus, Trouble
from facility.words import Frozen, Text


class Qualities(Frozen):
    """Points by the quality of their newest value."""

    good: int
    uncertain: int
    bad: int


class DeviceHealth(Frozen):
    """One equipment on a line."""

    equipment: str
    name: Text
    unit: str
    model: str
    qualities: Qualities
    reason: str
    """Of most of the bad points; none where none is bad."""
    lost_since: Moment | None
    """Its unit does not answer since then."""
    heard: Moment | None
    """The newest value of it."""


class UnitHealth(Frozen):
    """One unit that is polled, since the gateway's start."""

    unit: str
    polls: int
    missed: int
    """Periods in which it should have been asked and was not: its line was not done yet."""
    silent: bool
    lost_since: Moment | None
    why: str


class LineHealth(Frozen):
    """One line of a gateway."""

    line: str
    protocol: str
    state: str
    """up, lost, unknown."""
    why: str
    lost_since: Moment | None
    points: int
    units: tuple[UnitHealth, ...]
    devices: tuple[DeviceHealth, ...]


class GatewayHealth(Frozen):
    """One gateway, as the cloud sees it and as it says itself."""

    gateway: Gateway
    away_since: Moment | None
    heard_at: Moment | None
    """When it last said how it is; null: it is older than this page, or was never on line."""
    started_at: Moment | None
    clock: str | None
    """trusted, …: how far its own clock is trusted."""
    samples: int | None
    """Taken since its start."""
    qualities: Qualities
    refused: dict[str, int]
    """Samples that its own gate refused, by reason."""
    settings: int | None
    settings_wrong: str
    lanes: tuple[LaneStatus, ...]
    ends: dict[str, str]
    """historian, cloud, …: why it takes nothing now; empty: all is well."""
    delay: float | None
    """Seconds since the newest sample that the historian has of it; null: none yet."""
    troubles: tuple[Trouble, ...]
    lines: tuple[LineHealth, ...]
