"""What the spool commands print: tables for people, JSON and plain content for scripts."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.shown import plain
from edge.spool.looking import LaneOnDisk
from edge.spool.record import Record
from edge.spool.revival import Revived
from facility.clock import iso
from facility.event import Lane


def lanes(found: list[LaneOnDisk], *, as_json: bool) -> None:
    """How full each lane is."""
    rows = [
        {
            "lane": str(x.lane), "records": x.records, "bytes": x.bytes, "oldest": x.oldest and iso(x.oldest),
            "newest": x.newest and iso(x.newest), "last_seq": x.high, "dropped": x.dropped,
        }
        for x in found
    ]  # fmt: skip
    _out(rows, as_json=as_json)


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
    console = Console()
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
    table = Table(*(rows[0] if rows else ("nothing is there",)))
    for row in rows:
        table.add_row(*(plain(f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else v) for v in row.values()))
    Console().print(table)
