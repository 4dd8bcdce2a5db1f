"""What one pass of detection costs with every kind of condition present, beside the barest pass that numpy can make."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Rule
from facility.batch import good
from facility.clock import ManualClock
from facility.inventory import Inventory
from facility.point import Kind
from tests.edge import building as b
from tests.measure import Figure, measure

POINTS, ROUNDS = 100, 200
"""Of one unit; passes that are measured."""


def rules() -> list[Rule]:
    """58 for a unit of 80 measurements, 14 states and 5 counters and one event: a limit for every second point."""
    guard = {"while": {"point": "s0", "states": ["on"]}}
    found = [b.rule(f"h{i}", {"kind": "high", "point": f"m{i}", "limit": 90, "deadband": 2}) for i in range(30)]
    found += [b.rule(f"l{i}", {"kind": "low", "point": f"m{i}", "limit": -90}, **guard) for i in range(10)]
    found += [b.rule(f"i{i}", {"kind": "is", "point": f"s{i}", "states": ["on"]}) for i in range(10)]
    found += [
        b.rule("quiet", {"kind": "no_data", "over": "30s"}),
        b.rule("bit", {"kind": "bit", "point": "c1", "bit": 12}),
        b.rule("apart", {"kind": "deviation", "point": "m41", "of": "m42", "limit": 500}),
        b.rule("still", {"kind": "stuck", "point": "m43", "over": "1d"}),
        b.rule("quick", {"kind": "rate", "point": "m44", "limit": 500, "over": "1min"}),
        b.rule("often", {"kind": "count", "point": "c0", "times": 15, "window": "1h"}),
        b.rule("duress", {"kind": "occurs", "point": "e0"}),
        b.rule("vain", {"kind": "no_effect", "point": "m45", "move": 9, "direction": "rise", "within": "1h"}, **guard),
        b.rule("strange", {"kind": "expression", "expression": "s1 == 1 and m46 > 1.1 * m47 or m48 > 900"}),
    ]
    return found


def estate(units: int) -> Inventory:
    """So many units, each the same."""
    points = [b.point(f"m{i}") for i in range(80)] + [b.point(f"s{i}", Kind.STATE) for i in range(14)]
    points += [b.point(f"c{i}", Kind.COUNTER) for i in range(5)] + [b.point("e0", Kind.EVENT)]
    return b.inventory(*(b.equipment(f"e{i}", points, rules(), unit=i) for i in range(units)))


def best(work: Callable[[int], object]) -> float:
    """Ms of the best round."""
    took = []
    for i in range(ROUNDS):
        began = time.perf_counter()
        work(i)
        took.append(time.perf_counter() - began)
    return min(took) * 1e3


def measured(units: int) -> tuple[float, float, float, int]:
    """(a pass over everything, a tick, the bare pass) in ms, and how many alarms can be."""
    inventory = estate(units)
    table, clock = point_table(inventory), ManualClock()
    steady = SteadyClock(clock)
    snapshot = Snapshot(table, steady)
    engine = Engine(compile_rules(inventory, table), snapshot, steady)
    chance, sampled = np.random.default_rng(1), np.flatnonzero(table.sampled).astype(np.uint32)
    values = [
        np.where(table.state | table.counter, 0.0, chance.uniform(-80, 80, len(table)))[sampled] for _ in range(4)
    ]
    low, high = np.full(len(sampled), -90.0), np.full(len(sampled), 90.0)
    active = np.zeros(len(sampled), np.bool_)

    def fed(i: int) -> None:
        clock.advance(1)
        batch = good(sampled, values[i % 4], clock.wall)
        snapshot.put(batch)
        began.append(time.perf_counter())
        engine.detect(batch)
        ended.append(time.perf_counter())

    began: list[float] = []
    ended: list[float] = []
    best(fed)
    whole = min(e - s for s, e in zip(began, ended, strict=True)) * 1e3
    bare = best(lambda i: np.flatnonzero(((values[i % 4] > high) | (values[i % 4] < low)) != active))
    assert not engine.live, "the bench measures the pass, not the telling"
    return whole, best(lambda _: engine.tick()), bare, len(engine.rows)


@measure(area="edge")
def detection_pass() -> list[Figure]:
    """Every sampled point in one batch."""
    found = []
    for points, limit in ((10_000, 0.3), (100_000, 3.0)):
        whole, tick, bare, alarms = measured(points // POINTS)
        how = f"{alarms} alarms of every kind, best of {ROUNDS}"
        found += [
            Figure.at_most(f"detection, {points:,} points in one pass", whole, "ms", limit, how),
            Figure.noted(f"detection, a tick of {points:,} points", tick, "ms", how),
            Figure.noted(
                f"the same to a bare numpy pass, {points:,} points", whole / bare, "×", f"bare: {bare:.3f} ms"
            ),
        ]
    return found
