"""The past of the demo's building, written before it opens, so that its counters go on where the past ends."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import Progress

from facility.clock import NS
from facility.errors import GatehouseError
from facility.inventory import Inventory
from simulators.history import line_protocol
from simulators.plant import Plant

_LINES = 5_000
"""Lines in one request: what InfluxDB itself advises."""


def write_history(
    inventory: Inventory, url: str, token: str, *, days: float, seed: int, counters: Path, console: Console
) -> int:
    """Live `days` days up to now and post them to the historian; the counters at the end go to a file. The lines."""
    until = time.time_ns()
    plant = Plant(inventory, start=until - round(days * 86_400 * NS), seed=seed)
    written = 0
    headers = {"authorization": f"Token {token}", "content-encoding": "gzip"}
    query = {"org": "gatehouse", "bucket": inventory.site, "precision": "ns"}
    with (
        Progress(console=console, transient=True) as progress,
        httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client,
    ):
        task = progress.add_task(f"{days:g} days of history", total=1.0)
        for body in line_protocol(plant, until, progress=lambda share: progress.update(task, completed=share)):
            lines = body.splitlines(keepends=True)
            for start in range(0, len(lines), _LINES):
                _post(client, query, b"".join(lines[start : start + _LINES]))
            written += len(lines)
    counters.parent.mkdir(parents=True, exist_ok=True)
    counters.write_text(json.dumps(plant.counters()), encoding="utf-8")
    return written


def _post(client: httpx.Client, query: dict[str, str], body: bytes) -> None:
    answer = client.post("/api/v2/write", params=query, content=gzip.compress(body, 1))
    if answer.is_error:
        raise GatehouseError(f"the historian answered {answer.status_code} to the history: {answer.text[:500]}")
