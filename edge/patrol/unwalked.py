"""What alarms on the routes: rounds not begun in time, and points where nobody came and nobody has been since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from edge.patrol.memory import Unwalked, below, read_unwalked
from edge.patrol.plan import Round
from facility.clock import NS

LIVE: Final = 3_600 * NS
"""What was missed longer ago, while the edge was away, goes into the record and alarms nobody."""


class UnwalkedRoutes:
    """One Unwalked a route."""

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self._routes = {route: read_unwalked(text) for route, text in below(kept, "patrol/alarm/")}
        self._changes: dict[str, bytes] = {}

    def late_starts(self) -> set[str]:
        """Routes of which a round was not begun in time."""
        return {route for route, u in self._routes.items() if u.late is not None}

    def missed(self) -> set[tuple[str, str]]:
        """(route, checkpoint) where nobody came in time and nobody has been since."""
        return {(route, c) for route, u in self._routes.items() for c in u.missed}

    def begun_late(self, round_: Round, now: int) -> None:
        """Nobody has begun a round in time."""
        unwalked = self._of(round_)
        if now - round_.begin_by <= LIVE and (unwalked.late or 0) < round_.start:
            unwalked.late = round_.start
            self._note(round_, unwalked)

    def miss(self, round_: Round, checkpoint: int, now: int, *, begun: bool) -> None:
        """Nobody came to a point in its window; `begun`: somebody walks the round."""
        if now - round_.windows[checkpoint].closes <= LIVE:
            unwalked = self._of(round_)
            unwalked.missed[round_.route.checkpoints[checkpoint].id] = (round_.start, begun)
            self._note(round_, unwalked)

    def walked(self, round_: Round, checkpoints: set[str]) -> None:
        """Somebody was there: what alarmed of this round or an earlier one ends."""
        unwalked = self._routes.get(round_.route.id)
        if unwalked is None:
            return
        over = {
            c
            for c, (start, begun) in unwalked.missed.items()
            if start <= round_.start and (c in checkpoints or (start < round_.start and not begun))
        }
        in_time = unwalked.late is not None and unwalked.late <= round_.start
        if over or in_time:
            unwalked.missed = {c: m for c, m in unwalked.missed.items() if c not in over}
            unwalked.late = None if in_time else unwalked.late
            self._note(round_, unwalked)

    def keep_only(self, routes: Collection[str]) -> None:
        """Routes that are no longer written alarm no more."""
        for route in self._routes.keys() - set(routes):
            del self._routes[route]
            self._changes[f"patrol/alarm/{route}"] = b""

    def changes(self) -> dict[str, bytes]:
        """What must be kept since the last call."""
        found, self._changes = self._changes, {}
        return found

    def _of(self, round_: Round) -> Unwalked:
        return self._routes.setdefault(round_.route.id, Unwalked())

    def _note(self, round_: Round, unwalked: Unwalked) -> None:
        self._changes[f"patrol/alarm/{round_.route.id}"] = unwalked.text()
