from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from cloud.access import retention
from cloud.access.retention import DAY, DAYS, forget_access
from cloud.forgetting import forget_once
from cloud.ingest.tables import EVENT
from cloud.photos.files import Files
from facility.clock import AHEAD
from facility.event import AccessGranted, ClockState
from tests.cloud.building import Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

PASSED = AccessGranted(credential="card", last4="1234", direction="in")


async def kept(house: House) -> list[tuple[str, int]]:
    rows = await house.database.read(lambda c: c.execute(select(EVENT.c.type, EVENT.c.seq).order_by(EVENT.c.seq)).all())
    return [(row.type, row.seq) for row in rows]


async def test_who_went_where_is_deleted_after_180_days_and_nothing_else(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr("cloud.forgetting.AT_ONCE", 2)
    now = edge.clock.now()
    old = [edge.event(PASSED, "pump-1", at=now - DAYS * DAY - n) for n in range(1, 6)]
    young = edge.event(PASSED, "pump-1", at=now - DAYS * DAY + 600 * 10**9)
    await send(gateway, *old, young, edge.raised())
    files = Files(house.settings.photos_folder)
    await forget_once(house.database, files, now)
    assert await kept(house) == [("access.granted", young.seq), ("alarm.raised", young.seq + 1)]
    assert [line["card"] for line in await items(admin, "access")] == ["•••• 1234"]
    await forget_once(house.database, files, now, 365)
    assert len(await kept(house)) == 2


async def test_a_line_from_the_future_counts_from_its_arrival(
    house: House, gateway: httpx.AsyncClient, edge: Edge
) -> None:
    now = edge.clock.now()
    ahead = edge.event(PASSED, "pump-1", at=now + 900 * DAY)
    ahead = ahead.model_copy(update={"clock": ClockState.UNTRUSTED, "recorded_at": now + 900 * DAY})
    await send(gateway, ahead)
    assert await house.database.write(lambda c: forget_access(c, now + DAYS * DAY - AHEAD, DAYS)) == 0
    assert await house.database.write(lambda c: forget_access(c, now + DAYS * DAY + AHEAD, DAYS)) == 1
    assert await kept(house) == []
