"""Conditions that others judge, from their own memory, and tell: the watch of the doors, the patrol."""

from __future__ import annotations

from collections.abc import Sequence

from edge.alarms.row import Judged, Kind

EVALUATES = ("door_time", "door_count", "patrol")


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """No columns: their verdicts stand in edge.alarms.told."""
    del judged
    return ()
