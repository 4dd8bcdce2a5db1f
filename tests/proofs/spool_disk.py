"""A disk that is full, and a disk whose sync fails: what was accepted is there, the rest was refused aloud."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edge.spool import Spool
from facility.clock import SystemClock
from facility.event import Event, Gap, Lane
from tests.measure import Figure, measure
from tests.proofs._spool_child import ALL, Told, accepting, kill, numbers

ENOUGH = 100
"""A process that says so many more lines than there were syncs before the fault goes on."""


@dataclass(slots=True)
class Faults:
    """What the oracle counted."""

    accepted: int = 0
    lost: int = 0
    dropped: int = 0
    uncounted: int = 0
    """Samples that are neither there nor in a gap record."""
    went_on: int = 0
    """Processes that accepted more after the disk had failed."""


@contextlib.contextmanager
def small_disk(megabytes: int = 8) -> Iterator[Path]:
    """A file system of its own; needs root."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


async def fill(found: Faults) -> None:
    """Accept until the disk is full; telemetry gives way first, then nothing is accepted any more."""
    with small_disk() as disk, tempfile.TemporaryDirectory() as elsewhere:
        child = accepting(disk / "spool.db", 0)
        out, _ = child.communicate(timeout=120)
        found.went_on += child.returncode != 3
        saved = Path(elsewhere) / "saved"
        shutil.copytree(disk, saved)
        await _count(saved, out, found)


async def _count(folder: Path, out: str, found: Faults) -> None:
    told = Told()
    issued = 0
    for line in out.splitlines():
        told.hear(line)
        issued += line.startswith("on disk")
    async with Spool(folder / "spool.db", SystemClock(), site="s", gateway="g") as spool:
        events = set(await numbers(spool))
        found.accepted += told.last + 1 + issued
        found.lost += len(set(range(told.last + 1)) - events)
        told_events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        gaps = sum(e.data.count for e in told_events if isinstance(e.data, Gap))
        there = {r.seq for r in await spool.oldest(Lane.TELEMETRY, *ALL)}
        found.dropped += gaps
        found.uncounted += max(len(told.stored - there) - gaps, 0)
        found.uncounted += abs(spool.waiting()[Lane.TELEMETRY].dropped - gaps)


async def fail_sync(when: int, folder: Path, found: Faults) -> None:
    """The sync number `when` fails with EIO, all others would work: it must not go on."""
    calls, log = "fsync,fdatasync", folder / "log"
    around = ["strace", "-f", "--seccomp-bpf", "-y", "-o", str(log), "-e", f"trace={calls}", "-e"]
    child = accepting(folder / "spool.db", 0, *around, f"inject={calls}:error=EIO:when={when}")
    assert child.stdout is not None
    heard = list(itertools.islice(child.stdout, when + ENOUGH))
    if len(heard) == when + ENOUGH:
        rest = kill(child)
        found.went_on += not _of_a_folder(log)
    else:
        rest = child.communicate(timeout=120)[0]
    await _count(folder, "".join(heard) + rest, found)


def _of_a_folder(log: Path) -> bool:
    """SQLite syncs the folder of a new log once and goes on where that fails; only a file's sync keeps data."""
    failed = [line for line in log.read_text(encoding="latin-1").splitlines() if "INJECTED" in line]
    return len(failed) == 1 and f"<{log.parent}>" in failed[0]


@measure(area="spool")
async def disk_full() -> list[Figure]:
    """Ten times on 8 MB."""
    found = Faults()
    for _ in range(10):
        await fill(found)
    how = f"ten runs on an 8 MB tmpfs until it was full; {found.accepted} accepted, {found.dropped} dropped with a gap"
    return [
        Figure.exactly("disk full: accepted events lost", found.lost, "", 0, how),
        Figure.exactly("disk full: samples neither there nor counted", found.uncounted, "", 0, how),
        Figure.exactly("disk full: processes that went on", found.went_on, "", 0, how),
    ]


@measure(area="spool")
async def sync_fails() -> list[Figure]:
    """EIO at each of the first 200 syncs."""
    found = Faults()
    for when in range(1, 201):
        with tempfile.TemporaryDirectory() as folder:
            await fail_sync(when, Path(folder), found)
    how = f"fsync and fdatasync fail once, at call 1 … 200 (strace); {found.accepted} accepted"
    return [
        Figure.exactly("sync fails: accepted events lost", found.lost, "", 0, how),
        Figure.exactly("sync fails: samples neither there nor counted", found.uncounted, "", 0, how),
        Figure.exactly("sync fails: processes that went on", found.went_on, "", 0, how),
    ]
