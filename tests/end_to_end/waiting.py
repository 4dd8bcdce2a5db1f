"""Waiting for a condition with a deadline, from a test that is no coroutine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY = 0.05


def until(
    found: Callable[[], T],
    seconds: float = 60.0,
    says: Callable[[], str] = lambda: "it did not come",
    *,
    every: float = LOOK_EVERY,
) -> T:
    """The first true answer; AssertionError with what `says` says where none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s: {says()}")
        time.sleep(every)
    return answer
