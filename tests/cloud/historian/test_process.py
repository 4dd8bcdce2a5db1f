"""The child process: killed in the middle of writes it loses nothing that it acknowledged; it ends with its parent."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from prometheus_client import REGISTRY

from cloud.historian.base import HistorianAway, Series
from cloud.historian.embedded.historian import EmbeddedHistorian
from facility.clock import NS
from tests.contracts.historian_cases import body, this_hour

FLOW = Series("riverside", "pump", "pump-1", "flow")


class Writing:
    """One sample a body, each at a time of its own; remembers what was acknowledged."""

    def __init__(self, start: int) -> None:
        self.acknowledged: set[int] = set()
        self._next = start

    async def until(self, historian: EmbeddedHistorian, count: int) -> None:
        """Write on, over every failure."""
        while len(self.acknowledged) < count:
            at = self._next
            self._next += NS
            try:
                await historian.write(body(FLOW, [(at, float(at % 1000))]))
            except HistorianAway:
                continue
            self.acknowledged.add(at)


async def test_how_much_waits_for_its_roll_ups_is_told(tmp_path: Path) -> None:
    def waiting() -> float | None:
        return REGISTRY.get_sample_value("gatehouse_historian_waiting_samples")

    old = this_hour() - 7200 * NS
    for most in (31, 62):
        async with EmbeddedHistorian(tmp_path) as historian:
            await historian.write(body(FLOW, [(old + second * NS, 1.0) for second in range(30)]))
            await historian.write(body(FLOW, [(this_hour(), 1.0)]))
            async with asyncio.timeout(60):
                while waiting() != most:
                    await asyncio.sleep(0.01)
            assert waiting() == most, "written again they may count twice until they are moved"


def refused_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The system has no memory for the next process; the list says when that was told."""
    begin = asyncio.create_subprocess_exec
    told: list[str] = []

    async def refused(*arguments: Any, **more: Any) -> Any:
        if not told:
            told.append("refused")
            raise BlockingIOError(errno.EAGAIN, "no process to be had")
        return await begin(*arguments, **more)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refused)
    return told


async def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no new process can be had at once."""
    start = this_hour()
    writing = Writing(start)
    acknowledged = writing.acknowledged
    async with EmbeddedHistorian(tmp_path) as historian:
        told = refused_once(monkeypatch)
        for turn in range(1, 4):
            writers = [asyncio.create_task(writing.until(historian, turn * 150)) for _ in range(8)]
            while len(acknowledged) < turn * 150 - 75:
                await asyncio.sleep(0)
            assert historian.pid is not None
            os.kill(historian.pid, signal.SIGKILL)
            await asyncio.gather(*writers)
        assert told == ["refused"]
        rows = await historian.history([FLOW], start, start + 3600 * NS)
        latest = await historian.latest([FLOW])
    assert acknowledged <= set(rows.at.tolist())
    assert len(set(rows.at.tolist())) == len(rows.at)
    assert latest.at[0] == rows.at[-1]
    async with EmbeddedHistorian(tmp_path) as again:
        after = await again.history([FLOW], start, start + 3600 * NS)
        (buckets,) = await again.series([FLOW], start, start + 3600 * NS, 60)
    assert after.at.tolist() == rows.at.tolist()
    assert buckets.count.sum() == len(rows.at)
    assert np.nansum(buckets.mean * buckets.count) == pytest.approx(sum(float(each) for each in rows.value))


async def test_the_child_ends_with_the_historian(tmp_path: Path) -> None:
    async with EmbeddedHistorian(tmp_path) as historian:
        child = psutil.Process(historian.pid)
        assert child.is_running()
    assert not child.is_running()


PARENT = """
import asyncio, sys
from pathlib import Path
from cloud.historian.embedded.historian import EmbeddedHistorian
async def main():
    async with EmbeddedHistorian(Path(sys.argv[1])) as historian:
        print(historian.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


def test_the_child_ends_with_a_killed_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 20
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
