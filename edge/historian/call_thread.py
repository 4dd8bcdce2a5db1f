"""A thread of its own for an end whose library blocks."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable

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
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = loop.create_future()

        def settle(answer: Answer | None, error: BaseException | None) -> None:
            if done.done():
                return
            if answer is not None:
                done.set_result(answer)
            else:
                done.set_exception(error or RuntimeError("no answer"))

        def run() -> None:
            answer, failure = None, None
            try:
                answer = do()
            except Exception as error:  # noqa: BLE001 - handed to the caller
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, answer, failure)

        self._calls.put(run)
        return await done

    def stop(self, last: Callable[[], None] | None = None) -> None:
        """Take no more calls; `last` is done where calls were made."""
        if last is not None:
            self._calls.put(last)
        self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
