"""A tenth of each proof of `tests/proofs/spool_*.py`."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.proofs.spool_damage import damage
from tests.proofs.spool_disk import Faults, fail_sync, fill
from tests.proofs.spool_kills import kill
from tests.proofs.spool_power import cut

strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def test_kills(tmp_path: Path) -> None:
    found = await kill(20, tmp_path)
    assert (found.lost, found.doubled, found.altered, found.failed_starts) == (0, 0, 0, 0)
    assert found.accepted > 500
    assert found.stored >= found.accepted


@strace
async def test_power_cuts(tmp_path: Path) -> None:
    found = await cut(200, 60, tmp_path)
    assert (found.corrupt, found.lost) == (0, 0)
    assert (found.images, found.commits > 30) == (200, True)


async def test_damage(tmp_path: Path) -> None:
    found = await damage(150, 20, tmp_path)
    assert (found.failed_starts, found.unsaid) == (0, 0)
    assert found.turns == 170
    assert found.worst <= 1
    assert found.gone > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_disk_full() -> None:
    found = Faults()
    await fill(found)
    assert (found.lost, found.uncounted, found.went_on) == (0, 0, 0)
    assert found.dropped > 100


@strace
async def test_sync_fails() -> None:
    found = Faults()
    for when in range(1, 201, 20):
        with tempfile.TemporaryDirectory() as folder:
            await fail_sync(when, Path(folder), found)
    assert (found.lost, found.uncounted, found.went_on) == (0, 0, 0)
    assert found.accepted > 1000
