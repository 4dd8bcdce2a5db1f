"""How fast the pages of energy are answered: 100 meters with a year and more of quarter hours each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import Connection

from cloud.database.rows import insert_rows
from cloud.ledger.columns import AMOUNT, PER_DAY
from cloud.ledger.tables import AMOUNT_DAY
from cloud.migrations.running import migrate
from cloud.permissions import Role
from cloud.settings import Settings
from facility.site import Meter
from tests.bench._measured import share
from tests.cloud.building import SITE
from tests.cloud.conftest import serving
from tests.cloud.energy.metered import metered, settle
from tests.cloud.energy.test_management import gansu
from tests.facility.energy.steady_estate import parts_list
from tests.measure import Figure, measure

METERS = 100
DAYS = 430
FIRST = 20_332
"""2025-09-01."""
ASKED = 20
USES = ("lighting", "hvac", "lifts", "kitchen", "tenant", "charging")


@measure(area="energy")
async def pages() -> list[Figure]:
    """The month with the month and the year before, a year's carpet, the tree, a year's demand; by one client."""
    figures = []
    async with site() as client:
        for name, path, most in (
            ("month", "/energy/months/2026-10?", 200),
            ("month by use and area", f"/energy-months/{SITE}/breakdown?month=2026-10&", 200),
            ("carpet of a year", "/energy/carpet?meter=m7&first=2025-10-01&last=2026-09-30&", 200),
            ("carpet of 35,040 cells", "/energy/carpet?meter=m7&first=2025-10-01&last=2026-09-30&step=quarter&", 400),
            ("tree of a month", "/energy/tree?first=2026-10-01&last=2026-10-31&", 200),
            ("demand of a year", "/energy/demand?meter=m7&first=2025-10-01&last=2026-09-30&", 200),
        ):
            times, size = await asked(client, f"/api/v1{path}" + ("" if "breakdown" in path else f"site={SITE}"))
            how = f"{METERS} meters × {DAYS} days of quarter hours on SQLite, {ASKED} requests, {size // 1024} kB each"
            figures.append(Figure.at_most(f"energy {name} p50", 1000 * share(times, 0.5), "ms", most, how))
    return figures


async def asked(client: httpx.AsyncClient, path: str) -> tuple[list[float], int]:
    """Seconds of each request, and the bytes of the last."""
    times, size = [], 0
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = await client.get(path)
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
        size = len(answer.content)
    return times, size


@asynccontextmanager
async def site() -> AsyncIterator[httpx.AsyncClient]:
    """A cloud with the meters in a tree three deep, and a client that may read them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        await migrate(settings.database_url)
        parents = [None, *("m0" for _ in range(9)), *(f"m{1 + n % 9}" for n in range(METERS - 10))]
        nodes = [
            Meter(equipment=f"m{n}", parent=parent, use=USES[n % len(USES)], area=f"tower-{n % 7}")
            for n, parent in enumerate(parents)
        ]
        async with serving(settings) as house:
            await house.database.write(partial(settle, told=metered(*nodes)))
            await house.database.write(fill)
            async with house.client(await house.token(Role.ENERGY)) as client:
                await price(client)
                yield client


async def price(client: httpx.AsyncClient) -> None:
    """A tariff by band, and a contract of what enters."""
    prices = parts_list("2020-01-01", "0.3", "0.2", "0.02", capacity="20", demand="30")
    contract = {"from": "2020-01-01", "tariff": "ours", "kva": 315, "basic": "capacity"}
    for path, body in (
        (f"tariffs/{SITE}/ours", {"tariff": gansu(prices)}),
        (f"supply-contracts/{SITE}/m0", {"contracts": [contract]}),
    ):
        answer = await client.put(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text


def fill(connection: Connection) -> None:
    """A plausible load for every meter."""
    noise = np.random.default_rng(1)
    for meter in range(METERS):
        records = np.zeros((DAYS, PER_DAY), AMOUNT)
        records["amount"] = noise.integers(0, 5_000_000, (DAYS, PER_DAY))
        records["coverage"] = 1
        rows = [(SITE, f"m{meter}", FIRST + day, records[day].tobytes()) for day in range(DAYS)]
        insert_rows(connection, AMOUNT_DAY, ("site", "meter", "day", "columns"), rows)
