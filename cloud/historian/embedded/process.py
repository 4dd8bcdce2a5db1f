"""The historian process: alone opens the DuckDB file, answers calls on an inherited socket, ends with its parent."""

from __future__ import annotations

import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import duckdb

from cloud.historian.base import PartialWrite
from cloud.historian.embedded.raw_rows import page
from cloud.historian.embedded.reads import Reads
from cloud.historian.embedded.wire import WAITING, Answer, Call, packed, receive
from cloud.historian.embedded.writer import Write, Writer
from facility.clock import Clock, SystemClock
from facility.errors import DeliveryError

log = logging.getLogger(__name__)

THREADS: Final = 2
MEMORY: Final = "1GB"
OPEN_SECONDS: Final = 15.0
"""How long a predecessor may take to let go of the file."""
MOVE_EVERY: Final = 15.0
GROUP_BYTES: Final = 8 << 20
"""As many bytes of waiting bodies go to disk in one commit."""


class Process:
    """Reads calls until the parent is gone; one thread writes, a few read."""

    def __init__(self, connection: socket.socket, database: duckdb.DuckDBPyConnection, clock: Clock) -> None:
        self._socket = connection
        self._database = database
        self._writer = Writer(database.cursor(), clock)
        self._reads = Reads(self._writer.registry, self._writer.memory)
        self._writes: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._told = -1

    def run(self) -> None:
        """Serve until the other end closes; then finish what was begun and close the file."""
        self._writer.open()
        self._tell()
        writing = threading.Thread(target=self._write_or_end, name="writer")
        writing.start()
        with ThreadPoolExecutor(THREADS, "reader") as readers:
            while (call := receive(self._socket)) is not None:
                if call.method == "write":
                    self._writes.put(call)
                else:
                    readers.submit(self._read, call)
            self._writes.put(None)
        writing.join()

    def _read(self, call: Call) -> None:
        cursor = self._database.cursor()
        try:
            self._send(Answer(call.id, self._method(call.method, cursor)(*call.arguments)))
        except Exception as error:
            log.exception("historian: %s failed", call.method)
            self._send(Answer(call.id, error=_portable(error)))
        finally:
            cursor.close()

    def _method(self, name: str, cursor: duckdb.DuckDBPyConnection) -> Callable[..., Any]:
        reads, registry = self._reads, self._writer.registry
        methods: dict[str, Callable[..., Any]] = {
            "latest": reads.latest,
            "series": lambda *arguments: reads.series(cursor, *arguments),
            "counter_deltas": lambda *arguments: reads.counter_deltas(cursor, *arguments),
            "samples": lambda *arguments: reads.samples(cursor, *arguments),
            "history": lambda *arguments: page(cursor, registry, *arguments),
            "ready": lambda: True,
        }
        return methods[name]

    def _write_or_end(self) -> None:
        """Without its writer the process would take writes and answer none: it ends, and is started anew."""
        try:
            self._write_all()
        except Exception:
            log.exception("historian: the writer failed; the process ends")
            os._exit(3)

    def _write_all(self) -> None:
        due = time.monotonic() + MOVE_EVERY
        while True:
            try:
                call = self._writes.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                due = time.monotonic() + (0.0 if self._moved() else MOVE_EVERY)
                self._tell()
                continue
            if call is None or not self._write_group(call):
                return

    def _write_group(self, first: Call) -> bool:
        """Commit all that waits; False where the parent is gone."""
        calls: list[Call] = [first]
        size = len(first.arguments[0])
        ended = False
        while size < GROUP_BYTES and not self._writes.empty():
            call = self._writes.get()
            if call is None:
                ended = True
                break
            calls.append(call)
            size += len(call.arguments[0])
        self._answer_group(calls)
        self._tell()
        return not ended

    def _tell(self) -> None:
        waiting = self._writer.waiting()
        if waiting != self._told:
            self._send(Answer(WAITING, waiting))
            self._told = waiting

    def _answer_group(self, calls: list[Call]) -> None:
        try:
            results = self._writer.write([Write(*call.arguments) for call in calls])
        except Exception as error:
            log.exception("historian: %d writes failed", len(calls))
            for call in calls:
                self._send(Answer(call.id, error=DeliveryError(f"the historian did not take it: {error}")))
            if isinstance(error, duckdb.FatalException | duckdb.InternalException):
                os._exit(3)
            return
        for call, result in zip(calls, results, strict=True):
            if isinstance(result, PartialWrite):
                self._send(Answer(call.id, error=result))
            else:
                self._send(Answer(call.id, result))

    def _moved(self) -> bool:
        try:
            return self._writer.move()
        except duckdb.Error:
            log.exception("historian: an hour could not be moved; it stays readable where it is")
            return False

    def _send(self, answer: Answer) -> None:
        try:
            with self._sending:
                self._socket.sendall(packed(answer))
        except OSError:
            log.info("historian: the parent is gone")


def _portable(error: Exception) -> Exception:
    return error if isinstance(error, ValueError) else DeliveryError(f"the historian could not answer: {error}")


def open_database(file: str) -> duckdb.DuckDBPyConnection:
    """Open the file, waiting for a predecessor that still closes it."""
    deadline = time.monotonic() + OPEN_SECONDS
    settings: dict[str, Any] = {"threads": THREADS, "memory_limit": MEMORY, "temp_directory": f"{file}.tmp"}
    while True:
        try:
            return duckdb.connect(file, config=settings)
        except duckdb.IOException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def main(file: str, descriptor: int) -> None:
    """The child's whole life."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as connection, open_database(file) as database:
        Process(connection, database, SystemClock()).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
