"""The service report of a busy month as files: CPU time, and every number and case against an independent recount."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from cloud.database.opening import database_of
from cloud.migrations.running import migrate
from cloud.service_levels.profile import ESTATE, GRADE_THREE, Profile
from cloud.service_reports.asking import ReportQuery, wanted
from cloud.service_reports.document import Document, Head, document
from cloud.service_reports.pdf import pdf
from cloud.service_reports.report import report
from cloud.service_reports.words import GROUPS, Language
from cloud.service_reports.workbook import workbook
from facility.words import Text
from tests.cloud.service_reports.month_oracle import MONTH, NOW, SITE, Month, fill
from tests.cloud.service_reports.reading import Told, read_pdf, read_xlsx
from tests.cloud.work_orders.clock_oracle import CONTRACT
from tests.measure import Figure, measure

ORDERS = 3_400
TRIES = 3
LANGUAGES: tuple[Language, ...] = ("zh", "en")
HOW = (
    "CPU time from the orders' steps to the file's bytes, SQLite, the quickest of three; fonts and libraries are loaded"
)


@measure(area="report")
async def month() -> list[Figure]:
    """All three profiles, both languages, both kinds of file."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cloud.sqlite'}"
        await migrate(url)
        async with database_of(url) as database:
            filled = await database.write(lambda c: fill(c, ORDERS))
            return await database.read(lambda c: _figures(c, filled))


def _figures(connection: Connection, filled: Month) -> list[Figure]:
    wrong, numbers, cases, orders = 0, 0, 0, set()
    spent: dict[str, float] = {}
    for profile in (ESTATE, GRADE_THREE, CONTRACT):
        expected = filled.recount(profile)
        truths = [expected[promise.id] for promise in profile.promises]
        orders |= {id for counted in truths for group in GROUPS for id, _, _ in counted.cases[group]}
        for language in LANGUAGES:
            book, seconds = _timed(lambda: workbook(_document(connection, profile, language)))  # noqa: B023 - called at once
            paper, more = _timed(lambda: pdf(_document(connection, profile, language)))  # noqa: B023 - called at once
            for end, took in (("XLSX", seconds), ("PDF", more)):
                name = f"a month as {end}, {language}"
                name += ", four promises in working hours on every order" if profile is CONTRACT else ""
                spent[name] = max(took, spent.get(name, 0.0))
            told = read_xlsx(book, language)
            shown, blocks = read_pdf(paper, language)
            sides = [_counts(told, len(truths)), _counts(shown, len(truths))]
            truth: list[dict[str, int]] = [{g: counted.count(g) for g in GROUPS} for counted in truths]
            truth = [counts | {"cases": sum(counts.values())} for counts in truth]
            numbers += sum(map(len, truth)) * 2
            wrong += sum(
                side[n][key] != truth[n][key] for side in sides for n in range(len(truths)) for key in truth[n]
            )
            wrong += sum(told[n].cases[g] != counted.cases[g] for n, counted in enumerate(truths) for g in GROUPS)
            linked = [
                sorted(id for id, _, _ in counted.cases[g]) for counted in truths for g in GROUPS if counted.cases[g]
            ]
            wrong += [sorted(block) for block in blocks] != linked
            cases += 2 * sum(map(len, linked))
    how = "three profiles, two languages, XLSX and PDF read back by programs that did not write them"
    return [
        Figure.at_least("orders of the month", len(orders), "orders", 2_000, how),
        Figure.exactly("numbers or lists of cases that differ from the recount", wrong, "", 0, how),
        Figure.noted("numbers compared", numbers, "numbers", how),
        Figure.noted("cases followed to their order", cases, "cases", how),
        *(
            Figure.noted(name, took, "s", HOW) if "four" in name else Figure.at_most(name, took, "s", 2.0, HOW)
            for name, took in sorted(spent.items())
        ),
    ]


def _counts(told: list[Told], count: int) -> list[dict[str, int]]:
    return [each.counts for each in told[:count]]


def _timed(make: Callable[[], bytes]) -> tuple[bytes, float]:
    taken = []
    for _ in range(TRIES):
        began = time.process_time()
        content = make()
        taken.append(time.process_time() - began)
    return content, min(taken)


def _document(connection: Connection, profile: Profile, language: Language) -> Document:
    asked = wanted(connection, SITE, ReportQuery(month=MONTH, profile=profile.id))
    name = Text(zh="滨江花园", en="Riverside Garden")
    head = Head(SITE, name, 2026, 3, asked.profile, asked.level.calendars.zone, {}, "http://127.0.0.1:8000")
    return document(head, report(connection, SITE, asked.span, asked.level, asked.profile, NOW), language, NOW)
