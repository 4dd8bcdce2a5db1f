"""A tenth of tests/proofs/drivers_*.py, with real devices: counts and order, no seconds."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from tests.drivers.modbus.cutting import cut_and_restore
from tests.drivers.modbus.lagging import lag
from tests.drivers.modbus.starving import dead_line, dead_unit, overload
from tests.services.fixtures import required


@pytest.fixture(autouse=True)
def _programs() -> Iterator[None]:
    """Skips where gcc, libmodbus, socat or modbus-serial are missing."""
    with required():
        yield


async def once(least: Callable[[], Awaitable[int]], wanted: int) -> int:
    """The least polls of three tries, ended by the first that has enough: a busy machine takes polls too."""
    for _ in range(3):
        if (found := await least()) >= wanted:
            break
    return found


async def test_lines_beside_a_dead_one_lose_no_poll() -> None:
    async def least() -> int:
        return min(each.polls for each in await dead_line(healthy=4, seconds=6))

    assert await once(least, 5) >= 5


async def test_a_unit_beside_a_dead_one_on_its_line_loses_no_poll() -> None:
    async def least() -> int:
        return min((await dead_unit(5)).values())

    assert await once(least, 4) >= 4


async def test_overload_is_counted_and_no_task_piles_up() -> None:
    found = await overload(6)
    assert found.tasks_after <= found.tasks_before
    assert found.polls > 0
    assert abs(found.polls + found.missed - 3 * found.seconds) <= 6, "what was not asked was counted"


async def test_every_kind_of_device_comes_back_and_nothing_is_left_over() -> None:
    found = await cut_and_restore(5)
    for peer in found.peers:
        assert len(peer.back) == 5
        assert max(peer.back) < float("inf"), peer.peer
    assert found.tasks <= 0
    assert found.files <= 0


async def test_a_late_answer_on_a_serial_line_is_never_taken_for_the_next() -> None:
    found = await lag(100)
    assert found.wrong == 0
    assert found.right > 0
