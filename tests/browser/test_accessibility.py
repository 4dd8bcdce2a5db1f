"""axe-core over every page in both themes: no serious and no critical finding."""

import pytest
from playwright.sync_api import Page

from tests.browser.canned import PAGES, Canned
from tests.browser.looks import THEMES, VIEWS, View, set_screen, visit

AXE = PAGES / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
FIRE = View("fire", "/alarms/alarm-fire", "[data-procedure]")


def findings(page: Page) -> list[str]:
    """What is serious or worse, with where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    return [
        f"{each['impact']} {each['id']}: {[node['html'][:160] for node in each['nodes'][:4]]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_page_is_accessible(page: Page, view: View, theme: str) -> None:
    set_screen(page, "zh", theme)
    visit(page, view)
    assert findings(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_fire_in_a_drill_with_an_open_form_is_accessible(page: Page, canned: Canned, theme: str) -> None:
    set_screen(page, "zh", theme)
    canned.direct("fire?drill=true")
    visit(page, FIRE)
    page.locator("[data-answer=confirm]").click()
    page.locator("[data-linkage]").wait_for()
    assert findings(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_search_is_accessible(page: Page, theme: str) -> None:
    set_screen(page, "zh", theme)
    visit(page, VIEWS[0])
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="查找").fill("pump")
    page.locator("[data-found]").first.wait_for()
    assert findings(page) == []
