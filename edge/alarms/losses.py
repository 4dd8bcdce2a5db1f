"""The built-in alarms of a lost line or unit: one alarm, whatever hangs behind it (contracts.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from edge.alarms.row import Index, Row
from edge.points import B1
from facility.alarm import AlarmClass, Priority
from facility.clock import NS
from facility.inventory import Inventory, InventoryEquipment
from facility.words import Text

LINE_LOST: Final = "line_lost"
UNIT_LOST: Final = "unit_lost"

DELAY: Final = 3 * NS
"""A line that is back within it was not lost: a broker that restarts is no alarm."""

Key: TypeAlias = tuple[str, str]
"""(line, unit); unit is empty for the line itself."""


def line_rows(inventory: Inventory) -> list[tuple[Row, Key]]:
    """One row a line: equipment = the gateway, instance = the line."""
    behind: dict[str, list[InventoryEquipment]] = {line: [] for line in inventory.connections}
    for item in inventory.equipment:
        behind[item.connection].append(item)
    return [
        (_row(inventory.gateway, LINE_LOST, line, _text("线路", "Line", line), items), (line, ""))
        for line, items in behind.items()
    ]


def unit_rows(inventory: Inventory) -> list[tuple[Row, Key]]:
    """One row a unit: equipment = the first on the unit."""
    behind: dict[Key, list[InventoryEquipment]] = {}
    for item in inventory.equipment:
        behind.setdefault((item.connection, str(item.unit)), []).append(item)
    return [(_row(items[0].id, UNIT_LOST, "", _unit_text(items[0], key), items), key) for key, items in behind.items()]


def _row(equipment: str, rule: str, instance: str, text: Text, children: Sequence[InventoryEquipment]) -> Row:
    vital = any(r.alarm_class is AlarmClass.LIFE_SAFETY for e in children for r in e.rules)
    return Row(
        equipment=equipment,
        rule=rule,
        instance=instance,
        priority=Priority.HIGH if vital else Priority.MEDIUM,
        alarm_class=AlarmClass.COMMUNICATION,
        latching=False,
        delay_on=DELAY,
        delay_off=0,
        point=-1,
        text=text,
    )


def _text(zh: str, en: str, name: str) -> Text:
    return Text(zh=f"{zh} {name} 通信中断", en=f"{en} {name} lost")


def _unit_text(item: InventoryEquipment, key: Key) -> Text:
    line, unit = key
    return Text(zh=f"{item.name.zh}（{line} 单元 {unit}）无应答", en=f"{item.name.en} ({line}, unit {unit}) is silent")


class Losses:
    """Which lines and units are lost now: the first rows of the table, in their order."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._row = {key: i for i, key in enumerate(keys)}
        self._lost: B1 = np.zeros(len(keys), np.bool_)
        self._told: B1 = np.zeros(len(keys), np.bool_)

    def __len__(self) -> int:
        return len(self._lost)

    def tell(self, line: str, unit: str, *, lost: bool) -> int | None:
        """A line (unit empty) or unit came or went: its row, where there is one."""
        row = self._row.get((line, unit))
        if row is not None:
            self._lost[row] = lost
            self._told[row] = True
        return row

    def verdicts(self, rows: Index) -> tuple[B1, B1]:
        """(known, holds) of some of them; what was not told since the start is not known."""
        return self._told[rows], self._lost[rows]

    def carry(self, before: Losses) -> None:
        """Go on from the same lines and units of other settings."""
        for key, row in self._row.items():
            if (old := before._row.get(key)) is not None:
                self._lost[row], self._told[row] = before._lost[old], before._told[old]
