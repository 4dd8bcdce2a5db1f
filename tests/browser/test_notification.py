"""Notification for administrators: channels with a test that says how it went, routes, deliveries and attempts."""

from playwright.sync_api import Page, expect

from tests.browser.canned import Canned
from tests.browser.looks import VIEWS, visit

NOTIFICATION = next(view for view in VIEWS if view.name == "notification")


def test_a_channel_is_tested_and_the_answer_is_shown(page: Page) -> None:
    visit(page, NOTIFICATION)
    good, bad = page.locator("[data-channel=ch-wecom]"), page.locator("[data-channel=ch-mail]")
    good.get_by_role("button", name="发送测试消息").click()
    expect(good).to_contain_text("对方已接收")
    bad.get_by_role("button", name="发送测试消息").click()
    expect(bad).to_contain_text("未送达:the mail server refused the sender")


def test_a_channel_and_a_route_are_taken_out_of_use(page: Page) -> None:
    visit(page, NOTIFICATION)
    expect(page.locator("[data-channel]")).to_have_count(2)
    expect(page.locator("[data-few]")).to_have_count(0)
    page.get_by_label("启用:duty@example.com").click()
    expect(page.get_by_label("启用:duty@example.com")).not_to_be_checked()
    expect(page.locator("[data-few]")).to_contain_text("启用的渠道只有一种")
    page.get_by_label("启用:Rest-2").click()
    expect(page.get_by_label("启用:Rest-2")).not_to_be_checked()
    page.reload()
    expect(page.get_by_label("启用:duty@example.com")).not_to_be_checked()
    expect(page.get_by_label("启用:Life-1")).to_be_checked()


def test_what_failed_is_listed_with_its_reason(page: Page) -> None:
    visit(page, NOTIFICATION)
    expect(page.locator("[data-delivery='2']")).to_contain_text("失败")
    expect(page.locator("[data-delivery='2']")).to_contain_text("the mail server refused the sender")


def test_who_may_not_manage_it_is_not_led_there(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=notification:manage")
    visit(page, VIEWS[0])
    expect(page.get_by_role("link", name="通知")).to_have_count(0)
