"""A building that is killed goes on from counters that are a few seconds old, not from zero."""

import asyncio
import json
from pathlib import Path

import pytest

from facility.resolve import read_site
from simulators import run
from simulators.cli import ESTATE
from simulators.run import COUNTERS, Options, running

START = 4_711.5


async def test_counters_are_kept_while_the_building_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "KEPT_EVERY", 0.02)
    kept = tmp_path / COUNTERS
    kept.write_text(json.dumps({"pump-1.starts": START}), encoding="utf-8")
    async with running(Options(read_site(ESTATE), tmp_path, 1, True, 0)) as building:
        kept.unlink()
        async with asyncio.timeout(60):
            while not kept.exists():
                await asyncio.sleep(0.01)
        found = json.loads(kept.read_text(encoding="utf-8"))
        assert found.keys() == building.plant.counters().keys()
        assert found["pump-1.starts"] >= START
