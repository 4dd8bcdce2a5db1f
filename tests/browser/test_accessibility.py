"""axe-core over what opens on a page: a form in a fire, the search."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessible import findings
from tests.browser.canned import Canned
from tests.browser.looks import THEMES, VIEWS, View, set_screen, visit

FIRE = View("fire", "/alarms/alarm-fire", "[data-procedure]")


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
