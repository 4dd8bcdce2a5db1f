"""What instructions do at the edge: reset, out of service, test, settings; a refusal always says why."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from edge.access.access import Access
from edge.alarms.engine import Outcome as Detected
from edge.alarms.machine import State
from edge.instructions import Outcome
from edge.linkage.linkage import Linkage
from edge.patrol.watch import PatrolWatch
from edge.pipeline import Pipeline
from edge.settings import Settings, check_settings, write_settings
from facility.alarm import AlarmClass, Detection
from facility.clock import Clock, iso
from facility.errors import ConfigError, nearest
from facility.ids import point_id
from facility.instruction import (
    AlarmAcknowledged,
    AlarmConfirmed,
    AlarmReset,
    Drill,
    FreePassage,
    Instruction,
    OutOfService,
    TestMode,
)
from facility.instruction import Settings as NewSettings
from facility.resolve import Site

log = logging.getLogger(__name__)


class Hears(Protocol):
    """The local duty page, as seen from here."""

    def told(self, id: str, asked: AlarmAcknowledged) -> Detected | None:
        """An alarm was acknowledged in the cloud; None where nobody waits for that any more."""


Apply = Callable[[Settings], Awaitable[None]]
"""Go on with new settings, without a restart."""

DONE: Final = Outcome("done")


@dataclass(frozen=True, slots=True)
class Watches:
    """What watches beside detection."""

    linkage: Linkage
    patrol: PatrolWatch
    access: Access


class Commands:
    """Does instructions, one at a time; whatever is asked, the alarms of the pipeline's present engine are meant."""

    def __init__(
        self, site: Site, settings: Settings, pipeline: Pipeline, watches: Watches, clock: Clock, apply: Apply,
        duty: Hears | None = None,
    ) -> None:  # fmt: skip
        self._linkage = watches.linkage
        self._access = watches.access
        self._site = site
        self._settings = settings
        self._pipeline = pipeline
        self._clock = clock
        self._apply = apply
        self._duty = duty

    async def do(self, instruction: Instruction) -> Outcome:
        """Do it and say how it went; what it changed is on the way to the disk."""
        equipment, _, instance = instruction.target.partition(".")
        match instruction.arguments:
            case AlarmReset() as asked:
                return self._reset(equipment, instance, asked.rule)
            case OutOfService() as asked:
                return self._out_of_service(equipment, instance, asked)
            case TestMode() as asked:
                return self._test(equipment, asked.until)
            case NewSettings() as asked:
                return await self._new_settings(asked)
            case AlarmConfirmed() | AlarmAcknowledged() as asked:
                return self._seen_to(equipment, instance, asked)
            case Drill() | FreePassage() as asked:
                return self._watched(equipment, asked)

    def _rows(self, equipment: str, instance: str, rule: str) -> list[int] | Outcome:
        engine = self._pipeline.engine
        found = engine.find(equipment, rule, instance)
        if found:
            return found
        rules = sorted({r.rule for r in engine.rows if r.equipment == equipment})
        if not rules:
            known = sorted({r.equipment for r in engine.rows})
            return Outcome("refused", f"no equipment {equipment!r} with alarm rules{nearest(equipment, known)}")
        if rule not in rules:
            return Outcome("refused", f"{equipment} has no evaluated rule {rule!r}{nearest(rule, rules)}")
        return Outcome("refused", f"{equipment} has no instance {instance!r} of {rule}")

    def _reset(self, equipment: str, instance: str, rule: str) -> Outcome:
        rows = self._rows(equipment, instance, rule)
        if isinstance(rows, Outcome):
            return rows
        engine = self._pipeline.engine
        live = [r for r in rows if r in engine.live]
        if not live:
            return Outcome("refused", f"{rule} of {equipment} is no live alarm")
        held = [r for r in live if engine.state(r) is not State.LATCHED]
        if held:
            return Outcome("refused", f"{engine.rows[held[0]].id} still holds: end its cause first, then reset")
        for row in live:
            if (out := engine.reset(row)) is not None:
                self._pipeline.record(out)
        return DONE

    def _out_of_service(self, equipment: str, instance: str, asked: OutOfService) -> Outcome:
        rows = self._rows(equipment, instance, asked.rule)
        if isinstance(rows, Outcome):
            return rows
        if (past := self._past(asked.until)) is not None:
            return past
        if asked.until is not None and (stands := self._stands(rows)):
            return Outcome("refused", f"{stands} is a life-safety alarm that stands: verify and reset it first")
        self._pipeline.record(self._pipeline.engine.set_out_of_service(rows, asked.until))
        return DONE

    def _stands(self, rows: list[int]) -> str:
        """The first of these rows that is a live life-safety alarm; empty: none, or it is out of service already."""
        engine = self._pipeline.engine
        for row in rows:
            alarm, mine = engine.live.get(row), engine.rows[row]
            out = alarm is None or alarm.told is Detection.OUT_OF_SERVICE
            if not out and mine.alarm_class is AlarmClass.LIFE_SAFETY:
                return mine.id
        return ""

    def _test(self, equipment: str, until: int | None) -> Outcome:
        known = [e.id for e in self._settings.inventory.equipment]
        if equipment not in known:
            return Outcome("refused", f"no equipment {equipment!r}{nearest(equipment, known)}")
        if (past := self._past(until)) is not None:
            return past
        self._pipeline.record(self._pipeline.engine.set_test(equipment, until))
        return DONE

    def _past(self, until: int | None) -> Outcome | None:
        if until is None or until > self._clock.now():
            return None
        return Outcome("refused", f"{iso(until)} is past: name a time that is still to come")

    async def _new_settings(self, asked: NewSettings) -> Outcome:
        """Validated whole; a version that is not newer changes nothing; the last good ones stay until it stands."""
        try:
            new = check_settings(self._site, asked.overlay)
        except ConfigError as error:
            return Outcome("refused", str(error))
        if new.version != asked.version:
            return Outcome("refused", f"the text is version {new.version}, the instruction says {asked.version}")
        if new.version <= self._settings.version:
            return Outcome("refused", f"version {new.version} is not newer than {self._settings.version}, which stands")
        try:
            write_settings(self._site, asked.overlay)
        except OSError as error:
            return Outcome("failed", f"can't write the settings beside {self._site.file}: {error.strerror}")
        await self._apply(new)
        self._settings = new
        log.info("settings version %d are in force", new.version)
        return DONE

    def _confirmed(self, equipment: str, instance: str, asked: AlarmConfirmed) -> Outcome:
        """Confirming is the cloud's record; here it only starts what waits for it."""
        rows = self._rows(equipment, instance, asked.rule)
        if isinstance(rows, Outcome):
            return rows
        engine = self._pipeline.engine
        live = [engine.rows[r] for r in rows if r in engine.live]
        if not live:
            return Outcome("refused", f"{asked.rule} of {equipment} is no live alarm")
        return self._answered(self._linkage.confirmed(live, asked, engine))

    def _seen_to(self, equipment: str, instance: str, asked: AlarmConfirmed | AlarmAcknowledged) -> Outcome:
        if isinstance(asked, AlarmConfirmed):
            return self._confirmed(equipment, instance, asked)
        return self._acknowledged(point_id(equipment, instance, asked.rule), asked)

    def _acknowledged(self, alarm: str, asked: AlarmAcknowledged) -> Outcome:
        """For the duty page alone: detection goes on as it is."""
        if self._duty is None:
            return Outcome("refused", "this gateway has no duty page")
        found = self._duty.told(alarm, asked)
        if found is not None:
            self._pipeline.record(found)
        return DONE

    def _watched(self, equipment: str, asked: Drill | FreePassage) -> Outcome:
        """What the watches beside detection do."""
        engine = self._pipeline.engine
        if isinstance(asked, Drill):
            return self._answered(self._linkage.drill(asked, engine))
        if (past := self._past(asked.until)) is not None:
            return past
        return self._answered(self._access.set_free(equipment, asked.until or 0, engine))

    def _answered(self, found: Detected | str) -> Outcome:
        """What came of it is on the way to the disk, or it is refused."""
        if isinstance(found, str):
            return Outcome("refused", found)
        self._pipeline.record(found)
        return DONE
