"""The very first of `edge run`, before anything heavy is imported: a quick start, and one that a signal ends."""

from __future__ import annotations

import gc
import resource
import signal
from types import FrameType
from typing import Final

MOST_OPEN: Final = 65_536


def begin() -> None:
    """Search for no garbage until the agent is settled: what a start makes stays, and looking through it again and
    again is a third of the start of a big site. SIGTERM ends a start in order, until the agent's loop takes it over:
    nothing has been accepted yet.
    """
    gc.disable()
    _widen()
    signal.signal(signal.SIGTERM, asked)


def _widen() -> None:
    """As many sockets as the system allows, not the 1,024 that programs with `select` are kept to: a line is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Asked:
    """Whether the start was asked to end: kept, as a library may drop the exception that says so."""

    def __init__(self) -> None:
        self.yet = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The signal came."""
        self.yet = True
        raise SystemExit(0)


asked = Asked()
