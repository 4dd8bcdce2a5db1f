import asyncio
import gzip
import threading

import pytest

from edge.backoff import Backoff
from edge.spool import Spool
from facility.clock import NS
from facility.event import Lane
from tests.edge.fake_end import FakeEnd, Reply, Request
from tests.edge.historian.sending import V1, V2, Store, T, delivered, lines, put, sending
from tests.edge.line_parser import parse
from tests.edge.until import until


@pytest.mark.parametrize("api", [V1, V2])
async def test_records_arrive_in_order_with_the_right_request(spool: Spool, api: str) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(3):
            await put(spool, lines(10 * n, 10))
        async with sending(spool, end, api) as historian:
            await until(delivered(spool))
            assert historian.sent == 60
        assert list(store.lines) == lines(0, 30)
        (first, *_) = end.requests
        assert first.headers["Content-Encoding"] == "gzip"
        assert first.headers["Authorization"] == "Token secret"
        expected = "/write?db=b&precision=ns" if api == V1 else "/api/v2/write?org=o&bucket=b&precision=ns"
        assert first.path == expected


@pytest.mark.parametrize("api", [V1, V2])
async def test_an_end_that_is_away_refuses_or_fails_loses_nothing(
    spool: Spool, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, script = Store(), [500, 503, 429, 401, 403, 404, 302]

    def answer(request: Request) -> Reply:
        if script:
            return Reply(script.pop(0), "no", {"Retry-After": "0"})
        store.take(request.body)
        return Reply()

    end = FakeEnd(answer)
    end.start()
    end.stop()
    await put(spool, lines(0, 5))
    async with sending(spool, end, api) as historian:
        await until(lambda: historian.link.why is not None)
        assert "does not answer" in str(historian.link.why)
        end.start()
        await until(delivered(spool))
        assert historian.link.why is None
    end.stop()
    assert list(store.lines) == lines(0, 5)
    assert spool.waiting()[Lane.DEAD].records == 0
    assert sum("does not know the token" in r.message for r in caplog.records) == 1


@pytest.mark.parametrize("api", [V1, V2])
async def test_the_refused_field_is_found_and_everything_else_passes(spool: Spool, api: str) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        if b"equipment=p37,site=s power" in request.body or b"flow=37.5,power" in request.body:
            return Reply(400, '{"error":"field type conflict"}')
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(100, 1))
        await put(spool, lines(0, 100))
        async with sending(spool, end, api):
            await until(delivered(spool))
    kept = {(x.tags["equipment"], f) for line in store.lines for x in parse(f"{line}\n".encode()) for f in x.fields}
    assert kept == {(f"p{n}", f) for n in range(101) for f in ("flow", "power")} - {("p37", "power")}
    (dead,) = await spool.oldest(Lane.DEAD, 10, 1 << 20)
    assert dead.body == f"pump,equipment=p37,site=s power=1.0 {T + 37}\n".encode()
    assert "field type conflict" in dead.why
    assert dead.samples == 1
    assert len(end.requests) < 40


async def test_the_gate_stands_before_every_end(spool: Spool) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, [*lines(0, 2), f"pump,equipment=x,site=s flow=NaN {T}"])
        async with sending(spool, end):
            await until(delivered(spool))
    assert list(store.lines) == lines(0, 2)
    (dead,) = await spool.oldest(Lane.DEAD, 10, 1 << 20)
    assert "not finite" in dead.why


@pytest.mark.parametrize("wall", [600 * NS, T - 10 * 86_400 * NS])
async def test_a_start_with_a_clock_that_is_behind_refuses_nothing_of_what_waits(spool: Spool, wall: int) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    absurd = f"pump,equipment=x,site=s flow=1.0 {T + 2 * 86_400 * NS}"
    with FakeEnd(answer) as end:
        await put(spool, [*lines(0, 5), absurd])
        async with sending(spool, end, wall=wall):
            await until(delivered(spool))
    assert list(store.lines) == lines(0, 5)
    (dead,) = await spool.oldest(Lane.DEAD, 10, 1 << 20)
    assert "not within 2020" in dead.why


async def test_an_end_that_refuses_everything_is_not_believed(spool: Spool) -> None:
    store, wrong = Store(), True

    def answer(request: Request) -> Reply:
        if wrong:
            return Reply(400, "database is required")
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(3):
            await put(spool, lines(100 * n, 100))
        async with sending(spool, end) as historian:
            await until(lambda: "refuses everything" in str(historian.link.why))
            wrong = False
            await until(delivered(spool))
    assert set(store.lines) == set(lines(0, 300))
    assert spool.waiting()[Lane.DEAD].records == 0


@pytest.mark.parametrize("api", [V1, V2])
async def test_an_end_that_took_and_then_refuses_everything_is_not_believed(spool: Spool, api: str) -> None:
    """A proxy before it, a bucket made anew, a limit of series: none of the samples is to blame."""
    store, wrong = Store(), False

    def answer(request: Request) -> Reply:
        if wrong:
            return Reply(400, "The plain HTTP request was sent to HTTPS port")
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 10))
        async with sending(spool, end, api) as historian:
            await until(delivered(spool))
            wrong = True
            for n in range(1, 4):
                await put(spool, lines(100 * n, 100))
            await until(lambda: "refuses everything" in str(historian.link.why), 30)
            assert spool.waiting()[Lane.TELEMETRY].records == 3
            wrong = False
            await until(delivered(spool), 30)
    assert set(store.lines) == {*lines(0, 10), *lines(100, 300)}
    assert spool.waiting()[Lane.DEAD].records == 0


@pytest.mark.parametrize("api", [V1, V2])
async def test_a_page_that_answers_200_in_the_historians_place_has_taken_nothing(spool: Spool, api: str) -> None:
    store, portal = Store(), True

    def answer(request: Request) -> Reply:
        if portal:
            return Reply(200, "<html>Please log in to the network</html>", {"Content-Type": "text/html"})
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 5))
        async with sending(spool, end, api) as historian:
            await until(lambda: "Please log in" in str(historian.link.why))
            assert spool.waiting()[Lane.TELEMETRY].records == 1
            portal = False
            await until(delivered(spool))
    assert list(store.lines) == lines(0, 5)


async def test_a_backlog_of_small_records_goes_in_few_requests(spool: Spool) -> None:
    """An end that is 300 ms away takes three requests a second: one for each quarter of a second never catches up."""
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(64):
            await put(spool, lines(n, 1))
        async with sending(spool, end) as historian:
            await until(delivered(spool))
            assert historian.sent == 64 * 2, "two fields a line"
        assert list(store.lines) == lines(0, 64)
        assert len(end.requests) <= 5


POISON = "equipment=p113,"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("api", [V1, V2])
async def test_what_an_end_fails_on_for_ever_is_found_and_set_aside_while_it_takes_others(
    spool: Spool, api: str, first: bool
) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        if POISON in request.body.decode():
            return Reply(500, "panic: index out of range")
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in (1, 2, 3) if first else (0, 1, 2):
            await put(spool, lines(100 * n, 100))
        async with sending(spool, end, api):
            await until(delivered(spool))
    every = set(lines(100, 300) if first else lines(0, 300))
    assert {line for line in every if POISON not in line} <= set(store.lines)
    dead = await spool.oldest(Lane.DEAD, 10, 1 << 20)
    assert b"".join(r.body for r in dead).decode().splitlines() == [
        f"pump,equipment=p113,site=s {field} {T + 113}" for field in ("flow=113.5", "power=1.0")
    ]
    assert "panic: index out of range" in dead[0].why
    assert sum(r.samples for r in dead) == 2


@pytest.mark.parametrize("status", [500, 503, 401, 429])
async def test_an_end_that_is_away_is_never_held_against_a_record(spool: Spool, status: int) -> None:
    store, taken, wrong = Store(), 0, False

    def answer(request: Request) -> Reply:
        nonlocal taken
        if wrong:
            return Reply(status, "later")
        taken += 1
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 10))
        async with sending(spool, end):
            await until(delivered(spool))
            wrong, seen = True, len(end.requests)
            for n in range(1, 4):
                await put(spool, lines(100 * n, 100))
            await until(lambda: len(end.requests) > seen + 20)
            assert spool.waiting()[Lane.TELEMETRY].records == 3
            wrong = False
            await until(delivered(spool))
    assert set(store.lines) == {*lines(0, 10), *lines(100, 300)}
    assert spool.waiting()[Lane.DEAD].records == 0


async def test_too_large_is_sent_in_smaller_parts(spool: Spool) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        if len(request.body) > 1000:
            return Reply(413, "request entity too large")
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 100))
        async with sending(spool, end):
            await until(delivered(spool))
    assert set(store.lines) == set(lines(0, 100))
    assert spool.waiting()[Lane.DEAD].records == 0


@pytest.mark.parametrize("api", [V1, V2])
async def test_cut_after_it_was_taken_is_sent_again_and_counts_once(spool: Spool, api: str) -> None:
    store, times = Store(), iter(range(10_000))

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply(cut=next(times) % 3 == 1)

    with FakeEnd(answer) as end:
        for n in range(20):
            await put(spool, lines(n, 1))
        async with sending(spool, end, api):
            await until(delivered(spool), 30)
    assert set(store.lines) == set(lines(0, 20))
    assert sum(store.lines.values()) > 20


async def test_what_an_end_lost_after_its_answer_is_sent_again(spool: Spool) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(5):
            await put(spool, lines(n, 1))
        async with sending(spool, end, keep=60.0) as historian:
            await until(delivered(spool))
            end.stop()
            store.lines.clear()
            await put(spool, lines(5, 1))
            await until(lambda: historian.link.why is not None)
            end.start()
            await until(delivered(spool))
    assert list(store.lines) == lines(0, 6)


@pytest.mark.parametrize("api", [V1, V2])
async def test_an_end_that_was_killed_and_is_back_before_anyone_looked_gets_it_again(spool: Spool, api: str) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        for n in range(5):
            await put(spool, lines(n, 1))
        async with sending(spool, end, api, keep=60.0) as historian:
            await until(delivered(spool))
            end.stop()
            store.lines.clear()
            end.start()
            historian._offered -= 60 * NS
            await put(spool, lines(5, 1))
            await until(lambda: set(store.lines) == set(lines(0, 6)))
    assert set(store.lines) == set(lines(0, 6))


async def test_a_damaged_body_is_buried_and_stops_nothing(spool: Spool) -> None:
    store = Store()

    def answer(request: Request) -> Reply:
        store.take(request.body)
        return Reply()

    with FakeEnd(answer) as end:
        await spool.store(b"no gzip", samples=1, start=T, end=T)
        await spool.store(gzip.compress(b"cut")[:-6], samples=1, start=T, end=T)
        await put(spool, lines(0, 1))
        async with sending(spool, end):
            await until(delivered(spool))
    assert list(store.lines) == lines(0, 1)
    assert spool.waiting()[Lane.DEAD].records == 2


async def test_an_end_that_hangs_does_not_hold_up_the_end(spool: Spool) -> None:
    release = threading.Event()

    def answer(request: Request) -> Reply:
        release.wait(10)
        return Reply()

    with FakeEnd(answer) as end:
        await put(spool, lines(0, 1))
        loop = asyncio.get_running_loop()
        async with sending(spool, end, V2):
            await until(lambda: len(end.requests) == 1)
            began = loop.time()
        assert loop.time() - began < 1.0
        release.set()
    assert spool.waiting()[Lane.TELEMETRY].records == 1


def test_seconds_between_tries_double_within_bounds() -> None:
    backoff = Backoff(0.5, 30.0)
    waits = [backoff.next() for _ in range(12)]
    assert all(0.25 * 2**n <= w <= 0.5 * 2**n for n, w in enumerate(waits[:6]))
    assert all(15.0 <= w <= 30.0 for w in waits[6:])
    assert 100.0 <= backoff.next(100.0) <= 125.0
    backoff.reset()
    assert backoff.next() <= 0.5
