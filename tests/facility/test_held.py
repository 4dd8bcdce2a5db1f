"""What a silent line still holds: the newest of each point, told again, forgotten where it is not known to hold."""

import numpy as np

from facility.batch import bad, good
from facility.held import Held
from facility.quality import Quality, Reason


def rows(held: Held) -> dict[int, tuple[float, int, int]]:
    batch = held.batch(99)
    assert batch.received == 99
    return {
        int(i): (float(v), int(q), int(t))
        for i, v, q, t in zip(batch.point, batch.value, batch.quality, batch.time, strict=True)
    }


def taken(held: Held, points: list[int], values: list[float], time: int) -> None:
    held.take(good(np.array(points, np.uint32), np.array(values), time))


def test_the_newest_of_each_point_is_held_with_its_own_time() -> None:
    held = Held([7, 3, 5])
    assert rows(held) == {}
    taken(held, [3, 7], [1.0, 2.0], 10)
    taken(held, [7, 4, 7, 100, 0], [3.0, 9.0, 4.0, 9.0, 9.0], 11)
    assert rows(held) == {3: (1.0, 0, 10), 7: (4.0, 0, 11)}


def test_what_is_bad_is_held_as_bad_and_what_is_forgotten_comes_back_with_the_next_sample() -> None:
    held = Held([1, 2])
    one = np.array([1], np.uint32)
    held.take(bad(one, Reason.NOT_CONNECTED, 5))
    assert rows(held)[1][1] == Quality.BAD
    held.forget([1])
    assert rows(held) == {}
    taken(held, [1], [8.0], 6)
    assert rows(held) == {1: (8.0, 0, 6)}


def test_nothing_to_hold() -> None:
    held = Held([])
    taken(held, [1], [8.0], 6)
    held.forget([1])
    assert rows(held) == {}
