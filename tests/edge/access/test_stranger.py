"""The case of an estate's standard, from the simulated devices through the edge: what they see is found and owned."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facility.alarm import Post
from facility.batch import Batch, Note
from facility.clock import NS, ManualClock, from_iso, iso
from facility.equipment_type import System
from facility.event import AccessDenied, AccessGranted, AccessPassage, AlarmRaised, PatrolRead
from facility.inventory import Inventory
from facility.quality import Quality
from facility.resolve import read_site
from simulators import scenario
from simulators.plant import Plant
from tests.edge import fakes
from tests.edge.fakes import World, settled

ESTATE = Path(__file__).parents[3] / "simulators" / "estate" / "site.yaml"
ROUND = from_iso("2026-11-23T08:00:00+08:00")


def watched() -> Inventory:
    """The estate's doors and patrol, without its plant rooms."""
    whole = read_site(ESTATE).inventory
    kept = tuple(e for e in whole.equipment if e.system in (System.ACCESS, System.PATROL))
    return whole.model_copy(update={"equipment": kept, "linkage": (), "meters": ()})


class Estate:
    """The simulated estate on the wire of an edge that is all in memory, on one clock."""

    def __init__(self, world: World, inventory: Inventory) -> None:
        self.world = world
        self.plant = Plant(inventory, start=world.now)
        self.sampled = np.flatnonzero(world.table.sampled).astype(np.uint32)

    async def until(self, at: int, player: scenario.Player | None = None) -> None:
        while self.world.now < at:
            self.plant.advance(self.world.now + 2 * NS)
            for _ in player.due() if player else ():
                pass
            self.world.manual.advance(2.0)
            self.world.pipeline.take(self._batch())
            self.world.pipeline.tick()
            await settled()

    def _batch(self) -> Batch:
        value, now = self.plant.values[self.sampled], self.world.now
        quality = np.where(np.isnan(value), Quality.BAD, Quality.GOOD).astype(np.uint8)
        reason = np.zeros(len(value), np.uint8)
        notes = tuple(_as_sent(n) for n in self.plant.drain())
        return Batch(self.sampled, value, quality, reason, np.full(len(value), now, np.int64), now, notes=notes)


def _as_sent(note: Note) -> Note:
    """A reader's clock goes over the wire as text."""
    assert not isinstance(note.data, str)
    data = dict(note.data)
    if "reader_clock" in data:
        data["reader_clock"] = iso(int(data["reader_clock"] or 0))
    return replace(note, data=data)


async def test_what_devices_see_of_the_stranger_is_found_and_owned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakes, "ManualClock", lambda: ManualClock(wall=ROUND - 120 * NS))
    inventory = watched()
    async with World(inventory) as world:
        estate = Estate(world, inventory)
        await estate.until(ROUND + 600 * NS)
        before = len(world.spool.drafts)
        player = scenario.Player(scenario.shipped("stranger-in-the-garage"), estate.plant)
        await estate.until(ROUND + 2400 * NS, player)
        drafts = world.spool.drafts[before:]
        found = {(d.equipment, d.data.rule) for d in drafts if isinstance(d.data, AlarmRaised)}

    at = {d.equipment: d.data for d in drafts if isinstance(d.data, AccessPassage) and d.data.kind == "person"}
    assert "barrier-in" in at, "the pedestrian"
    by_hand = [d for d in drafts if isinstance(d.data, AccessGranted) and d.data.credential == "remote"]
    assert [d.equipment for d in by_hand] == ["barrier-in", "barrier-in"], "no pass checked, nobody registered"
    expired = [d for d in drafts if isinstance(d.data, AccessDenied) and d.data.reason == "credential_expired"]
    assert {d.equipment for d in expired} >= {"door-garage-a"}
    seen = [d.data.guard for d in drafts if isinstance(d.data, PatrolRead) and d.equipment == "patrol-garage-north"]
    assert "guard-2" in seen, "who was there and did nothing is on record"

    must = {
        ("barrier-in", "opened_by_hand"),
        ("barrier-in", "pedestrian_in_lane"),
        ("door-garage-a", "expired_card"),
        ("door-garage-a", "tailgating"),
        ("patrol-garage-south", "missed_point"),
    }
    assert must <= found, f"not found: {must - found}"
    rules = {(e.id, r.id): r for e in inventory.equipment for r in e.rules}
    assert all(Post.CONTROL_ROOM in rules[key].owners for key in must), "each has its owner"
    _no_card_on_disk(estate.plant, drafts, world.spool.kept)


async def test_each_misdeed_as_it_is_put_in_alarms_at_a_door_where_once_is_a_record() -> None:
    inventory, misdeeds = watched(), {
        ("door-lobby-a", "tailgating"): "tailgating",
        ("door-lobby-b", "wrong_card"): "wrong_tries",
        ("door-courtyard", "expired_card"): "expired_card",
        ("barrier-in", "waved_through"): "opened_by_hand",
        ("barrier-out", "pedestrian"): "pedestrian_in_lane",
        ("door-garage-a", "duress"): "duress",
    }  # fmt: skip
    async with World(inventory) as world:
        estate = Estate(world, inventory)
        await estate.until(world.now + 60 * NS)
        for door, fault in misdeeds:
            estate.plant.inject(door, fault)
        await estate.until(world.now + 40 * NS)
        found = {(d.equipment, d.data.rule) for d in world.spool.drafts if isinstance(d.data, AlarmRaised)}
    assert {(door, rule) for (door, _), rule in misdeeds.items()} <= found


def _no_card_on_disk(plant: Plant, drafts: list[Any], kept: dict[str, bytes]) -> None:
    numbers = {c for door in plant.equipment.values() for c in getattr(door, "_cards", ())}
    disk = " ".join(d.model_dump_json() for d in drafts) + repr(kept)
    assert len(numbers) > 100
    assert not numbers & set(re.findall(r"\d{10}", disk)), "a card number is on the disk"
