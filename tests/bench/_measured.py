"""Child processes of a measurement, and what they cost: CPU time from the scheduler, to the nanosecond."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def child(
    *arguments: object, log: IO[bytes] | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m …`, killed at the end; its standard output is a pipe unless a log is given."""
    out = subprocess.PIPE if log is None else log
    command = [sys.executable, "-m", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=log, env=environ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[bytes]) -> str:
    """What it says when it is ready."""
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads that live."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def resident(pid: int) -> float:
    """Resident memory in MB (10^6)."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def share(values: Sequence[float], part: float) -> float:
    """The value below which `part` of them lie: p50 is 0.5."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]
