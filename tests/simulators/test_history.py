import re

import numpy as np
import pytest

from facility.clock import NS
from facility.inventory import Inventory
from facility.point import Kind
from simulators import history
from simulators.plant import Plant
from tests.simulators.conftest import WEDNESDAY

HOUR = 3600 * NS
LINE = re.compile(
    r"^[a-z_]+,equipment=[a-z0-9-]+(,instance=[a-z0-9]+)?,site=riverside ([a-z0-9_]+=-?[0-9.e+-]+,?)+ \d{19}$"
)


def test_columns_are_what_the_plant_showed(inventory: Inventory) -> None:
    shares: list[float] = []
    plant, twin = (Plant(inventory, start=WEDNESDAY + 7) for _ in range(2))
    chunks = list(history.past(plant, WEDNESDAY + 8 * HOUR, progress=shares.append))
    times = np.concatenate([c.times for c in chunks])
    assert len(times) == 480
    assert np.all(np.diff(times) == 60 * NS)
    assert np.all(times % (60 * NS) == 0)
    assert plant.time == WEDNESDAY + 8 * HOUR
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    for moment in times[:30]:
        twin.advance(int(moment), step=60.0)
    assert np.array_equal(chunks[0].values[29], twin.values, equal_nan=True)


def test_lines_are_line_protocol_and_say_every_change(inventory: Inventory) -> None:
    plant = Plant(inventory, start=WEDNESDAY)
    text = b"".join(history.line_protocol(plant, WEDNESDAY + 2 * HOUR)).decode()
    lines = text.splitlines()
    assert text.endswith("\n")
    assert all(LINE.match(x) for x in lines)
    seen = {p for x in lines for p in _points(x)}
    assert seen == {p.id for p in inventory.points if p.means.kind.sampled}
    flows = [x for x in lines if x.startswith("pump,equipment=pump-1,") and "energy=" in x]
    assert len(flows) == 120


def _points(line: str) -> list[str]:
    tags, fields, _ = line.split(" ")
    found = dict(t.split("=") for t in tags.split(",")[1:])
    names = [f.split("=")[0] for f in fields.split(",")]
    return [".".join(filter(None, (found["equipment"], found.get("instance", ""), n))) for n in names]


def test_a_quiet_state_is_said_again_within_the_heartbeat(inventory: Inventory) -> None:
    plant = Plant(inventory, start=WEDNESDAY)
    lines = b"".join(history.line_protocol(plant, WEDNESDAY + HOUR)).decode().splitlines()
    times = [int(x.rsplit(" ", 1)[1]) for x in lines if "instance=l1d001," in x]
    assert max(np.diff(times)) <= 300 * NS
    assert len(times) <= 16


def test_a_past_ends_where_a_running_building_stands(inventory: Inventory) -> None:
    live = Plant(inventory, start=WEDNESDAY, seed=3)
    stands = live.counters()
    start = WEDNESDAY - 6 * HOUR
    plant = history.ending_at(inventory, start, WEDNESDAY, stands, seed=5)
    *_, last = history.past(plant, WEDNESDAY)
    for column, point in enumerate(inventory.points):
        if point.means.kind is Kind.COUNTER and point.id in stands and point.point != "last_seen":
            assert last.values[-1, column] == pytest.approx(stands[point.id], abs=1e-3), point.id
