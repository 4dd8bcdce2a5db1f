import asyncio
import errno
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge import spool_shown
from edge.checking import check
from edge.cli import main
from edge.spool import Record, Spool
from edge.status import Status, StatusServer
from facility.clock import NS, SystemClock
from facility.event import Event, Lane
from tests.edge.sites import write_site
from tests.edge.spool.drafts import INVENTORY, draft
from tests.edge.status.record import lane, status

ROOT = Path(__file__).parents[2]
T = 1_790_000_000 * NS
ALL = (1000, 1 << 30)


def edge(*words: object) -> Result:
    return CliRunner().invoke(main, ["spool", *map(str, words)])


def open_spool(site: Path) -> Spool:
    return Spool(site.parent / "data" / "spool.sqlite3", SystemClock(), site="riverside", gateway="riverside-1")


async def fill(spool: Spool) -> None:
    await spool.accept([draft(1), draft(2), draft(3, Lane.LIFE)], INVENTORY)
    await spool.store(gzip.compress(b"pump,site=s flow=1 1\npump,site=s flow=2 2\n"), samples=2, start=T, end=T)
    await spool.store(gzip.compress(b"pump,site=s flow=3 3\n"), samples=1, start=T, end=T)
    (first, _) = await spool.oldest(Lane.TELEMETRY, *ALL)
    await spool.bury(first, "field type conflict", b"pump,site=s flow=2 2\n", samples=1)
    event = (await spool.oldest(Lane.EVENT, *ALL))[0]
    await spool.bury(event, "rejected by the cloud")
    await spool.refuse("the value is not finite", b"pump-1.flow nan 1790", samples=1, start=T, end=T)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = write_site(tmp_path)

    async def filled() -> None:
        async with open_spool(file) as spool:
            await fill(spool)

    asyncio.run(filled())
    return file


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_status_counts_what_lies_on_the_disk(site: Path) -> None:
    rows = {row["lane"]: row for row in said(edge("status", site, "--json"))}
    assert {lane: row["records"] for lane, row in rows.items()} == {"life": 1, "event": 4, "telemetry": 1, "dead": 3}
    assert [(row["waiting"], row["kept"]) for row in rows.values()] == [(1, 0), (4, 0), (1, 0), (3, 0)]
    assert rows["telemetry"]["last_seq"] == 2
    assert rows["life"]["oldest"] is not None
    assert "telemetry" in edge("status", "--data", site.parent / "data").stdout


async def test_what_is_delivered_and_still_kept_does_not_wait(site: Path) -> None:
    async with open_spool(site) as spool:
        await spool.delivered(Lane.TELEMETRY, [2], keep=3600)

        def told() -> Status:
            waiting = spool.waiting().items()
            return status(*(lane(str(n), records=x.records, bytes=x.bytes, oldest=x.oldest) for n, x in waiting))

        async with StatusServer(site.parent / "data", told):
            found = said(await asyncio.to_thread(edge, "status", site, "--json"))
            text = (await asyncio.to_thread(edge, "status", site)).stdout
    rows = {row["lane"]: row for row in found}
    telemetry = rows["telemetry"]
    assert (telemetry["waiting"], telemetry["kept"], telemetry["records"]) == (0, 1, 1)
    assert telemetry["oldest"] is None
    assert (rows["event"]["waiting"], rows["event"]["kept"]) == (4, 0)
    assert rows["event"]["oldest"] is not None
    assert "waiting" in text
    assert "kept" in text


@pytest.mark.parametrize("command", ["list", "export"])
def test_the_site_comes_before_the_lane_or_only_its_folder_is_named(site: Path, command: str) -> None:
    by_site = edge(command, site, "dead")
    by_folder = edge(command, "dead", "--data", site.parent / "data")
    assert (by_site.exit_code, by_site.stdout) == (0, by_folder.stdout)
    assert "field type" in by_site.stdout
    for wrong in (["dead", site], [site], [site, "daed"], []):
        refused = edge(command, *wrong)
        assert refused.exit_code == 2
        assert f"gatehouse edge spool {command} site.yaml life|event|telemetry|dead" in refused.stderr
    assert "name the site" in edge(command, "dead").stderr
    assert "[SITE] LANE" in edge(command, "--help").stdout


def test_an_export_to_a_full_disk_is_said_in_a_sentence(site: Path) -> None:
    words = ["spool", "export", "telemetry", "--data", str(site.parent / "data")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from edge.cli import main; main()", *words],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "can't write standard output: No space left on device; make room and export again, the spool is as it was"
    ]


@pytest.mark.parametrize("held_back", ["", "1"])
def test_what_a_full_disk_does_not_take_of_a_list_is_said_in_a_sentence(site: Path, held_back: str) -> None:
    words = ["edge", "spool", "list", "event", "--data", str(site.parent / "data")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from gatehouse import main; main()", *words],
            cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": held_back}, stdout=full, stderr=subprocess.PIPE,
            text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "gatehouse: can't write the output: No space left on device; make room and ask again"
    ]


def test_a_reader_who_has_seen_enough_is_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:  # noqa: PTH123 - a descriptor
        done = subprocess.run(
            [sys.executable, "-c", "from gatehouse import main; main()", "--version"],
            cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")


def test_a_file_that_could_not_be_written_whole_is_not_left_behind(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_record: Record) -> Iterator[bytes]:
        yield b"a line"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spool_shown, "content", full)
    target = tmp_path / "events.jsonl"
    done = edge("export", site, "event", "--output", target)
    assert (done.exit_code, f"can't write {target}: No space left" in done.stderr) == (1, True)
    assert not target.exists()


def test_list_says_why_a_dead_letter_was_refused(site: Path) -> None:
    rows = said(edge("list", site, "dead", "--json"))
    assert [row["what"] for row in rows] == [
        "telemetry: field type conflict",
        "event: rejected by the cloud",
        "telemetry: the value is not finite",
    ]
    assert [row["what"] for row in said(edge("list", site, "life", "--json"))] == ["clock.stepped"]
    assert len(said(edge("list", site, "event", "--limit", 2, "--json"))) == 2


def test_export_is_what_an_end_would_get(site: Path, tmp_path: Path) -> None:
    assert edge("export", site, "telemetry").stdout == "pump,site=s flow=3 3\n"
    lines = edge("export", site, "event").stdout.splitlines()
    assert [Event.model_validate_json(line).seq for line in lines] == [2, 3, 4, 5]
    target = tmp_path / "dead.jsonl"
    assert edge("export", site, "dead", "--output", target).exit_code == 0
    assert json.loads(target.read_text().splitlines()[0])["content"] == "pump,site=s flow=2 2\n"
    again = edge("export", site, "dead", "--output", target)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)


async def test_reading_works_beside_a_running_agent_and_retry_is_refused(site: Path) -> None:
    async with open_spool(site) as spool:
        await spool.accept([draft(9, Lane.LIFE)], INVENTORY)
        rows = said(await asyncio.to_thread(edge, "list", site, "life", "--json"))
        assert len(rows) == 2
        busy = await asyncio.to_thread(edge, "retry", site, "--all")
        assert (busy.exit_code, "stop it first" in busy.stderr) == (2, True)
        assert "twice" not in busy.stderr
        await spool.accept([draft(10, Lane.LIFE)], INVENTORY)


async def test_retry_sends_again_what_can_be_sent_under_a_new_seq(site: Path) -> None:
    done = await asyncio.to_thread(edge, "retry", site, "--all", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["again"] == [1, 2]
    assert "own gate" in found["kept"]["3"]
    async with open_spool(site) as spool:
        telemetry = await spool.oldest(Lane.TELEMETRY, *ALL)
        assert gzip.decompress(telemetry[-1].body) == b"pump,site=s flow=2 2\n"
        assert [r.seq for r in telemetry] == [2, 3]
        events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, *ALL)]
        assert [e.seq for e in events] == [2, 3, 4, 5, 6]
        assert events[-1].data == draft(1).data
        assert events[-1].spool == spool.spool_id
        assert spool.waiting()[Lane.DEAD].records == 1


async def test_retry_by_the_data_folder_alone_knows_the_gateway_from_the_spool(site: Path) -> None:
    data = site.parent / "data"
    nameless = await asyncio.to_thread(edge, "retry", 1, "--data", data)
    assert (nameless.exit_code, "name the site" in nameless.stderr) == (2, True)
    inventory = check(site, {}).settings.inventory
    async with open_spool(site) as spool:
        await spool.keep_inventory(inventory.revision, inventory.body.encode())
        await spool.accept([draft(4)], inventory.revision)
    done = await asyncio.to_thread(edge, "retry", 1, "--data", data, "--json")
    assert (done.exit_code, json.loads(done.stdout)["again"]) == (0, [1])
    wrong = await asyncio.to_thread(edge, "retry", site, "one")
    assert (wrong.exit_code, "'one' is no number of a dead letter" in wrong.stderr) == (2, True)


def test_retry_of_what_is_not_there_changes_nothing(site: Path) -> None:
    done = edge("retry", site, 77)
    assert (done.exit_code, "there is no such dead letter" in done.stdout) == (1, True)
    assert edge("retry", site).exit_code == 2
    assert edge("retry", site, 1, "--all").exit_code == 2


def test_a_missing_or_spoiled_spool_is_said_in_words(tmp_path: Path) -> None:
    none = edge("status", "--data", tmp_path)
    assert (none.exit_code, "there is no spool" in none.stderr) == (1, True)
    (tmp_path / "spool.sqlite3").write_bytes(b"no database at all, much longer than a header" * 100)
    spoiled = edge("list", "dead", "--data", tmp_path)
    assert (spoiled.exit_code, "can't be read" in spoiled.stderr) == (1, True)
    assert edge("status").exit_code == 2
