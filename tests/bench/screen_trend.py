"""How soon a long trend is drawn, and whether a year of minutes pans without a wait, in a real browser."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from playwright.sync_api import Page, Route, sync_playwright

from facility.clock import NS, SystemClock
from facility.resolve import read_site
from tests.bench._measured import share
from tests.browser.canned import Canned
from tests.browser.own_type import GATEWAY
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.chromium import find_chromium

POINTS: Final = 105_120
"""A year in steps of five minutes."""
REPEATS: Final = 7
PANS: Final = 60
POINT: Final = "pump-1.power"
SITE: Final = "riverside"
ESTATE: Final = Path(__file__).resolve().parents[2] / "simulators" / "estate" / "site.yaml"
NAMES: Final = ("power", "flow", "current", "speed", "discharge_pressure", "suction_pressure")
WATCH: Final = """
(() => {
  const parsed = Response.prototype.json
  window.parsedAt = 0
  window.drawnAt = 0
  window.strokedAt = 0
  let ending = false
  let whole = false
  Response.prototype.json = async function () {
    const body = await parsed.call(this)
    if (this.url.includes('/series?')) window.parsedAt = performance.now()
    return body
  }
  const stroke = CanvasRenderingContext2D.prototype.stroke
  CanvasRenderingContext2D.prototype.stroke = function (...rest) {
    stroke.apply(this, rest)
    window.strokedAt = performance.now()
    if (!window.parsedAt || whole) return
    window.drawnAt = window.strokedAt
    if (!ending) requestAnimationFrame(() => { whole = true })
    ending = true
  }
  window.waited = { part: [], finer: [] }
  const since = { part: 0, finer: 0 }
  const look = () => {
    const lacks = document.querySelector('p[data-lacks]')?.dataset.lacks ?? ''
    const now = performance.now()
    for (const what of ['part', 'finer']) {
      if (lacks === what && !since[what]) since[what] = now
      if (lacks !== what && since[what]) { window.waited[what].push(now - since[what]); since[what] = 0 }
    }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()
"""
"""Notes when the answer was read, when all lines of the first picture were drawn, when the last line of a later one
(with alarms and orders, which come by answers of their own), and how long a part of the picture was
missing, or there in wide buckets only."""


@contextmanager
def browser_page(url: str) -> Iterator[Page]:
    """A page that notes what it draws."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        page = browser.new_page(base_url=url, locale="zh-CN", viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(60_000)
        page.add_init_script(WATCH)
        yield page
        browser.close()


def long_answer() -> str:
    """What the cloud would answer: a year, one value in each bucket."""
    now = SystemClock().now() // 1_000_000
    start = [now - (POINTS - i) * 300_000 for i in range(POINTS)]
    value = np.round(40 + 12 * np.sin(np.arange(POINTS) / 46) + np.random.default_rng(7).normal(0, 2, POINTS), 3)
    mean, none = value.tolist(), [0] * POINTS
    columns = {"mean": mean, "minimum": mean, "maximum": mean, "first": mean, "last": mean}
    item = {
        "point": POINT, "site": "riverside", "name": {"zh": "功率", "en": "Power"}, "unit": "kW", "decimals": 1,
        "count": [1] * POINTS, "bad": none, "uncertain": none, "silent": none, **columns,
    }  # fmt: skip
    return json.dumps({"start": start, "width": 300, "items": [item]})


@measure(area="screen")
def a_long_trend_is_drawn() -> list[Figure]:
    """From the answer as it was read to the last line of its picture: held values, gaps, scales, path and stroke."""
    body = long_answer()
    took: list[float] = []
    later: list[float] = []
    with Canned() as canned, browser_page(canned.url) as page:

        def answer(route: Route) -> None:
            route.fulfill(body=body, content_type="application/json")

        page.route("**/api/v1/series?*", answer)
        for _ in range(REPEATS):
            page.goto(f"/trends?point={POINT}&from=-365d&to=now")
            page.locator("[data-panel] .u-over").first.wait_for()
            page.wait_for_timeout(1500)
            took.append(float(page.evaluate("window.drawnAt - window.parsedAt")))
            later.append(float(page.evaluate("window.strokedAt - window.parsedAt")))
    how = f"{POINTS} points, 1,500 px wide, {REPEATS} loads, the first without the compiler's warm code"
    return [
        Figure.at_most("screen: a trend of 105,120 points drawn, p50", share(took, 0.5), "ms", 100.0, how),
        Figure.noted("screen: a trend of 105,120 points drawn, worst", max(took), "ms", how),
        Figure.noted("screen: the same with its alarms and orders, p50", share(later, 0.5), "ms", how),
    ]


def year_of_minutes(now: int) -> Iterator[str]:
    """Six points every minute for a year, in bodies of a week."""
    minutes = 365 * 24 * 60
    head = f"pump,site={SITE},equipment=pump-1 "
    lines: list[str] = []
    for minute in range(minutes):
        at = now - (minutes - minute) * 60 * NS
        values = ",".join(f"{name}={_value(minute, k):.3f}" for k, name in enumerate(NAMES))
        lines.append(f"{head}{values} {at}")
        if len(lines) == 7 * 24 * 60:
            yield "\n".join(lines)
            lines.clear()
    yield "\n".join(lines)


def _value(minute: int, k: int) -> float:
    return 10 + k + 3 * math.sin(minute / (200 + 40 * k))


@measure(area="screen")
def a_year_of_minutes_pans() -> list[Figure]:
    """Six points × 525,600 rows in the embedded historian; the arrow key is held down over a window of 30 days.

    Once right after all was written, and once when the roll-ups are made, as they are in a building that runs.
    """
    now = SystemClock().now() // (60 * NS) * 60 * NS
    with LoneCloud() as cloud:
        headers = {"authorization": f"Bearer {cloud.register(GATEWAY)}"}
        with httpx.Client(base_url=cloud.url, headers=headers, timeout=120, trust_env=False) as ask:
            sent = ask.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=read_site(ESTATE).inventory.body.encode())
            assert sent.is_success, sent.text
            for body in year_of_minutes(now):
                sent = ask.post("/api/v2/write", params={"bucket": "gatehouse"}, content=body.encode())
                assert sent.is_success, sent.text
        user = cloud.person("engineer")
        with browser_page(cloud.url) as page:
            page.goto("/login")
            page.locator("input[name=username]").fill(user["name"])
            page.locator("input[name=password]").fill(user["password"])
            page.keyboard.press("Enter")
            page.locator("[data-equipment=pump-1]").wait_for()
            fresh = _panned(page)
            began = time.monotonic()
            until(lambda: cloud.metric("gatehouse_historian_waiting_samples") == 0, 240, every=0.5)
            rolled = time.monotonic() - began
            made = _panned(page)
    how = f"six points, a year of minutes, 30 days shown, {PANS} steps of a fifth of a window, ten a second"
    just = f"{how}, right after the year was written"
    return [
        Figure.at_most("screen: longest time that a part was missing while panning a year", made.part, "ms", 100, how),
        Figure.noted("screen: longest time that it was coarse", made.coarse, "ms", how),
        Figure.noted("screen: a year's buckets fetched, p95", share(made.answers, 0.95), "ms", how),
        Figure.noted("screen: longest time that a part was missing, just written", fresh.part, "ms", just),
        Figure.noted("screen: longest time that it was coarse, just written", fresh.coarse, "ms", just),
        Figure.noted("screen: a year's buckets fetched, just written, p95", share(fresh.answers, 0.95), "ms", just),
        Figure.noted("screen: roll-ups of that year were made after", rolled, "s", "pans and all"),
    ]


@dataclass(frozen=True, slots=True)
class Panned:
    """How long, at the longest, a part was not there at all, or in wide buckets only; how long answers took. Ms."""

    part: float
    coarse: float
    answers: list[float]


def _panned(page: Page) -> Panned:
    names = "&".join(f"point=pump-1.{name}" for name in NAMES)
    page.goto(f"/trends?{names}&from=-30d&to=now")
    page.locator("[data-panel] .u-over").first.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate("window.waited = { part: [], finer: [] }")
    page.locator("[role=group].stack").focus()
    for step in range(PANS):
        began = time.monotonic()
        page.keyboard.press("ArrowLeft" if step < PANS // 2 else "ArrowRight")
        page.wait_for_timeout(max(0.0, 100 - (time.monotonic() - began) * 1000))
    page.wait_for_timeout(1500)
    entries: list[Any] = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/series?')).map(e => e.duration)"
    )
    waited: dict[str, list[float]] = page.evaluate("window.waited")
    return Panned(max([0.0, *waited["part"]]), max([0.0, *waited["finer"]]), [float(each) for each in entries])
