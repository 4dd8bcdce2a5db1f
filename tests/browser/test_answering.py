"""Answering an alarm: confirm, comment, assign, shelve, silence, close; nothing that was typed is lost."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit
from tests.browser.test_seeing import raised

ALARMS = VIEWS[1]
DRY_RUN = "alarm-pump-1-dry_run"
ADDRESS = "alarm-fire-panel-fault"
FIRE = {"rule": "fire", "priority": 1, "class": "life_safety", "name": {"zh": "火警", "en": "Fire"}}


def answer(page: Page, kind: str) -> Locator:
    """The button of an answer."""
    return page.locator(f"[data-answer={kind}]")


def fire(canned: Canned, **response: object) -> None:
    """A fire that people must close."""
    raised(canned, ADDRESS, "fire-1", **FIRE, response={"must_close": True, **response})


def test_every_answer_is_in_the_course_with_who_and_when(page: Page) -> None:
    visit(page, ALARMS)
    answer(page, "comment").click()
    page.get_by_label("备注内容").fill("已通知水泵班")
    page.keyboard.press("Enter")
    course = page.locator("[data-course] li")
    expect(course.last).to_contain_text("已通知水泵班")
    answer(page, "assign").click()
    page.get_by_label("指派给").fill("li.na")
    page.keyboard.press("Enter")
    expect(course.last).to_contain_text("Li Na")
    answer(page, "silence").click()
    expect(answer(page, "silence")).to_have_count(0)
    answer(page, "confirm").click()
    page.get_by_label("误报", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("流量计卡滞")
    page.locator("[data-form=confirm]").get_by_role("button", name="核实").click()
    expect(page.locator("[data-confirmed]")).to_contain_text("误报 · 流量计卡滞 · 张伟")
    expect(course.last).to_contain_text(re.compile(r"\d\d:\d\d:\d\d.*核实 张伟 · 误报 · 流量计卡滞"))


def test_shelving_takes_a_reason_and_is_listed_until_taken_off(page: Page) -> None:
    visit(page, ALARMS)
    answer(page, "shelve").click()
    send = page.locator("[data-form=shelve]").get_by_role("button", name="暂挂")
    expect(send).to_be_disabled()
    page.get_by_label("暂挂原因").fill("等备件")
    send.click()
    page.get_by_role("button", name="暂挂", exact=True).first.click()
    expect(page.locator(f"[data-alarm={DRY_RUN}]")).to_contain_text(re.compile(r"暂挂 至"))
    answer(page, "unshelve").click()
    expect(page.locator(f"[data-alarm={DRY_RUN}]")).to_have_count(0)


def test_life_safety_is_never_offered_shelving(page: Page) -> None:
    page.goto("/alarms/alarm-lift-2-trapped")
    expect(answer(page, "confirm")).to_be_visible()
    expect(answer(page, "shelve")).to_have_count(0)


def test_a_conflict_says_what_happened_and_keeps_what_was_typed(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append("status of 409")
    visit(page, ALARMS)
    answer(page, "confirm").click()
    page.get_by_label("真实", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("泵体漏水")
    canned.direct("fail?status=409")
    page.locator("[data-form=confirm]").get_by_role("button", name="核实").click()
    expect(page.get_by_role("alert")).to_contain_text("与当前状态冲突")
    expect(page.get_by_label(re.compile("现场情况"))).to_have_value("泵体漏水")
    page.locator("[data-alarm=alarm-lift-2-trapped]").click()
    page.locator(f"[data-alarm={DRY_RUN}]").click()
    expect(page.get_by_label(re.compile("现场情况"))).to_have_value("泵体漏水")
    page.locator("[data-form=confirm]").get_by_role("button", name="核实").click()
    expect(page.locator("[data-confirmed]")).to_contain_text("真实 · 泵体漏水")


def test_a_fire_is_false_by_two_and_closed_after_the_panel(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=alarm:decide")
    fire(canned)
    page.goto("/alarms/fire-1")
    answer(page, "confirm").click()
    page.get_by_label("误报", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("烹饪油烟")
    form = page.locator("[data-form=confirm]")
    expect(form).to_contain_text("须两人核实")
    form.get_by_role("button", name="核实").click()
    expect(page.locator("[data-proposed]")).to_contain_text("张伟 提出不是真实火警")
    expect(page.locator("[data-confirmed]")).to_have_count(0)
    answer(page, "confirm").click()
    page.get_by_label("误报", exact=True).check()
    expect(form).to_contain_text("须由另一人或负责人核实")
    expect(answer(page, "close")).to_be_disabled()
    expect(page.get_by_text("消防主机尚未复位")).to_be_visible()


def test_a_real_fire_takes_one_word(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=alarm:decide")
    fire(canned)
    page.goto("/alarms/fire-1")
    answer(page, "confirm").click()
    page.get_by_label("真实", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("三层走道有明火")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-confirmed]")).to_contain_text("真实 · 三层走道有明火 · 张伟")


def test_who_may_not_answer_is_offered_nothing(page: Page, canned: Canned) -> None:
    for permission in ("alarm:acknowledge", "alarm:shelve", "alarm:reset"):
        canned.direct(f"forbid?permission={permission}")
    visit(page, ALARMS)
    expect(page.locator("[data-course] li").first).to_be_visible()
    expect(page.locator("[data-answer], [data-acknowledge]")).to_have_count(0)
