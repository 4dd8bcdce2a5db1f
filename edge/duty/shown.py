"""What the page shows, as JSON: alarms with place and words, what is unknown, how the cloud and the sounder are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from edge.duty.book import SHOWN, Answered
from edge.snapshot import Snapshot
from facility.alarm import Detection, Rule
from facility.inventory import Inventory, InventoryEquipment
from facility.quality import Quality
from facility.words import Text

MOST: Final = 500
"""Rows on the page; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class About:
    """How the edge is, for the foot of the page. `cloud`: None where site.yaml names none."""

    cloud: bool | None
    why: str
    waiting: int
    """Events that are not yet in the cloud."""
    sounder: str | None
    """None: there is none; empty: it is well; else what is wrong with it."""
    clock: str


class Facts:
    """The words of an inventory, looked up once."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._equipment: dict[str, InventoryEquipment] = {e.id: e for e in inventory.equipment}
        self._rules: dict[tuple[str, str], Rule] = {(e.id, r.id): r for e in inventory.equipment for r in e.rules}
        self._places: dict[str, Text] = {}
        for place in inventory.places:
            above = self._places.get(place.parent or "")
            zh, en = (f"{above.zh} › {place.zh}", f"{above.en} › {place.en}") if above else (place.zh, place.en)
            self._places[place.id] = Text(zh=zh, en=en)

    def rule(self, one: Answered) -> Rule | None:
        """Its rule; None for what the edge itself finds (a lost line)."""
        return self._rules.get((one.equipment, one.rule))

    def subject(self, equipment: str, instance: str = "") -> tuple[Text, Text | None]:
        """Name and place."""
        item = self._equipment.get(equipment)
        if item is None:
            return Text(zh=equipment, en=equipment), None
        part = next((i for i in item.instances if i.id == instance), None)
        if part is None:
            name = item.name if not instance else Text(zh=f"{item.name.zh} {instance}", en=f"{item.name.en} {instance}")
            return name, self._places.get(item.place or "")
        name = Text(zh=f"{item.name.zh} {part.zh}", en=f"{item.name.en} {part.en}")
        return name, self._places.get(part.place or item.place or "")

    def row(self, one: Answered, snapshot: Snapshot) -> dict[str, Any]:
        """One line of the list. `known`: whether what it is judged by still comes in."""
        rule = self.rule(one)
        name, place = self.subject(one.equipment, one.instance)
        says = rule.name.model_dump() if rule else {"zh": one.zh or one.rule, "en": one.en or one.rule}
        return {
            "id": one.id,
            "at": one.at,
            "life": one.life,
            "priority": one.priority,
            "class": one.alarm_class,
            "what": says,
            "equipment": name.model_dump(),
            "place": place.model_dump() if place else None,
            "detection": one.detection,
            "waits": one.waits,
            "sounds": one.sounds,
            "drill": one.drill,
            "test": one.test,
            "known": self._known(one, rule, snapshot),
            "acknowledged": None
            if one.acknowledged_at is None
            else {"at": one.acknowledged_at, "by": one.by, "where": one.where},
        }

    def opened(self, one: Answered, snapshot: Snapshot) -> dict[str, Any]:
        """One alarm with its first steps."""
        rule = self.rule(one)
        steps = {"zh": rule.guidance.zh, "en": rule.guidance.en} if rule else {"zh": (), "en": ()}
        told = {"zh": one.zh, "en": one.en} if one.zh and rule else None
        return self.row(one, snapshot) | {"steps": steps, "told": told, "value": one.value, "limit": one.limit}

    def _known(self, one: Answered, rule: Rule | None, snapshot: Snapshot) -> bool:
        """False where a point behind it is bad now: whether it still holds is not known."""
        by_id = snapshot.table.by_id
        for point in rule.points() if rule else ():
            for id in (f"{one.equipment}.{one.instance}.{point}", f"{one.equipment}.{point}"):
                if id in by_id and snapshot.table.sampled[by_id[id]]:
                    return bool(snapshot.quality[by_id[id]] != Quality.BAD)
        return True

    def unknown(self, snapshot: Snapshot) -> list[dict[str, Any]]:
        """Equipment of which some or all is not known now: how many of its points."""
        table = snapshot.table
        found, start = [], 0
        blind = (snapshot.quality == Quality.BAD) & table.sampled
        for item in self.inventory.equipment:
            end = start + len(item.points)
            bad, all_ = int(np.count_nonzero(blind[start:end])), int(np.count_nonzero(table.sampled[start:end]))
            if bad:
                name, place = self.subject(item.id)
                where = place.model_dump() if place else None
                found.append({"equipment": name.model_dump(), "place": where, "points": bad, "of": all_})
            start = end
        return found


def shown(alarms: list[Answered], facts: Facts, snapshot: Snapshot, about: About, now: int) -> Mapping[str, Any]:
    """Everything on the page but who looks at it."""
    ordered = sorted(alarms, key=_order)
    inventory = facts.inventory
    return {
        "now": now,
        "timezone": inventory.timezone,
        "site": inventory.name.model_dump(),
        "gateway": inventory.gateway,
        "clock": about.clock,
        "alarms": [facts.row(one, snapshot) for one in ordered[:MOST]],
        "more": max(len(ordered) - MOST, 0),
        "unknown": facts.unknown(snapshot),
        "cloud": {"connected": about.cloud, "why": about.why, "waiting": about.waiting},
        "sounder": about.sounder,
    }


def _order(one: Answered) -> tuple[bool, bool, bool, int, int]:
    """What waits for somebody, life safety first, then by priority, the newest first."""
    held = one.detection not in (*SHOWN, Detection.CLEARED)
    return held, not one.waits, not one.life, one.priority, -one.at


def as_json(found: Mapping[str, Any]) -> bytes:
    """The bytes of it."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
