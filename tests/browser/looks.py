"""Every page in both languages and themes: where it is, and what shows that it is there."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.browser.canned import ROOT


@dataclass(frozen=True, slots=True)
class View:
    """One page: its address, and the selector that appears when its data is there."""

    name: str
    path: str
    shown: str
    own_words: int = 4
    """Chinese signs that may stand on it in English too: names that people or makers gave."""
    story: str = ""
    """What the canned building does before."""


VIEWS: Final = (
    View("overview", "/", "[data-equipment=pump-1] .value"),
    View("alarms", "/alarms/alarm-pump-1-dry_run", "[data-opened] ol li"),
    View("equipment", "/equipment/pump-1", ".u-over", 12),
    View("fire-panel", "/equipment/fire-panel", ".u-over"),
    View("work-orders", "/work-orders?order=order-120", "[data-opened-order] [data-course] li", 8),
    View("desk", "/desk", "[data-call]"),
    View("month", "/month", "[data-figure] svg"),
    View("gateways", "/gateways", "[data-gateway] table td"),
    View("control-room", "/control-room", "[data-figure=rate]", 14),
    View("notification", "/notification", "[data-channel]"),
    View("login", "/login", "input[name=username]"),
)
_TWO_POINTS: Final = "point=pump-1.flow&point=pump-1.discharge_pressure"
ENGINEERING: Final = (
    View("trends", f"/trends?{_TWO_POINTS}&from=-24h&to=now", "[data-panel] .u-over", 8),
    View("condition", "/condition", "[data-condition]"),
    View("maintenance", "/maintenance", "[data-day]"),
    View("portfolio", "/portfolio", "[data-site]"),
    View("equipment-lift", "/equipment/lift-1", "[data-total]", 20),
)
"""The engineers' pages: their walk looks at each of them in two of the four ways."""
SOMETHING: Final = "main table td, main form, main li, main svg, main canvas"


CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def chinese_signs(page: Page) -> int:
    """How many Chinese signs the page shows, without the names of people in its frame."""
    names = "".join(page.locator("[data-people]").all_inner_texts())
    return len(CHINESE.findall(page.locator("body").inner_text())) - len(CHINESE.findall(names))


def _named(file: str, pattern: str) -> list[str]:
    """The parts that a page's source lists."""
    return re.findall(pattern, (ROOT / "dashboards" / "src" / "pages" / file).read_text(encoding="utf-8"))


PICTURED: Final = (
    View("plans", "/plans", "table td"),
    View("codes", "/codes", "main table td"),
    View("missing", "/no-such-page", "main h1, main p"),
    *(
        View(f"administration-{part}", f"/administration/{part}", SOMETHING)
        for part in _named("AdministrationPage.vue", r"name: '(\w+)', needs: '[^']+', page")
    ),
    *(View(f"energy-{tab}", f"/energy/{tab}", SOMETHING) for tab in _named("energy/pages.ts", r"path: '(\w+)'")),
    *(
        View(f"energy-setup-{part}", f"/energy/setup?part={part}", SOMETHING)
        for part in re.findall(r"'(\w+)'", _named("../components/energy_setup/parts.ts", r"PARTS = \[(.*?)\]")[0])[1:]
    ),
    View("fire", "/alarms/alarm-fire", "[data-procedure]", story="fire"),
)
"""Pages that other tests walk through: these are here for their pictures."""
EVERY_VIEW: Final = (*VIEWS, *ENGINEERING, *PICTURED)
LANGUAGES: Final = ("zh", "en")
THEMES: Final = ("dark", "light")


def set_screen(page: Page, language: str, theme: str) -> None:
    """As if this visitor had chosen so before."""
    kept = {"gatehouse.language": language, "gatehouse.theme": theme}
    page.add_init_script(f"Object.entries({json.dumps(kept)}).forEach(([k, v]) => localStorage.setItem(k, v))")


def visit(page: Page, view: View) -> None:
    """Open a page and wait until it shows its data."""
    page.goto(view.path)
    page.locator(view.shown).first.wait_for()
    page.evaluate("document.fonts.ready")


def settled(page: Page, part: str, measured: str, *, below: float, within_s: float = 60) -> None:
    """A measure of one part, once the frame's passing notes (a late stream, a late heartbeat) are gone."""
    deadline = time.monotonic() + within_s
    while (found := page.locator(part).evaluate(measured)) >= below:
        assert time.monotonic() < deadline, f"{part} stays at {found}, not below {below}"
        page.wait_for_timeout(50)


def wait_until_fetched(page: Page, part: str, within_s: float = 60) -> None:
    """Until a script whose name contains `part` is here. The page's policy forbids eval, so the asking is done here."""
    names = "performance.getEntriesByType('resource').filter(e => e.responseEnd).map(e => e.name)"
    deadline = time.monotonic() + within_s
    while not any(part in name for name in page.evaluate(names)):
        assert time.monotonic() < deadline, f"{part} was not fetched within {within_s} s"
        page.wait_for_timeout(50)
