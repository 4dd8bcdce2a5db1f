"""Which alarm explains which: causes by rule, by a lost line or unit, by a cut supply, and groups of first-out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from edge.alarms.found import Found
from edge.alarms.losses import Key
from edge.alarms.row import Row
from edge.points import PointTable
from facility.alarm import AlarmClass, DoorCount, DoorTime, NoData, Occurs, Patrol
from facility.clock import NS
from facility.errors import ConfigError
from facility.inventory import Inventory, InventoryEquipment

SLACK: Final = NS
"""A poll may come so late; one look at a point is its period and this."""
LONGEST: Final = 10 * NS
"""No alarm waits longer than this for its cause, nor is hidden longer after its cause ended."""

_FEEDS: Final = frozenset(
    {AlarmClass.EQUIPMENT, AlarmClass.ENERGY, AlarmClass.CONDITION, AlarmClass.COMMUNICATION, AlarmClass.INTEGRITY}
)
"""What a cut supply explains: never what fire, a door or a person says."""


def linked(
    rows: Sequence[Row], found: Sequence[Found], lost: Mapping[Key, int], site: Inventory, table: PointTable
) -> list[Row]:
    """The rows with their causes, groups, waits and order of telling; ConfigError where they explain one another."""
    return _Linking(rows, found, lost, site, table).rows()


@dataclass(frozen=True)
class _Linking:
    given: Sequence[Row]
    found: Sequence[Found]
    lost: Mapping[Key, int]
    site: Inventory
    table: PointTable

    def rows(self) -> list[Row]:
        causes, groups = self._causes, self._groups
        depth = _depths([groups[i] for i in range(len(self.given))], causes, self.given)
        grouped = {i for i, f in enumerate(self.found, self._first) if f.rule.first_out is not None}
        waits: dict[int, int] = {}
        for i in sorted(range(len(self.given)), key=depth.__getitem__):
            waits[i] = max(self.given[i].delay_on, self._settles(i, waits))
        return [
            replace(
                row, suppressed_by=tuple(causes.get(i, ())), group=groups[i] if i in grouped else -1, depth=depth[i],
                delay_on=waits[i], hold=self._look(i),
            )
            for i, row in enumerate(self.given)
        ]  # fmt: skip

    @property
    def _first(self) -> int:
        return len(self.lost)

    @cached_property
    def _by_rule(self) -> Mapping[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, f in enumerate(self.found, self._first):
            found[f.equipment.id, f.rule.id].append(i)
        return found

    @cached_property
    def _causes(self) -> dict[int, list[int]]:
        """Row → the rows that suppress it. Life safety is never suppressed; silence of the lost is the loss's."""
        causes: dict[int, list[int]] = {}
        for i, f in enumerate(self.found, self._first):
            if f.rule.alarm_class is AlarmClass.LIFE_SAFETY:
                continue
            causes[i] = [*self._named(f), *self._cuts(f.equipment, f.rule.alarm_class)]
            causes[i] += self._not_begun(f)
            if f.rule.condition.kind in ("no_data", "patrol"):
                line, unit = f.equipment.connection, str(f.equipment.unit)
                causes[i] += [self.lost[key] for key in ((line, unit), (line, "")) if key in self.lost]
        for (line, unit), i in self.lost.items():
            causes[i] = [*([self.lost[line, ""]] if unit else ()), *self._cuts_of(line, unit)]
        return causes

    def _not_begun(self, effect: Found) -> Iterator[int]:
        """A round that nobody began explains each of its points that nobody came to."""
        mine = effect.rule.condition
        if isinstance(mine, Patrol) and mine.finding == "missed":
            for row, f in enumerate(self.found, self._first):
                other, same = f.rule.condition, f.instance == effect.instance.partition(".")[0]
                if same and isinstance(other, Patrol) and other.finding == "late_start":
                    yield row

    def _named(self, effect: Found) -> Iterator[int]:
        for name in effect.rule.suppressed_by:
            for row in self._by_rule.get((effect.equipment.id, name), ()):
                cause = self.found[row - self._first].instance
                if not cause or not effect.instance or cause == effect.instance:
                    yield row

    def _cuts(self, item: InventoryEquipment, alarm_class: AlarmClass) -> Iterator[int]:
        """The alarms that say that a supply of an equipment is cut, from the nearest supply to the farthest."""
        if alarm_class in _FEEDS:
            for supply in self._supplies(item):
                for rule in (r for r in supply.rules if r.cuts_supply):
                    yield from self._by_rule.get((supply.id, rule.id), ())

    def _cuts_of(self, line: str, unit: str) -> list[int]:
        """What explains a lost line or unit: a cut that all of its equipment hangs on. A silent fire panel or lift
        is told whatever explains it.
        """
        behind = self._behind.get((line, unit), [])
        if not behind or any(r.alarm_class is AlarmClass.LIFE_SAFETY for e in behind for r in e.rules):
            return []
        each = [list(self._cuts(e, AlarmClass.COMMUNICATION)) for e in behind]
        return [row for row in each[0] if all(row in some for some in each)]

    @cached_property
    def _behind(self) -> Mapping[tuple[str, str], list[InventoryEquipment]]:
        """The equipment of each line, and of each unit of it."""
        behind: dict[tuple[str, str], list[InventoryEquipment]] = defaultdict(list)
        for item in self.site.equipment:
            behind[item.connection, ""].append(item)
            if item.unit != "":
                behind[item.connection, str(item.unit)].append(item)
        return behind

    @cached_property
    def _equipment(self) -> Mapping[str, InventoryEquipment]:
        return {e.id: e for e in self.site.equipment}

    def _supplies(self, item: InventoryEquipment) -> Iterator[InventoryEquipment]:
        waiting, seen = list(item.fed_by), {item.id}
        while waiting:
            name = waiting.pop(0)
            if name not in seen and name in self._equipment:
                seen.add(name)
                waiting += self._equipment[name].fed_by
                yield self._equipment[name]

    @cached_property
    def _groups(self) -> list[int]:
        """Row → the first row of its first-out group; a row without a group is its own."""
        first: dict[tuple[str, str, str], int] = {}
        groups = list(range(len(self.given)))
        for i, f in enumerate(self.found, self._first):
            if f.rule.first_out is not None:
                groups[i] = first.setdefault((f.equipment.id, f.instance, f.rule.first_out), i)
        return groups

    def _look(self, row: int) -> int:
        """Ns in which everything that a row looks at is asked once."""
        periods = [1.0]
        if row >= self._first:
            found = self.found[row - self._first]
            names = found.rule.points() or found.points
            periods = [self.table.points[found.points[n]].period for n in names if n in found.points] or periods
        return min(round(max(periods) * NS) + SLACK, LONGEST)

    def _settles(self, row: int, waits: Mapping[int, int]) -> int:
        """Ns that a row waits so that its cause, which began in the same moment, is told first.

        A cause that needs longer than LONGEST is not waited for. A message is over at once and waits for nothing;
        a rule of silence has waited already, and so has who judges a door or a round.
        """
        condition = self.found[row - self._first].rule.condition if row >= self._first else None
        if isinstance(condition, Occurs | DoorTime | DoorCount | Patrol):
            return 0
        waited = round(condition.over * NS) if isinstance(condition, NoData) else 0
        needs = [waits[cause] + self._look(cause) for cause in self._causes.get(row, ())]
        return max((n - waited for n in needs if waited < n <= LONGEST), default=0)


def _depths(groups: Sequence[int], causes: Mapping[int, Sequence[int]], rows: Sequence[Row]) -> list[int]:
    """How many causes stand one behind another before each row, a group being one; ConfigError for a circle."""
    nodes: dict[int, set[int]] = defaultdict(set)
    for row, some in causes.items():
        nodes[groups[row]].update(groups[cause] for cause in some)
    known: dict[int, int] = {}

    def visit(at: int, way: tuple[int, ...]) -> int:
        if at in way:
            round_ = " → ".join(rows[i].id for i in (*way[way.index(at) :], at))
            raise ConfigError(f"alarm rules suppress one another in a circle: {round_}")
        if at not in known:
            known[at] = 1 + max((visit(cause, (*way, at)) for cause in sorted(nodes[at])), default=-1)
        return known[at]

    return [visit(group, ()) for group in groups]
