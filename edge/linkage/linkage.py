"""Linkage beside detection: samples, the clock and instructions to the watch, what it says to events and alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from edge.alarms.engine import Engine, Outcome
from edge.alarms.row import Row
from edge.linkage.plan import Plan
from edge.linkage.record import Moment
from edge.linkage.watch import Said, Watch
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.batch import Batch
from facility.clock import iso
from facility.errors import nearest
from facility.instruction import AlarmConfirmed, Drill
from facility.inventory import Inventory

FIRE_RULES: Final = frozenset({"fire", "fire_confirmed", "system_fire"})
"""Rules of a fire panel whose alarm is a fire of a zone: of an address, of the zone itself, of the panel as a whole."""


class Linkage:
    """Looks on as the pipeline works. What people ask is answered by an Outcome, or by why it is refused."""

    def __init__(self, inventory: Inventory, snapshot: Snapshot, clock: SteadyClock) -> None:
        self.watch = Watch(Plan(inventory, snapshot.table))
        self._snapshot = snapshot
        self._clock = clock

    def see(self, batch: Batch, engine: Engine) -> Outcome:
        """The samples of a batch, which are in the snapshot, no point twice."""
        if not self.watch.concerns(batch.point):
            return Outcome()
        return _told(self.watch.see(batch.point, self._snapshot, self._now(batch.received)), engine)

    def tick(self, engine: Engine) -> Outcome:
        """The clock's part."""
        if not self.watch.records and not self.watch.drills:
            return Outcome()
        return _told(self.watch.tick(self._snapshot, self._now()), engine)

    def restore(self, state: Mapping[str, bytes], engine: Engine) -> Outcome:
        """Go on from what the spool kept; the engine has done so already."""
        return _told(self.watch.restore(state, self._now()), engine)

    def confirmed(self, alarms: Sequence[Row], asked: AlarmConfirmed, engine: Engine) -> Outcome | str:
        """People verified live alarms of one rule."""
        if asked.rule not in FIRE_RULES:
            return f"nothing at this gateway waits for the confirmation of {asked.rule}"
        zones = sorted({zone for row in alarms for zone in self._zones(row)})
        if not zones:
            return f"no linkage is written for the zone of {alarms[0].id}: nothing waits for its confirmation"
        there = [zone for zone in zones if zone in self.watch.records]
        if not there:
            return f"no fire is open in {', '.join(zones)}: its addresses are back to normal"
        out = Outcome()
        for zone in there:
            if asked.outcome == "real":
                out.add(_told(self.watch.confirm(zone, self._now()), engine))
            elif asked.outcome == "drill":
                out.add(_told(self.watch.mark_drill(zone, self._now()), engine))
        return out

    def drill(self, asked: Drill, engine: Engine) -> Outcome | str:
        """A drill of a zone begins or ends."""
        if asked.zone not in self.watch.plan.place:
            return f"no fire zone {asked.zone!r} with linkage{nearest(asked.zone, self.watch.plan.place)}"
        why = self._no_begin(asked) if asked.on else self._no_end(asked.zone)
        if why is not None:
            return why
        if asked.on:
            said = self.watch.begin_drill(asked.zone, self._snapshot, self._now(), at_once=asked.at_once)
        else:
            said = self.watch.end_drill(asked.zone, self._now())
        return _told(said, engine)

    def _no_begin(self, asked: Drill) -> str | None:
        """Why a drill can't begin."""
        record = self.watch.records.get(asked.zone)
        if record is not None and not record.drill:
            return f"there is a fire in {asked.zone} since {iso(record.opened)}: confirm it as a drill if it is one"
        waits = record is not None and record.t0 is None
        if asked.zone in self.watch.drills and not (asked.at_once and waits):
            return f"a drill is on in {asked.zone} already"
        return None

    def _no_end(self, zone: str) -> str | None:
        """Why a drill can't end: else what is left of it would be taken for a fire."""
        if zone not in self.watch.drills:
            return f"no drill is on in {zone}"
        names = [self.watch.plan.addresses[i].name for i in self.watch.burning(zone)]
        return f"still in alarm: {', '.join(names)}; reset the panel first" if names else None

    def _zones(self, row: Row) -> list[str]:
        if not row.instance:
            return list(self.watch.records)
        if row.instance in self.watch.plan.place:
            return [row.instance]
        zone = self.watch.plan.zone_of(row.equipment, row.instance)
        return [] if zone is None else [zone]

    def _now(self, wall: int | None = None) -> Moment:
        return Moment(self._clock.now() if wall is None else wall, self._clock.monotonic(), self._clock.state)


def _told(said: Said, engine: Engine) -> Outcome:
    return Outcome(said.drafts, said.state).add(engine.tell(said.verdicts))
