"""What no instruction does, whoever gives it: nothing quiets a danger to life that stands, or is to be told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from cloud.alarms.tables import ALARM
from cloud.equipment.store import equipment_of, row_of
from cloud.errors import Conflict, Unprocessable
from cloud.instructions.posts import vital
from facility.alarm import AlarmClass, Detection
from facility.clock import NS
from facility.equipment_type import System
from facility.instruction import (
    AlarmAcknowledged,
    AlarmConfirmed,
    Drill,
    InstructionArguments,
    OutOfService,
    TestMode,
)
from facility.linkage import MISSING_RULE

DAY: Final = 24 * 3600 * NS
LONGEST: Final = {True: DAY, False: 30 * DAY}
"""Life safety? → how long it may be out of service, or in test, at a time."""
_SPAN: Final = {True: ("24 小时", "24 h"), False: ("30 天", "30 days")}
_A: Final = ALARM.c
DANGER: Final = (_A.alarm_class == AlarmClass.LIFE_SAFETY.value) | (_A.rule == MISSING_RULE)
"""An alarm whose rule goes out of service by two, or the head: a danger to life, or what a fire should have brought."""


def expect_allowed(connection: Connection, site: str, target: str, arguments: InstructionArguments, now: int) -> None:
    """Conflict for what is done another way, or not while a danger to life stands; Unprocessable for too long a time.

    Life safety goes out of service by a permit alone, so that each time has a reason, two names and an end.
    """
    equipment = target.partition(".")[0]
    match arguments:
        case AlarmAcknowledged() | AlarmConfirmed():
            raise Conflict(
                "接警、核实请在报警上办理 · acknowledge or confirm the alarm itself: its gateway is told by that"
            )
        case OutOfService(until=int(until)):
            if vital(connection, site, equipment, arguments.rule):
                raise Conflict(
                    "生命安全规则须凭停用许可停用 · "
                    "a life-safety rule goes out of service by a permit alone: ask for one (POST /api/v1/permits)"
                )
            expect_span(until, now, life=False)
        case TestMode(until=int(until)):
            expect_span(until, now, life=_watches_life(connection, site, equipment))
            _expect_no_danger(connection, site, equipment)
        case Drill(on=True):
            _expect_no_fire(connection, site)
        case _:
            return


def expect_span(until: int, now: int, *, life: bool) -> None:
    """Unprocessable for an end that is past, or too far ahead."""
    if not now < until <= now + LONGEST[life]:
        zh, en = _SPAN[life]
        raise Unprocessable(f"结束时间须在现在之后,最长 {zh} · until lies ahead, by at most {en}")


def _watches_life(connection: Connection, site: str, equipment: str) -> bool:
    row = row_of(connection, site, equipment)
    return row is not None and any(
        rule.alarm_class is AlarmClass.LIFE_SAFETY for rule in equipment_of(row["body"]).rules
    )


def _expect_no_danger(connection: Connection, site: str, equipment: str) -> None:
    """What it raised next would be called a test."""
    stands = select(_A.id).where(_A.site == site, _A.equipment == equipment, DANGER, _A.live, ~_A.test).limit(1)
    if connection.execute(stands).first() is not None:
        raise Conflict(
            "该设备有未结束的生命安全报警,不得转为测试 · "
            "a life-safety alarm of this equipment stands: verify and reset it, then begin the test"
        )


def _expect_no_fire(connection: Connection, site: str) -> None:
    """The fire that is raised next would be called a drill. One that is over, and seen, waits for its reset alone."""
    fire = (_A.alarm_class == AlarmClass.LIFE_SAFETY.value) & (_A.system == System.FIRE.value)
    burning = (_A.detection == Detection.ACTIVE.value) | _A.acknowledged_at.is_(None)
    stands = select(_A.id).where(_A.site == site, fire, burning, _A.live, ~_A.test, ~_A.drill).limit(1)
    if connection.execute(stands).first() is not None:
        raise Conflict(
            "现场有未处理或仍在报的火警,不得开始演练 · "
            "a fire alarm stands at this site, or nobody has acknowledged it: deal with it, then begin the drill"
        )
