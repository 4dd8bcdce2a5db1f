"""Which alarms the patrol of a site can raise: one for the start of each route, one for each of its checkpoints."""

from __future__ import annotations

from collections.abc import Iterator

from facility.alarm import Patrol, Rule
from facility.inventory import Inventory, InventoryEquipment
from facility.site import Checkpoint, Route


def instance_of(route: str, checkpoint: str = "") -> str:
    """The instance of an alarm: `security`, or `security.main-gate`."""
    return f"{route}.{checkpoint}" if checkpoint else route


def rules_of(
    inventory: Inventory, only: InventoryEquipment | None = None
) -> Iterator[tuple[InventoryEquipment, Rule, Route, Checkpoint | None]]:
    """(reader, rule, route, checkpoint; None: the route's start, which is at its first reader)."""
    for item in inventory.equipment if only is None else (only,):
        for rule in item.rules:
            if not isinstance(rule.condition, Patrol):
                continue
            for route in inventory.routes:
                if rule.condition.finding == "late_start":
                    if route.checkpoints[0].reader == item.id:
                        yield item, rule, route, None
                else:
                    yield from ((item, rule, route, c) for c in route.checkpoints if c.reader == item.id)
