"""How many events the cloud takes: one by one over sixteen connections, and in batches; each durable when answered."""

from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from facility.event import Event
from tests.bench._measured import child, cpu_seconds, share
from tests.cloud.building import GATEWAY, SITE, Edge, batch, inventory
from tests.end_to_end.gatehouse import gatehouse, said
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.http import request
from tests.services.ports import free_port

CONNECTIONS = 16
SINGLES = 4_000
BATCH = 100
BATCHES = 100


@measure(area="ingest")
async def events() -> list[Figure]:
    """Alarms that rise and clear, on SQLite with `synchronous=FULL`: each event changes rows of several tables."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-ingest-") as name:
        folder, port = Path(name), free_port()
        token = folder / "gateway.token"
        added = gatehouse("cloud", "--data", folder, "gateway", "add", "--create", SITE, GATEWAY, "--token-file", token)
        assert added.returncode == 0, said(added)
        serve = ("gatehouse", "cloud", "--data", folder, "serve", "--port", port)
        with (folder / "log").open("wb") as log, child(*serve, log=log) as cloud:
            speaking = Speaking(port, token.read_text(encoding="utf-8").strip())
            until(speaking.healthy, 60, lambda: (folder / "log").read_text(encoding="utf-8"))
            return await measured(speaking, cloud.pid)


async def measured(speaking: Speaking, pid: int) -> list[Figure]:
    """Singles, then batches, by one gateway with one spool."""
    told = inventory()
    await speaking.send("PUT", "inventory", [told.body.encode()], 1)
    edge = Edge(told, uuid4())
    one = [batch(event) for event in itertools.islice(alarms(edge), SINGLES)]
    many = [batch(*itertools.islice(alarms(edge), BATCH)) for _ in range(BATCHES)]
    began = cpu_seconds(pid)
    took, times = await speaking.send("POST", "events", one, CONNECTIONS)
    between = cpu_seconds(pid)
    took_many, times_many = await speaking.send("POST", "events", many, CONNECTIONS)
    single, batched = (between - began) / SINGLES, (cpu_seconds(pid) - between) / (BATCH * BATCHES)
    how = f"{SINGLES} requests of one alarm event over {CONNECTIONS} connections, SQLite, client on the same machine"
    how_many = f"{BATCHES} requests of {BATCH} alarm events over {CONNECTIONS} connections, the same way"
    return [
        Figure.at_least("ingest single events", SINGLES / took, "events/s", 2_000, how),
        Figure.at_most("ingest single events p99", 1000 * share(times, 0.99), "ms", 25, how),
        Figure.noted("ingest CPU of a single event", 1e6 * single, "µs", how),
        Figure.noted("ingest CPU of a batched event", 1e6 * batched, "µs", how_many),
        Figure.at_least("ingest batched events", BATCH * BATCHES / took_many, "events/s", 10_000, how_many),
        Figure.noted("ingest batch p99", 1000 * share(times_many, 0.99), "ms", how_many),
    ]


def alarms(edge: Edge) -> Iterator[Event]:
    """Alarms of two pumps that rise and clear in turn."""
    while True:
        for pump in ("pump-1", "pump-2"):
            yield edge.raised(pump)
            yield edge.cleared(pump)


class Speaking:
    """HTTP by hand over kept connections: a client library would cost more than the server."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    def healthy(self) -> bool:
        """Whether the cloud answers."""
        try:
            return request(self._port, "/healthz").status == 200
        except OSError:
            return False

    async def send(
        self, method: str, what: str, bodies: Sequence[bytes], connections: int
    ) -> tuple[float, list[float]]:
        """All bodies over so many connections; seconds for all, and for each."""
        waiting = iter(bodies)
        times: list[float] = []
        began = time.perf_counter()
        await asyncio.gather(*(self._one(method, what, waiting, times) for _ in range(connections)))
        return time.perf_counter() - began, times

    async def _one(self, method: str, what: str, waiting: Iterator[bytes], times: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = (
            f"{method} /api/v1/gateways/{GATEWAY}/{what} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Type: application/json\r\nContent-Length: "
        )
        for body in waiting:
            began = time.perf_counter()
            writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", answer)
            text = await reader.readexactly(int(length[1]) if length else 0)
            assert answer.startswith(b"HTTP/1.1 2"), answer + text
            assert b"rejected" not in text, text
            times.append(time.perf_counter() - began)
        writer.close()
        await writer.wait_closed()
