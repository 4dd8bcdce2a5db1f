"""What runs beside the requests goes on after a failure that nobody foresaw."""

from __future__ import annotations

import asyncio

import pytest

from cloud.background import lasting


async def test_what_fails_unforeseen_is_named_and_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    begun = 0
    running = asyncio.Event()

    async def run() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise KeyError("unforeseen")
        running.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(lasting("presence", run, again=0.001))
    async with asyncio.timeout(60):
        await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert begun == 3
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == ["presence failed unforeseen"] * 2
    assert all(record.exc_info for record in caplog.records)
