"""Signatures for the work: the strokes that somebody drew on the telephone, kept as numbers."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, RowMapping, insert, select

from cloud.ids import new_id
from cloud.service_levels.facts import Step
from cloud.work_orders.answers import Signature
from cloud.work_orders.machine import Said
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import ORDER_SIGNATURE

_S = ORDER_SIGNATURE.c


def sign(connection: Connection, row: OrderRow, said: Signature, by: str, at: int, now: int) -> Said:
    """One more signature."""
    told = {
        "id": new_id(now), "site": row.site, "order_id": row.id, "name": said.name, "width": said.width,
        "height": said.height, "strokes": orjson.dumps(said.strokes).decode(), "at": at, "by": by[:64],
    }  # fmt: skip
    connection.execute(insert(ORDER_SIGNATURE), told)
    return (Step("signed", at, now, by, said.name),)


def signatures(connection: Connection, order: str) -> list[RowMapping]:
    """Of an order, the oldest first."""
    query = select(ORDER_SIGNATURE).where(_S.order_id == order).order_by(_S.at, _S.id)
    return list(connection.execute(query).mappings().all())
