"""The embedded historian as the cloud sees it: starts its process, again where that dies, and passes calls on."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from prometheus_client import Gauge

from cloud.historian.base import Buckets, Cursor, HistorianAway, Latest, PartialWrite, Precision, Rises, Rows, Series
from cloud.historian.body import Rules
from cloud.historian.embedded.wire import WAITING, Answer, Call, packed, receive_answer
from facility.condition.stretches import Samples
from facility.errors import DeliveryError

log = logging.getLogger(__name__)

START_SECONDS: Final = 30.0
CALL_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 10.0
"""How long a call waits for a child that is being started again."""
STOP_SECONDS: Final = 20.0
BACK_OFF: Final = (0.1, 0.5, 2.0, 5.0)
WAITING_SAMPLES: Final = Gauge(
    "gatehouse_historian_waiting_samples", "Samples of closed quarter hours that are not in the roll-ups yet"
)
MODULE: Final = "cloud.historian.embedded.process"


class EmbeddedHistorian:
    """A Historian over `folder`/historian.duckdb; `async with` starts and ends its process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "historian.duckdb"
        self._process: Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._ready = asyncio.Event()
        self._calls = 0
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        reader = await self._start()
        self._keeper = asyncio.create_task(self._keep(reader), name="historian process")
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._call("ready")
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._end()

    async def write(self, body: bytes, precision: Precision = "ns", *, site: str | None = None) -> int:
        """See Writes."""
        Rules.of(precision, 0, site)
        written: int = await self._call("write", body, precision, site)
        return written

    async def latest(self, series: Sequence[Series]) -> Latest:
        """See Reads."""
        latest: Latest = await self._call("latest", tuple(series))
        return latest

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        """See Reads."""
        answer: list[Buckets] = await self._call("series", tuple(series), start, end, buckets)
        return answer

    async def samples(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """See Reads."""
        answer: list[Samples] = await self._call("samples", tuple(series), start, end)
        return answer

    async def history(
        self, series: Sequence[Series], start: int, end: int, *, after: Cursor | None = None, limit: int = 10_000
    ) -> Rows:
        """See Reads."""
        rows: Rows = await self._call("history", tuple(series), (start, end), after, limit)
        return rows

    async def counter_deltas(self, series: Sequence[Series], edges: Sequence[int]) -> list[Rises]:
        """See Counts."""
        answer: list[Rises] = await self._call("counter_deltas", tuple(series), tuple(edges))
        return answer

    async def _call(self, method: str, *arguments: Any) -> Any:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._ready.wait()
            async with asyncio.timeout(CALL_SECONDS):
                return await self._ask(method, arguments)
        except TimeoutError:
            raise HistorianAway(f"the historian did not answer {method!r} in time") from None
        except ConnectionError:
            raise HistorianAway("the historian's process ended; it is being started again") from None

    async def _ask(self, method: str, arguments: tuple[Any, ...]) -> Any:
        writer = self._writer
        if writer is None:
            raise ConnectionError
        self._calls += 1
        number = self._calls
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            writer.write(packed(Call(number, method, arguments)))
            await writer.drain()
            return await future
        finally:
            self._waiting.pop(number, None)

    async def _start(self) -> asyncio.StreamReader:
        ours, theirs = socket.socketpair()
        with theirs:
            path = os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
            try:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", MODULE, str(self._file), str(theirs.fileno()),
                    pass_fds=(theirs.fileno(),),
                    stdin=asyncio.subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": path},
                )  # fmt: skip
            except OSError:
                ours.close()
                raise
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._ready.set()
        return reader

    async def _keep(self, reader: asyncio.StreamReader) -> None:
        """Pass answers on; when the child is gone, start it again, ever more slowly while it dies at once."""
        failures = 0
        while True:
            answered = await self._pass_on(reader)
            failures = 0 if answered else failures + 1
            await self._end()
            reader = await self._start_again(failures)

    async def _start_again(self, failures: int) -> asyncio.StreamReader:
        """Also where the system has no memory or no number for a process just now."""
        while True:
            await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            log.warning("the historian's process ended; starting it again")
            try:
                return await self._start()
            except OSError as error:
                failures += 1
                log.warning("the historian's process can't be started: %s; it is tried again", error)

    async def _pass_on(self, reader: asyncio.StreamReader) -> int:
        count = 0
        try:
            while True:
                self._settle(await receive_answer(reader))
                count += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            return count

    def _settle(self, answer: Answer) -> None:
        if answer.id == WAITING:
            WAITING_SAMPLES.set(answer.result)
            return
        future = self._waiting.get(answer.id)
        if future is None or future.done():
            return
        if answer.error is None:
            future.set_result(answer.result)
        elif isinstance(answer.error, PartialWrite | ValueError):
            future.set_exception(answer.error)
        elif isinstance(answer.error, DeliveryError):
            future.set_exception(HistorianAway(str(answer.error)))
        else:
            future.set_exception(answer.error)

    async def _end(self) -> None:
        """Close our end, so that the child finishes and goes; kill it where it does not."""
        self._ready.clear()
        writer, process, self._writer, self._process = self._writer, self._process, None, None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError())
        if writer:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        if process:
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
