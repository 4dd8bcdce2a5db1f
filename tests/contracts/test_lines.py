"""What every protocol's line keeps: built without connecting, honest about its far end, back soon, nothing leaked."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from drivers.base import Bound, Inspects, Reads, Subscribes
from facility.errors import DeviceError
from facility.quality import Quality
from tests.contracts.line_driving import cycles, driven, good, held
from tests.contracts.line_peers import PEERS, VALUE, Peer
from tests.contracts.line_watching import Seen, Told, until
from tests.services.fixtures import required

BACK = 5.0
CUTS = 20


@pytest.fixture(scope="module", params=PEERS)
def shared(request: pytest.FixtureRequest) -> Iterator[Peer]:
    with required():
        peer = PEERS[request.param]()
    peer.start()
    yield peer
    peer.remove()


@pytest.fixture
def peer(shared: Peer) -> Iterator[Peer]:
    """It runs, before and after."""
    yield shared
    shared.kill()
    shared.start()


async def test_it_is_built_without_connecting_and_speaks_or_is_asked(peer: Peer) -> None:
    told = Told()
    before = held()
    line, _ = peer.line(told)
    assert line.name == "contract"
    assert isinstance(line, Reads) != isinstance(line, Subscribes)
    assert isinstance(line, Reads) == peer.protocol.asked
    assert isinstance(line, Inspects)
    assert (held(), told.said) == (before, [])


async def test_entering_never_fails_because_the_far_end_is_away(peer: Peer) -> None:
    peer.kill()
    told, seen = Told(), Seen()
    line, point = peer.line(told)
    async with driven(line, [point], seen) as task:
        await until(lambda: told.down)
        assert told.said[0][1]
        assert not task.done()
        peer.start()
        await until(lambda: told.up, BACK)
        await good(peer, seen, BACK)
    peer.kill()
    told = Told()
    away, point = peer.line(told)
    assert isinstance(away, Inspects)
    assert await refused(away, point)


async def refused(line: Inspects, point: Bound) -> bool:
    """Whether a look at one point comes back bad, or as the driver's own error."""
    try:
        [found] = await line.inspect([point])
    except DeviceError:
        return True
    return found.quality == Quality.BAD


async def test_cut_and_restored_it_comes_back_and_leaks_nothing(peer: Peer) -> None:
    told, seen = Told(), Seen()
    line, point = peer.line(told)
    outside = held()
    async with driven(line, [point], seen) as task:
        await good(peer, seen, BACK)
        await cycles(peer, told, seen, 2)
        gc.collect()
        before = held()
        took = await cycles(peer, told, seen, CUTS)
        gc.collect()
        after = held()
        assert not task.done()
    assert max(took) <= BACK, took
    assert after[0] <= before[0] + 1
    assert after[1] <= before[1] + 2
    gc.collect()
    await until(lambda: held()[0] <= outside[0])
    assert held()[1] <= outside[1] + 1


async def test_cancelled_at_any_moment_it_ends_at_once_and_may_be_used_again(peer: Peer) -> None:
    loop = asyncio.get_running_loop()
    before = held()
    for i in range(12):
        told, seen = Told(), Seen()
        line, point = peer.line(told)
        async with driven(line, [point], seen):
            await asyncio.sleep(i * 0.004)
            since = loop.time()
        assert loop.time() - since < 3
    await until(lambda: held()[0] <= before[0])
    gc.collect()
    await until(lambda: held()[1] <= before[1] + 1)
    told, seen = Told(), Seen()
    line, point = peer.line(told)
    async with driven(line, [point], seen):
        await good(peer, seen, BACK)
    assert seen.last(0) == (VALUE, 0, 0)
