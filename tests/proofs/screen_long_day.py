"""A page that stands open for a day, and one with 5,000 alarms: what it keeps in memory, and what it draws."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.canned import Canned
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.chromium import find_chromium

DAY: Final = 86_400
WARM: Final = 1_800
"""Seconds of the building's life before the first look: lists, charts and caches are as large as they get."""
ALARMS: Final = 5_000
STEPS: Final = 300
FRAME_MS: Final = 16.7
"""At 60 a second; what a place of the list costs the page must fit."""
SCROLL: Final = """async (steps) => {
  const list = document.querySelector('[role=table]')
  const most = list.scrollHeight - list.clientHeight
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  let rows = 0, empty = 0
  for (let i = 0; i <= steps; i++) {
    list.scrollTop = (most * i) / steps
    await frame(); await frame()
    rows = Math.max(rows, list.querySelectorAll('[data-alarm]').length)
    const box = list.getBoundingClientRect()
    const middle = document.elementFromPoint(box.left + 60, box.top + box.height / 2)
    if (!middle?.closest('[data-alarm]')) empty++
  }
  return { rows, empty }
}"""


@contextmanager
def pages() -> Iterator[tuple[Canned, Page, CDPSession]]:
    """The built pages with canned answers, in a browser that says what it keeps."""
    chromium = find_chromium()
    with Canned() as canned, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        page = browser.new_page(base_url=canned.url, locale="zh-CN", viewport={"width": 1600, "height": 900})
        yield canned, page, page.context.new_cdp_session(page)
        browser.close()


def live(canned: Canned, seconds: int) -> None:
    """So much of the building's life, as fast as the page takes it."""
    address = f"{canned.url}/canned/live?seconds={seconds}"
    httpx.get(address, timeout=900, trust_env=False).raise_for_status()


def kept(cdp: CDPSession) -> float:
    """MB of the page's heap after collection."""
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    return float(cdp.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def busy(cdp: CDPSession) -> float:
    """CPU seconds of the page's main thread since it was asked to count."""
    metrics = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


@measure(area="screen")
def a_day_of_messages() -> list[Figure]:
    """The control room's page, which reads most."""
    with pages() as (canned, page, cdp):
        page.goto("/control-room")
        page.locator("[data-figure=rate]").wait_for()
        live(canned, WARM)
        page.wait_for_timeout(2_000)
        before, began = kept(cdp), time.monotonic()
        live(canned, DAY)
        took = time.monotonic() - began
        page.wait_for_timeout(2_000)
        after = kept(cdp)
    how = f"{DAY} frames of values, {DAY // 2} heartbeats, {DAY // 180} changes of alarms; {before:.1f} MB before"
    return [
        Figure.at_most("screen: heap growth over a day's messages", after - before, "MB", 5, how),
        Figure.at_most("screen: time for a day's messages", took, "s", 600, how),
    ]


@measure(area="screen")
def five_thousand_alarms() -> list[Figure]:
    """From the top of the list to its end."""
    with pages() as (canned, page, cdp):
        page.goto("/alarms")
        page.locator("[data-alarm]").first.wait_for()
        canned.direct(f"flood?count={ALARMS}")
        rows = page.locator("[role=table]").first
        until(lambda: int(rows.get_attribute("aria-rowcount") or 0) > ALARMS, 60)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = busy(cdp)
        found: dict[str, Any] = page.evaluate(SCROLL, STEPS)
        cost = 1000 * (busy(cdp) - before) / STEPS
    how = f"{ALARMS} alarms, {STEPS} places of the list one after another, two frames each"
    return [
        Figure.exactly("screen: places of the list that were empty", found["empty"], "places", 0, how),
        Figure.at_most("screen: rows drawn at once", found["rows"], "rows", 60, how),
        Figure.at_most("screen: CPU of the page for a place of the list", cost, "ms", 2 * FRAME_MS, how),
    ]


@measure(area="screen")
def until_it_can_be_used() -> list[Figure]:
    """A first visit with nothing kept: until values stand on the page and the search answers a key."""
    took, spent = [], []
    for _ in range(3):
        with pages() as (_, page, cdp):
            cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.goto("/")
            page.locator("[data-equipment=pump-1] .value").first.wait_for()
            page.keyboard.press("Control+k")
            page.get_by_role("combobox").wait_for()
            took.append(float(page.evaluate("performance.now()")) / 1000)
            spent.append(busy(cdp))
    how = "the better of 3 first visits with everything fetched anew, until the search answers a key"
    return [
        Figure.at_most("screen: CPU of the page until it can be used", min(spent), "s", 1.5, how),
        Figure.noted(
            "screen: first visit until it can be used", min(took), "s", f"{how}; by the clock of this machine"
        ),
    ]
