import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.spool import Spool
from facility.clock import ManualClock
from facility.errors import SpoolError
from facility.event import ClockStepped, Event, Gap, Integrity, Lane
from tests.edge.spool.drafts import INVENTORY, a_spool, draft

ALL = (1_000_000, 1 << 40)
ROOT = Path(__file__).parents[3]


def accepting(path: Path, first: int, **more: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.edge.spool.accepting", str(path), str(first)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload,no-any-return]


async def numbers(spool: Spool) -> list[int]:
    """The numbers of all events, both lanes, each lane checked to be in order."""
    found: list[int] = []
    for lane in (Lane.LIFE, Lane.EVENT):
        records = await spool.oldest(lane, *ALL)
        events = [Event.model_validate_json(r.body) for r in records]
        own = [int(e.data.seconds) for e in events if isinstance(e.data, ClockStepped)]
        assert own == sorted(own)
        assert [e.seq for e in events] == [r.seq for r in records]
        found += own
    return sorted(found)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_kill_9_loses_nothing_that_was_accepted_and_doubles_nothing(tmp_path: Path) -> None:
    chance, path, last, seq = random.Random(7), tmp_path / "spool.db", -1, 0
    for kill in range(8):
        child = accepting(path, last + 1)
        assert child.stdout is not None
        clean = child.stdout.readline().split()
        assert clean == ["open", str(kill == 0)]
        for _ in range(chance.randrange(1, 120)):
            words = child.stdout.readline().split()
            last, seq = int(words[2]), int(words[3])
        child.kill()
        for line in child.stdout.read().splitlines():
            if len(words := line.split()) == 4:
                last, seq = int(words[2]), int(words[3])
        assert child.wait() == -signal.SIGKILL
        child.communicate()
        async with a_spool(tmp_path) as spool:
            assert not spool.clean
            assert spool.damaged is None
            found = await numbers(spool)
            state = int((await spool.state())["last"])
            assert found == list(range(state + 1))
            assert state in (last, last + 4)
            assert spool.waiting()[Lane.TELEMETRY].high >= seq
            last = state
            await spool.keep_inventory("r", b"")
        mark_unclean(path)


def mark_unclean(path: Path) -> None:
    """The test's own look at the spool ended it in order; the next child shall see the kill."""
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'no' WHERE key = 'clean'")
    db.close()


async def filled(folder: Path, count: int = 300) -> None:
    async with a_spool(folder) as spool:
        await spool.accept([draft(-1)], INVENTORY, {"memory": b"kept"})
        for n in range(count):
            await spool.accept([draft(n)], INVENTORY)
            await spool.store(b"%d " % n * 300, samples=1, start=n, end=n)


@pytest.mark.timeout(300)
async def test_flipped_bits_and_cut_files_never_stop_a_start_and_are_counted(tmp_path: Path) -> None:
    await filled(tmp_path / "whole")
    whole, chance = (tmp_path / "whole" / "spool.db").read_bytes(), random.Random(3)
    for turn in range(40):
        folder = tmp_path / f"turn-{turn}"
        folder.mkdir()
        hurt = bytearray(whole)
        if turn % 4 == 3:
            del hurt[chance.randrange(len(hurt)) :]
        else:
            for _ in range(1 + turn % 3):
                hurt[chance.randrange(len(hurt))] ^= 1 << chance.randrange(8)
        (folder / "spool.db").write_bytes(hurt)
        (folder / "spool.db.lock").touch()
        events, telemetry, dead, told = await drained(folder)
        if len(events) < 301 or telemetry < 300:
            assert told or dead, f"turn {turn}: {len(events)} events, {telemetry} telemetry, nothing said"
        if turn % 4 != 3:
            assert len(events) + telemetry + dead >= 601 - (1 + turn % 3), f"turn {turn}: too much lost"
        shutil.rmtree(folder)


async def drained(folder: Path) -> tuple[list[Event], int, int, int]:
    """Everything that a start, or a second one after damage was met, still offers."""
    for _ in range(3):
        async with a_spool(folder) as spool:
            try:
                await spool.accept([draft(1000)], INVENTORY)
                events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
                telemetry = len(await spool.oldest(Lane.TELEMETRY, *ALL))
                dead = spool.waiting()[Lane.DEAD].records
                own = [e for e in events if isinstance(e.data, ClockStepped) and e.data.seconds != 1000]
                return own, telemetry, dead, sum(isinstance(e.data, Integrity) for e in events)
            except SpoolError:
                continue
    raise AssertionError("the spool did not heal by starting again")


async def test_a_damaged_record_goes_to_the_dead_lane_and_the_others_are_offered(tmp_path: Path) -> None:
    await filled(tmp_path, 10)
    with sqlite3.connect(tmp_path / "spool.db") as db:
        db.execute("UPDATE event SET body = replace(body, '\"seconds\":4.0', '\"seconds\":5.0') WHERE seq = 6")
    db.close()
    async with a_spool(tmp_path) as spool:
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        (dead,) = await spool.oldest(Lane.DEAD, *ALL)
    assert len(events) == 10 + 1
    assert isinstance(events[-1].data, Integrity)
    assert dead.why == "event: damaged on disk"


@pytest.mark.parametrize("damage", ["samples = 'abc'", "inventory = x'00'", "why = x'ff'", "at = 'x', end = 1.5"])
async def test_a_damaged_column_of_any_type_goes_to_the_dead_lane(tmp_path: Path, damage: str) -> None:
    await filled(tmp_path, 3)
    with sqlite3.connect(tmp_path / "spool.db") as db:
        db.execute(f"UPDATE telemetry SET {damage} WHERE seq = 2")  # noqa: S608
    db.close()
    async with a_spool(tmp_path) as spool:
        assert [r.seq for r in await spool.oldest(Lane.TELEMETRY, *ALL)] == [1, 3]
        (dead,) = await spool.oldest(Lane.DEAD, *ALL)
        assert dead.why == "telemetry: damaged on disk"


async def test_what_is_no_database_is_set_aside_whole(tmp_path: Path) -> None:
    (tmp_path / "spool.db").write_bytes(os.urandom(50_000))
    async with a_spool(tmp_path) as spool:
        assert spool.damaged is not None
        assert spool.damaged.stat().st_size == 50_000
        await spool.accept([draft(1)], INVENTORY)
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
    assert [e.type for e in events] == ["integrity.found", "clock.stepped"]


@pytest.mark.parametrize("empty", [False, True])
async def test_a_log_that_outlived_its_file_is_set_aside_and_what_it_holds_is_saved(
    tmp_path: Path, empty: bool
) -> None:
    await filled(tmp_path, 3)
    left = tmp_path / "left"
    async with a_spool(tmp_path) as spool:
        for n in range(4):
            await spool.accept([draft(100 + n)], INVENTORY)
        shutil.copytree(tmp_path, left, ignore=shutil.ignore_patterns("left"))
    (left / "spool.db").unlink()
    if empty:
        (left / "spool.db").touch()
    async with a_spool(left) as spool:
        assert spool.damaged is not None
        assert not spool.clean
        await spool.accept([draft(1)], INVENTORY)
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
    assert {100.0, 101.0, 102.0, 103.0} <= {e.data.seconds for e in events if isinstance(e.data, ClockStepped)}
    assert any(isinstance(e.data, Integrity) for e in events)
    assert list(left.glob("spool.db.damaged-1-wal"))


async def test_saved_events_go_on_under_a_new_spool_id_with_state(tmp_path: Path) -> None:
    await filled(tmp_path, 50)
    async with a_spool(tmp_path) as spool:
        was = spool.spool_id
    (tmp_path / "spool.db.suspect").touch()
    async with a_spool(tmp_path) as spool:
        assert spool.spool_id != was
        assert spool.damaged is not None
        assert await spool.state() == {"memory": b"kept"}
        (event,) = await spool.accept([draft(7)], INVENTORY)
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        assert {e.spool for e in events} == {spool.spool_id}
        assert len(await spool.oldest(Lane.TELEMETRY, *ALL)) == 50
    assert [e.seq for e in events] == list(range(1, 54))
    assert events[-2].type == "integrity.found"
    assert events[-1] == event


async def test_a_newer_format_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    await filled(tmp_path, 1)
    with sqlite3.connect(tmp_path / "spool.db") as db:
        db.execute("PRAGMA user_version = 9")
        db.execute("UPDATE meta SET value = '9' WHERE key = 'format'")
    db.close()
    with pytest.raises(Exception, match="newer Gatehouse"):
        async with a_spool(tmp_path):
            pass
    assert sorted(p.name for p in tmp_path.iterdir()) == ["spool.db", "spool.db.lock", "spool.db.reserve"]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


async def test_on_a_full_disk_telemetry_gives_way_then_accepting_ends_and_what_was_accepted_is_kept(
    small_disk: Path,
) -> None:
    path, last = small_disk / "spool.db", -1
    child = accepting(path, 0)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 3, err
    for line in out.splitlines():
        if line.startswith("on disk"):
            last = int(line.split()[2])
    assert "ended SpoolError" in out
    assert last > 100
    saved = small_disk.parent / f"{small_disk.name}-saved"
    shutil.copytree(small_disk, saved)
    try:
        async with a_spool(saved) as spool:
            found = await numbers(spool)
            assert found[: last + 1] == list(range(last + 1))
            events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
            gaps = [e.data for e in events if isinstance(e.data, Gap)]
            assert {g.why for g in gaps} == {"the disk is full"}
            telemetry = spool.waiting()[Lane.TELEMETRY]
            assert sum(g.count for g in gaps) == telemetry.dropped > 100
            await spool.accept([draft(1)], INVENTORY)
    finally:
        shutil.rmtree(saved)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("when", [3, 8, 21])
async def test_a_failed_sync_is_never_retried_and_nothing_accepted_is_lost(tmp_path: Path, when: int) -> None:
    path = tmp_path / "spool.db"
    calls = "fsync,fdatasync"
    fault = ["-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={when}"]
    child = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", *fault, sys.executable, "-m", "tests.edge.spool.accepting", str(path), "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    out, err = child.communicate(timeout=60)
    assert child.returncode == 3, err
    told = [int(line.split()[2]) for line in out.splitlines() if line.startswith("on disk")]
    async with a_spool(tmp_path) as spool:
        found = await numbers(spool)
        assert set(range((told or [-1])[-1] + 1)) <= set(found)


async def test_after_a_failure_nothing_is_accepted_any_more(tmp_path: Path) -> None:
    async with a_spool(tmp_path, ManualClock()) as spool:
        await spool.accept([draft(1)], INVENTORY)
        spool._running.broken = "the disk is gone"
        for _ in range(2):
            with pytest.raises(SpoolError, match="the disk is gone"):
                await spool.accept([draft(2)], INVENTORY)
        assert spool.broken == "the disk is gone"
