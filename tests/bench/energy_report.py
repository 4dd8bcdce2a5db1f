"""The month's energy report of a hundred meters: CPU time from the ledger to the files' bytes, both languages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from cloud.database.opening import database_of
from cloud.energy_reports.document import document
from cloud.energy_reports.facts import MonthFacts
from cloud.energy_reports.gathering import gathered
from cloud.energy_reports.pdf import pdf
from cloud.energy_reports.words import Language
from cloud.energy_reports.workbook import workbook
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import put_settings
from cloud.migrations.running import migrate
from facility.clock import NS
from facility.words import Text
from tests.cloud.energy.estate_of_meters import MAIN, SITE, fill, write
from tests.measure import Figure, measure

METERS = 100
NOW = 1_788_400_000 * NS
"""2026-09-03."""
FIRST, LAST = date(2025, 8, 25), date(2026, 9, 2)
TRIES = 3
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@measure(area="energy")
async def report() -> list[Figure]:
    """A year of quarter hours for each meter lies in the store."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cloud.sqlite'}"
        await migrate(url)
        async with database_of(url) as database:
            await database.write(_fill)
            spent: dict[str, float] = {}
            for _ in range(TRIES):
                began = time.process_time()
                facts = await gathered(database, None, SITE, "2026-08", NOW)
                took = time.process_time() - began
                spent["figures"] = min(took, spent.get("figures", took))
                for language in LANGUAGES:
                    for name, make in (("XLSX", _book), ("PDF", _paper)):
                        key = f"{name}, {language}"
                        whole = took + _timed(make, facts, language)
                        spent[key] = min(whole, spent.get(key, whole))
    how = f"CPU time from {METERS} meters × a year of quarters on SQLite, the quickest of {TRIES}"
    return [Figure.at_most(f"month report, {name}", value, "s", 2.0, how) for name, value in spent.items()]


def _fill(connection: Connection) -> None:
    fill(connection, FIRST, LAST, now=NOW)
    for n in range(METERS - 2):
        settings = MeterSettings(
            kind="manual", name=Text(zh=f"分表{n}", en=f"Meter {n}"), unit="kW.h", parent=MAIN, area="tower-a"
        )
        put_settings(connection, SITE, f"meter-{n}", settings, by="bench", now=NOW)
        write(connection, f"meter-{n}", FIRST, LAST, lambda hour, _: 2.0 + hour / 10)


def _timed(make: Callable[[MonthFacts, Language], bytes], facts: MonthFacts, language: Language) -> float:
    began = time.process_time()
    make(facts, language)
    return time.process_time() - began


def _book(facts: MonthFacts, language: Language) -> bytes:
    return workbook(document(facts, language))


def _paper(facts: MonthFacts, language: Language) -> bytes:
    return pdf(document(facts, language))
