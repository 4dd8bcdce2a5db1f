"""Takes a file of readings: all of it, or nothing and every mistake by its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from cloud.database.handing import tried as undone
from cloud.energy.asked import zone_of
from cloud.errors import UnfitFile
from cloud.ledger.accounting import Why, account
from cloud.ledger.reading import readings_around
from cloud.meter_readings.judging import Entered, Neighbour, beside, doubts, unfit
from cloud.meter_readings.schemas import FileTaken
from cloud.meter_readings.store import amounts_at, enter
from cloud.meters.facts import MeterFacts
from facility.energy.reading_file import LineMistake, ReadingFile, ReadingLine
from facility.energy.readings import Source
from facility.energy.units import millionths_of
from facility.errors import nearest


class UnfitReadings(UnfitFile):
    """A file of readings with mistakes."""

    kind = "unfit-readings"


@dataclass(slots=True)
class _Taken:
    """Of one meter's lines."""

    entered: list[Entered] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[LineMistake] = field(default_factory=list)


def import_file(
    connection: Connection, meters: Mapping[str, MeterFacts], file: ReadingFile, why: Why, *, sure: bool
) -> FileTaken:
    """Enter every line in the order of time, then account for each meter once. UnfitReadings for any mistake."""
    lines: dict[str, list[ReadingLine]] = {}
    for line in sorted(file.lines, key=lambda each: (each.at, each.line)):
        lines.setdefault(line.meter, []).append(line)
    mistakes = [*file.mistakes, *(_strange(meters, line) for id in lines.keys() - meters.keys() for line in lines[id])]
    known = {id: own for id, own in lines.items() if id in meters}
    found = {id: _judged(connection, meters[id], own, why.now, sure=sure) for id, own in known.items()}
    mistakes += [mistake for each in found.values() for mistake in each.mistakes]
    if mistakes:
        raise UnfitReadings(sorted((each.line, each.says) for each in mistakes))
    return FileTaken(
        lines=len(file.lines),
        added=sum(len(each.entered) for each in found.values()),
        unchanged=sum(each.unchanged for each in found.values()),
        skipped=len(file.skipped),
        restated=sum(_kept(connection, meters[id], each.entered, why) for id, each in found.items()),
        dry_run=False,
    )


def _strange(meters: Mapping[str, MeterFacts], line: ReadingLine) -> LineMistake:
    return LineMistake(line.line, f"没有这块表 · there is no meter {line.meter[:64]!r}{nearest(line.meter, meters)}")


def _judged(connection: Connection, meter: MeterFacts, lines: Sequence[ReadingLine], now: int, *, sure: bool) -> _Taken:
    """Each against what is held and the lines before it; the store is asked once for all of them."""
    first, last, zone = lines[0].at, lines[-1].at, zone_of(connection, meter.site)
    there = amounts_at(connection, meter, first, last)
    held = readings_around(connection, meter, first, last + 1).readings
    found = _Taken()
    own: Neighbour | None = None
    for line in lines:
        entered = Entered(line.at, line.value, "csv", line.note)
        says = unfit(meter, entered, now, there.get(line.at), zone)
        if says is None and line.at in there:
            found.unchanged += 1
            continue
        if says is None and not sure:
            before, after = beside(held, line.at)
            before = max((each for each in (before, own) if each is not None), default=None)
            doubt = doubts(meter, entered, before, after, zone)
            says = None if doubt is None else f"{doubt.zh} · {doubt.en}"
        if says is not None:
            found.mistakes.append(LineMistake(line.line, says))
            continue
        found.entered.append(entered)
        there[line.at] = millionths_of(line.value, meter.shown_unit)
        own = Neighbour(line.at, Source.HAND, there[line.at])
    return found


def _kept(connection: Connection, meter: MeterFacts, entered: Sequence[Entered], why: Why) -> int:
    if not entered:
        return 0
    enter(connection, meter, entered, by=why.by, now=why.now)
    return account(connection, meter, entered[0].at, entered[-1].at + 1, why)


def tried(
    connection: Connection, meters: Mapping[str, MeterFacts], file: ReadingFile, why: Why, *, sure: bool
) -> FileTaken:
    """What taking it would bring; nothing of it stays. UnfitReadings for any mistake."""
    would = undone(connection, lambda: import_file(connection, meters, file, why, sure=sure))
    return would.model_copy(update={"dry_run": True})
