"""Linkage against its oracle over many random courses, and over the simulated estate's ten effects."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from facility.clock import NS
from facility.linkage import EffectKind
from tests.edge.linkage.estate import Estate
from tests.edge.linkage.test_oracle import Course
from tests.measure import Figure, measure

COURSES: Final = 400
STEPS: Final = 50


@measure(area="linkage")
def oracle() -> Figure:
    """Values, qualities, stored messages, time, people's words, restarts at any step."""
    asked = settings(
        max_examples=COURSES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
    )
    how = f"{COURSES} courses of up to {STEPS} steps, restarts at any of them, events and alarms compared at each"
    try:
        run_state_machine_as_test(Course, settings=asked)
    except AssertionError as error:
        return Figure.exactly("linkage: differences from the oracle", 1, "", 0, f"{how}; {error}"[:500])
    return Figure.exactly("linkage: differences from the oracle", 0, "", 0, how)


@measure(area="linkage")
def effects() -> list[Figure]:
    """How exactly each effect is timed, and how soon a missing one alarms."""
    estate = Estate("z-a-low", step=0.05)
    estate.plant.inject("fire-panel", "smoke", {"address": "l1d003", "spread": "20s"})
    estate.run(115)
    seen = estate.seen()
    late = [(at - estate.came[id]) / NS for id, (at, _) in seen.items()]
    over = []
    for kind in EffectKind:
        lacking = Estate("z-b-low", step=0.25)
        lacking.plant.inject("fire-panel", "effect_missing", {"name": kind.value})
        lacking.plant.inject("fire-panel", "call_point", {"address": "l2m001"})
        within = {effect.id: effect.within for effect in lacking.effects}
        lacking.run(max(within[e.id] for e in lacking.effects if e.kind is kind) + 3)
        over += [seconds - within[id] for id, seconds in lacking.missing().items()]
    how = f"{len(seen)} effects of ten kinds on the simulated estate, polled once a second"
    return [
        Figure.exactly("linkage: effects of the estate not seen", len(estate.effects) - len(seen), "", 0, how),
        Figure.at_most("linkage: an effect is timed to", max(late), "s", 1.0, how),
        Figure.at_most(
            "linkage: a missing one alarms after its time-out by", max(over), "s", 1.0, f"{len(over)} of them"
        ),
    ]
