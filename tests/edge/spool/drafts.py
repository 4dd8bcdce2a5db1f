"""Drafts and an open spool for the tests of the spool."""

from pathlib import Path

from edge.spool import Quotas, Spool
from facility.clock import NS, Clock, ManualClock
from facility.event import ClockStepped, Draft, Lane

INVENTORY = "0123456789abcdef"


def draft(number: float, lane: Lane = Lane.EVENT) -> Draft:
    """A small event that carries a number."""
    return Draft(data=ClockStepped(seconds=number), at=1_790_000_000 * NS, lane=lane)


def a_spool(folder: Path, clock: Clock | None = None, quotas: Quotas | None = None) -> Spool:
    """Not opened yet."""
    return Spool(folder / "spool.db", clock or ManualClock(), site="s", gateway="g", quotas=quotas)
