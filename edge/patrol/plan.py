"""When a route must be walked: its rounds as UTC moments, with a window for each checkpoint."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from facility.clock import NS, iso
from facility.site import Checkpoint, Route

DAY: Final = 86_400 * NS
_REMEMBERED: Final = 4096
REACH: Final = 3_600 * NS
"""A read so far outside every window of its checkpoint belongs to no round: somebody merely came by."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a checkpoint must be read, both ends included: UTC ns."""

    checkpoint: Checkpoint
    opens: int
    closes: int

    def away(self, at: int) -> int:
        """How far outside a moment is, in ns; 0 within."""
        return max(self.opens - at, at - self.closes, 0)


@dataclass(frozen=True, slots=True)
class Round:
    """One walk of a route: it starts at `start` (UTC ns) and must be begun by `begin_by`."""

    route: Route
    start: int
    windows: tuple[Window, ...]

    @property
    def name(self) -> str:
        """How it is called within its route: its start, RFC 3339."""
        return iso(self.start)

    @property
    def begin_by(self) -> int:
        """The end of the start window."""
        return self.start + round(self.route.start_window * NS)

    @property
    def ends(self) -> int:
        """The end of its last window."""
        return max(self.begin_by, *(w.closes for w in self.windows))


@dataclass(frozen=True, slots=True)
class Version:
    """A route as it was written from a moment on (UTC ns)."""

    since: int
    route: Route


class Plan:
    """All rounds of one route, over the times in which it was written differently. `versions` are oldest first."""

    def __init__(self, versions: Sequence[Version], timezone: str) -> None:
        self.versions = tuple(versions)
        self._timezone = timezone
        self._made: dict[int, Round] = {}

    @property
    def route(self) -> Route:
        """As it is written now."""
        return self.versions[-1].route

    def rounds(self, after: int, until: int) -> Iterator[Round]:
        """Those that start in (after, until], in order."""
        bounds = [v.since for v in self.versions[1:]]
        for i, version in enumerate(self.versions):
            first = bounds[i - 1] if i else after + 1
            last = bounds[i] - 1 if i < len(bounds) else until
            for start in _starts(version.route, max(after, first - 1), min(until, last), self._timezone):
                yield self._round(version.route, start)

    def at(self, start: int) -> Round | None:
        """The round that starts then; None where there is none."""
        return next(self.rounds(start - 1, start), None)

    def next_start(self, after: int) -> int | None:
        """The next start after a moment, within two days."""
        found = next(self.rounds(after, after + 2 * DAY), None)
        return found.start if found else None

    def knows(self, reader: str, tag: str) -> bool:
        """Whether a tag at a reader is, or was, a checkpoint of the route."""
        return any(means(c, reader, tag) for v in self.versions for c in v.route.checkpoints)

    def nearest(self, reader: str, tag: str, at: int) -> tuple[int, Round, int] | None:
        """The round that a read belongs to: (ns outside the window, round, index of the checkpoint).

        It is the one in whose window the moment lies, else the one with the nearest window; of two the later.
        None where REACH is passed, or the route had no such checkpoint then.
        """
        found: tuple[int, Round, int] | None = None
        for one in self.rounds(at - DAY - REACH, at + REACH):
            for i, window in enumerate(one.windows):
                if means(window.checkpoint, reader, tag):
                    away = window.away(at)
                    if away <= REACH and (found is None or away <= found[0]):
                        found = (away, one, i)
        return found

    def _round(self, route: Route, start: int) -> Round:
        """Made once: an upload asks for each of its rounds again and again."""
        if start not in self._made:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            self._made[start] = _made(route, start, self._timezone)
        return self._made[start]


def means(checkpoint: Checkpoint, reader: str, tag: str) -> bool:
    """Whether a tag at a reader is this checkpoint; one that names no tag takes any."""
    return checkpoint.reader == reader and checkpoint.tag in (None, tag)


def _made(route: Route, start: int, timezone: str) -> Round:
    """A checkpoint without an end may be read as long as any other; where none has one, until the next round."""
    ends = [round(c.before * NS) for c in route.checkpoints if c.before is not None]
    following = next((s for s in _starts(route, start, start + DAY, timezone)), start + DAY)
    longest = start + max(ends) if ends else following
    windows = []
    for checkpoint in route.checkpoints:
        opens = start + round((checkpoint.after or 0.0) * NS)
        closes = max(longest, opens) if checkpoint.before is None else start + round(checkpoint.before * NS)
        windows.append(Window(checkpoint, opens, closes))
    return Round(route, start, tuple(windows))


def _starts(route: Route, after: int, until: int, timezone: str) -> list[int]:
    """In (after, until], ascending."""
    if until <= after:
        return []
    first, last = _day(after, timezone), _day(until, timezone)
    found: list[int] = []
    for n in range(-1, (last - first).days + 1):
        found += _starts_of(route.starts, first + timedelta(days=n), timezone)
    return found[bisect_right(found, after) : bisect_right(found, until)]


def _day(at: int, timezone: str) -> date:
    return datetime.fromtimestamp(at // NS, UTC).astimezone(ZoneInfo(timezone)).date()


@lru_cache(maxsize=2048)
def _starts_of(starts: tuple[str, ...], day: date, timezone: str) -> tuple[int, ...]:
    """UTC ns, ascending. A local time that the clock skips is an hour later, one that comes twice counts once."""
    found = set()
    for text in starts:
        hours, minutes = map(int, text.split(":"))
        local = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
        found.add(int(local.replace(tzinfo=ZoneInfo(timezone)).timestamp()) * NS)
    return tuple(sorted(found))
