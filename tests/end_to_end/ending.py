"""SIGTERM to the edge in each phase of its life while devices count, the oracle looking on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.end_to_end.counted import Counted
from tests.end_to_end.oracle import Oracle

PATIENCE = 30.0
EARLY = -signal.SIGTERM
"""What the system says where Python itself had not begun to listen yet."""


@dataclass(slots=True)
class Ends:
    """Of one phase: exit codes, and seconds from the signal to the end."""

    codes: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    early: int = 0
    """Ended before the command itself had begun: the interpreter was still starting."""

    @property
    def wrong(self) -> int:
        """Those that did not end in order."""
        return sum(code != 0 for code in self.codes)


@contextmanager
def standing_still(road: Counted) -> Iterator[None]:
    """The cloud, which is the historian too, answers nobody: there is something to deliver, and nobody says no."""
    os.kill(road.cloud.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(road.cloud.pid, signal.SIGCONT)


def end_edge(road: Counted, oracle: Oracle, ends: Ends) -> None:
    """SIGTERM, wait, look."""
    began, said = time.monotonic(), road.edge.tail(1)
    os.kill(road.edge.pid, signal.SIGTERM)
    while (code := road.edge.ended) is None:
        assert time.monotonic() - began < PATIENCE, road.logs()
        time.sleep(0.005)
    if code == EARLY and road.edge.tail(1) == said:
        ends.early += 1
    else:
        ends.codes.append(code)
        ends.took.append(time.monotonic() - began)
    oracle.look()


def starting(road: Counted, oracle: Oracle, chance: random.Random, ends: Ends) -> None:
    """Within a second of the command, whatever it does then; the edge does not run before."""
    road.edge.start()
    time.sleep(chance.uniform(0.0, 1.0))
    end_edge(road, oracle, ends)


def just_up(road: Counted, oracle: Oracle, chance: random.Random, ends: Ends) -> None:
    """As soon as it answers, or a moment later."""
    road.start_edge()
    time.sleep(chance.uniform(0.0, 0.2))
    end_edge(road, oracle, ends)


def at_work(road: Counted, oracle: Oracle, chance: random.Random, ends: Ends) -> None:
    """In the midst of polling and delivering."""
    road.start_edge()
    time.sleep(chance.uniform(0.5, 2.0))
    end_edge(road, oracle, ends)


def cut_off(road: Counted, oracle: Oracle, chance: random.Random, ends: Ends) -> None:
    """With nobody who takes what it has."""
    road.start_edge()
    with standing_still(road):
        time.sleep(chance.uniform(0.3, 1.5))
        end_edge(road, oracle, ends)


def draining(road: Counted, oracle: Oracle, chance: random.Random, ends: Ends) -> None:
    """While it sends what has waited."""
    road.start_edge()
    with standing_still(road):
        time.sleep(chance.uniform(0.5, 1.5))
    time.sleep(chance.uniform(0.0, 0.3))
    end_edge(road, oracle, ends)


Phase = Callable[[Counted, Oracle, random.Random, Ends], None]
PHASES: dict[str, Phase] = {
    "starting": starting,
    "just up": just_up,
    "at work": at_work,
    "cut off": cut_off,
    "draining": draining,
}


def end_again_and_again(road: Counted, oracle: Oracle, times: int, chance: random.Random) -> dict[str, Ends]:
    """So many SIGTERMs in each phase; the edge runs before and after."""
    found: dict[str, Ends] = {}
    end_edge(road, oracle, Ends())
    for name, phase in PHASES.items():
        found[name] = Ends()
        for _ in range(times):
            phase(road, oracle, chance, found[name])
    road.start_edge()
    return found
