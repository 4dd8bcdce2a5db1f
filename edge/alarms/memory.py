"""What detection keeps over a restart, as keys of the spool's state: live alarms, out of service, test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from edge.alarms.row import Row
from facility.alarm import AlarmClass, Detection
from facility.event import AlarmCleared, ClockState, Draft, Lane


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """One live alarm; enough to clear it even when its rule is gone."""

    equipment: str
    rule: str
    instance: str
    lane: str
    told: Detection
    at: int
    latched: bool
    order: int = 0
    """The higher, the later it became active: who was first in a group."""

    @property
    def id(self) -> str:
        """As Row.id."""
        return ".".join(p for p in (self.equipment, self.instance, self.rule) if p)

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        return orjson.dumps(self)

    def removed(self, now: int, clock: ClockState) -> Draft:
        """It ends because no rule stands behind it any more."""
        return Draft(
            data=AlarmCleared(rule=self.rule, reason="rule_removed"),
            at=max(now, self.at),
            equipment=self.equipment,
            instance=self.instance,
            lane=Lane(self.lane),
            clock=clock,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything: live alarms; row id → end of out of service; equipment → end of test."""

    alarms: tuple[KeptAlarm, ...]
    out_of_service: dict[str, int]
    test: dict[str, int]


def kept_alarm(row: Row, told: Detection, at: int, order: int, *, latched: bool) -> KeptAlarm:
    """What is kept of a row's live alarm."""
    lane = Lane.LIFE if row.alarm_class is AlarmClass.LIFE_SAFETY else Lane.EVENT
    return KeptAlarm(row.equipment, row.rule, row.instance, lane, told, at, latched, order)


def kept_until(until: int | None) -> bytes:
    """The bytes of an end time; empty: there is none any more."""
    return b"" if until is None else str(until).encode()


def read_kept(state: Mapping[str, bytes]) -> Kept:
    """What the spool's state says; empty values are entries that ended."""
    alarms, out, test = [], {}, {}
    for key, value in sorted(state.items()):
        what, _, name = key.partition("/")
        if not value:
            continue
        if what == "alarm":
            data = json.loads(value)
            alarms.append(KeptAlarm(**{**data, "told": Detection(data["told"])}))
        elif what == "out_of_service":
            out[name] = int(value)
        elif what == "test":
            test[name] = int(value)
    return Kept(tuple(alarms), out, test)
