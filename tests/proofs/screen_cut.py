"""A screen of the control room that is cut off for a minute while alarms come and go: what it shows afterwards."""

from __future__ import annotations

import time
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.test_duty_page import Wire
from tests.end_to_end.waiting import until
from tests.end_to_end.walking import PATIENT_MS, Walk
from tests.measure import Figure, measure
from tests.services.chromium import find_chromium

SECONDS: Final = 60.0
DURING: Final = 40
"""Addresses of the fire panel that go into fault while the screen hears nothing; every other one is mended in time."""
SHOWN: Final = "rows => rows.map(row => row.dataset.alarm)"


@measure(area="screen")
def cut_for_a_minute() -> list[Figure]:
    """The wire between browser and cloud; the page is never loaded anew by hand."""
    chromium = find_chromium()
    with Estate() as estate, sync_playwright() as playwright:
        wire = Wire(int(estate.url.rpartition(":")[2]))
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        context = browser.new_context(base_url=f"http://127.0.0.1:{wire.port}", locale="zh-CN")
        context.set_default_timeout(PATIENT_MS)
        page = context.new_page()
        Walk(page, estate).log_in("manager")
        page.goto("/alarms")
        estate.acknowledge_all()
        told = _cut(estate, wire, page)
        expect(page.locator("section.notice")).to_have_count(0, timeout=PATIENT_MS)
        open_now = {a["id"] for a in estate.items("alarms", open="true", limit=500)}
        page.set_viewport_size({"width": 1600, "height": 6_000})
        began = time.monotonic()
        until(lambda: set(page.locator("[data-alarm]").evaluate_all(SHOWN)) == open_now, PATIENCE)
        took = time.monotonic() - began
        rows: list[str] = page.locator("[data-alarm]").evaluate_all(SHOWN)
        same = page.evaluate("window.marked === true")
        browser.close()
        wire.end()
    how = f"{DURING} faults while the wire was cut for {SECONDS:g} s, every other one mended; {len(open_now)} open"
    return [
        Figure.exactly("screen: alarms missing after a cut of a minute", len(open_now - set(rows)), "alarms", 0, how),
        Figure.exactly("screen: rows twice after a cut of a minute", len(rows) - len(set(rows)), "rows", 0, how),
        Figure.at_most("screen: until the page said that it is cut off", told, "s", 10, how),
        Figure.exactly("screen: pages loaded anew after the cut", int(not same), "pages", 0, how),
        Figure.noted("screen: until the list was whole again", took, "s", how),
    ]


def _cut(estate: Estate, wire: Wire, page: Page) -> float:
    """Cut, break and mend things, and join again after SECONDS; how long until the page said so."""
    page.evaluate("window.marked = true")
    addresses = [each["id"] for each in estate.get("equipment/fire-panel")["instances"]][:DURING]
    began = time.monotonic()
    wire.cut()
    try:
        expect(page.locator("section.notice")).to_contain_text("画面已中断", timeout=PATIENT_MS)
        told = time.monotonic() - began
        for address in addresses:
            estate.inject("fire-panel", "fault", address=address)
        until(lambda: len(_faults(estate)) >= DURING, PATIENCE, estate.logs)
        estate.clear("fire-panel")
        for address in addresses[::2]:
            estate.inject("fire-panel", "fault", address=address)
        until(lambda: 0 < len(_faults(estate)) <= DURING, PATIENCE, estate.logs)
        while time.monotonic() - began < SECONDS:
            page.wait_for_timeout(200)
    finally:
        wire.mend()
    return told


def _faults(estate: Estate) -> list[dict[str, object]]:
    return [a for a in estate.active("fire-panel", "fault") if a["instance"]]
