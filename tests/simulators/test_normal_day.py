"""A normal day raises no alarm: the rules that look at one point, judged over a whole day."""

import numpy as np
import pytest

from facility.alarm import High, Is, Low, Rule
from facility.batch import F8
from facility.clock import from_iso
from facility.inventory import Inventory
from simulators import history
from simulators.plant import Plant

STEP = 10.0
WEATHER = {"frost"}
"""True of a cold night, whatever works."""


def _holds(
    rule: Rule, columns: dict[str, F8], states: dict[str, dict[str, float]]
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]] | None":
    condition = rule.condition
    if isinstance(condition, High):
        on = columns[condition.point] > condition.limit
    elif isinstance(condition, Low):
        on = columns[condition.point] < condition.limit
    elif isinstance(condition, Is):
        on = np.isin(columns[condition.point], [states[condition.point][s] for s in condition.states])
    else:
        return None
    if rule.during is not None:
        on &= np.isin(columns[rule.during.point], [states[rule.during.point][s] for s in rule.during.states])
    return on


@pytest.mark.parametrize(
    ("date", "start", "end"), [("2026-11-18", "00", "23"), ("2026-07-19", "12", "20"), ("2026-02-18", "02", "10")]
)
def test_no_rule_holds_for_its_delay(inventory: Inventory, date: str, start: str, end: str) -> None:
    plant = Plant(inventory, start=from_iso(f"{date}T{start}:00:00+08:00"))
    chunks = list(history.past(plant, from_iso(f"{date}T{end}:00:00+08:00"), step=STEP))
    values = np.concatenate([c.values for c in chunks])
    judged = offset = 0
    for equipment in inventory.equipment:
        for instance in {p.instance for p in equipment.points}:
            mine = [(i, p) for i, p in enumerate(equipment.points, offset) if p.instance == instance]
            columns = {p.point: values[:, i] for i, p in mine}
            states = {p.point: {s.code: float(s.value) for s in p.means.states} for _, p in mine}
            for rule in (r for r in equipment.rules if r.points() <= columns.keys() and r.id not in WEATHER):
                on = _holds(rule, columns, states)
                if on is None:
                    continue
                judged += 1
                need = int(rule.delay_on / STEP) + 1
                runs = np.convolve(on, np.ones(need), "valid") >= need
                assert not runs.any(), (equipment.id, instance, rule.id)
        offset += len(equipment.points)
    assert judged > 500
