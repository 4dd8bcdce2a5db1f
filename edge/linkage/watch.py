"""The linkage of all zones: fires, effects, the clock and people's words in, a checklist's events out; no write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.alarms.effects import effect_row_id
from edge.alarms.row import BAD
from edge.alarms.told import Verdict
from edge.linkage import telling
from edge.linkage.memory import read_kept
from edge.linkage.plan import Plan, Zone
from edge.linkage.record import By, Moment, Record, Sight
from edge.points import B1
from edge.snapshot import Snapshot
from facility.batch import U4
from facility.clock import NS
from facility.event import Draft
from facility.quality import Reason

LONGEST_DRILL: Final = 4 * 3600 * NS
"""A drill that nobody ended ends itself: a forgotten one would mark a later fire."""


@dataclass(slots=True)
class Said:
    """Events, the keys of the spool's state that go with them, and what detection is told of missing effects."""

    drafts: list[Draft] = field(default_factory=list)
    state: dict[str, bytes] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)


class Watch:
    """`records`: open checklists by zone. `drills`: zone → UTC ns at which its drill ends by itself."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.records: dict[str, Record] = {}
        self.drills: dict[str, int] = {}
        self._burning: B1 = np.zeros(len(plan.addresses), np.bool_)
        self._told: set[str] = set()

    # What comes in ------------------------------------------------------------------------------------------

    def concerns(self, point: U4) -> bool:
        """Whether samples of these points can change anything."""
        return bool(self.plan.fires[point].any()) or bool(self.records and self.plan.awaited[point].any())

    def see(self, point: U4, snapshot: Snapshot, now: Moment) -> Said:
        """Samples of these points are in the snapshot."""
        said = Said()
        self._run_out(snapshot, now, said)
        changed = self._burn(snapshot) if self.plan.fires[point].any() else {}
        for zone in changed:
            if zone not in self.records and self.burning(zone):
                self._open(zone, snapshot, now, said)
        for record in self._in_order():
            self._look(record, snapshot, now, said)
        for zone, before in changed.items():
            self._settle(zone, before, now, said)
        return self._finished(said)

    def tick(self, snapshot: Snapshot, now: Moment) -> Said:
        """The clock's part: effects that did not come, drills that nobody ended."""
        said = Said()
        self._run_out(snapshot, now, said)
        for zone in sorted(z for z, until in self.drills.items() if until <= now.wall):
            self._end_drill(zone, now, said)
        return self._finished(said)

    def burning(self, zone: str) -> list[int]:
        """Places of the addresses of a zone that are in alarm, as far as is known."""
        return [int(i) for i in np.flatnonzero(self._burning & (self.plan.zone == self.plan.place[zone]))]

    # What people say ----------------------------------------------------------------------------------------

    def confirm(self, zone: str, now: Moment) -> Said:
        """The open fire of a zone is real: it is confirmed if it was not, and no drill if it was one."""
        said, record = Said(), self.records[zone]
        if record.drill:
            self.drills.pop(zone, None)
            said.state[f"drill/{zone}"] = b""
            self._mark(record, now, said, drill=False)
        if record.t0 is None:
            self._confirm(record, "instruction", now, said)
        return self._finished(said)

    def mark_drill(self, zone: str, now: Moment) -> Said:
        """The open fire of a zone is a drill."""
        said, record = Said(), self.records[zone]
        if not record.drill:
            self._mark(record, now, said, drill=True)
        return self._finished(said)

    def begin_drill(self, zone: str, snapshot: Snapshot, now: Moment, *, at_once: bool) -> Said:
        """Open a checklist marked as a drill; it is confirmed by the drill's fire alarms, or at once."""
        said = Said()
        self.drills[zone] = now.wall + LONGEST_DRILL
        said.state[f"drill/{zone}"] = str(self.drills[zone]).encode()
        if zone not in self.records:
            self._open(zone, snapshot, now, said)
        record = self.records[zone]
        if at_once and record.t0 is None:
            self._confirm(record, "drill", now, said)
        return self._finished(said)

    def end_drill(self, zone: str, now: Moment) -> Said:
        """The drill is over; a checklist with addresses still in alarm goes on until the panel is reset."""
        said = Said()
        self._end_drill(zone, now, said)
        return self._finished(said)

    # Over a restart -----------------------------------------------------------------------------------------

    def restore(self, state: Mapping[str, bytes], now: Moment) -> Said:
        """Go on from what the spool kept."""
        said, kept = Said(), read_kept(state, self.plan, now)
        self.records, self.drills = kept.records, kept.drills
        for name in kept.burning:
            if name in self.plan.by_name:
                self._burning[self.plan.by_name[name]] = True
        for zone, opened, drill in kept.removed:
            said.drafts.append(telling.removed(zone, opened, drill, now))
            said.state[f"linkage/{zone}"] = b""
        self._told = {effect.point for zone in self.plan.zones for effect in zone.effects}
        gone = self._finished(said)
        self._told = set()
        return self._finished(gone)

    # Inside -------------------------------------------------------------------------------------------------

    def _burn(self, snapshot: Snapshot) -> dict[str, int]:
        """Take fires in: what is not known stays as it was. Zone → addresses in alarm before, where that changed."""
        at = self.plan.points
        known = snapshot.quality[at] != BAD
        now = np.where(known, snapshot.value[at] == self.plan.wanted, self._burning)
        moved = now != self._burning
        if not moved.any():
            return {}
        zones = [self.plan.zones[i].id for i in np.unique(self.plan.zone[moved]).tolist()]
        before = {zone: len(self.burning(zone)) for zone in zones}
        self._burning = now
        return before

    def _open(self, zone: str, snapshot: Snapshot, now: Moment, said: Said) -> None:
        place = self.plan.zones[self.plan.place[zone]]
        record = self.records[zone] = Record(place, now.wall, zone in self.drills)
        burning = self.burning(zone)
        said.drafts.append(telling.opened(record, self.plan.addresses[burning[0]] if burning else None, now))
        for i in np.flatnonzero(_evidence(place, snapshot)[1]).tolist():
            self._see(record, i, now, said, already=True)
        self._keep(record, said)

    def _look(self, record: Record, snapshot: Snapshot, now: Moment, said: Said) -> None:
        """Effects that came, and, before the confirmation, those that went again."""
        known, there = _evidence(record.zone, snapshot)
        for i, effect in enumerate(record.zone.effects):
            if there[i] and effect.id not in record.seen:
                self._see(record, i, now, said)
            elif known[i] and not there[i] and record.t0 is None and record.seen.pop(effect.id, None):
                self._keep(record, said)

    def _see(self, record: Record, place: int, now: Moment, said: Said, *, already: bool = False) -> None:
        effect = record.zone.effects[place]
        sight = record.seen[effect.id] = Sight(now.wall, now.mono, already)
        said.drafts.append(telling.seen(record, effect, sight, now))
        self._keep(record, said)

    def _settle(self, zone: str, before: int, now: Moment, said: Said) -> None:
        """Addresses of a zone came or went: the fire is confirmed, or the panel is reset."""
        record, burning = self.records.get(zone), self.burning(zone)
        if record is None:
            return
        manual = any(self.plan.addresses[i].manual for i in burning)
        if record.t0 is None and (manual or len(burning) >= 2):
            self._confirm(record, "call_point" if manual else "addresses", now, said)
        self._keep(record, said)
        if before and not burning and not (record.t0 is None and zone in self.drills):
            self._close(record, "panel_reset" if record.t0 is not None else "not_confirmed", now, said)

    def _confirm(self, record: Record, by: By, now: Moment, said: Said) -> None:
        record.t0, record.begun, record.by = now.wall, now.mono, by
        said.drafts.append(telling.confirmed(record, by, now))
        self._keep(record, said)

    def _run_out(self, snapshot: Snapshot, now: Moment, said: Said) -> None:
        for record in self._in_order():
            for i in record.run_out(now.mono):
                effect = record.zone.effects[i]
                record.missing.add(effect.id)
                known = bool(_evidence(record.zone, snapshot)[0][i])
                said.drafts.append(telling.missing(record, effect, now, known=known))
                self._keep(record, said)

    def _end_drill(self, zone: str, now: Moment, said: Said) -> None:
        self.drills.pop(zone, None)
        said.state[f"drill/{zone}"] = b""
        record = self.records.get(zone)
        if record is not None and record.drill and not self.burning(zone):
            self._close(record, "drill_ended", now, said)

    def _mark(self, record: Record, now: Moment, said: Said, *, drill: bool) -> None:
        record.drill = drill
        said.drafts.append(telling.marked(record, now))
        self._told.difference_update(record.lacking())
        self._keep(record, said)

    def _close(self, record: Record, reason: telling.Reason, now: Moment, said: Said) -> None:
        del self.records[record.zone.id]
        said.drafts.append(telling.closed(record, reason, now))
        said.state[f"linkage/{record.zone.id}"] = b""

    def _keep(self, record: Record, said: Said) -> None:
        names = [self.plan.addresses[i].name for i in self.burning(record.zone.id)]
        said.state[f"linkage/{record.zone.id}"] = record.text(names)

    def _finished(self, said: Said) -> Said:
        """Detection hears of each point whose effect is missing, or no longer, once."""
        lacking = {point: record.drill for record in self._drills_first() for point in record.lacking()}
        said.verdicts += [Verdict(effect_row_id(point), holds=False) for point in sorted(self._told - lacking.keys())]
        new = sorted(lacking.keys() - self._told)
        said.verdicts += [Verdict(effect_row_id(point), holds=True, drill=lacking[point]) for point in new]
        self._told = set(lacking)
        return said

    def _in_order(self) -> list[Record]:
        """By zone, so that a restart changes nothing."""
        return [self.records[zone] for zone in sorted(self.records)]

    def _drills_first(self) -> Iterable[Record]:
        """What a drill and a fire lack both is the fire's: it comes last."""
        return sorted(self.records.values(), key=lambda record: not record.drill)


def _evidence(zone: Zone, snapshot: Snapshot) -> tuple[B1, B1]:
    """(known, there) of a zone's effects. A broker's stored message is no evidence: its age is not known."""
    known = (snapshot.quality[zone.points] != BAD) & (snapshot.reason[zone.points] != Reason.RETAINED)
    return known, known & (snapshot.value[zone.points] == zone.wanted)
