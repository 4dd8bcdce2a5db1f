"""What detection and the whole pipeline cost, in CPU µs per 1,000 points."""

from __future__ import annotations

import time

import numpy as np

from facility.batch import good
from facility.inventory import Inventory
from facility.point import Kind
from tests.edge import building as b
from tests.edge.fakes import World
from tests.measure import Figure, measure

UNITS, POINTS, ROUNDS = 100, 50, 10


def estate() -> Inventory:
    """100 units of 40 measurements and 10 states, 36 rules each: every kind, delays, guards."""
    points = [b.point(f"m{i}", deadband={"absolute": 0.1}) for i in range(POINTS - 10)]
    points += [b.point(f"s{i}", Kind.STATE) for i in range(10)]
    rules = [
        b.rule(f"h{i}", {"kind": "high", "point": f"m{i}", "limit": 90, "deadband": 2}, delay_on="5s")
        for i in range(20)
    ]
    guard = {"while": {"point": "s0", "states": ["on"]}}
    rules += [b.rule(f"l{i}", {"kind": "low", "point": f"m{i}", "limit": -90}, **guard) for i in range(10)]
    rules += [b.rule(f"f{i}", {"kind": "is", "point": f"s{i}", "states": ["on"]}) for i in range(5)]
    rules += [b.rule("quiet", {"kind": "no_data", "over": "30s"})]
    return b.inventory(*(b.equipment(f"e{i}", points, rules, unit=i) for i in range(UNITS)))


@measure(area="edge")
async def detection() -> list[Figure]:
    """Best of ten rounds; every measurement of every unit moves in each."""
    world, chance, count = World(estate(), gather=0.005), np.random.default_rng(1), UNITS * POINTS
    rows = [np.arange(i * POINTS, (i + 1) * POINTS, dtype=np.uint32) for i in range(UNITS)]
    whole, judged = [], []
    async with world:
        for _ in range(ROUNDS):
            world.manual.advance(1)
            values = np.concatenate([chance.normal(0, 20, (UNITS, POINTS - 10)), np.zeros((UNITS, 10))], axis=1)
            began = time.process_time()
            for point, value in zip(rows, values, strict=True):
                world.pipeline.put(good(point, value, world.now))
            world.pipeline.flush()
            whole.append(time.process_time() - began)
            batch = good(np.arange(count, dtype=np.uint32), values.ravel(), world.now)
            began = time.process_time()
            world.engine.detect(batch)
            judged.append(time.process_time() - began)
    how = f"{UNITS} units × {POINTS} points, {len(world.engine.rows)} alarms, best of {ROUNDS}"
    scale = 1e9 / count
    return [
        Figure.at_most("detection pass, 1,000 points", min(judged) * scale, "µs CPU", 100.0, how),
        Figure.at_most("pipeline, 1,000 points", min(whole) * scale, "µs CPU", 1000.0, how),
    ]
