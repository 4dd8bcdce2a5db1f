import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from edge.notify import Notifier


async def test_ready_and_a_watchdog_that_falls_silent_with_the_agent(tmp_path: Path) -> None:
    alive = True
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "20000"})
        notifier.say("READY=1")
        assert await asyncio.wait_for(loop.sock_recv(listening, 100), 60) == b"READY=1"
        watching = asyncio.create_task(notifier.watch(lambda: alive))
        for _ in range(3):
            assert await asyncio.wait_for(loop.sock_recv(listening, 100), 60) == b"WATCHDOG=1"
        alive = False
        with contextlib.suppress(BlockingIOError):
            while listening.recv(100):
                pass
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(loop.sock_recv(listening, 100), 0.1)
        watching.cancel()


async def test_nothing_is_said_where_systemd_did_not_start_it(tmp_path: Path) -> None:
    await Notifier({}).watch(lambda: True)
    Notifier({}).say("READY=1")
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say("READY=1")
    assert list(tmp_path.iterdir()) == []
