"""One report: an order of its own, or one more word to the order that is open for this equipment already."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, insert, select

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.equipment.tables import RULE
from cloud.qr_codes.naming import Names
from cloud.qr_codes.store import Spot
from cloud.resident_reports.limits import refuse_flood
from cloud.resident_reports.schemas import ResidentReport
from cloud.resident_reports.tables import RESIDENT_REPORT
from cloud.service_levels.facts import Step
from cloud.stream.store import publish_all
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook
from facility.alarm import OrderClass, Post
from facility.words import Text
from facility.work_order import Side

FAULT: Final = "resident_report"
"""Of equipment: twenty residents before one lift make one order."""
GENERAL: Final = "general"
RESIDENT: Final = Caller("machine", "resident", "resident")
"""In the audit log: somebody before a code."""
_R = RESIDENT_REPORT.c


def report(connection: Connection, spot: Spot, code: str, said: ResidentReport, now: int) -> int:
    """The number of the order; the same key is answered the same."""
    book = OrderBook(connection, now)
    known = connection.execute(select(_R.order_id).where(_R.code == code, _R.key == said.key)).scalar_one_or_none()
    if known is not None and (held := book.by_id(known)) is not None:
        return held.number
    refuse_flood(connection, spot.site, code, now)
    id = book.open(_ask(connection, spot, said, now))
    row = book.by_id(id)
    if row is None:
        raise LookupError(id)
    if row.reported_at != now:
        book.said(row, (Step("reported_again", now, now, RESIDENT.name, "", said.text),))
        row.contact = row.contact or said.contact
    told = {"code": code, "key": said.key, "site": spot.site, "order_id": id, "text": said.text, "at": now}
    connection.execute(insert(RESIDENT_REPORT), told)
    publish_all(connection, book.write(()), at=now)
    record(connection, RESIDENT, Entry("order.report", id, spot.site, detail=said.text), at=now)
    return row.number


def _ask(connection: Connection, spot: Spot, said: ResidentReport, now: int) -> Ask:
    equipment = spot.ref if spot.kind == "equipment" else None
    return Ask(
        site=spot.site,
        equipment=equipment,
        place=spot.ref if spot.kind == "place" else None,
        fault=FAULT if equipment is not None else None,
        order_class=OrderClass.ORDINARY,
        trade=_trade(connection, spot.site, equipment),
        title=_title(connection, spot, said.text),
        source="person",
        kind="resident_report",
        ref=said.key,
        owner=Post.ENGINEERING.value,
        at=now,
        by=RESIDENT.name,
        side=Side.CUSTOMER,
        contact=said.contact,
    )


def _title(connection: Connection, spot: Spot, text: str) -> Text:
    named = Names(connection, spot.site).of(spot)
    if named is None:
        return Text(zh=text, en=text)
    name, _ = named
    return Text(zh=f"{name.zh}:{text}", en=f"{name.en}: {text}")


def _trade(connection: Connection, site: str, equipment: str | None) -> str:
    """The trade that the equipment's own rules ask for."""
    query = select(RULE.c.body).where(RULE.c.site == site, RULE.c.equipment == equipment).order_by(RULE.c.id)
    for body in connection.execute(query).scalars() if equipment is not None else ():
        order = orjson.loads(body).get("order")
        if order:
            return str(order["trade"])
    return GENERAL
