"""What the spool commands print: tables for people, JSON and plain content for scripts."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.text import Text

from edge.shown import plain, table, terminal
from edge.spool.looking import LaneOnDisk
from edge.spool.record import Record
from edge.spool.revival import Revived
from edge.status import LaneStatus
from facility.clock import iso
from facility.event import Lane


def lanes(found: list[LaneOnDisk], told: Mapping[str, LaneStatus], *, as_json: bool) -> None:
    """How full each lane is; `told` by a running agent, which alone knows what of it is delivered and kept."""
    _out([_lane(lane, told.get(lane.lane)) for lane in found], as_json=as_json)


def _lane(x: LaneOnDisk, told: LaneStatus | None) -> dict[str, Any]:
    waiting, oldest = (x.records, x.oldest) if told is None else (min(told.records, x.records), told.oldest)
    return {
        "lane": str(x.lane), "waiting": waiting, "kept": x.records - waiting, "records": x.records, "bytes": x.bytes,
        "oldest": oldest and iso(oldest), "newest": x.newest and iso(x.newest), "last_seq": x.high,
        "dropped": x.dropped,
    }  # fmt: skip


def records(found: Iterable[tuple[Record, bool]], *, as_json: bool) -> None:
    """What lies in a lane."""
    rows = [
        {
            "seq": r.seq, "accepted": iso(r.at), "from": iso(r.start), "to": iso(r.end), "samples": r.samples,
            "bytes": len(r.body), "what": r.why or _type(r), "sound": sound,
        }
        for r, sound in found
    ]  # fmt: skip
    _out(rows, as_json=as_json)


def revived(found: Revived, *, as_json: bool) -> None:
    """What is sent again, and what is not."""
    if as_json:
        print(json.dumps({"again": found.again, "kept": found.kept}, ensure_ascii=False, indent=2))  # noqa: T201
        return
    console = terminal()
    console.print(f"{len(found.again)} dead letters will be sent again when the agent runs")
    for seq, why in found.kept.items():
        console.print(Text(plain(f"{seq} stays: {why}"), "yellow"))


def content(record: Record) -> Iterator[bytes]:
    """Lines to export: events and dead letters as JSON, telemetry as line protocol."""
    if record.lane is Lane.TELEMETRY:
        yield from _unpacked(record.body).splitlines()
    elif record.lane is Lane.DEAD:
        text = _unpacked(record.body).decode("utf-8", "backslashreplace")
        whole = {"seq": record.seq, "at": iso(record.at), "why": record.why, "samples": record.samples, "content": text}
        yield json.dumps(whole, ensure_ascii=False).encode()
    else:
        yield record.body


def _unpacked(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return body


def _type(record: Record) -> str:
    if record.lane is Lane.TELEMETRY:
        return "line protocol, gzip"
    try:
        data = json.loads(record.body)["data"]
        return str(data["type"])
    except (ValueError, KeyError, TypeError):
        return "not readable"


def _out(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))  # noqa: T201 - the command's output
        return
    cells = ((f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else v for v in row.values()) for row in rows)
    table(terminal(), list(rows[0]) if rows else ["nothing is there"], cells)
