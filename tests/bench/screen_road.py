"""From the simulated device to the painted row: a fire at a detector, and a state that changes, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.bench._measured import share
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.chromium import find_chromium

FIRES: Final = 40
CHANGES: Final = 30
PAINTED: Final = """
(() => {
  window.painted = {}
  const note = (key) => requestAnimationFrame(() => requestAnimationFrame(() => { window.painted[key] ??= Date.now() }))
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('[data-alarm]')) if (!(row.dataset.alarm in window.painted)) {
      window.painted[row.dataset.alarm] = undefined
      note(row.dataset.alarm)
    }
    const state = document.querySelector("[data-point='pump-1.fault']")?.textContent ?? ''
    if (state !== window.state) note('state ' + (window.turn = (window.turn ?? 0) + 1))
    window.state = state
  }).observe(document, { subtree: true, childList: true, characterData: true })
})()
"""
"""Notes when an alarm's row, or the pump's state, was on the screen: after the frame in which it was drawn."""


@contextmanager
def screen(estate: Estate) -> Iterator[Page]:
    """A page of the estate, its engineer logged in; what is painted is noted."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        page = browser.new_page(base_url=estate.url, locale="zh-CN", viewport={"width": 1600, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.add_init_script(PAINTED)
        user = estate.user("manager")
        page.goto("/login")
        page.locator("input[name=username]").fill(user["name"])
        page.locator("input[name=password]").fill(user["password"])
        page.keyboard.press("Enter")
        page.locator("[data-equipment=pump-1] .value").first.wait_for()
        yield page
        browser.close()


def painted(page: Page, key: str) -> float:
    """When it was on the screen, s of the wall clock."""
    at = until(lambda: page.evaluate("key => window.painted[key] ?? 0", key), PATIENCE, every=0.02)
    return float(at) / 1000


@measure(area="screen")
def from_device_to_paint() -> list[Figure]:
    """One estate, one browser; all on this machine and by its clock."""
    with Estate() as estate, screen(estate) as page:
        points = len(estate.points())
        how = f"counted from the order to the simulator (its registers follow within 0.2 s), {points} live points"
        fires, changes = _fires(estate, page), _changes(estate, page)
    return [
        Figure.noted("screen: fire to its painted row, p50", share(fires, 0.5), "s", f"{FIRES} fires, {how}"),
        Figure.at_most("screen: fire to its painted row, p99", share(fires, 0.99), "s", 1.0, f"{FIRES} fires, {how}"),
        Figure.noted("screen: state to its painted word, p50", share(changes, 0.5), "s", f"{CHANGES} changes, {how}"),
        Figure.at_most(
            "screen: state to its painted word, p99", share(changes, 0.99), "s", 2.0, f"{CHANGES} changes, {how}"
        ),
    ]


def _fires(estate: Estate, page: Page) -> list[float]:
    page.goto("/alarms")
    page.locator("[role=row]").first.wait_for()
    instances = estate.get("equipment/fire-panel")["instances"]
    detectors = [each["id"] for each in instances if each["id"][2] == "d"][:FIRES]
    took = []
    for address in detectors:
        began = time.time()
        estate.inject("fire-panel", "smoke", address=address, spread="never")

        def row(address: str = address) -> str:
            found = [a["id"] for a in estate.active("fire-panel", "fire") if a["instance"] == address]
            return str(found[0]) if found else ""

        took.append(painted(page, until(row, PATIENCE)) - began)
    estate.clear("fire-panel")
    return took


def _changes(estate: Estate, page: Page) -> list[float]:
    page.goto("/equipment/pump-1")
    page.locator("[data-point='pump-1.fault']").wait_for()
    until(lambda: page.evaluate("window.turn ?? 0"), PATIENCE)
    took = []
    for number in range(CHANGES):
        turn = int(page.evaluate("window.turn")) + 1
        began = time.time()
        if number % 2 == 0:
            estate.inject("pump-1", "trip")
        else:
            estate.clear("pump-1")
        took.append(painted(page, f"state {turn}") - began)
    estate.clear("pump-1")
    return took
