"""Half a million steps of hypothesis through the life of a work order: no illegal state, steps and row agree."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cloud.work_orders.order_lives import OrderLife
from tests.measure import Figure, measure

LIVES: Final = 6_000
STEPS: Final = 100
"""Of one life, at most."""
WANTED: Final = 500_000


@measure(area="orders")
def steps() -> list[Figure]:
    """Rounds of random lives until there were steps enough; any broken rule raises with its shortest history."""
    OrderLife.walked = 0
    with_many = settings(
        max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    while OrderLife.walked < WANTED:
        run_state_machine_as_test(OrderLife, settings=with_many)
    how = f"lives of up to {STEPS} steps: four people, the device, its gateway, time; checked after each"
    return [Figure.at_least("order steps without an illegal state", OrderLife.walked, "steps", WANTED, how)]
