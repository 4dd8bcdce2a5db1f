"""Ctrl-K finds equipment, alarms, orders and pages by name or code in either language, and leads there."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import VIEWS, visit

FINDS = (
    ("pump-1", "pump-1", "/equipment/pump-1"),
    ("Supply pump 1", "pump-1", "/equipment/pump-1"),
    ("困人", "alarm-lift-2-trapped", "/alarms/alarm-lift-2-trapped"),
    ("#118", "order-118", "/work-orders?order=order-118"),
    ("Gateways", "gateways", "/gateways"),
)


@pytest.mark.parametrize(("typed", "found", "leads"), FINDS)
def test_a_name_or_code_in_either_language_leads_there(page: Page, typed: str, found: str, leads: str) -> None:
    visit(page, VIEWS[0])
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="查找").fill(typed)
    expect(page.locator("[data-found]").first).to_have_attribute("data-found", found)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(leads) + "$"))
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_found_is_said_and_escape_closes(page: Page) -> None:
    visit(page, VIEWS[0])
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="查找").fill("没有的东西")
    expect(page.get_by_role("dialog")).to_contain_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
