"""The demo estate's meters, through the real historian, into the ledger: the figures are those of the plant."""

import shutil
from functools import partial
from pathlib import Path

import pytest

import simulators
from cloud.audit.store import SYSTEM
from cloud.database.opening import database_of
from cloud.energy.tree import tree_of
from cloud.gateways.inventories import take
from cloud.gateways.registration import register
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.ledger.gathering import Ledger
from cloud.meters.store import meters_of
from cloud.settings import Settings
from facility.clock import NS, ManualClock, from_iso
from facility.energy.intervals import QUARTER
from facility.resolve import read_site
from simulators import history
from simulators.plant import Plant

ESTATE = Path(simulators.__file__).parent / "estate" / "site.yaml"
START = from_iso("2026-11-18T10:00:00+08:00")
HOURS = 2


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path) -> Settings:
    shutil.copy(migrated_file, tmp_path / "cloud.sqlite")
    return Settings(data=tmp_path)


async def test_the_estate_adds_up_from_the_wire_to_the_tree(settings: Settings, tmp_path: Path) -> None:
    inventory = read_site(ESTATE).inventory
    plant, end = Plant(inventory, start=START - 60 * NS), START + HOURS * 4 * QUARTER
    lines = b"".join(history.line_protocol(plant, START))
    before = plant.counters()
    lines += b"".join(history.line_protocol(plant, end))
    after = plant.counters()
    lines += b"".join(history.line_protocol(plant, end + 120 * NS))
    async with database_of(settings.database_url) as database, EmbeddedHistorian(tmp_path) as historian:
        await database.write(lambda c: register(c, inventory.site, inventory.gateway, by=SYSTEM, at=START))
        await database.write(lambda c: take(c, inventory, at=START))
        await historian.write(lines)
        await Ledger(database, historian, ManualClock(end + 130 * NS)).look(deep=True)
        meters = await database.read(partial(meters_of, site=inventory.site))
        tree = await database.read(lambda c: tree_of(c, inventory.site, meters, START, end))
    nodes = {node.id: node for node in tree.nodes}
    assert set(nodes) == {meter.equipment for meter in inventory.meters}
    for meter in inventory.meters:
        point = f"{meter.equipment}.{meter.point}"
        total = nodes[meter.equipment].total
        assert total.coverage == 1, point
        assert total.quality == "measured", point
        assert total.amount is not None
        assert float(total.amount) == pytest.approx(after[point] - before[point], abs=0.0021), point
    assert tree.faults == ()
    main = nodes["meter-main"].remainder
    assert main is not None
    assert main.left.coverage == 1
    assert nodes["meter-main"].children == ("meter-charging", "meter-public", "meter-tower-a", "meter-tower-b")
    assert nodes["water-main"].unit == "m3"
