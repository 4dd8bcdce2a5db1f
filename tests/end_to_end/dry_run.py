"""Pump 1 that runs dry: what is injected, and what must come of it."""

from __future__ import annotations

from typing import Any

from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.waiting import until


class DryRun:
    """The fault `dry_run` of a pump; the demo's delay is two seconds. A pump that stands still is waited for."""

    def __init__(self, estate: Estate, pump: str = "pump-1") -> None:
        self._estate = estate
        self._pump = self.name = pump

    def inject(self) -> None:
        """Take its water away."""
        self._estate.inject(self._pump, "dry_run")

    def clear(self) -> None:
        """Give it back."""
        self._estate.clear(self._pump, "dry_run")

    def all(self) -> list[dict[str, Any]]:
        """Every alarm of it so far."""
        return self._estate.alarms(self._pump, "dry_run")

    def active(self) -> list[dict[str, Any]]:
        """Those that hold."""
        return self._estate.active(self._pump, "dry_run")

    def raised(self) -> dict[str, Any]:
        """The one active alarm, as soon as it is there."""
        found = until(self.active, PATIENCE)
        assert len(found) == 1, found
        return found[0]

    def order(self) -> dict[str, Any]:
        """Its one work order, as soon as it is there."""
        found = until(lambda: self._estate.orders(self._pump, "dry_run"), PATIENCE)
        assert len(found) == 1, found
        return found[0]
