"""Who is given an order is told, with an address that opens it on their telephone. On both stores."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.notices.store import Notice, give_notices
from cloud.work_orders import machine
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook
from facility.alarm import OrderClass
from facility.words import Text
from tests.cloud.building import SITE
from tests.cloud.notification.telling import Telling


async def test_a_dispatched_order_is_told_with_one_tap_to_it(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    now = telling.clock.now()
    ask = Ask(
        site=SITE, equipment=None, place=None, fault=None, order_class=OrderClass.URGENT, trade="general",
        title=Text(zh="水泵房漏水", en="Leak"), source="person", kind="request", ref="", owner="engineering", at=now,
        customer="王女士", contact="13800138000",
    )  # fmt: skip

    def work(connection: Connection) -> str:
        book = OrderBook(connection, now)
        id = book.open(ask)
        row = book.by_id(id)
        assert row is not None
        book.said(row, machine.dispatch(row, "ann", "desk", now))
        book.write(())
        give_notices(connection, [Notice(now, SITE, id, "dispatched", ("engineering",))])
        return id

    id = await telling.database.write(work)
    await telling.turns(telling.sender(), 30, step=2)
    (told,) = telling.bots.at("/group")
    text = told.json["text"]["content"]
    assert "【派单】工单 1:水泵房漏水" in text
    assert "ann" in text
    assert f"https://gatehouse.example/phone/orders/{id}" in text
    assert "王女士" not in text
    assert "138" not in text
