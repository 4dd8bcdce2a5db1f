"""The energy manager's pages: whole in both languages and themes; a month led back to its quarter hours."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import findings
from tests.browser.looks import View, set_screen, visit
from tests.browser.test_every_page import SHOTS

ENERGY: Final = (
    View("energy-month", "/energy/month", "[data-savings] .saving"),
    View("energy-carpet", "/energy/carpet?meter=meter-main", "[data-day-beside] svg"),
    View("energy-tree", "/energy/tree", "[data-split] td"),
    View("energy-quality", "/energy/quality?meter=meter-pumps", "[data-restatements] td"),
)
MONTH, CARPET, TREE, QUALITY = ENERGY
SETUP: Final = (
    View("energy-setup-meters", "/energy/setup?part=meters&edit=meter-unmetered", "[data-form=meter] textarea"),
    View("energy-setup-areas", "/energy/setup?part=areas", "[data-area=tower-a] input"),
    View("energy-setup-shares", "/energy/setup?part=shares", "[data-share=lobby]"),
    View("energy-setup-factors", "/energy/setup?part=factors", "[data-factor]"),
    View("energy-setup-weather", "/energy/setup?part=weather", "[data-known-hours] svg"),
)
KEY: Final = re.compile(r"\b(?:energy|setup)\.[a-z_.]{3,}\b")
DRAWN_MS: Final = 500
"""Five times what a year of quarter hours may take to draw on a quiet machine."""


@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
def test_every_page_is_whole_and_accessible(page: Page, language: str, theme: str) -> None:
    set_screen(page, language, theme)
    for view in (*ENERGY, *(SETUP[::2] if language == "zh" else (SETUP[0], *SETUP[1::2]))):
        visit(page, view)
        words = page.locator("main").inner_text()
        assert not KEY.findall(words), view.name
        chinese = len(re.findall(r"[\u4e00-\u9fff]", words))
        assert chinese > 20 if language == "zh" else chinese <= view.own_words, view.name
        assert findings(page) == [], view.name
        if view in ENERGY:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{view.name}-{language}-{theme}.png")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wide = "Math.max(document.querySelector('main').scrollWidth, document.body.scrollWidth)"
            assert page.evaluate(wide) <= width, f"{view.name} scrolls sideways at {width}"
        page.set_viewport_size({"width": 1600, "height": 900})


def test_a_month_is_led_back_to_its_quarter_hours(page: Page, tmp_path: Path) -> None:
    visit(page, MONTH)
    total = page.locator("[data-total='kW.h']")
    assert re.fullmatch(r"[\d\u202f]+", total.locator(".amount strong").inner_text())
    expect(total.locator("[data-course]")).to_contain_text("预测月末")
    charging = page.locator("[data-line=charging]")
    expect(charging.locator("tr").first).to_contain_text("—")
    assert "100 %" not in charging.locator(".known").first.inner_text(), "a gap is told"
    expect(page.locator("[data-savings]")).to_contain_text("基线不采用")
    hrefs = page.locator("a[download]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert re.findall(r"(xlsx|pdf)\?month=[\d-]+&language=(\w+)", " ".join(hrefs)) == [
        ("xlsx", "zh"), ("pdf", "zh"), ("xlsx", "en"), ("pdf", "en"),
    ]  # fmt: skip
    page.get_by_role("button", name="区域").click()
    page.locator("[data-line=tower-a] button").click()
    page.get_by_role("link", name="A栋空调").click()
    the_carpet(page)
    page.get_by_role("link", name="计量树").click()
    the_tree(page)
    page.get_by_role("link", name="数据质量").first.click()
    the_quality(page, tmp_path)


def the_carpet(page: Page) -> None:
    days = page.get_by_role("slider")
    days.wait_for()
    expect(page.locator("[data-meter-picker]")).to_have_value("meter-a-hvac")
    assert int(days.get_attribute("aria-valuemax") or 0) == 364
    assert 0 < float(days.get_attribute("data-drawn") or 0) < DRAWN_MS
    expect(page.locator("[data-day-beside]")).to_contain_text("不是基线")
    days.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(days).to_have_attribute("aria-valuenow", "1")
    second = (days.get_attribute("aria-valuetext") or "")[:10]
    assert f"day={second}" in page.url
    expect(page.locator("[data-day-beside] input[type=date]")).to_have_value(second)
    page.locator("[data-meter-picker]").select_option("meter-main")
    expect(page.locator("[data-day-beside]")).to_contain_text("基线按当日天气")
    trend = page.get_by_role("link", name="看曲线").get_attribute("href") or ""
    assert trend.startswith("/trends?point=meter-main.energy_import&from=")


def the_tree(page: Page) -> None:
    expect(page.locator("[data-faults]")).to_contain_text("1 处数据故障")
    shops = page.locator("[data-node=meter-tenant]")
    expect(shops).to_contain_text("下级合计大于本表")
    expect(shops).to_contain_text(re.compile(r"−\d"), use_inner_text=True)
    expect(page.locator("[data-box=meter-tenant] .surplus")).to_have_count(1)
    page.get_by_role("button", name="从A栋总表看起").click()
    expect(page.locator("[data-box]")).to_have_count(5)
    shared = page.locator("[data-split=lobby] tbody tr")
    expect(shared.first).to_be_visible()
    assert sum(float(cell.replace(" %", "")) for cell in shared.locator("td:nth-child(3)").all_inner_texts()) == (
        pytest.approx(100, abs=0.02)
    )


def the_quality(page: Page, folder: Path) -> None:
    page.locator("[data-meter=meter-pumps] button").click()
    events = page.locator("[data-events]")
    expect(events).to_contain_text("表码回零")
    expect(events).to_contain_text("像是满")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    file = folder / "quality.csv"
    waiting.value.save_as(file)
    head, *rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert head[2:8] == ["实测", "插补", "估算", "换表", "读数回零", "缺数"]
    assert len({sum(int(cell) for cell in row[2:8]) for row in rows}) == 1, "every interval is counted once"
    expect(page.locator("[data-restatements] tbody tr").first).to_contain_text("数据迟到")
