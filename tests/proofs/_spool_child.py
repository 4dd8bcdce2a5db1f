"""The process that accepts without end, as the oracle sees it: what it was told is on disk must be there for ever."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from edge.spool import Spool
from facility.event import Lane

ROOT: Final = Path(__file__).resolve().parents[2]
ALL: Final = (1_000_000, 1 << 40)
NUMBER: Final = re.compile(rb'"seconds":(-?[0-9]+)\.0')


def accepting(path: Path, first: int, *around: str) -> subprocess.Popen[str]:
    """Start it, under `around` where given (strace …)."""
    command = [*around, sys.executable, "-m", "tests.edge.spool.accepting", str(path), str(first)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def kill(child: subprocess.Popen[str]) -> str:
    """Kill -9, with whatever was put around it; the rest of what it said."""
    os.killpg(child.pid, signal.SIGKILL)
    assert child.stdout is not None
    with child:  # `communicate` would miss the lines that `readline` has taken from the pipe already
        return child.stdout.read()


@dataclass(slots=True)
class Told:
    """What the process said was on disk."""

    last: int = -1
    stored: set[int] = field(default_factory=set)
    """Seqs of telemetry that were not delivered yet."""

    def hear(self, line: str) -> None:
        """One line of its output."""
        words = line.split()
        if len(words) != 4 or words[:2] != ["on", "disk"]:
            return
        self.last = int(words[2])
        seq = int(words[3])
        self.stored.add(seq)
        if (self.last - 3) % 16 == 0:
            self.stored.discard(seq - 2)


async def numbers(spool: Spool) -> list[int]:
    """The numbers of the events of both lanes, as they lie there; AssertionError where a lane's order is broken."""
    found: list[int] = []
    for lane in (Lane.LIFE, Lane.EVENT):
        records = await spool.oldest(lane, *ALL)
        own = [int(m[1]) for r in records if (m := NUMBER.search(r.body)) is not None]
        assert own == sorted(own)
        found += own
    return sorted(found)


def mark_unclean(path: Path) -> None:
    """The oracle's own look ended the spool in order; the next process shall see the kill."""
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'no' WHERE key = 'clean'")
    db.close()
