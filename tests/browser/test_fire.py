"""A fire from its first second to its end: procedure, the card for 119, linkage, the panel's reset; and a drill."""

import re

from playwright.sync_api import Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit
from tests.browser.test_answering import answer
from tests.browser.test_control_room import ROOM

FIRE = "alarm-fire"


def open_fire(page: Page, canned: Canned) -> None:
    """It comes while somebody looks at the overview, and is opened from the banner."""
    visit(page, VIEWS[0])
    canned.direct("fire")
    page.get_by_label("报警横幅").get_by_role("link").click()
    expect(page.locator(f"[data-opened={FIRE}]")).to_be_visible()


def type_and_come_back(page: Page) -> None:
    """The fire is left while the card is being filled in: what was typed is still there."""
    page.locator("[data-card]").get_by_label("火势").fill("一辆,烟大")
    page.get_by_role("button", name="关闭详情").click()
    page.locator(f"[data-alarm={FIRE}]").click()
    expect(page.locator("[data-card]").get_by_label("火势")).to_have_value("一辆,烟大")


def test_a_fire_is_walked_to_its_end(page: Page, canned: Canned) -> None:
    open_fire(page, canned)
    page.locator("[data-acknowledge]").click()
    checklist = page.locator("[data-linkage]")
    expect(checklist.locator("[data-effect=broadcast]")).to_contain_text("应动作")
    answer(page, "confirm").click()
    page.get_by_label("真实", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("电瓶车起火")
    page.locator("[data-form=confirm]").get_by_role("button", name="核实").click()
    expect(checklist.locator("[data-effect=courtyard_gate_open]")).to_contain_text("未动作")
    expect(checklist.locator("[data-effect=broadcast]")).to_contain_text("已动作")
    card = page.locator("[data-card]")
    expect(card).to_contain_text("滨江路88号")
    expect(card).to_contain_text("A栋3层走道感烟")
    expect(card.get_by_label("着火物")).to_have_value("电瓶车起火")
    expect(card.get_by_label("报警人")).to_have_value("zhang.wei")
    type_and_come_back(page)
    card.get_by_role("button", name="保存报警卡").click()
    step = page.locator("[data-step=call_119]")
    step.get_by_role("button", name="完成:拨打119").click()
    expect(step).to_contain_text(re.compile(r"张伟 · \d\d:\d\d:\d\d · 报警后 \d+ 秒"))
    expect(card.get_by_label("火势")).to_have_value("一辆,烟大")
    expect(answer(page, "close")).to_be_disabled()
    canned.direct(f"panel-reset?id={FIRE}")
    answer(page, "reset").click()
    page.get_by_label("复位原因").fill("主机已复位")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-alarm={FIRE}]")).to_contain_text("已恢复,待关闭")
    answer(page, "close").click()
    expect(page.locator(f"[data-alarm={FIRE}]")).to_have_count(0)
    expect(page.locator("[data-course] li").last).to_contain_text("关闭")


def test_a_key_leads_from_the_control_room_to_the_fire_s_answers(page: Page, canned: Canned) -> None:
    visit(page, ROOM)
    canned.direct("fire")
    expect(page.get_by_label("报警横幅")).to_contain_text("火警")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator(f"[data-opened={FIRE}] h1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("[data-acknowledge]")).to_be_focused()
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator(f"[data-opened={FIRE}]")).to_have_count(0)
    expect(page.locator("[data-alarm][aria-selected=true]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-opened] h1")).to_be_focused()


def test_a_fire_is_answered_by_keyboard_alone(page: Page, canned: Canned) -> None:
    visit(page, VIEWS[0])
    canned.direct("fire")
    expect(page.get_by_label("报警横幅")).to_contain_text("火警")
    page.get_by_label("报警横幅").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.locator("[data-acknowledge]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-acknowledge]")).to_have_count(0)
    answer(page, "confirm").focus()
    page.keyboard.press("Enter")
    page.get_by_label("真实", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("real")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-confirmed]")).to_contain_text("真实 · real")
    page.locator("[data-step=verify] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=verify]")).to_contain_text("张伟")


def test_a_step_that_somebody_else_has_done_is_told_and_shown(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append("status of 409")
    open_fire(page, canned)
    step = page.locator("[data-step=team]")
    expect(step.get_by_role("button")).to_be_visible()
    page.request.post(f"/api/v1/alarms/{FIRE}/procedure/team", data={})
    expect(step).to_contain_text("张伟")
    canned.direct("fail?status=409")
    page.locator("[data-step=report] button").click()
    expect(page.get_by_role("alert")).to_contain_text("与当前状态冲突")


def test_a_drill_is_marked_over_the_whole_screen(page: Page, canned: Canned) -> None:
    visit(page, VIEWS[0])
    expect(page.locator("[data-drill]")).to_have_count(0)
    canned.direct("fire?drill=true")
    expect(page.locator("[data-drill]")).to_contain_text("演练进行中")
    page.get_by_label("报警横幅").get_by_role("link").click()
    expect(page.locator(f"[data-alarm={FIRE}]")).to_contain_text("演练")
    page.locator("[data-acknowledge]").click()
    expect(page.locator(f"[data-alarm={FIRE}]")).to_contain_text("已接警")
