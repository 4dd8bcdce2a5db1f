import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli import main
from edge.spool import Spool
from facility.clock import NS, SystemClock
from facility.event import Event, Lane
from tests.edge.sites import write_site
from tests.edge.spool.drafts import INVENTORY, draft

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
    rows = {row["lane"]: row for row in said(edge("status", "--site", site, "--json"))}
    assert {lane: row["records"] for lane, row in rows.items()} == {"life": 1, "event": 4, "telemetry": 1, "dead": 3}
    assert rows["telemetry"]["last_seq"] == 2
    assert rows["life"]["oldest"] is not None
    assert "telemetry" in edge("status", "--data", site.parent / "data").stdout


def test_list_says_why_a_dead_letter_was_refused(site: Path) -> None:
    rows = said(edge("list", "dead", "--site", site, "--json"))
    assert [row["what"] for row in rows] == [
        "telemetry: field type conflict",
        "event: rejected by the cloud",
        "telemetry: the value is not finite",
    ]
    assert [row["what"] for row in said(edge("list", "life", "--site", site, "--json"))] == ["clock.stepped"]
    assert len(said(edge("list", "event", "--site", site, "--limit", 2, "--json"))) == 2


def test_export_is_what_an_end_would_get(site: Path, tmp_path: Path) -> None:
    assert edge("export", "telemetry", "--site", site).stdout == "pump,site=s flow=3 3\n"
    lines = edge("export", "event", "--site", site).stdout.splitlines()
    assert [Event.model_validate_json(line).seq for line in lines] == [2, 3, 4, 5]
    target = tmp_path / "dead.jsonl"
    assert edge("export", "dead", "--site", site, "--output", target).exit_code == 0
    assert json.loads(target.read_text().splitlines()[0])["content"] == "pump,site=s flow=2 2\n"
    again = edge("export", "dead", "--site", site, "--output", target)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)


async def test_reading_works_beside_a_running_agent_and_retry_is_refused(site: Path) -> None:
    async with open_spool(site) as spool:
        await spool.accept([draft(9, Lane.LIFE)], INVENTORY)
        rows = said(await asyncio.to_thread(edge, "list", "life", "--site", site, "--json"))
        assert len(rows) == 2
        busy = await asyncio.to_thread(edge, "retry", site, "--all")
        assert (busy.exit_code, "in use by another process" in busy.stderr) == (2, True)
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
