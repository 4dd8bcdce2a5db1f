"""What an end may have lost is offered again: in time, and not for ever."""

import asyncio

import pytest

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1
from edge.spool import Spool
from facility.clock import ManualClock
from tests.edge.fake_end import FakeEnd, Reply, Request
from tests.edge.historian.sending import Store, delivered, lines, put, sending
from tests.edge.until import until


async def test_a_line_that_breaks_all_the_time_still_gets_on(spool: Spool) -> None:
    """Each cut asks for the last minute again: sent from its beginning each time, nothing new would ever arrive."""
    store, times = Store(), iter(range(100_000))

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply(cut=next(times) % 3 == 1)

    with FakeEnd(answer) as end:
        for n in range(60):
            await put(spool, lines(n, 1))
        async with sending(spool, end, keep=90.0):
            await until(delivered(spool), 30)
    assert set(store.lines) == set(lines(0, 60))


async def test_what_is_kept_is_offered_again_when_its_turn_comes_although_nothing_new_does(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = Store(), ManualClock()
    monkeypatch.setattr("edge.historian.sender.SPARE", 0.05)

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(5):
            await put(spool, lines(n, 1))
        async with InfluxV1(Endpoint("historian", end.url), "b", clock) as way:
            historian = Historian(spool, way, clock, keep=90.0, backoff=Backoff(0.01, 0.05))
            running = asyncio.create_task(historian.run())
            await until(delivered(spool))
            historian._offered = clock.monotonic()
            await historian._lost()
            await put(spool, lines(5, 1))
            await until(lambda: len(store.lines) == 6)
            assert set(store.lines.values()) == {1}, "its turn has not come"
            clock.advance(1.0)
            await until(lambda: store.lines == dict.fromkeys(lines(0, 6), 2))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_record_is_sent_three_times_at_most_because_of_broken_connections(spool: Spool) -> None:
    store, clock = Store(), ManualClock()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 1))
        async with InfluxV1(Endpoint("historian", end.url), "b", clock) as way:
            historian = Historian(spool, way, clock, keep=90.0, backoff=Backoff(0.01, 0.05))
            running = asyncio.create_task(historian.run())
            for copy in range(1, 6):
                await put(spool, lines(copy, 1))
                await until(delivered(spool))
                clock.advance(16.0)
                await historian._lost()
            await until(delivered(spool))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert store.lines[lines(0, 1)[0]] == 3
