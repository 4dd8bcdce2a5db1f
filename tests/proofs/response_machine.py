"""Half a million steps of hypothesis through the life of an alarm: no illegal state, life safety never broken."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cloud.alarm_lives import AlarmLife
from tests.measure import Figure, measure

LIVES: Final = 6_000
STEPS: Final = 100
"""Of one life, at most."""
WANTED: Final = 500_000


@measure(area="response")
def steps() -> list[Figure]:
    """Rounds of random lives until there were steps enough; any broken rule raises with its shortest history."""
    AlarmLife.walked = 0
    with_many = settings(
        max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    while AlarmLife.walked < WANTED:
        run_state_machine_as_test(AlarmLife, settings=with_many)
    how = f"lives of up to {STEPS} steps: answers of four people, the edge, time; checked after each"
    return [Figure.at_least("response steps without an illegal state", AlarmLife.walked, "steps", WANTED, how)]
