"""How far a line's far end was heard is kept in the spool: a new line, also of a new run, is told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from edge.poller import Poller
from tests.edge import building as b
from tests.edge.fakes import Lines, SpeakingLine, World, settled


class ResumingLine(SpeakingLine):
    """A line whose far end keeps what comes."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.known_until = 0
        self.resumed: list[int] = []

    def resume(self, time: int) -> None:
        self.resumed.append(time)
        self.known_until = time


def world() -> World:
    return World(b.inventory(b.equipment("lift-1", [b.point("floor")])))


@asynccontextmanager
async def polling(at: World, lines: Lines, kept: Mapping[str, bytes]) -> AsyncIterator[ResumingLine]:
    poller = Poller(lines.bound(at.inventory), at.pipeline, at.clock, at.ticks, kept)
    async with at:
        task = asyncio.create_task(poller.run())
        await settled()
        yield lines.made["line-1"]
        task.cancel()
        await asyncio.wait([task])
        await at.recorder.drain()


async def test_a_new_run_goes_on_where_the_last_one_was() -> None:
    first = world()
    async with polling(first, Lines(ResumingLine), {}) as line:
        assert line.resumed == [], "nothing is known yet"
        line.known_until = 1_790_000_000_000_000_000
    assert first.spool.kept == {"known_until/line-1": b"1790000000000000000"}
    second = world()
    async with polling(second, Lines(ResumingLine), first.spool.kept) as line:
        assert line.resumed == [1_790_000_000_000_000_000]
    assert second.spool.kept == {}, "it is where it was: nothing to write"


async def test_it_is_noted_while_the_line_runs_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.bookmark.PERIOD", 0.001)
    found = world()
    async with polling(found, Lines(ResumingLine), {}) as line:
        async with asyncio.timeout(60):
            for known in (100, 90, 200):
                line.known_until = known
                while found.spool.kept.get("known_until/line-1") != str(max(known, 100)).encode():
                    await asyncio.sleep(0.002)
        line.known_until = 150
    assert found.spool.kept["known_until/line-1"] == b"200"


async def test_what_is_kept_and_is_no_time_is_left_out() -> None:
    async with polling(world(), Lines(ResumingLine), {"known_until/line-1": b"soon"}) as line:
        assert line.resumed == []
