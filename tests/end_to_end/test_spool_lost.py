"""A spool deleted, restored from an old copy, or damaged: the next alarms arrive, and none passes for an old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.light_gateway import LightGateway
from tests.end_to_end.light_oracle import alarms_of
from tests.end_to_end.lone_cloud import LoneCloud

FIRST, SECOND, THIRD = (0, 40), (40, 20), (60, 40)
"""Alarm events: until the copy is made, after it, and after the harm: first number, how many."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LoneCloud]:
    with LoneCloud() as running:
        yield running


def deleted(spool: Path, _copy: Path) -> None:
    spool.unlink()


def restored(spool: Path, copy: Path) -> None:
    shutil.copy(copy, spool)


def damaged(spool: Path, _copy: Path) -> None:
    size = spool.stat().st_size
    with spool.open("r+b") as file:
        for place in range(0, size, 4096):
            file.seek(place + 100)
            file.write(b"\xa5" * 2000)


async def alarms(gateway: LightGateway, url: str, numbers: tuple[int, int]) -> str:
    """Accept and deliver; the spool's id then."""
    async with gateway.spool, gateway.sending(url, quick=True):
        await gateway.alarms(*numbers)
        await gateway.drained(60)
        return str(gateway.spool.spool_id)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("harm", [deleted, restored, damaged])
async def test_the_next_alarms_arrive(cloud: LoneCloud, tmp_path: Path, harm: Callable[[Path, Path], None]) -> None:
    name = f"{harm.__name__}-1"
    token = cloud.register(name)
    spool, copy = tmp_path / f"{name}.db", tmp_path / "copy"

    def again() -> LightGateway:
        return LightGateway(name, token, tmp_path, points=1)

    was = await alarms(again(), cloud.url, FIRST)
    shutil.copy(spool, copy)
    assert await alarms(again(), cloud.url, SECOND) == was
    harm(spool, copy)
    now = await alarms(again(), cloud.url, THIRD)

    assert now != was, "the cloud knows other events under the old keys"
    stored, done = alarms_of(cloud, again(), sum(THIRD))
    assert (stored.stored, stored.words) == (sum(THIRD), [])
    assert (done.stored, done.words) == (sum(THIRD) // 2, [])
    with closing(cloud.database()) as db:
        spools = db.execute("SELECT DISTINCT spool FROM event WHERE gateway = ?", (name,)).fetchall()
    assert {row[0] for row in spools} == {was, now}
