"""What a 100 kB batch costs until it is durable, beside a bare append, and what polled telemetry writes to the disk."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from edge.agent import SPOOL_FILE
from edge.spool import Spool
from facility.clock import SystemClock
from facility.event import Lane
from tests.bench._measured import child, first_line, share
from tests.bench.edge_road import POINTS, WARM_UP, site_of, stored, write_type
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

BATCH: Final = 100_000
ROUNDS: Final = 600
DEVICES: Final = 100
SECONDS: Final = 40.0


@measure(area="edge")
async def durable_batches() -> list[Figure]:
    """One batch of the spool and one bare append in turn, each synced; delivered at once, as with an end that is up."""
    content, ours, bare = os.urandom(BATCH), [], []
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        plain = os.open(Path(name) / "plain", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        spool = Spool(Path(name) / "spool.sqlite3", SystemClock(), site="bench", gateway="bench-1")
        async with spool:
            for _ in range(ROUNDS):
                began = time.perf_counter()
                seq = await spool.store(content, samples=5_000, start=1, end=2)
                stored = time.perf_counter()
                os.write(plain, content)
                os.fdatasync(plain)
                bare.append(time.perf_counter() - stored)
                ours.append(stored - began)
                await spool.delivered(Lane.TELEMETRY, [seq])
        os.close(plain)
    how = f"{ROUNDS} batches of 100 kB, in turn with an append and fdatasync of the same, folding the log included"
    to_bare = share(ours, 0.99) / share(bare, 0.99)
    return [
        Figure.noted("100 kB batch durable, p50", 1e3 * share(ours, 0.5), "ms", how),
        Figure.noted("100 kB batch durable, p99", 1e3 * share(ours, 0.99), "ms", how),
        Figure.noted("100 kB batch durable to a bare append, p50", share(ours, 0.5) / share(bare, 0.5), "x", how),
        Figure.at_most("100 kB batch durable to a bare append, p99", to_bare, "x", 3.0, how),
    ]


@measure(area="edge")
def polled_telemetry() -> Iterator[Figure]:
    """100 × 50 float32 each second, every value new: bytes that the edge's process writes, and its commits."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = Path(name)
        with child("tests.bench._devices") as server, child("tests.bench._sink") as sink:
            write_type(folder)
            site = site_of(DEVICES, int(first_line(server)), f"http://127.0.0.1:{first_line(sink)}")
            with LoneEdge(folder, site) as edge:
                until(lambda: ask_status(edge.data).samples > DEVICES * POINTS * 3, 60, edge.log)
                time.sleep(WARM_UP)
                at = time.monotonic()
                bytes_before, commits_before, samples_before = looked(edge)
                time.sleep(SECONDS)
                bytes_after, commits_after, samples_after = looked(edge)
                took = time.monotonic() - at
    how = f"{DEVICES} x {POINTS} float32, {SECONDS:g} s after {WARM_UP:g} s, delivered too; write_bytes of its process"
    spent = (bytes_after - bytes_before) / (samples_after - samples_before)
    yield Figure.at_most("edge bytes to the disk for a stored sample", spent, "B", 40.0, how)
    commits = (commits_after - commits_before) / took
    yield Figure.at_most("edge synced commits of polled telemetry", commits, "/s", 1.2, f"{how}; seqs of the lane")


def looked(edge: LoneEdge) -> tuple[int, int, int]:
    """Bytes written, records ever stored in the telemetry lane, samples."""
    return written_by(edge.process.pid), stored(edge.data / SPOOL_FILE), ask_status(edge.data).samples


def written_by(pid: int) -> int:
    """Bytes that the process has caused to be written to storage."""
    lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))
