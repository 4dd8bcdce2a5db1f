"""The energy manager's money: every page looked at in both languages and themes, and a month's work on them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.accessible import findings
from tests.browser.conftest import Console
from tests.browser.looks import View, set_screen, visit

MONEY: Final = (
    View("energy-bill", "/energy/bill?meter=meter-main", "[data-bill] [data-total]"),
    View("energy-tariffs", "/energy/tariffs", "[data-prices] tr", 14),
    View("energy-check", "/energy/check", "[data-form=check] input"),
    View("energy-demand", "/energy/demand?meter=meter-main", "[data-peak]"),
    View("energy-waste", "/energy/waste", "[data-finding]"),
    View("energy-targets", "/energy/targets", "[data-row] input"),
    View("energy-readings", "/energy/readings", "[data-reading]"),
    View("energy-baselines", "/energy/baselines", "[data-saved]"),
)
WIDEST: Final = "Math.max(document.querySelector('main').scrollWidth, document.body.scrollWidth)"
KEY: Final = re.compile(r"\b(?:money|energy|trend|frame)\.[a-z_.]{3,}\b")


def months_ago(count: int) -> str:
    """Of the canned estate's clock: the real one, in Shanghai."""
    today = datetime.now(ZoneInfo("Asia/Shanghai"))
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return f"{year}-{month + 1:02}"


def test_every_page_is_whole_in_its_words_and_accessible_in_both_languages(page: Page) -> None:
    """Every other page is judged in the dark, the rest in the light."""
    set_screen(page, "zh", "dark")
    for number, view in enumerate(MONEY):
        visit(page, view)
        words = page.locator("main").inner_text()
        assert not KEY.findall(words), view.name
        assert len(re.findall(r"[\u4e00-\u9fff]", words)) > 20, view.name
        if number % 2 == 0:
            assert findings(page) == [], f"{view.name}, dark"
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate(WIDEST) <= 390, f"{view.name} scrolls sideways on a phone"
        page.set_viewport_size({"width": 1280, "height": 900})
        assert page.evaluate(WIDEST) <= 1280, f"{view.name} scrolls sideways"
        page.get_by_role("button", name="浅色").click()
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        words = page.locator("main").inner_text()
        assert not KEY.findall(words), view.name
        assert len(re.findall(r"[\u4e00-\u9fff]", words)) <= view.own_words, view.name
        if number % 2 == 1:
            assert findings(page) == [], f"{view.name}, light"


def test_a_months_work(page: Page) -> None:  # noqa: PLR0915 - a walk
    visit(page, MONEY[0])
    page.locator("input[name=kvarh]").fill("12,x")
    expect(page.locator("[data-form=besides] [data-wrong]")).to_contain_text("请填写数字")
    page.locator("input[name=shift_percent]").fill("20")
    expect(page.locator("[data-shifted]")).to_contain_text("本期可省约")
    expect(page.locator("[data-best]")).to_contain_text("按合同最大需量")
    # The supplier's bill: a slip stands at its field and nothing typed is lost.
    form = page.locator("[data-form=check]")
    # A month without data is no zero: nothing can be compared with it.
    page.goto(f"/energy/check?meter=meter-main&month={months_ago(4)}")
    expect(form.locator("[data-nothing]")).to_contain_text("没有电量数据")
    expect(form.locator("tfoot td").nth(2)).to_have_text("—")
    expect(form.get_by_role("button", name="核对")).to_be_disabled()
    page.goto(f"/energy/check?meter=meter-main&month={months_ago(1)}")
    form.locator("input[name='peak.amount']").fill("25000.005")
    form.locator("input[name='valley.quantity']").fill("17421")
    form.get_by_role("button", name="核对").click()
    expect(form.locator("[data-line=peak] [data-wrong]")).to_contain_text("小数位过多")
    expect(form.locator("[data-line=valley] [data-wrong]")).to_contain_text("请填写")
    form.locator("input[name='peak.amount']").fill("25000.00")
    form.locator("input[name='valley.amount']").fill("5552.12")
    form.locator("input[name=total]").fill("67,000.10")
    form.get_by_role("button", name="核对").click()
    expect(page.locator("[data-check] [data-verdict]").first).to_contain_text("相差")
    expect(form.locator("input[name=total]")).to_have_value("67,000.10")
    expect(page.locator("[data-held]")).to_have_count(1)
    # A price list from a later day; the past only with a reason.
    page.get_by_role("link", name="电价与合同").click()
    page.locator("[data-new-prices]").click()
    prices = page.locator("[data-form=prices]")
    prices.locator("input[name='components.energy']").fill("0.4011")
    prices.get_by_role("button", name="保存").click()
    expect(page.locator("[data-prices] tbody tr")).to_have_count(3)
    page.locator("[data-correct]").last.click()
    prices.get_by_role("button", name="保存").click()
    expect(prices.locator("[data-wrong]")).to_contain_text("请填写原因")
    prices.locator("input[name=restates]").fill("录入错误")
    prices.get_by_role("button", name="保存").click()
    expect(prices).to_have_count(0)
    # Waste: an order, and what the repair saved.
    page.get_by_role("link", name="浪费").click()
    expect(page.locator("[data-finding=waste-3] [data-verified]")).to_contain_text("已验证")
    page.locator("[data-form=look]").get_by_role("button", name="分析").click()
    expect(page.locator("[data-rule=night_base]")).to_contain_text("只有 9 个夜晚的数据")
    expect(page.locator("[data-rule=pump_closed]")).to_contain_text("5 块表旁没有所需的点位")
    expect(page.locator("[data-finding=waste-2] [data-no-price]")).to_be_visible()
    page.locator("[data-finding=waste-1] [data-order]").click()
    page.locator("[data-finding=waste-1] form").get_by_role("button", name="开工单").click()
    expect(page.locator("[data-finding=waste-1]")).to_contain_text("查看工单")
    # Targets: past months need their reason; a task goes on with a note.
    page.get_by_role("link", name="目标", exact=True).click()
    cell = page.locator("[data-row='meter:meter-main'] input").first
    cell.fill("77000")
    page.locator("[data-form=targets] button").click()
    expect(page.locator("[data-form=targets] [data-wrong]")).to_contain_text("请填写原因")
    page.locator("input[name=restates]").fill("已与业主商定")
    page.locator("[data-form=targets] button").click()
    expect(page.locator("input[name=restates]")).to_have_count(0)
    expect(cell).to_have_value("77000")
    page.locator("[data-task=task-1] [data-answer]").click()
    page.locator("[data-task=task-1] input[name=note]").fill("冷机启停时间已改")
    page.locator("[data-task=task-1] form").get_by_role("button", name="保存").click()
    expect(page.locator("[data-task=task-1]")).to_contain_text("冷机启停时间已改")


def test_readings_by_form_and_file_and_a_refused_baseline(page: Page, console: Console) -> None:  # noqa: PLR0915
    console.expected += ["status of 409", "status of 422"]
    visit(page, MONEY[6])
    form = page.locator("[data-form=reading]")
    form.locator("input[name=value]").fill("120")
    form.get_by_role("button", name="录入").click()
    expect(page.locator("[data-refused]")).to_contain_text("小于上次读数")
    expect(form.locator("input[name=value]")).to_have_value("120")
    expect(form.get_by_role("button", name="录入")).to_be_disabled()
    form.locator("input[name=sure]").check()
    form.get_by_role("button", name="录入").click()
    expect(page.locator("[data-reading]")).to_have_count(4)
    file = page.locator("input[type=file]")
    bad = "表号,抄表时间,读数,备注\nmeter-water-gardens,2026-11-01,abc,\n"
    file.set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": bad.encode()})
    expect(page.locator("[data-mistake]")).to_contain_text("读数不是数字")
    good = bad.replace("abc", "8300.5") + "meter-main,2026-11-01,,总表\n"
    file.set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": good.encode()})
    page.locator("[data-take]").click()
    expect(page.locator("[data-told]")).to_contain_text("已导入")
    expect(page.locator("[data-told]")).to_contain_text("1 行没有读数")
    page.locator("[data-replace]").click()
    page.locator("[data-form=replace]").get_by_role("button", name="登记").click()
    swap = page.locator("[data-form=replace]")
    expect(swap.locator("[data-wrong]")).to_contain_text("请填写")
    swap.locator("input[name=removed]").fill("12")
    swap.get_by_role("button", name="登记").click()
    expect(swap.locator("[data-refused]")).to_contain_text("止码 12 m3 小于此前读数 8,210.5 m3")
    expect(swap.get_by_role("button", name="登记")).to_be_disabled()
    swap.locator("input[name=sure]").check()
    swap.get_by_role("button", name="登记").click()
    expect(swap).to_have_count(0)
    page.get_by_role("link", name="基线与节能").click()
    page.locator("[data-baseline=meter-a-hvac]").click()
    expect(page.locator("[data-refusal]")).to_contain_text("不给出节能量")
    expect(page.locator("[data-saved]")).to_have_count(0)
    assert page.locator("[data-reason=fit_cv]").inner_text().startswith("离散系数")
