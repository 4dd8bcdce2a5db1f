"""A million random steps of detection against the slow oracle, and what they covered."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random
from typing import Final, TypeAlias

from edge.alarms.machine import State
from tests.edge.alarms.slow_alarms import LOST
from tests.edge.alarms.walk import MESSAGES, NAMES, VALUES, Walk
from tests.measure import Figure, measure

STEPS: Final = 1_000_000
LENGTH: Final = 1_000
"""Steps of one walk, each walk from a fresh start with a seed of its own."""
SHARE: Final = 20
"""Walks that a process takes at a time."""
Changes: TypeAlias = Counter[tuple[str, str, str]]
"""(alarm, before, after); without an alarm: of the state machine."""
TOLD: Final = frozenset({
    ("normal", "active"), ("normal", "suppressed"), ("normal", "out_of_service"), ("active", "normal"),
    ("active", "suppressed"), ("active", "latched"), ("active", "out_of_service"), ("suppressed", "normal"),
    ("suppressed", "active"), ("suppressed", "latched"), ("suppressed", "out_of_service"), ("latched", "normal"),
    ("latched", "active"), ("latched", "suppressed"), ("latched", "out_of_service"), ("out_of_service", "normal"),
    ("out_of_service", "active"), ("out_of_service", "suppressed"), ("out_of_service", "latched"),
})  # fmt: skip
"""All that an alarm may turn into within one step."""
MOVES: Final = frozenset({
    (State.IDLE, State.PENDING), (State.IDLE, State.ACTIVE), (State.PENDING, State.IDLE),
    (State.PENDING, State.ACTIVE), (State.ACTIVE, State.IDLE), (State.ACTIVE, State.CLEARING),
    (State.ACTIVE, State.LATCHED), (State.CLEARING, State.ACTIVE), (State.CLEARING, State.IDLE),
    (State.LATCHED, State.IDLE), (State.LATCHED, State.ACTIVE), (State.LATCHED, State.AGAIN),
    (State.AGAIN, State.LATCHED), (State.AGAIN, State.ACTIVE),
})  # fmt: skip
"""Every transition of the state machine."""
OFTEN: Final = {
    "hear": 48, "wait": 30, "message": 8, "reset": 5, "out_of_service": 3, "lose": 3, "new_settings": 1, "restart": 1,
    "step_wall_clock": 1,
}  # fmt: skip


def step(walk: Walk, chance: Random, what: str) -> None:
    """One thing that happens."""
    match what:
        case "hear":
            walk.hear({p: chance.choice(VALUES[p]) for p in chance.sample(tuple(VALUES), chance.randint(1, 4))})
        case "wait":
            walk.wait(chance.choice((0.25, 0.25, 0.5, 1.0, 2.0, 3.0, 7.0, 7.0, 61.0)))
        case "message":
            walk.message(chance.choice(MESSAGES), chance.choice((0.0, 0.0, 4.0, 20.0)))
        case "reset":
            walk.reset(chance.randrange(100))
        case "out_of_service":
            walk.out_of_service(chance.choice(NAMES), on=chance.random() < 0.4)
        case "lose":
            walk.lose(lost=chance.random() < 0.5, unit=chance.choice(tuple(LOST)))
        case "new_settings":
            walk.new_settings(changed=chance.random() < 0.5)
        case "restart":
            walk.restart()
        case "step_wall_clock":
            walk.step_wall_clock(chance.choice((-3600.0, 5.0)))


def walked(seeds: range) -> tuple[Changes, int]:
    """Every change of what an alarm reads as, and the steps made; AssertionError names the step that differs."""
    changes: Changes = Counter()
    for seed in seeds:
        walk, chance = Walk(), Random(seed)
        for number in range(LENGTH):
            before, what = dict(walk.cloud.live), chance.choices(tuple(OFTEN), tuple(OFTEN.values()))[0]
            engine, states = walk.engine, walk.engine.states()
            try:
                step(walk, chance, what)
                walk.agree()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, step {number} ({what}): {error}") from error
            if walk.engine is engine:
                for was, is_ in zip(states, engine.states(), strict=True):
                    if was != is_:
                        changes["", State(was).name, State(is_).name] += 1
            after = walk.cloud.live
            for id_ in before.keys() | after.keys():
                if (told := before.get(id_, "normal")) != (now := after.get(id_, "normal")):
                    changes[id_, told, now] += 1
        walk.kept()
    return changes, LENGTH * len(seeds)


def never_seen(changes: Changes) -> list[str]:
    """The alarms that did not come and go; one can't, its zone has a single address."""
    came, went = ({c[0] for c in changes if c[side] == "normal"} for side in (1, 2))
    return sorted(set(Walk().oracle.alarms) - {"tank.z2.both"} - (came & went))


def not_covered(changes: Changes) -> list[str]:
    """The transitions, of the state machine and of what is told, that were never made."""
    moves = {(was, now) for alarm, was, now in changes if not alarm}
    told = {(str(was), str(now)) for alarm, was, now in changes if alarm}
    missing = [f"{was.name} → {now.name}" for was, now in MOVES if (was.name, now.name) not in moves]
    return sorted(missing + [f"{was} → {now}" for was, now in TOLD - told])


@measure(area="alarms")
def oracle() -> list[Figure]:
    """0 differences, and every alarm that the rules can raise was raised and ended."""
    began = time.perf_counter()
    changes, steps = Changes(), 0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for some, many in pool.map(walked, [range(i, i + SHARE) for i in range(0, STEPS // LENGTH, SHARE)]):
            changes += some
            steps += many
    took, missing = time.perf_counter() - began, never_seen(changes)
    how = f"{steps // LENGTH} walks of {LENGTH} steps, every kind of condition, {len(changes)} sorts of change"
    return [
        Figure.exactly("steps that differ from the oracle", 0, "", 0, how),
        Figure.at_least("steps", steps, "", STEPS, how),
        Figure.exactly("alarms that never came and went", len(missing), "", 0, ", ".join(missing) or "all did"),
        Figure.exactly(
            "transitions that were never made",
            len(not_covered(changes)),
            "",
            0,
            ", ".join(not_covered(changes)) or f"all {len(MOVES)} of the machine, all {len(TOLD)} of what is told",
        ),
        Figure.at_most("time", took / 60, "min", 15, f"{os.cpu_count()} processes"),
    ]
