"""The orders that one transaction opens or changes: read once, changed in memory, written together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, func, select

from cloud.database.rows import insert_rows, update_rows
from cloud.ids import new_id
from cloud.service_levels.facts import Step
from cloud.service_levels.store import ServiceLevel, service_level
from cloud.stream.store import News
from cloud.timers.store import Timer, set_timers
from cloud.work_orders import machine
from cloud.work_orders.ask import Ask
from cloud.work_orders.finding import Key, closed_by_key, open_by_key, orders_by_id
from cloud.work_orders.history import add_many, steps_of
from cloud.work_orders.promises import arm, faces, timers_of
from cloud.work_orders.row import COLUMNS, OrderRow
from cloud.work_orders.schemas import order_wire
from cloud.work_orders.tables import ORDER_EVIDENCE, WORK_ORDER
from facility.work_order import OrderState

_W = WORK_ORDER.c
_HIGHEST = select(func.max(_W.number)).where(_W.site == bindparam("s"))
_KEPT: Final = ("id", "site", "number", "equipment", "fault", "source", "reported_by", "occurred_at", "reported_at")
"""Columns that never change."""
_CHANGING: Final = tuple(name for name in COLUMNS if name not in _KEPT)
_all, _changing = attrgetter(*COLUMNS), attrgetter(*_CHANGING, "id")
_EVIDENCE: Final = ("site", "order_id", "kind", "ref", "at", "recorded_at", "by", "detail")


class OrderBook:
    """Of one transaction; `write` puts everything into the store and gives the news of it."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._now = now
        self._asked: set[Key] = set()
        self._open: dict[Key, OrderRow] = {}
        self._closed: dict[Key, OrderRow] = {}
        """Of each key that was asked for: the one that was closed last, where none is open."""
        self._rows: dict[str, OrderRow] = {}
        self._new: list[OrderRow] = []
        self._changed: dict[str, OrderRow] = {}
        self._evidence: list[tuple[object, ...]] = []
        self._numbers: dict[str, int] = {}
        self._normal: dict[str, int] = {}
        """Order → when the newest of its alarms cleared."""
        self._steps: dict[str, list[Step]] = {}
        self._levels: dict[str, ServiceLevel] = {}

    def read(self, keys: Iterable[Key]) -> None:
        """Read the orders of these keys, in one go."""
        wanted = {key for key in keys if key not in self._asked}
        self._asked |= wanted
        for key, row in open_by_key(self._connection, wanted).items():
            self._open.setdefault(key, self._rows.setdefault(row.id, row))
        self._closed |= closed_by_key(self._connection, wanted - self._open.keys())

    def open(self, ask: Ask) -> str:
        """The id of the open order of this equipment and fault: opened now, or the one that this attaches to."""
        row = self._known(ask) or self._opened(ask)
        if row.state in machine.REPAIRED and ask.at > (row.restored_at or 0):
            self.said(row, machine.recur(row, ask.owner, self._now))
        if row.device_normal_at is not None:
            row.device_normal_at = None
            self.said(row, machine.lapse(row, self._now))
        self._normal.pop(row.id, None)
        self.add_evidence(ask.site, row.id, ask.kind, ask.ref, ask.at)
        return row.id

    def _known(self, ask: Ask) -> OrderRow | None:
        if ask.equipment is None or ask.fault is None:
            return None
        key = (ask.site, ask.equipment, ask.fault)
        return self._find(key) or self._again(key, ask)

    def by_id(self, id: str) -> OrderRow | None:
        """An order, to be changed."""
        if id not in self._rows:
            for row in orders_by_id(self._connection, [id]):
                self._rows[id] = row
        return self._rows.get(id)

    def said(self, row: OrderRow, steps: machine.Said) -> bool:
        """The row was changed in memory; whether there is anything to say of it."""
        self._changed[row.id] = row
        self._steps.setdefault(row.id, []).extend(steps)
        return bool(steps)

    def take_back(self, key: Key, by: str, why: str) -> str | None:
        """The order of this key has no cause any more: its id where that is said on it. None: there is none open."""
        row = self._find(key)
        if row is None or not self.said(row, machine.groundless(row, by, why, self._now)):
            return None
        return row.id

    def level(self, site: str) -> ServiceLevel:
        """What is promised at the site."""
        if site not in self._levels:
            self._levels[site] = service_level(self._connection, site)
        return self._levels[site]

    def cleared(self, site: str, order: str, alarm: str, at: int) -> None:
        """An attached alarm cleared at `at`; whether it was the last one is asked when all is written."""
        self.add_evidence(site, order, "alarm.cleared", alarm, at)
        self._normal[order] = max(at, self._normal.get(order, 0))

    def add_evidence(self, site: str, order: str, kind: str, ref: str, at: int) -> None:
        """Append to what an order stands on."""
        self._evidence.append((site, order, kind, ref, at, self._now, "", ""))

    @property
    def settling(self) -> Collection[str]:
        """The orders of which an alarm cleared."""
        return self._normal.keys()

    def write(self, busy: Collection[str]) -> list[News]:
        """All into the store; `busy` are those of the settling ones that still have a live alarm."""
        quiet = {order: at for order, at in self._normal.items() if order not in busy}
        for row in orders_by_id(self._connection, [id for id in quiet if id not in self._rows]):
            self._rows[row.id] = row
        for id, at in quiet.items():
            if (known := self._rows.get(id)) is not None:
                known.device_normal_at = at
                self._changed[id] = known
        return self._written()

    def _written(self) -> list[News]:
        add_many(self._connection, ((self._rows[id].site, id, s) for id, steps in self._steps.items() for s in steps))
        new = {row.id for row in self._new}
        timers = [timer for row in self._new for timer in self._timers(row, self._steps[row.id])]
        if self._new:
            insert_rows(self._connection, WORK_ORDER, COLUMNS, [_all(row) for row in self._new])
            set_timers(self._connection, timers)
        changed = [row for row in self._changed.values() if row.id not in new]
        for row in changed:
            row.updated_at = self._now
            if self._steps.get(row.id):
                arm(self._connection, row, self._timers(row, steps_of(self._connection, row.id)))
        update_rows(self._connection, WORK_ORDER, _CHANGING, [_changing(row) for row in changed])
        if self._evidence:
            insert_rows(self._connection, ORDER_EVIDENCE, _EVIDENCE, self._evidence)
        return [News("work_order", row.site, orjson.dumps(order_wire(row)).decode()) for row in [*self._new, *changed]]

    def _timers(self, row: OrderRow, steps: list[Step]) -> list[Timer]:
        level = self.level(row.site)
        return timers_of(row, faces(row, steps, level, self._now), level, self._now)

    def _again(self, key: Key, ask: Ask) -> OrderRow | None:
        """The same fault within the days of the site re-opens the order that was closed last."""
        found = self._closed.get(key)
        if found is None:
            return None
        row = self._rows.setdefault(found.id, found)
        if ask.at <= (row.restored_at or 0) or not machine.recurs(row, self.level(row.site).terms.again_within, ask.at):
            return None
        self.said(row, machine.recur(row, ask.owner, self._now))
        self._open[key] = row
        return row

    def _find(self, key: Key) -> OrderRow | None:
        self.read((key,))
        return self._open.get(key)

    def _opened(self, ask: Ask) -> OrderRow:
        if ask.site not in self._numbers:
            self._numbers[ask.site] = self._connection.execute(_HIGHEST, {"s": ask.site}).scalar_one_or_none() or 0
        self._numbers[ask.site] += 1
        row = OrderRow(
            id=new_id(self._now),
            site=ask.site,
            number=self._numbers[ask.site],
            equipment=ask.equipment,
            place=ask.place,
            fault=ask.fault,
            state=OrderState.REPORTED.value,
            order_class=ask.order_class.value,
            trade=ask.trade,
            title_zh=ask.title.zh,
            title_en=ask.title.en,
            source=ask.source,
            owner=ask.owner,
            occurred_at=ask.at,
            reported_at=self._now,
            updated_at=self._now,
            reported_by=ask.by,
            side=ask.side.value,
            customer=ask.customer,
            contact=ask.contact,
            room=ask.room,
        )
        self._new.append(row)
        self._steps[row.id] = list(machine.report(row, ask.by, self._now))
        self._rows[row.id] = row
        if ask.equipment is not None and ask.fault is not None:
            self._open[ask.site, ask.equipment, ask.fault] = row
        return row
