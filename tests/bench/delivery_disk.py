"""What polled telemetry costs the disk over minutes, checkpoints and deletions included: bytes a sample, real syncs."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench._measured import child, first_line
from tests.bench.edge_road import POINTS, WARM_UP, site_of, write_type
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.server import demand

DEVICES = 40
SECONDS = 300.0
"""Of bytes; long enough for what was delivered to be deleted, and for checkpoints."""
SYNCS = 60.0
"""Seconds of syncs, counted by strace, which slows the edge."""


@measure(area="delivery")
def disk() -> Iterator[Figure]:
    """40 × 50 float32, every value new each second, no event."""
    yield from spent(SECONDS, SYNCS)


def spent(seconds: float, syncs: float) -> Iterator[Figure]:
    """The figures of so many seconds."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = Path(name)
        with child("tests.bench._devices") as server, child("tests.bench._sink") as sink:
            write_type(folder)
            site = site_of(DEVICES, int(first_line(server)), f"http://127.0.0.1:{first_line(sink)}")
            with LoneEdge(folder, site) as edge:
                until(lambda: ask_status(edge.data).samples > DEVICES * POINTS * 3, 60, edge.log)
                time.sleep(WARM_UP)
                samples, size = ask_status(edge.data).samples, to_disk(edge.process.pid)
                time.sleep(seconds)
                samples, size = ask_status(edge.data).samples - samples, to_disk(edge.process.pid) - size
                calls = synced(edge.process.pid, syncs)
    how = f"{DEVICES} x {POINTS} float32, every value new each second, delivered at once"
    told = f"{how}; {samples:,} samples in {seconds:g} s, write_bytes of its process (none where /tmp is in memory)"
    yield Figure.at_most("disk: bytes a sample over minutes", size / samples, "B", 40, told)
    yield Figure.at_most("disk: fsync and fdatasync calls", calls / syncs, "/s", 1.2, f"{how}; strace for {syncs:g} s")


def to_disk(pid: int) -> int:
    """Bytes that the process has caused to be written to a disk."""
    found = re.search(r"^write_bytes: (\d+)$", Path(f"/proc/{pid}/io").read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1])


def synced(pid: int, seconds: float) -> int:
    """How often any of its threads called fsync or fdatasync."""
    command = [demand("strace", "strace"), "-f", "-e", "trace=fsync,fdatasync", "-o", "/dev/stdout", "-p", str(pid)]
    tracing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(seconds)
    tracing.terminate()
    out, _ = tracing.communicate(timeout=10)
    return len(re.findall(r"(?:fsync|fdatasync)\(", out))
