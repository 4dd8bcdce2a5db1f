"""A fire behind a flood, from the wire: from the change of its register to its event on the edge's disk."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

from edge.agent import SPOOL_FILE
from tests.bench._measured import share
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

UNITS: Final = 50
LIMITS: Final = 100
PANEL: Final = 250
"""The unit whose registers are its fire detectors; one burns each round."""
EDGES: Final = 15
ROUNDS: Final = 4
"""Of one edge: what is raised a third time in a minute chatters and is no flood any more."""
PERIOD: Final = 0.25
"""Seconds: how often a point of life safety is asked on TCP."""
LATER: Final = 0.2
TEXT: Final = {"zh": "量", "en": "Value"}


class Devices:
    """What every unit answers: the flood's value from the units, the fire's from the panel."""

    def __init__(self) -> None:
        self.flood = 0
        self.burning = 0
        """So many detectors, from the first on."""
        self.asked: set[int] = set()
        """Units that were asked since the flood changed."""

    def registers(self, unit: int, count: int) -> bytes:
        if unit == PANEL:
            return struct.pack(f">{count}H", *(int(n < self.burning) for n in range(count)))
        self.asked.add(unit)
        return struct.pack(f">{count}H", *(count * [self.flood]))


class Answering(asyncio.Protocol):
    """One connection; requests of twelve bytes, one after the other."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= 12:
            frame, self._held = self._held[:12], self._held[12:]
            body = self._devices.registers(frame[6], int.from_bytes(frame[10:12], "big"))
            self._transport.write(frame[:4] + struct.pack(">HBBB", 3 + len(body), frame[6], frame[7], len(body)) + body)


@contextmanager
def served(devices: Devices) -> Iterator[int]:
    """A free port on which they answer, from a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Answering(devices), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@measure(area="edge")
def fire_from_the_wire() -> Iterator[Figure]:
    """Each round: all limits of the estate break or mend; as the last unit was asked, and at any moment, it burns."""
    chance = random.Random(1)
    rounds = [one for _ in range(EDGES) for one in edge_rounds(chance)]
    took, queued = zip(*rounds, strict=True)
    how = (
        f"{len(took)} fires on {EDGES} real edges, Modbus TCP, {UNITS * LIMITS:,} other alarms come or go before "
        f"({min(queued):,} or more of them not yet on disk); from the device's register to the row in the file"
    )
    most = 1000 * (PERIOD + LATER)
    yield Figure.noted("fire at the device to disk, p50", 1000 * share(took, 0.5), "ms", how)
    yield Figure.at_most(
        "fire at the device to disk, p99", 1000 * share(took, 0.99), "ms", most, f"poll + 200 ms; {how}"
    )


def edge_rounds(chance: random.Random) -> Iterator[tuple[float, int]]:
    """The rounds of an edge with an empty disk."""
    devices = Devices()
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name, served(devices) as port:
        write_types(Path(name))
        with LoneEdge(Path(name), site_of(port)) as edge:
            until(lambda: len(devices.asked) == UNITS, 60, edge.log)
            for _ in range(ROUNDS):
                yield one(devices, edge.data / SPOOL_FILE, chance.random() * PERIOD)


def one(devices: Devices, spool: Path, wait: float) -> tuple[float, int]:
    """Seconds from the register to the disk, and how many events of the flood were still to be written."""
    high, due = rows(spool, "event"), UNITS * LIMITS
    devices.asked = set()
    devices.flood = 0 if devices.flood else 50
    until(lambda: len(devices.asked) == UNITS, 30, every=0.001)
    time.sleep(wait)
    life, queued = rows(spool, "life"), due - (rows(spool, "event") - high)
    began = time.monotonic()
    devices.burning += 1
    until(lambda: rows(spool, "life") > life, 30, every=0.002)
    took = time.monotonic() - began
    until(lambda: rows(spool, "event") - high >= due, 60)
    return took, queued


def rows(spool: Path, lane: str) -> int:
    """Rows that a lane ever had."""
    try:
        with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True, timeout=0.05)) as db:
            return int(db.execute("SELECT high FROM lane WHERE name = ?", (lane,)).fetchone()[0])
    except (sqlite3.OperationalError, TypeError):
        return 0


def site_of(port: int) -> dict[str, Any]:
    """A line for each unit, one for the panel."""
    units = {f"d{n:02}": n for n in range(1, UNITS + 1)}
    equipment = [
        {"id": name, "type": "bench_limits", "model": "limits", "connection": name, "unit": unit, "name": TEXT}
        for name, unit in units.items()
    ]
    detectors = [{"id": f"a{n:03}", **TEXT} for n in range(1, ROUNDS + 1)]
    panel = {
        "id": "panel", "type": "bench_panel", "model": "panel", "connection": "panel", "unit": PANEL, "name": TEXT,
        "instances": detectors,
    }  # fmt: skip
    return {
        "site": "bench", "name": TEXT, "gateway": "bench-1",
        "connections": {n: {"protocol": "modbus", "host": "127.0.0.1", "port": port} for n in (*units, "panel")},
        "equipment": [*equipment, panel],
    }  # fmt: skip


def write_types(folder: Path) -> None:
    """Two equipment types beside the site: a hundred limits, and a panel of detectors."""
    rule = {"name": TEXT, "owners": ["list"], "guidance": {"zh": ["看"], "en": ["Look"]}}
    ids = [f"m{n:03}" for n in range(LIMITS)]
    limits = [
        {**rule, "id": f"high_{id}", "priority": 3, "class": "equipment",
         "condition": {"kind": "high", "point": id, "limit": 10, "deadband": 1}}
        for id in ids
    ]  # fmt: skip
    points = [{"id": id, "kind": "measurement", "name": TEXT, "unit": "kW"} for id in ids]
    places = [{"point": id, "address": address(n)} for n, id in enumerate(ids)]
    add(folder, {"id": "bench_limits", "points": points, "rules": limits}, {"id": "limits", "points": places})
    fire = {
        **rule, "id": "fire", "priority": 1, "class": "life_safety", "latching": True, "per": "address",
        "condition": {"kind": "is", "point": "fire", "states": ["fire"]},
    }  # fmt: skip
    states = [{"value": 0, "code": "normal", **TEXT}, {"value": 1, "code": "fire", **TEXT}]
    state = {"id": "fire", "kind": "state", "name": TEXT, "states": states, "per": "address"}
    detectors = {
        "per": "address", "instance": "a{n:03}", "each": {"n": {"first": 1, "last": ROUNDS, "step": {"register": 1}}},
        "points": [{"point": "fire", "address": address(0)}],
    }  # fmt: skip
    instances = [{"id": "address", "name": TEXT, "kinds": {"smoke": TEXT}}]
    type_ = {"id": "bench_panel", "points": [state], "rules": [fire], "instances": instances}
    add(folder, type_, {"id": "panel", "repeat": [detectors]})


def address(register: int) -> dict[str, Any]:
    """A holding register."""
    return {"table": "holding", "register": register, "type": "uint16"}


def add(folder: Path, type_: dict[str, Any], model: dict[str, Any]) -> None:
    """One equipment type with one model."""
    home = folder / "equipment" / type_["id"]
    (home / "models").mkdir(parents=True)
    about = {"type": type_["id"], "protocol": "modbus", "name": TEXT, "source": "this measurement", "period": "1s"}
    bodies = {
        home / "equipment.yaml": {"name": TEXT, "system": "power", **type_},
        home / "models" / f"{model['id']}.yaml": {**about, **model},
    }
    for path, body in bodies.items():
        path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
