"""The newest value of every point that a live link has told us of: in memory, never on disk."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from facility.clock import NS
from facility.live import PRESENCE_EVERY, Values
from facility.quality import Quality, Reason

HOLDS: Final = round((PRESENCE_EVERY + 5) * NS)
"""A frame of a link confirms what its gateway said for so long; a living link is never silent longer."""
HOLDS_AFTER_CLOSE: Final = 3 * NS


@dataclass(frozen=True, slots=True)
class Value:
    """A value, how far it can be trusted, and since when."""

    value: float | None
    quality: int
    reason: int
    at: int
    gateway: str


Row = tuple[str, float | None, int, int, int]
"""Point id, value, quality, reason, UTC ns."""


@dataclass(slots=True)
class _Site:
    values: dict[str, Value] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


class Latest:
    """Per site, point id → value; remembers what changed since it was last drained."""

    def __init__(self) -> None:
        self._sites: dict[str, _Site] = {}
        self.away: frozenset[tuple[str, str]] = frozenset()
        """(site, gateway) of those that are away."""
        self._until: dict[tuple[str, str], int] = {}
        """(site, gateway) → monotonic ns until which its last frame confirms its values."""

    def take(self, site: str, gateway: str, rows: Iterable[Row]) -> None:
        """Changed values; an older value never replaces a newer one, and one that is no number is none."""
        here = self._sites.setdefault(site, _Site())
        for point, value, quality, reason, at in rows:
            before = here.values.get(point)
            if before is None or at >= before.at or before.reason == Reason.GATEWAY:
                number = value if value is not None and math.isfinite(value) else None
                here.values[point] = Value(number, quality, reason, at, gateway)
                here.changed.add(point)

    def lose(self, site: str, gateway: str, at: int) -> None:
        """The gateway is away: what it last said is no longer known to hold."""
        here = self._sites.setdefault(site, _Site())
        for point, value in here.values.items():
            if value.gateway == gateway and value.reason != Reason.GATEWAY:
                here.values[point] = Value(None, Quality.BAD, Reason.GATEWAY, at, gateway)
                here.changed.add(point)

    def confirm(self, site: str, gateway: str, monotonic: int) -> None:
        """A frame of its link came: what it last said still holds."""
        self._until[site, gateway] = monotonic + HOLDS

    def part(self, site: str, gateway: str, monotonic: int) -> None:
        """Its link has closed and no other is open."""
        if (site, gateway) in self._until:
            self._until[site, gateway] = min(self._until[site, gateway], monotonic + HOLDS_AFTER_CLOSE)

    def confirmed(self, site: str, gateway: str) -> bool:
        """Whether a live link vouches for this gateway's values."""
        return (site, gateway) in self._until

    def doubt(self, monotonic: int) -> None:
        """What no link has confirmed in time may be old: it is uncertain until it is told anew."""
        for site, gateway in [key for key, until in self._until.items() if until <= monotonic]:
            del self._until[site, gateway]
            here = self._sites.setdefault(site, _Site())
            for point, value in here.values.items():
                if value.gateway == gateway and value.quality == Quality.GOOD:
                    here.values[point] = replace(value, quality=Quality.UNCERTAIN, reason=Reason.STALE)
                    here.changed.add(point)

    def keep_only(self, site: str, gateway: str, equipment: frozenset[str]) -> None:
        """Forget the points of equipment that this gateway has no more."""
        here = self._sites.setdefault(site, _Site())
        for point in [
            p for p, v in here.values.items() if v.gateway == gateway and p.partition(".")[0] not in equipment
        ]:
            del here.values[point]
            here.changed.discard(point)

    def of(self, site: str) -> Mapping[str, Value]:
        """All values of a site."""
        here = self._sites.get(site)
        return here.values if here is not None else {}

    def sites(self) -> Iterable[str]:
        """The sites that have values."""
        return tuple(self._sites)

    def drain(self, site: str) -> dict[str, Value]:
        """What changed since the last call."""
        here = self._sites.get(site)
        if here is None:
            return {}
        changed, here.changed = here.changed, set()
        return {point: here.values[point] for point in changed}

    def set_away(self, away: Iterable[tuple[str, str]], at: int) -> None:
        """Which (site, gateway) are away now; what these last said is no longer known to hold."""
        before, self.away = self.away, frozenset(away)
        for site, gateway in self.away - before:
            self.lose(site, gateway, at)


def columns_of(values: Mapping[str, Value]) -> Values:
    """Values as the columns of a frame."""
    held = values.values()
    return Values(
        points=tuple(values),
        values=tuple(v.value for v in held),
        qualities=tuple(v.quality for v in held),
        reasons=tuple(v.reason for v in held),
        times=tuple(v.at for v in held),
    )
