import asyncio
import ctypes
import gc
from collections.abc import Iterator

import pytest

from edge.running import settle


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


async def test_what_stands_is_no_longer_searched_for_garbage() -> None:
    threshold = gc.get_threshold()[0]
    settle()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[0] > threshold


async def test_unused_memory_is_given_back_now_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    given, thrice = list[int](), asyncio.Event()

    class Libc:
        def __init__(self, name: None) -> None: ...

        @staticmethod
        def malloc_trim(keep: int) -> None:
            given.append(keep)
            if len(given) == 3:
                thrice.set()

    monkeypatch.setattr(ctypes, "CDLL", Libc)
    monkeypatch.setattr("edge.running.GIVE_BACK_EVERY", 0.001)
    settle()
    await asyncio.wait_for(thrice.wait(), 60)
    assert given[:3] == [0, 0, 0]
