"""The alarms that one transaction raises or changes: read together, changed in memory, written together.

Thousands of events cost a few statements so; what is told on the stream is what each alarm is at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Final

import orjson
from sqlalchemy import Connection

from cloud.alarms import machine
from cloud.alarms.facts import Facts, facts
from cloud.alarms.machine import Deadline, Said
from cloud.alarms.notify import notice
from cloud.alarms.reading import by_id, by_key, with_live_alarms
from cloud.alarms.row import CHANGING, COLUMNS, AlarmKey, AlarmRow
from cloud.alarms.schemas import alarm_wire
from cloud.alarms.tables import ALARM, ALARM_STEP
from cloud.alarms.withdrawn import withdrawn
from cloud.database.rows import insert_rows, update_rows
from cloud.notices.store import Notice, Occasion, give_notices
from cloud.stream.store import News, publish_all
from cloud.timers.store import Timer, cancel_timers, set_timers
from cloud.work_orders.book import OrderBook
from facility.alarm import Detection

_STEP: Final = ("alarm", "kind", "at", "recorded_at", "by", "detail")
_DETECTED: Final = frozenset({"raised", "raised_again", "updated"})
"""Steps that say what the edge detects."""
_all, _changing = attrgetter(*COLUMNS), attrgetter(*CHANGING, "id")


class AlarmBook:
    """Of one transaction: `write` ends it."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self.orders = OrderBook(connection, now)
        self._facts: dict[str, Facts] = {}
        self._read: set[AlarmKey] = set()
        self._live: dict[AlarmKey, AlarmRow] = {}
        self._returned: dict[AlarmKey, AlarmRow] = {}
        self._rows: dict[str, AlarmRow] = {}
        self._before: dict[str, tuple[Deadline, ...]] = {}
        """Of each row that was read: what was due then."""
        self._new: dict[str, AlarmRow] = {}
        self._changed: dict[str, AlarmRow] = {}
        self._steps: list[tuple[object, ...]] = []
        self._notices: list[Notice] = []

    def facts(self, site: str) -> Facts:
        """What is known of a site."""
        if site not in self._facts:
            self._facts[site] = facts(self.connection, site)
        return self._facts[site]

    def read(self, keys: Iterable[AlarmKey]) -> None:
        """Read what there is of these keys, in one go."""
        wanted = {key for key in keys if key not in self._read}
        if wanted:
            self._read |= wanted
            for row in by_key(self.connection, wanted):
                self._take(row)

    def live(self, key: AlarmKey) -> AlarmRow | None:
        """The live alarm of a key."""
        self.read((key,))
        return self._live.get(key)

    def returned(self, key: AlarmKey, *, drill: bool, test: bool) -> AlarmRow | None:
        """The newest alarm of a key that is over and that nobody has acknowledged; none of another meaning."""
        self.read((key,))
        row = self._returned.get(key)
        return row if row is not None and (row.drill, row.test) == (drill, test) else None

    def by_id(self, id: str) -> AlarmRow | None:
        """One alarm."""
        if id not in self._rows:
            for row in by_id(self.connection, (id,)):
                self._take(row)
        return self._rows.get(id)

    def take(self, rows: Iterable[AlarmRow]) -> list[AlarmRow]:
        """Rows that were read elsewhere in this transaction; the ones to change instead of them."""
        return [self._take(row) for row in rows]

    def _take(self, row: AlarmRow) -> AlarmRow:
        if row.id in self._rows:
            return self._rows[row.id]
        self._rows[row.id] = row
        self._before[row.id] = machine.deadlines(row)
        self._place(row)
        return row

    def _place(self, row: AlarmRow) -> None:
        key = row.key
        if row.live:
            self._live[key] = row
            if self._returned.get(key) is row:
                del self._returned[key]
            return
        if self._live.get(key) is row:
            del self._live[key]
        newest = self._returned.get(key)
        if row.acknowledged_at is not None:
            if newest is row:
                del self._returned[key]
        elif newest is None or newest.last_raised_at <= row.last_raised_at:
            self._returned[key] = row

    def add(self, row: AlarmRow) -> None:
        """A new alarm."""
        self._read.add(row.key)
        self._new[row.id] = self._rows[row.id] = row
        self._before[row.id] = ()
        self._place(row)

    def changed(self, row: AlarmRow) -> None:
        """This row was changed."""
        row.updated_at = self.now
        self._changed[row.id] = row
        self._place(row)

    def step(self, row: AlarmRow, kind: str, *, at: int, by: str, detail: str = "") -> None:
        """Append to the history of an alarm; of one that is detected out of service also who took it out, and why."""
        self._steps.append((row.id, kind, at, self.now, by, detail))
        out = kind in _DETECTED and row.detection == Detection.OUT_OF_SERVICE
        if out and (told := withdrawn(self.connection, row, at)) is not None:
            self._steps.append((row.id, "out_of_service", at, self.now, *told))

    def said(self, row: AlarmRow, steps: Collection[Said], *, by: str) -> bool:
        """A person or time did this to it; whether anything was done."""
        for kind, detail in steps:
            self.step(row, kind, at=self.now, by=by, detail=detail)
        if steps:
            self.changed(row)
        return bool(steps)

    def notify(self, row: AlarmRow, occasion: Occasion) -> None:
        """Its posts are to be told."""
        if (asked := notice(row, occasion, self.now)) is not None:
            self._notices.append(asked)

    def clear(self, row: AlarmRow, reason: str, *, at: int, by: str) -> None:
        """The alarm is no longer detected; its order learns of it."""
        machine.clear(row, reason, at)
        self.changed(row)
        self.step(row, "cleared", at=at, by=by, detail=reason)
        if row.work_order is not None:
            self.orders.cleared(row.site, row.work_order, row.id, at)

    def write(self) -> None:
        """All into the store, and the news of it on the stream, life safety first."""
        new = list(self._new.values())
        changed = [row for id, row in self._changed.items() if id not in self._new]
        update_rows(self.connection, ALARM, CHANGING, [_changing(row) for row in changed])
        insert_rows(self.connection, ALARM, COLUMNS, [_all(row) for row in new])
        insert_rows(self.connection, ALARM_STEP, _STEP, self._steps)
        self._set_timers([*new, *changed])
        give_notices(self.connection, self._notices)
        news = self.orders.write(with_live_alarms(self.connection, self.orders.settling))
        told = sorted([*new, *changed], key=lambda row: not machine.life_safety(row))
        news += [News("alarm", row.site, orjson.dumps(alarm_wire(row, self.now)).decode()) for row in told]
        publish_all(self.connection, news, at=self.now)

    def _set_timers(self, rows: Collection[AlarmRow]) -> None:
        wanted: list[Timer] = []
        over: list[tuple[str, str]] = []
        for row in rows:
            before, after = self._before[row.id], machine.deadlines(row)
            if before != after:
                wanted += [Timer(kind, row.id, at) for kind, at in after if (kind, at) not in before]
                kinds = {kind for kind, _ in after}
                over += [(kind, row.id) for kind, _ in before if kind not in kinds]
        cancel_timers(self.connection, over)
        set_timers(self.connection, wanted)
