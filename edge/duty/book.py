"""What people must know of the alarms and what they answered: kept over a restart, beside detection's own memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from edge.alarms.engine import Engine
from edge.alarms.row import Row
from facility.alarm import AlarmClass, Detection
from facility.event import AlarmAcknowledged, AlarmCleared, AlarmRaised, AlarmUpdated, ClockState, Draft, Lane
from facility.ids import point_id

PREFIX: Final = "answer/"
SHOWN: Final = (Detection.ACTIVE, Detection.LATCHED)
OVER: Final = ("rule_removed", "out_of_service")
"""Reasons after which nobody needs to answer an alarm any more."""
SILENT: Final = "duress"
"""The rule whose alarm makes no sound on site: who is forced must not be betrayed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One alarm: since when (`at`, UTC ns), what is told of it, and who acknowledged it. `where`: page or cloud."""

    equipment: str
    instance: str
    rule: str
    priority: int
    alarm_class: str
    at: int
    detection: str
    drill: bool = False
    test: bool = False
    zh: str = ""
    en: str = ""
    """What the device itself said."""
    value: float | None = None
    limit: float | None = None
    acknowledged_at: int | None = None
    by: str = ""
    where: str = ""

    @property
    def id(self) -> str:
        """As Row.id."""
        return point_id(self.equipment, self.instance, self.rule)

    @property
    def life(self) -> bool:
        """Fire, people trapped, panic …"""
        return self.alarm_class == AlarmClass.LIFE_SAFETY

    @property
    def waits(self) -> bool:
        """Whether somebody must still acknowledge it."""
        held = (Detection.SUPPRESSED, Detection.OUT_OF_SERVICE)
        return self.acknowledged_at is None and self.detection not in held

    @property
    def sounds(self) -> bool:
        """Whether it may be heard: not a duress, and not what has returned by itself."""
        return self.waits and self.detection in SHOWN and self.rule != SILENT

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()


class Book:
    """All of them by id; `version` moves with every change."""

    def __init__(self) -> None:
        self.version = 0
        self._alarms: dict[str, Answered] = {}

    def __iter__(self) -> Iterator[Answered]:
        return iter(self._alarms.values())

    def get(self, id: str) -> Answered | None:
        """One alarm."""
        return self._alarms.get(id)

    def restore(self, state: Mapping[str, bytes], engine: Engine) -> dict[str, bytes]:
        """Go on from what the spool kept, and from what is live; back comes what changed of it."""
        for key, value in sorted(state.items()):
            if key.startswith(PREFIX) and value:
                known: dict[str, Any] = json.loads(value)
                self._alarms[key.removeprefix(PREFIX)] = Answered(**known)
        live = {engine.rows[i].id: (engine.rows[i], alarm) for i, alarm in engine.live.items()}
        out: dict[str, bytes] = {}
        for id, (row, alarm) in live.items():
            known_one = self._alarms.get(id)
            if known_one is None or known_one.at != alarm.at:
                out |= self._put(_of_row(row, alarm.at, alarm.told))
            elif known_one.detection != alarm.told:
                out |= self._put(replace(known_one, detection=alarm.told.value))
        for id, one in list(self._alarms.items()):
            if id not in live and one.detection != Detection.CLEARED:
                out |= self._cleared(one, "normal")
        return out

    def follow(self, drafts: Sequence[Draft]) -> dict[str, bytes]:
        """Events on their way to the disk; back comes what is kept with them."""
        out: dict[str, bytes] = {}
        for draft in drafts:
            data = draft.data
            if draft.replayed or not isinstance(data, AlarmRaised | AlarmUpdated | AlarmCleared | AlarmAcknowledged):
                continue
            one = self._alarms.get(point_id(draft.equipment, draft.instance, data.rule))
            if isinstance(data, AlarmRaised):
                out |= self._put(_raised(draft, data))
            elif one is None:
                continue
            elif isinstance(data, AlarmUpdated):
                out |= self._put(replace(one, detection=data.detection.value))
            elif isinstance(data, AlarmCleared):
                out |= self._cleared(one, data.reason)
            else:
                out |= self.acknowledge(one, draft.at, data.by, "page")
        return out

    def acknowledge(self, one: Answered, at: int, by: str, where: str) -> dict[str, bytes]:
        """Somebody has seen it; one that has returned by then is over."""
        if one.detection == Detection.CLEARED:
            return self._drop(one)
        return self._put(replace(one, acknowledged_at=at, by=by, where=where))

    def _cleared(self, one: Answered, reason: str) -> dict[str, bytes]:
        """It stays until somebody has seen it."""
        if not one.waits or reason in OVER:
            return self._drop(one)
        return self._put(replace(one, detection=Detection.CLEARED.value))

    def _put(self, one: Answered) -> dict[str, bytes]:
        self._alarms[one.id] = one
        self.version += 1
        return {PREFIX + one.id: one.text()}

    def _drop(self, one: Answered) -> dict[str, bytes]:
        self._alarms.pop(one.id, None)
        self.version += 1
        return {PREFIX + one.id: b""}


def acknowledgement(one: Answered, by: str, now: int, clock: ClockState) -> Draft:
    """The event of it, in the lane of its alarm: it comes after the raise and before what follows."""
    return Draft(
        data=AlarmAcknowledged(rule=one.rule, by=by, raised_at=one.at),
        at=max(now, one.at),
        equipment=one.equipment,
        instance=one.instance,
        lane=Lane.LIFE if one.life else Lane.EVENT,
        clock=clock,
    )


def _raised(draft: Draft, data: AlarmRaised) -> Answered:
    text = data.text
    return Answered(
        equipment=draft.equipment,
        instance=draft.instance,
        rule=data.rule,
        priority=int(data.priority),
        alarm_class=data.alarm_class.value,
        at=draft.at,
        detection=data.detection.value,
        drill=data.drill,
        test=data.test,
        zh=text.zh if text else "",
        en=text.en if text else "",
        value=data.value,
        limit=data.limit,
    )


def _of_row(row: Row, at: int, told: Detection) -> Answered:
    """One that was raised before there was a duty page."""
    return Answered(
        equipment=row.equipment,
        instance=row.instance,
        rule=row.rule,
        priority=int(row.priority),
        alarm_class=row.alarm_class.value,
        at=at,
        detection=told.value,
        zh=row.text.zh if row.text else "",
        en=row.text.en if row.text else "",
        limit=row.limit,
    )
