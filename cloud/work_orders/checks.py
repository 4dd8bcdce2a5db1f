"""Checklists: what a plan wants looked at, what was found, and the one order that a failed item makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from cloud.errors import Unprocessable
from cloud.service_levels.facts import Step
from cloud.stream.store import publish_all
from cloud.work_orders.answers import Checklist, ChecklistItem
from cloud.work_orders.arrivals import spot
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook
from cloud.work_orders.machine import Refused, Said
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import ORDER_CHECK, ORDER_EVIDENCE, WORK_ORDER
from facility.words import Text

_C = ORDER_CHECK.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to look at. A reading outside of `low` … `high` has failed."""

    item: str
    name: Text
    equipment: str | None
    unit: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked, when, and when it is written down."""

    by: str
    at: int
    now: int


def want(connection: Connection, site: str, order: str, items: Iterable[Wanted]) -> None:
    """Put the checklist of a plan on its order: it is not restored before every item was looked at."""
    rows = [
        {"order_id": order, "number": number, "site": site, "item": each.item, "zh": each.name.zh, "en": each.name.en,
         "equipment": each.equipment, "unit": each.unit, "low": each.low, "high": each.high, "note": "", "by": ""}
        for number, each in enumerate(items, 1)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(ORDER_CHECK), rows)


def checks(connection: Connection, order: str) -> list[RowMapping]:
    """The lines of an order's checklist."""
    return list(connection.execute(select(ORDER_CHECK).where(_C.order_id == order).order_by(_C.number)).mappings())


def all_answered(connection: Connection, order: str) -> None:
    """Refused where something was not looked at yet."""
    query = select(_C.zh, _C.en).where(_C.order_id == order, _C.passed.is_(None)).order_by(_C.number)
    left = connection.execute(query).all()
    if left:
        zh, en = "、".join(row.zh for row in left[:5]), ", ".join(row.en for row in left[:5])
        raise Refused(f"检查表还有 {len(left)} 项未填:{zh}", f"{len(left)} items of the checklist are open: {en}")


def check(connection: Connection, row: OrderRow, body: Checklist, by: str, at: int, now: int) -> Said:
    """Write down what was found. A failed item makes an order; told again, or failed again, it is the same order."""
    known = {line["item"]: line for line in checks(connection, row.id) if line["item"] is not None}
    looked = Looked(by, at, now)
    return tuple(_answer(connection, row, each, known, looked) for each in body.items)


def _answer(
    connection: Connection, row: OrderRow, said: ChecklistItem, known: dict[str, RowMapping], looked: Looked
) -> Step:
    line = _line(connection, row, said, known)
    passed = _passed(said, line)
    _stood_there(connection, row, said, line, looked)
    made = line["made"] if line["made"] is not None else None if passed else _make(connection, row, said, line, looked)
    told = {"passed": passed, "reading": said.reading, "note": said.note, "at": looked.at, "by": looked.by}
    here = (_C.order_id == row.id) & (_C.number == line["number"])
    connection.execute(update(ORDER_CHECK).where(here).values(**told, made=made))
    reading = "" if said.reading is None else f" {said.reading:g} {line['unit']}".rstrip()
    note = f"{line['zh']}{reading}: {said.note}" if said.note else f"{line['zh']}{reading}"
    return Step("checked", looked.at, looked.now, looked.by, "passed" if passed else f"failed {made}", note)


def _stood_there(connection: Connection, row: OrderRow, said: ChecklistItem, line: RowMapping, looked: Looked) -> None:
    """The code of the checkpoint is evidence; one of elsewhere is refused."""
    if said.code is None:
        return
    here = replace(row, equipment=line["equipment"], place=None) if line["equipment"] is not None else row
    told = {"site": row.site, "order_id": row.id, "kind": "checkpoint", "ref": spot(connection, here, said.code)}
    when = {"at": looked.at, "recorded_at": looked.now, "by": looked.by, "detail": line["zh"]}
    connection.execute(insert(ORDER_EVIDENCE), told | when)


def _line(connection: Connection, row: OrderRow, said: ChecklistItem, known: dict[str, RowMapping]) -> RowMapping:
    """The line of the plan, or a new one for what somebody looked at besides."""
    if said.item is not None:
        if said.item not in known:
            raise Unprocessable(f"检查表没有 {said.item!r} 项 · the checklist of this order has no item {said.item!r}")
        return known[said.item]
    last = connection.execute(select(func.max(_C.number)).where(_C.order_id == row.id)).scalar_one_or_none() or 0
    told = {"order_id": row.id, "number": last + 1, "site": row.site, "zh": said.name, "en": said.name}
    connection.execute(insert(ORDER_CHECK), told | {"unit": "", "note": "", "by": ""})
    return checks(connection, row.id)[-1]


def _passed(said: ChecklistItem, line: RowMapping) -> bool:
    low, high = line["low"], line["high"]
    bounded = low is not None or high is not None
    if said.reading is None:
        if bounded or said.passed is None:
            raise Unprocessable(f"请填写 {line['zh']} 的读数或结果 · say the reading of {line['en']}, or how it was")
        return said.passed
    inside = (low is None or said.reading >= low) and (high is None or said.reading <= high)
    return inside and said.passed is not False


def _make(connection: Connection, row: OrderRow, said: ChecklistItem, line: RowMapping, looked: Looked) -> str:
    """The order of a failed item: the one that is open from an earlier round, else a new one."""
    ask, now = _failed(row, said, line, looked), looked.now
    book = OrderBook(connection, now)
    id = _open_one(connection, row, line)
    if id is None:
        id = book.open(ask)
    else:
        book.add_evidence(row.site, id, ask.kind, ask.ref, now)
    publish_all(connection, book.write(()), at=now)
    return id


def _open_one(connection: Connection, row: OrderRow, line: RowMapping) -> str | None:
    """Of the same item at the same equipment and place; an item of no plan stands for itself."""
    if line["item"] is None:
        return None
    w = WORK_ORDER.c
    query = select(w.id).join_from(ORDER_CHECK, WORK_ORDER, w.id == _C.made).where(
        _C.site == row.site, _C.item == line["item"], w.open, w.place.is_not_distinct_from(row.place),
        w.equipment.is_not_distinct_from(line["equipment"] or row.equipment),
    )  # fmt: skip
    found: str | None = connection.execute(query.limit(1)).scalar_one_or_none()
    return found


def _failed(row: OrderRow, said: ChecklistItem, line: RowMapping, looked: Looked) -> Ask:
    return Ask(
        site=row.site,
        equipment=line["equipment"] or row.equipment,
        place=row.place,
        fault=None,
        order_class=said.order_class,
        trade=row.trade,
        title=Text(zh=f"检查不合格:{line['zh']}", en=f"Check failed: {line['en']}"),
        source="checklist",
        kind="checklist",
        ref=row.id,
        owner=row.owner,
        at=looked.at,
        by=looked.by,
    )
