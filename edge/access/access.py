"""The watch of all doors: samples, messages and the clock in; what changed goes to detection as verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from edge.access.door import Door, Position, read_memory
from edge.access.limits import limits_of
from edge.alarms.engine import Engine, Outcome
from edge.alarms.told import Verdict
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.access import DenialReason, DoorFinding
from facility.alarm import DoorCount, DoorTime
from facility.batch import Batch
from facility.equipment_type import System
from facility.event import AccessDenied, AccessGranted, AccessPassage, Draft
from facility.ids import point_id
from facility.inventory import Inventory, InventoryEquipment
from facility.quality import Quality

_PREFIX: Final = "access/"
_STATES: Final = ("door", "lock", "mode", "alarm")
_FREE_MODES: Final = frozenset({"free_access", "fire_release"})
_LONGEST: Final = 12 * 3600
"""Seconds that moving mode may last."""


class Access:
    """Tells detection what each door's watch finds. `kept` is the spool's state."""

    def __init__(self, inventory: Inventory, snapshot: Snapshot, clock: SteadyClock, kept: Mapping[str, bytes]) -> None:
        self._snapshot = snapshot
        self._clock = clock
        self._kept = {k.removeprefix(_PREFIX): v for k, v in kept.items() if v and k.startswith(_PREFIX)}
        self._doors: dict[str, Door] = {}
        self._told: dict[str, bool] = {}
        self.carry(inventory)

    def carry(self, inventory: Inventory) -> None:
        """Go on with settings as they are now; every door keeps what it remembers."""
        items = [e for e in inventory.equipment if e.system is System.ACCESS]
        self._rows = {e.id: _rows(e) for e in items}
        self._points = {e.id: _points(e, self._snapshot) for e in items}
        door_of = np.full(len(self._snapshot.value), -1, np.intp)
        self._ids = [e.id for e in items]
        for i, item in enumerate(items):
            door_of[list(self._points[item.id].values())] = i
            if item.id in self._doors:
                self._doors[item.id].limits = limits_of(item)
            else:
                text = self._kept.get(item.id)
                self._doors[item.id] = Door(limits_of(item), read_memory(text) if text else None)
        self._doors = {e.id: self._doors[e.id] for e in items}
        self._door_of = door_of
        self._restless = set(self._doors)
        self._told.clear()

    # What comes in ------------------------------------------------------------------------------------------

    def see(self, batch: Batch, engine: Engine) -> Outcome:
        """Samples of a batch; the snapshot has them."""
        if not self._doors:
            return Outcome()
        found = self._door_of[batch.point]
        touched = [self._ids[i] for i in sorted(set(found[found >= 0].tolist()))]
        for id_ in touched:
            self._doors[id_].stands(self._position(id_), self._when(id_))
        return self._after(touched, engine)

    def hear(self, drafts: Sequence[Draft], engine: Engine) -> tuple[list[Draft], Outcome]:
        """Messages as events, in their order; back come the events with a refusal's reason in BACnet's words."""
        out, touched, now = list(drafts), set[str](), self._clock.now()
        for i, draft in enumerate(drafts):
            door = self._doors.get(draft.equipment)
            match draft.data:
                case AccessDenied() as data:
                    reason = DenialReason.of(data.reason)
                    out[i] = draft.model_copy(update={"data": data.model_copy(update={"reason": reason.value})})
                    if door is not None:
                        door.denied(draft.at, reason, data.direction, now)
                case AccessGranted() as data if door is not None:
                    door.granted(draft.at, data.direction, data.credential, now)
                case AccessPassage() as data if door is not None:
                    door.passed(draft.at, data.direction, data.kind, now, said=data.tailgating)
                case _:
                    continue
            touched.add(draft.equipment)
        return out, self._after([t for t in touched if t in self._doors], engine)

    def tick(self, engine: Engine) -> Outcome:
        """Let the clock do its part, of the doors where it can."""
        return self._after(sorted(self._restless), engine) if self._restless else Outcome()

    def set_free(self, equipment: str, until: int, engine: Engine) -> Outcome | str:
        """Moving mode of a door until a moment (UTC ns), or its end; why it is refused."""
        door, now = self._doors.get(equipment), self._clock.now()
        if door is None:
            return f"{equipment!r} is no door of this gateway (doors: {', '.join(self._ids) or 'none'})"
        if until - now > _LONGEST * 1_000_000_000:
            return f"moving mode lasts {_LONGEST // 3600} h at most: name an earlier end"
        door.set_free(until, now)
        return self._after([equipment], engine)

    # What goes on -------------------------------------------------------------------------------------------

    def _after(self, doors: Iterable[str], engine: Engine) -> Outcome:
        """Tell detection what reads differently, and keep what is remembered."""
        now, verdicts, state = self._clock.now(), list[Verdict](), dict[str, bytes]()
        for id_ in doors:
            door = self._doors[id_]
            door.settle(now)
            (self._restless.add if door.restless(now) else self._restless.discard)(id_)
            for finding, holds in door.findings(now).items():
                for row in self._rows[id_].get(finding, ()):
                    if self._told.get(row) != holds:
                        self._told[row] = holds
                        verdicts.append(Verdict(row, holds))
            text = door.text()
            if self._kept.get(id_) != text:
                self._kept[id_] = state[_PREFIX + id_] = text
        return Outcome(state=state).add(engine.tell(verdicts) if verdicts else Outcome())

    def _position(self, id_: str) -> Position:
        mode, alarm = self._state(id_, "mode"), self._state(id_, "alarm")
        door, lock = self._state(id_, "door"), self._state(id_, "lock")
        return Position(
            open=None if door is None else door == "open",
            locked=None if lock is None else lock == "locked",
            free=mode in _FREE_MODES or alarm == "free_access",
            egress=alarm == "egress_open",
            forced=alarm == "forced_open",
        )

    def _state(self, id_: str, name: str) -> str | None:
        """The code of a state; None where it is not known."""
        point = self._points[id_].get(name)
        if point is None or self._snapshot.quality[point] == Quality.BAD:
            return None
        value = int(self._snapshot.value[point])
        return next((s.code for s in self._snapshot.table.points[point].means.states if s.value == value), None)

    def _when(self, id_: str) -> int:
        point = self._points[id_].get("door")
        at = int(self._snapshot.time[point]) if point is not None else 0
        return min(at, self._clock.now()) or self._clock.now()


def _points(item: InventoryEquipment, snapshot: Snapshot) -> dict[str, int]:
    by_id = snapshot.table.by_id
    return {p.point: by_id[p.id] for p in item.points if p.point in _STATES and not p.instance}


def _rows(item: InventoryEquipment) -> dict[DoorFinding, list[str]]:
    """Finding → Row.id of the rules that ask for it."""
    found: dict[DoorFinding, list[str]] = {}
    for rule in item.rules:
        if isinstance(rule.condition, DoorTime | DoorCount):
            found.setdefault(rule.condition.finding, []).append(point_id(item.id, "", rule.id))
    return found
