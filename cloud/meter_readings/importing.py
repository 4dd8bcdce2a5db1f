"""Takes a file of readings: all of it, or nothing and every mistake by its line."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from cloud.database.handing import tried as undone
from cloud.errors import UnfitFile
from cloud.ledger.accounting import Why, account
from cloud.meter_readings.schemas import FileTaken
from cloud.meter_readings.store import Entered, doubts, enter, row_at, unfit
from cloud.meters.facts import MeterFacts
from facility.energy.reading_file import LineMistake, ReadingFile, ReadingLine
from facility.errors import nearest


class UnfitReadings(UnfitFile):
    """A file of readings with mistakes."""

    kind = "unfit-readings"


def import_file(
    connection: Connection, meters: Mapping[str, MeterFacts], file: ReadingFile, why: Why, *, sure: bool
) -> FileTaken:
    """Enter every line in the order of time, then account for each meter once. UnfitReadings for any mistake."""
    mistakes, added, unchanged = list(file.mistakes), 0, 0
    touched: dict[str, tuple[int, int]] = {}
    for line in sorted(file.lines, key=lambda each: (each.at, each.line)):
        entered = Entered(line.at, line.value, "csv", line.note)
        says = _wrong(connection, meters, line, entered, why.now, sure=sure)
        if says is not None:
            mistakes.append(LineMistake(line.line, says))
            continue
        meter = meters[line.meter]
        if row_at(connection, meter, line.at) is not None:
            unchanged += 1
            continue
        enter(connection, meter, entered, by=why.by, now=why.now)
        added += 1
        low, high = touched.get(line.meter, (line.at, line.at + 1))
        touched[line.meter] = (min(low, line.at), max(high, line.at + 1))
    if mistakes:
        raise UnfitReadings(sorted((each.line, each.says) for each in mistakes))
    restated = sum(account(connection, meters[id], *span, why) for id, span in touched.items())
    return FileTaken(
        lines=len(file.lines),
        added=added,
        unchanged=unchanged,
        skipped=len(file.skipped),
        restated=restated,
        dry_run=False,
    )


def tried(
    connection: Connection, meters: Mapping[str, MeterFacts], file: ReadingFile, why: Why, *, sure: bool
) -> FileTaken:
    """What taking it would bring; nothing of it stays. UnfitReadings for any mistake."""
    would = undone(connection, lambda: import_file(connection, meters, file, why, sure=sure))
    return would.model_copy(update={"dry_run": True})


def _wrong(
    connection: Connection,
    meters: Mapping[str, MeterFacts],
    line: ReadingLine,
    entered: Entered,
    now: int,
    *,
    sure: bool,
) -> str | None:
    meter = meters.get(line.meter)
    if meter is None:
        return f"没有这块表 · there is no meter {line.meter[:64]!r}{nearest(line.meter, meters)}"
    says = unfit(connection, meter, entered, now)
    if says is not None or sure:
        return says
    doubt = doubts(connection, meter, entered)
    return None if doubt is None else f"{doubt.zh} · {doubt.en}"
