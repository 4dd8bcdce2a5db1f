"""UUIDv7 that never runs backwards; point ids there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility.ids import UuidSource, point_id, split_point_id


class Hands:
    """A clock whose wall time goes where the test says."""

    def __init__(self, times: list[int]) -> None:
        self._times = iter(times)

    def now(self) -> int:
        return next(self._times)

    def monotonic(self) -> int:
        return 0


@given(st.lists(st.integers(min_value=0, max_value=(1 << 47) * 1_000_000), min_size=2, max_size=60))
def test_ids_only_rise_whatever_the_clock_does(times: list[int]) -> None:
    source = UuidSource(Hands(times))
    ids = [source.next() for _ in times]
    assert ids == sorted(ids)
    assert len({i.int >> 64 for i in ids}) == len(ids), "no two have the same time and count"
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for i in ids)


def test_the_first_48_bits_are_the_milliseconds() -> None:
    at = 1_767_323_045_678
    assert UuidSource(Hands([at * 1_000_000])).next().int >> 80 == at


def test_more_than_4096_in_one_millisecond_go_on_into_the_next() -> None:
    at = 1_767_323_045_678
    source = UuidSource(Hands([at * 1_000_000] * 5000))
    ids = [source.next() for _ in range(5000)]
    assert ids == sorted(ids)
    assert ids[-1].int >> 80 == at + 1


_id = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)


@given(_id, st.one_of(st.just(""), _id), _id)
def test_point_ids_there_and_back(equipment: str, instance: str, point: str) -> None:
    assert split_point_id(point_id(equipment, instance, point)) == (equipment, instance, point)


@pytest.mark.parametrize("text", ["", "pump-1", "a.b.c.d"])
def test_what_is_no_point_id(text: str) -> None:
    with pytest.raises(ValueError, match="is no point id"):
        split_point_id(text)
