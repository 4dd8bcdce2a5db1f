"""What the spool does within one transaction: accept, store, bury, drop; on its own thread, never elsewhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from edge.spool.checksums import sealed, unsealed
from edge.spool.file import CHECKED, SpoolFile
from edge.spool.lanes import LaneTable
from edge.spool.record import LaneState, Quotas, Record
from edge.spool.stamp import Stamp
from facility.clock import NS, Clock
from facility.event import DeadLetter, Draft, Event, Gap, Integrity, Lane

log = logging.getLogger(__name__)

EVENT_LANES = (Lane.LIFE, Lane.EVENT)
SHARE = 64
"""A full lane gives up a 64th of its quota at once: one gap record, not one a second."""
NEVER = 1 << 62
SPOOL_ID = re.compile(rb'"spool":"[0-9a-f-]{36}"')


class Ledger:
    """The open file as lanes, states and inventories. Writing methods run inside the worker's transaction."""

    def __init__(self, file: SpoolFile, stamp: Stamp, clock: Clock, quotas: Quotas) -> None:
        self._file = file
        self._db = file.db
        self._stamp = stamp
        self._clock = clock
        self._quotas = quotas
        self._lanes = {lane: LaneTable(file.db, lane) for lane in Lane}
        self._owed: list[Draft] = []
        meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        self.spool_id = UUID(meta["spool"])
        self.clean = meta["clean"] == "yes"
        self._inventory = meta.get("inventory", "")
        if file.path.stat().st_size <= CHECKED:
            for table in self._lanes.values():
                table.recount()

    def accept(self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes]) -> list[Event]:
        """Stamp and append; what the spool itself had to say and could not goes first."""
        if inventory != self._inventory:
            self._inventory = inventory
            self.put_meta("inventory", inventory)
        owed, self._owed = self._owed, []
        for draft in owed:
            self._append(draft)
        events = [self._append(draft) for draft in drafts]
        for key, value in state.items():
            self.put_state(key, value)
        return events

    def store(self, body: bytes, samples: int, start: int, end: int) -> Record:
        """Append to the telemetry lane; what lies there."""
        self._make_room(Lane.TELEMETRY, len(body))
        table = self._lanes[Lane.TELEMETRY]
        at, _ = self._stamp.time()
        record = Record(Lane.TELEMETRY, table.next_seq(), at, start, end, samples, "", "", body)
        table.insert(record)
        return record

    def bury(self, record: Record, why: str, body: bytes | None, count: int, *, told: bool = True) -> None:
        """Move a record, or the refused part of it, to the dead lane, and (told) say so in an event."""
        if self._lanes[record.lane].delete(record):
            kept = record if body is None else replace(record, body=body, samples=count)
            self._entomb(kept, why, count, told=told)

    def refuse(self, why: str, body: bytes, samples: int, start: int, end: int) -> None:
        """Samples that never were in a lane, straight to the dead lane."""
        at, _ = self._stamp.time()
        self._entomb(Record(Lane.TELEMETRY, 0, at, start, end, samples, "", "", body), why, samples, told=True)

    def _entomb(self, record: Record, why: str, count: int, *, told: bool) -> None:
        dead = self._lanes[Lane.DEAD]
        self._make_room(Lane.DEAD, len(record.body))
        dead.insert(replace(record, lane=Lane.DEAD, seq=dead.next_seq(), why=f"{record.lane}: {why}"[:500]))
        log.warning("%s: %d refused for good, kept in the dead lane: %s", record.lane, count, why)
        if told:
            self._say(DeadLetter(lane=record.lane, count=count, why=why[:500]))

    def restore(self, record: Record, body: bytes) -> None:
        """A dead letter goes to the telemetry lane again."""
        if self._lanes[Lane.DEAD].delete(record):
            self.store(body, record.samples, record.start, record.end)

    def resend(self, record: Record, event: Event) -> None:
        """A dead letter goes to its event lane again: the same event under a new key."""
        table = self._lanes[event.lane]
        if self._lanes[Lane.DEAD].delete(record):
            again = event.model_copy(update={"spool": self.spool_id, "seq": table.next_seq()})
            body = again.model_dump_json().encode()
            self._make_room(event.lane, len(body))
            table.insert(replace(record, lane=event.lane, seq=again.seq, why="", body=body))

    def condemn(self, damaged: Sequence[Record]) -> None:
        """Rows whose checksum does not hold: kept in the dead lane as they are, counted in one event."""
        for record in damaged:
            self.bury(record, "damaged on disk", None, record.samples, told=False)
        if damaged:
            self.report("damaged records in the spool", f"{len(damaged)} of the {damaged[0].lane} lane")

    def report(self, what: str, detail: str) -> None:
        """An integrity.found event."""
        log.error("%s: %s", what, detail)
        self._say(Integrity(what=what, detail=detail))

    def renew(self, was: UUID) -> None:
        """A new spool id for this file and every event in it, if it still has the id `was`."""
        if was != self.spool_id:
            return
        self.spool_id = uuid4()
        self.put_meta("spool", str(self.spool_id))
        for lane in EVENT_LANES:
            self._lanes[lane].tidy(NEVER)
            self._lanes[lane].rewrite(str(was).encode(), str(self.spool_id).encode())
        self.report("spool key used twice", f"spool {was} goes on as {self.spool_id}")

    def adopt(self, record: Record) -> None:
        """Take over a row that was saved from a damaged file, under its old seq and this file's id."""
        body = record.body
        if record.lane in EVENT_LANES:
            body = SPOOL_ID.sub(b'"spool":"%b"' % str(self.spool_id).encode(), body, count=1)
        self._lanes[record.lane].insert(replace(record, body=body))

    def oldest(self, lane: Lane, limit: int, max_bytes: int) -> tuple[list[Record], list[Record]]:
        """Undelivered records in order, and damaged ones met on the way."""
        return self._lanes[lane].oldest(limit, max_bytes)

    def mark(self, lane: Lane, seqs: Sequence[int], keep: float) -> None:
        """Delivered; to be deleted after `keep` seconds."""
        self._lanes[lane].mark(seqs, self._clock.monotonic() + round(keep * NS))

    def unmark(self, lane: Lane) -> None:
        """Offer again what is delivered and not deleted yet."""
        self._lanes[lane].unmark()

    def keep_inventory(self, revision: str, body: bytes) -> None:
        """Keep the body of a revision as long as an undelivered event names it."""
        self._db.execute("INSERT OR REPLACE INTO inventory VALUES (?, ?)", (revision, body))
        self._db.execute(
            "DELETE FROM inventory WHERE revision <> ? AND revision NOT IN"
            " (SELECT inventory FROM life UNION SELECT inventory FROM event)",
            (revision,),
        )

    def inventory(self, revision: str) -> bytes | None:
        """The body of a revision that is kept."""
        row = self._db.execute("SELECT body FROM inventory WHERE revision = ?", (revision,)).fetchone()
        return None if row is None else bytes(row[0])

    def state(self) -> dict[str, bytes]:
        """All states; their checksums were looked at when the file was opened."""
        rows = self._db.execute("SELECT key, value FROM state").fetchall()
        return {key: value for key, kept in rows if (value := unsealed(key, kept)) is not None}

    def put_state(self, key: str, value: bytes) -> None:
        """Keep a state."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, sealed(key, value)))

    def forget(self, keys: Sequence[str]) -> None:
        """Delete states."""
        self._db.executemany("DELETE FROM state WHERE key = ?", ((key,) for key in keys))

    def put_meta(self, key: str, value: str) -> None:
        """Keep a word about the file."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def untidy(self) -> bool:
        """Whether delivered rows wait for their deletion."""
        return any(table.marked for table in self._lanes.values())

    def tidy(self, *, whatever: bool = False) -> None:
        """Delete delivered rows that are due, or all."""
        now = NEVER if whatever else self._clock.monotonic()
        for table in self._lanes.values():
            table.tidy(now)

    def save(self) -> None:
        """Last in every transaction."""
        for table in self._lanes.values():
            table.save()

    def waiting(self) -> dict[Lane, LaneState]:
        """How far each lane is behind."""
        return {lane: table.state() for lane, table in self._lanes.items()}

    def shrink(self) -> bool:
        """The disk is full: what is delivered goes, and the oldest quarter of the telemetry; False if nothing."""
        untidy = self.untidy
        self.tidy(whatever=True)
        return self._drop(Lane.TELEMETRY, self._lanes[Lane.TELEMETRY].size // 4, "the disk is full") or untidy

    def _append(self, draft: Draft) -> Event:
        table = self._lanes[draft.lane]
        event = self._stamp.event(draft, spool=self.spool_id, seq=table.next_seq(), inventory=self._inventory)
        body = event.model_dump_json().encode()
        self._make_room(draft.lane, len(body))
        table.insert(Record(draft.lane, event.seq, event.recorded_at, event.at, event.at, 1, self._inventory, "", body))
        return event

    def _say(self, data: Gap | DeadLetter | Integrity) -> None:
        """An event of the spool's own; before the first inventory is known it waits for it."""
        draft = Draft(data=data, at=self._stamp.time()[0])
        if self._inventory:
            self._append(draft)
        else:
            self._owed.append(draft)

    def _make_room(self, lane: Lane, size: int) -> None:
        table, quota = self._lanes[lane], self._quotas.of(lane)
        if table.size + size <= quota:
            return
        table.tidy(NEVER)
        if (over := table.size + size - quota) <= 0:
            return
        self._drop(lane, over + quota // SHARE, "the lane's quota is full")

    def _drop(self, lane: Lane, size: int, why: str) -> bool:
        dropped = self._lanes[lane].drop(size)
        if not dropped:
            return False
        count = sum(r.samples for r in dropped)
        log.error("%s lane: %s; its oldest %d records are dropped", lane, why, len(dropped))
        start, end = min(r.start for r in dropped), max(r.end for r in dropped)
        self._say(Gap(lane=lane, start=start, end=end, count=count, why=why))
        return True
