"""What a sample costs the edge over the whole road: poll, decode, detect, spool, historian."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import yaml

from edge.agent import SPOOL_FILE
from tests.bench._measured import child, cpu_seconds, first_line, resident
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.estate import written
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

POINTS = 50
WARM_UP = 10.0
MOST = {20: 10.5, 100: 1.5}
"""CPU seconds per million samples: of 20 devices half of Node-RED's best over the same blocks, the best peer; of 100 a
sixth of its 8.6.
"""
HALF_A_CORE = 0.5
TO_PLAIN = {20: 2.0, 100: 0.8}
"""The same goals against plain pymodbus clients, which cost 5.1 where Node-RED was measured."""
STARTS = 5
AT_ONCE = 1.0
"""Seconds from start to the first sample on disk (thingsboard-gateway 4.9, Node-RED 2.5)."""
MEMORY = 80.0
"""MB (thingsboard-gateway takes 73 with 100 × 50, Node-RED 150)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: per million samples, the share that arrived, memory."""

    seconds: float
    delivered: float
    memory: float


@measure(area="edge")
def twenty_devices() -> Iterator[Figure]:
    """20 × 50 float32 each second, and plain pymodbus clients over the same blocks in the same minutes."""
    yield from road(20, 60.0)


@measure(area="edge")
def a_hundred_devices() -> Iterator[Figure]:
    """100 × 50 float32 each second, the same way; and the memory with the default historian, whose library is large."""
    yield from road(100, 40.0)
    name, how = f"edge road 100x{POINTS}, api v2", "the same into /api/v2/write by influxdb-client; 20 s"
    cost = edge_cost(100, 20.0, api="v2")
    yield Figure.noted(f"{name} CPU", cost.seconds, "CPU-s/1M samples", how)
    yield Figure.at_most(f"{name} memory", cost.memory, "MB", MEMORY, how)


@measure(area="edge")
def two_thousand_devices() -> Iterator[Figure]:
    """2,000 × 50 float32 each second: 100,000 samples a second on one core."""
    cost = edge_cost(2_000, 20.0)
    rate = 2_000 * POINTS
    how = f"2,000 Modbus TCP connections, {POINTS} float32 each, every value new each second; 20 s after {WARM_UP:g} s"
    yield Figure.at_most("edge road 2000x50 core", cost.seconds * rate / 1e6, "CPU-s/s", HALF_A_CORE, how)
    yield Figure.at_least("edge road 2000x50 delivered", 100 * cost.delivered, "%", 98.0, how)
    yield Figure.noted("edge road 2000x50 CPU", cost.seconds, "CPU-s/1M samples", how)
    yield Figure.noted("edge road 2000x50 memory", cost.memory, "MB", how)


@measure(area="edge")
def the_start() -> Iterator[Figure]:
    """From the command to the first sample on disk, a hundred devices; beside it what the interpreter itself needs.

    As it is installed: with compiled files, whatever the environment of this measurement says about writing them.
    """
    with tempfile.TemporaryDirectory(prefix="gatehouse-compiled-") as compiled:
        environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environ["PYTHONPYCACHEPREFIX"] = compiled
        start(100, environ)
        took, cpu = zip(*(start(100, environ) for _ in range(STARTS)), strict=True)
        bare = median(libraries(environ) for _ in range(STARTS))
    how = f"100 x {POINTS} float32, from the command to the first row of the telemetry lane; median of {STARTS}"
    yield Figure.at_most("edge start to first sample on disk", median(took), "s", AT_ONCE, how)
    yield Figure.noted("edge start CPU", median(cpu), "CPU-s", "the same, CPU of the process")
    yield Figure.noted("edge start CPU to bare imports", median(cpu) / bare, "x", "numpy, pydantic and click alone")


def start(devices: int, environ: Mapping[str, str]) -> tuple[float, float]:
    """Seconds, and CPU seconds, of one start."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = Path(name)
        with child("tests.bench._devices") as server, child("tests.bench._sink") as sink:
            write_type(folder)
            site = site_of(devices, int(first_line(server)), f"http://127.0.0.1:{first_line(sink)}")
            file, data, began = written(folder, site), folder / "data", time.monotonic()
            with (
                (folder / "edge.log").open("wb") as log,
                child("gatehouse", "edge", "run", file, "--data", data, log=log, environ=environ) as edge,
            ):
                until(lambda: stored(data / SPOOL_FILE), 60, every=0.005)
                return time.monotonic() - began, cpu_seconds(edge.pid)


def stored(spool: Path) -> int:
    """Rows that the telemetry lane ever had."""
    try:
        with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True, timeout=0.05)) as db:
            return int(db.execute("SELECT high FROM lane WHERE name = 'telemetry'").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return 0


def libraries(environ: Mapping[str, str]) -> float:
    """CPU seconds of a Python that imports what the edge can't do without."""
    code = "import numpy, pydantic, click; from pydantic import BaseModel; import time; print(time.process_time())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=dict(environ))
    return float(done.stdout)


def road(devices: int, seconds: float) -> Iterator[Figure]:
    """The figures of one size."""
    ours = edge_cost(devices, seconds)
    theirs = plain_cost(devices, seconds / 2)
    name = f"edge road {devices}x{POINTS}"
    how = (
        f"{devices} Modbus TCP connections, {POINTS} float32 each, every value new each second, 5 rules a device, "
        f"spool on disk, line protocol over HTTP; {seconds:g} s after {WARM_UP:g} s; CPU of the edge's process"
    )
    yield Figure.at_most(f"{name} CPU", ours.seconds, "CPU-s/1M samples", MOST[devices], how)
    counted = "values counted by the historian to those due, between two arrivals (each may be a batch early or late)"
    yield Figure.at_least(f"{name} delivered", 100 * ours.delivered, "%", 98.0, counted)
    yield Figure.at_most(f"{name} memory", ours.memory, "MB", MEMORY, "resident, at the end")
    beside = "pymodbus clients that only read the same blocks and convert them, each second, in turn with the edge"
    yield Figure.noted(f"{name} plain pymodbus CPU", theirs, "CPU-s/1M samples", beside)
    yield Figure.at_most(
        f"{name} to plain pymodbus", ours.seconds / theirs, "x", 1.0, "the whole road to polling alone"
    )


def edge_cost(devices: int, seconds: float, *, api: str = "v1") -> Cost:
    """Run `gatehouse edge run` over the devices into the counting historian, which answers both its APIs alike."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = Path(name)
        with child("tests.bench._devices") as server, child("tests.bench._sink") as sink:
            write_type(folder)
            historian = f"http://127.0.0.1:{first_line(sink)}"
            site = site_of(devices, int(first_line(server)), historian, api=api)
            with LoneEdge(folder, site) as edge:
                until(lambda: ask_status(edge.data).samples > devices * POINTS * 3, 60, edge.log)
                time.sleep(WARM_UP)
                return window(edge, historian, devices * POINTS, seconds)


def window(edge: LoneEdge, historian: str, rate: int, seconds: float) -> Cost:
    """CPU and values between two arrivals at the historian."""
    pid = edge.process.pid
    count = next_arrival(historian, arrived(historian))
    began, cpu = time.monotonic(), cpu_seconds(pid)
    time.sleep(seconds)
    later = next_arrival(historian, arrived(historian))
    spent, got, took = cpu_seconds(pid) - cpu, later - count, time.monotonic() - began
    return Cost(spent / got * 1e6, got / (rate * took), resident(pid))


def next_arrival(historian: str, count: int) -> int:
    """The count as soon as it is another one."""
    return until(lambda: later if (later := arrived(historian)) != count else 0, 10)


def arrived(historian: str) -> int:
    """Values that the historian has taken."""
    return int(httpx.get(f"{historian}/count", timeout=10, trust_env=False).text)


def plain_cost(devices: int, seconds: float) -> float:
    """CPU seconds per million samples of the plain clients."""
    with child("tests.bench._devices") as server:
        port = first_line(server)
        with child("tests.bench._plain_client", port, devices) as client:
            assert first_line(client) == "ready"
            time.sleep(WARM_UP / 2)
            cpu = cpu_seconds(client.pid)
            time.sleep(seconds)
            return (cpu_seconds(client.pid) - cpu) / (devices * POINTS * seconds) * 1e6


def site_of(devices: int, port: int, historian: str, *, api: str = "v1") -> dict[str, Any]:
    """A line a device."""
    names = [f"d{n:03}" for n in range(1, devices + 1)]
    connection = {"protocol": "modbus", "host": "127.0.0.1", "port": port}
    return {
        "site": "bench",
        "name": {"zh": "台架", "en": "Bench"},
        "gateway": "bench-1",
        "connections": {name: dict(connection) for name in names},
        "equipment": [
            {
                "id": name, "type": "bench_meter", "model": "floats", "connection": name, "unit": (n - 1) % 247 + 1,
                "name": {"zh": name, "en": name},
            }
            for n, name in enumerate(names, 1)
        ],
        "historian": {"url": historian, "api": api, "org": "bench", "bucket": "bench"},
    }  # fmt: skip


def write_type(folder: Path) -> None:
    """An equipment type of fifty measurements with five rules, beside the site."""
    ids = [f"m{n:02}" for n in range(POINTS)]
    text = {"zh": "量", "en": "Value"}
    rule = {
        "name": text, "priority": 3, "class": "equipment", "owners": ["list"], "delay_on": "5s",
        "guidance": {"zh": ["看"], "en": ["Look"]},
    }  # fmt: skip
    rules = [
        {**rule, "id": f"high_{id}", "condition": {"kind": "high", "point": id, "limit": 1000, "deadband": 1}}
        for id in ids[:5]
    ]
    type_ = {
        "id": "bench_meter", "name": text, "system": "power", "rules": rules,
        "points": [{"id": id, "kind": "measurement", "name": text, "unit": "kW"} for id in ids],
    }  # fmt: skip
    model = {
        "id": "floats", "type": "bench_meter", "protocol": "modbus", "name": text, "source": "this measurement",
        "period": "1s",
        "points": [
            {"point": id, "address": {"table": "holding", "register": 2 * n, "type": "float32"}}
            for n, id in enumerate(ids)
        ],
    }  # fmt: skip
    home = folder / "equipment" / "bench_meter"
    (home / "models").mkdir(parents=True)
    for path, body in ((home / "equipment.yaml", type_), (home / "models" / "floats.yaml", model)):
        path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
