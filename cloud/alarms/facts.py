"""What the alarms of a site need to know of it: its equipment, rules and places, looked up once an inventory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RowMapping

from cloud.database.rows import select_rows
from cloud.equipment.store import equipment_of, of_gateway, rows_by_id, rules_by_key
from cloud.sites.store import places
from facility.alarm import Rule
from facility.inventory import InventoryEquipment
from facility.words import Text

MOST: Final = 20_000
"""Things that are remembered of a site."""
_REVISIONS: Final = "SELECT id, inventory FROM gateway WHERE site = ? ORDER BY id"
_remembered: WeakKeyDictionary[Engine, dict[str, Facts]] = WeakKeyDictionary()

K = TypeVar("K")
V = TypeVar("V")
Revisions = tuple[tuple[str, str | None], ...]
"""(gateway, inventory) of a site: nothing that is remembered changes while these don't."""


@dataclass(frozen=True)
class Known:
    """One equipment."""

    row: RowMapping

    @cached_property
    def means(self) -> InventoryEquipment:
        """As its inventory says it."""
        return equipment_of(self.row["body"])

    @cached_property
    def states(self) -> dict[str, dict[float, Text]]:
        """Point id → the words of its values."""
        return {
            point.id: {state.value: Text(zh=state.zh, en=state.en) for state in point.means.states}
            for point in self.means.points
            if point.means.states
        }


@dataclass
class Facts:
    """Of one site, while its inventories stay as they are."""

    site: str
    revisions: Revisions
    subjects: dict[object, object] = field(default_factory=dict)
    """What alarms made of them, by their key."""
    _equipment: dict[str, Known | None] = field(default_factory=dict)
    _rules: dict[tuple[str, str], Rule | None] = field(default_factory=dict)
    _places: dict[str, RowMapping] | None = None

    def equipment(self, connection: Connection, id: str) -> Known | None:
        """One equipment, also one that has left its inventory."""
        if id not in self._equipment:
            self._read_equipment(connection, {id})
        return self._equipment[id]

    def rule(self, connection: Connection, equipment: str, rule: str) -> Rule | None:
        """The rule that holds now."""
        key = (equipment, rule)
        if key not in self._rules:
            self._read_rules(connection, {key})
        return self._rules[key]

    def read(self, connection: Connection, wanted: Collection[tuple[str, str]]) -> None:
        """All that alarms of these (equipment, rule) will ask for, in one go."""
        if equipment := {id for id, _ in wanted if id not in self._equipment}:
            self._read_equipment(connection, equipment)
        if rules := {key for key in wanted if key not in self._rules}:
            self._read_rules(connection, rules)

    def _read_equipment(self, connection: Connection, ids: Collection[str]) -> None:
        found = {row["id"]: Known(row) for row in rows_by_id(connection, self.site, ids)}
        _room(self._equipment).update({id: found.get(id) for id in ids})

    def _read_rules(self, connection: Connection, keys: Collection[tuple[str, str]]) -> None:
        found = rules_by_key(connection, self.site, keys)
        _room(self._rules).update({key: found.get(key) for key in keys})

    def places(self, connection: Connection) -> dict[str, RowMapping]:
        """By id."""
        if self._places is None:
            self._places = {place["id"]: place for place in places(connection, self.site)}
        return self._places

    def remember(self, key: object, made: object) -> None:
        """Keep what was made of them."""
        _room(self.subjects)[key] = made

    def on_line(self, connection: Connection, gateway: str, line: str) -> Sequence[InventoryEquipment]:
        """What a gateway has on one line."""
        found = (equipment_of(row["body"]) for row in of_gateway(connection, self.site, gateway))
        return [each for each in found if each.connection == line]


def facts(connection: Connection, site: str) -> Facts:
    """What is remembered of a site, forgotten as soon as one of its gateways has another inventory."""
    revisions = tuple((id, inventory) for id, inventory in select_rows(connection, _REVISIONS, (site,)))
    sites = _remembered.setdefault(connection.engine, {})
    known = sites.get(site)
    if known is None or known.revisions != revisions:
        known = sites[site] = Facts(site, revisions)
    return known


def _room(remembered: dict[K, V]) -> dict[K, V]:
    if len(remembered) >= MOST:
        remembered.clear()
    return remembered
