"""The desk of the control room: orders from an alarm, drills, the screen's own enrolment, and how people are told."""

import re

from playwright.sync_api import Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit

ROOM = next(view for view in VIEWS if view.name == "control-room")
NOTICES = next(view for view in VIEWS if view.name == "notification")
WITHOUT_ORDER = "alarm-lift-2-trapped"


def test_an_order_is_asked_for_and_given_from_the_alarm(page: Page, canned: Canned) -> None:
    canned.direct('raise?like=alarm-fire-panel-fault&id=alarm-bare&with={"work_order":null}')
    page.goto("/alarms/alarm-bare")
    form = page.locator("[data-form=order]")
    form.get_by_label("说明").fill("带梯子")
    form.get_by_role("button", name="报修").click()
    give = page.locator("[data-form=dispatch]")
    give.get_by_label("派给").fill("li.na")
    give.get_by_role("button", name="派单").click()
    expect(page.locator("[data-opened=alarm-bare]")).to_contain_text(re.compile(r"#\d+ .*已派单"))
    expect(give).to_have_count(0)
    expect(page.locator("[data-course] li").last).to_contain_text("带梯子")


def test_who_may_not_ask_for_orders_is_not_asked(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=order:report")
    canned.direct("forbid?permission=order:dispatch")
    visit(page, VIEWS[1])
    expect(page.locator("[data-course] li").first).to_be_visible()
    expect(page.locator("[data-form=order], [data-form=dispatch]")).to_have_count(0)


def test_a_drill_runs_from_its_form_to_its_end(page: Page, canned: Canned) -> None:
    visit(page, ROOM)
    form = page.locator("[data-form=drill]")
    form.get_by_label("防火分区").select_option("z-a-low")
    expect(form.get_by_role("button", name="开始演练")).to_be_disabled()
    form.get_by_label("演练名称或批准人").fill("季度演练")
    form.get_by_role("button", name="开始演练").click()
    expect(page.locator("[data-drill-answer]")).to_contain_text("网关已执行")
    expect(page.locator("[data-drill]")).to_contain_text("演练进行中")
    page.locator("[data-drill-of=z-a-low]").get_by_role("button", name="结束演练").click()
    expect(page.locator("[data-drill]")).to_have_count(0)


def test_a_rule_goes_out_of_service_by_two(page: Page) -> None:
    visit(page, ROOM)
    asked = page.locator("[data-permit]")
    expect(asked).to_contain_text("待第二人许可")
    asked.get_by_role("button", name="许可", exact=True).click()
    expect(asked).to_contain_text("停用中")
    expect(asked).to_contain_text("wang.qiang → zhang.wei")
    asked.get_by_role("button", name="恢复使用").click()
    expect(asked).to_have_count(0)
    form = page.locator("[data-form=permit]")
    form.get_by_label("设备", exact=True).select_option("fire-panel")
    form.get_by_label("报警规则").select_option("fire")
    form.get_by_label("地址或回路").fill("l1d003")
    expect(form.get_by_role("button", name="申请停用")).to_be_disabled()
    form.get_by_label("原因与看护人").fill("更换探测器,wu.hao看护")
    form.get_by_role("button", name="申请停用").click()
    expect(asked).to_contain_text("l1d003")
    asked.get_by_role("button", name="撤回").click()
    expect(asked).to_have_count(0)


def test_this_screen_is_enrolled_and_its_sound_test_is_logged(page: Page) -> None:
    visit(page, ROOM)
    page.get_by_role("button", name="启用声音").click()
    form = page.locator("[data-form=station]")
    form.get_by_label("终端名称").fill("左屏")
    form.get_by_role("button", name="登记本机").click()
    own = page.locator("[data-station=左屏]")
    expect(own).to_contain_text("报警声已启用")
    page.get_by_label("报警横幅").get_by_role("button", name="试音").click()
    page.locator("[data-heard]").get_by_role("button", name="没听到").click()
    expect(own).to_contain_text("张伟 测试,没听到")
    expect(form).to_have_count(0)
    page.reload()
    expect(own).to_contain_text("(本机)")
    own.get_by_role("button", name="取消登记:左屏").click()
    expect(form).to_be_visible()


def test_who_is_on_duty_stands_on_every_page(page: Page) -> None:
    for view in VIEWS[:3]:
        visit(page, view)
        expect(page.locator("[data-on-duty]")).to_contain_text("张伟 wu.hao")


def test_a_channel_is_written_and_its_secret_never_shown_again(page: Page, console: Console) -> None:
    visit(page, NOTICES)
    page.locator("[data-add=channel]").click()
    form = page.locator("[data-form=channel]")
    form.get_by_label("类型").select_option("mail")
    form.get_by_label("名称").fill("夜班邮箱")
    form.get_by_label("服务器").fill("mail.example.com")
    form.get_by_label("发件人").fill("night@example.com")
    form.get_by_role("button", name="保存").click()
    made = page.locator("[data-channel]", has_text="夜班邮箱")
    expect(made).to_be_visible()
    made.get_by_role("button", name="修改").click()
    expect(form.get_by_label("服务器")).to_have_value("mail.example.com")
    expect(form.get_by_label("密码")).to_have_value("")
    form.get_by_role("button", name="放弃").click()
    assert not console.complaints()


def test_a_route_and_a_contact_are_written_and_taken_away(page: Page, console: Console) -> None:
    visit(page, NOTICES)
    page.locator("[data-add=route]").click()
    route = page.locator("[data-form=route]")
    route.get_by_label("名称").fill("夜间设备")
    route.get_by_label("设备", exact=True).check()
    route.get_by_label("每天从").fill("22:00")
    route.get_by_label("到", exact=True).fill("06:00")
    route.get_by_role("button", name="+ duty@example.com").click()
    route.get_by_role("button", name="保存").click()
    line = page.locator("[data-route]", has_text="夜间设备")
    expect(line).to_contain_text("duty@example.com")
    contact = page.locator("[data-contact='li.na']")
    contact.get_by_label("li.na 邮箱").fill("li.na@example.com")
    contact.get_by_role("button", name="保存").click()
    expect(contact.get_by_role("button", name="保存")).to_be_disabled()
    line.get_by_role("button", name="删除:夜间设备").click()
    expect(line).to_have_count(0)
    assert not console.complaints()


def test_a_refused_channel_keeps_what_was_typed(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append("status of 422")
    visit(page, NOTICES)
    page.locator("[data-add=channel]").click()
    form = page.locator("[data-form=channel]")
    form.get_by_label("名称").fill("值班群")
    form.get_by_label("密钥").fill("k-1")
    canned.direct("fail?status=422")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("[data-refused]")).to_contain_text("内容不符合要求")
    expect(form.get_by_label("名称")).to_have_value("值班群")
    expect(form.get_by_label("密钥")).to_have_value("k-1")
