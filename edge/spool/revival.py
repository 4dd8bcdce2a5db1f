"""Dead letters sent again: back to the lane that they came from, under a new seq, in one transaction."""

from __future__ import annotations

import fcntl
import gzip
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from edge.spool.file import open_file, suspect
from edge.spool.lanes import read
from edge.spool.ledger import Ledger
from edge.spool.record import Quotas, Record
from edge.spool.salvage import salvage
from edge.spool.stamp import Stamp
from facility.clock import Clock
from facility.errors import ConfigError, SpoolError
from facility.event import Event, Lane

GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Revived:
    """Seqs of the dead lane that are sent again, and those that can't be, with the reason."""

    again: tuple[int, ...]
    kept: dict[int, str]


def revive(path: Path, clock: Clock, site: str, gateway: str, seqs: Collection[int] | None) -> Revived:
    """Put dead letters back, all or those named. ConfigError while an agent has the spool."""
    if not path.exists():
        raise SpoolError(f"there is no spool at {path}: has the agent ever run with this data folder?")
    if suspect(path).exists():
        raise SpoolError(f"damage was met in {path}: start the agent once, it saves what is sound")
    if _held(path):
        raise ConfigError(
            f"the edge agent runs with {path}: stop it first (`systemctl stop gatehouse-edge` where systemd runs it),"
            " then retry, and start it again"
        )
    file = open_file(path)
    try:
        ledger = Ledger(file, Stamp(clock, site, gateway), clock, Quotas())
        salvage(file, ledger)
        file.db.execute("BEGIN IMMEDIATE")
        dead = [
            row for row in read(file.db, Lane.DEAD, "seq > ? ORDER BY seq", 0) if seqs is None or row[0].seq in seqs
        ]
        again, kept = [], {}
        for record, sound in dead:
            why = _revive(ledger, record) if sound else "damaged on disk"
            if why is None:
                again.append(record.seq)
            else:
                kept[record.seq] = why
        for missing in set(seqs or ()) - {record.seq for record, _ in dead}:
            kept[missing] = "there is no such dead letter"
        ledger.save()
        file.db.execute("COMMIT")
        return Revived(tuple(again), kept)
    finally:
        file.close()


def _held(path: Path) -> bool:
    """Whether somebody has the spool's lock."""
    try:
        with Path(f"{path}.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _revive(ledger: Ledger, record: Record) -> str | None:
    """None where it goes again, else why not."""
    lane = record.why.partition(": ")[0]
    if lane == Lane.TELEMETRY:
        return _telemetry(ledger, record)
    try:
        event = Event.model_validate_json(record.body)
    except ValidationError:
        return "it is no event"
    ledger.resend(record, event)
    return None


def _telemetry(ledger: Ledger, record: Record) -> str | None:
    if record.body.startswith(GZIP):
        body = record.body
    elif record.body.rstrip().count(b"=") and b"," in record.body:
        body = gzip.compress(record.body, 1, mtime=0)
    else:
        return "the edge's own gate refused these samples: no historian may get them"
    ledger.restore(record, body)
    return None
