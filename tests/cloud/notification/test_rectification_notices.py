"""A missed energy target: its owner is told when the task is theirs, and again once its day has passed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from cloud.energy_targets.due import _task_is_late
from cloud.energy_targets.notifying import AGAIN, LATE, given, remind
from cloud.energy_targets.schemas import Missed, Rectification, StoredTarget
from cloud.energy_targets.store import open_tasks, put_task, task
from cloud.notices.tables import NOTICE
from cloud.timers.store import next_due, take_due
from facility.clock import NS
from facility.energy.local_time import local_day, midnight
from tests.cloud.building import SITE
from tests.cloud.notification.telling import Telling

ZONE = ZoneInfo("Asia/Shanghai")
MISSED = Missed(unit="kW.h", target=Decimal(80_000), amount=Decimal("91500.4"), coverage=1.0)


def opened(connection: Connection, now: int) -> Rectification:
    target = StoredTarget.model_validate(
        {"scope": "meter:meter-main", "month": "2026-10", "amount": "80000", "owner": "ann", "unit": "kW.h",
         "updated_at": now, "updated_by": "wu"}
    )  # fmt: skip
    due = local_day(ZONE, now) + timedelta(days=15)
    (found,) = open_tasks(connection, SITE, [(target, MISSED)], due, now=now)
    assert open_tasks(connection, SITE, [(target, MISSED)], due, now=now) == []
    given(connection, ZONE, found, now)
    return found


async def test_the_owner_is_told_with_what_was_missed_and_the_address(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    held = await telling.database.write(lambda c: opened(c, telling.clock.now()))
    await telling.turns(telling.sender(), 30, step=2)
    (told,) = telling.bots.at("/group")
    text = told.json["text"]["content"]
    assert "【整改任务】meter-main 2026-10 超出目标" in text
    assert "实际 91,500 kWh,目标 80,000 kWh" in text
    assert f"负责 ann,限期 {held.due}" in text
    assert f"https://gatehouse.example/energy/targets?task={held.id}" in text


async def test_a_late_task_is_told_each_week_until_it_is_closed_or_has_another_day(telling: Telling) -> None:
    def walk(connection: Connection) -> list[str]:
        now = telling.clock.now()
        held = opened(connection, now)
        at = next_due(connection)
        assert at == midnight(ZONE, date.fromordinal(held.due.toordinal() + 1))
        for _ in range(2):
            (timer,) = take_due(connection, at, 9)
            assert timer.kind == LATE
            _task_is_late(connection, timer, at)
            at = next_due(connection)
            assert at == timer.due_at + AGAIN
        later = held.model_copy(update={"due": local_day(ZONE, at) + timedelta(days=30)})
        put_task(connection, later, by="wu", now=at)
        remind(connection, ZONE, later, at)
        moved = next_due(connection)
        assert moved is not None
        assert moved - at > 29 * 24 * 3_600 * NS
        put_task(connection, later.model_copy(update={"state": "verified"}), by="wu", now=at)
        closed = task(connection, held.id)
        assert closed is not None
        remind(connection, ZONE, closed, at)
        assert next_due(connection) is None
        return list(connection.execute(select(NOTICE.c.occasion).order_by(NOTICE.c.id)).scalars())

    told = await telling.database.write(walk)
    assert told == ["rectification", "rectification_late", "rectification_late"]
