"""A thread of its own for an end whose library blocks."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from functools import partial

from edge.delivery import Answer


class CallThread:
    """One daemon thread for blocking calls, one at a time; a call that hangs never holds up the end of the process."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def call(self, do: Callable[[], Answer]) -> Answer:
        """Run it there; its answer or its exception."""
        if not self._thread.is_alive():
            self._thread.start()
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._calls.put(partial(_carry_out, do, done))
        try:
            return await done
        finally:
            # An exception knows this frame: without a way back from here to it, what was sent goes when it goes.
            del done

    def stop(self, last: Callable[[], None] | None = None) -> None:
        """Take no more calls; `last` is done where calls were made."""
        if last is not None:
            self._calls.put(last)
        self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call


def _carry_out(do: Callable[[], Answer], done: asyncio.Future[Answer]) -> None:
    loop = done.get_loop()
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        try:
            loop.call_soon_threadsafe(_settle, done, do())
        except Exception as error:  # noqa: BLE001 - handed to the caller
            loop.call_soon_threadsafe(_settle, done, error)
    del done


def _settle(done: asyncio.Future[Answer], came: Answer | Exception) -> None:
    if done.done():
        return
    if isinstance(came, Exception):
        done.set_exception(came)
    else:
        done.set_result(came)
