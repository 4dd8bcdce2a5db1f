"""What an operator does with the pages: log in, acknowledge, lose the stream, be refused, work by keyboard alone."""

import contextlib
import re

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit

OVERVIEW, ALARMS = VIEWS[0], VIEWS[1]
TRAPPED = "alarm-lift-2-trapped"
DRY_RUN = "alarm-pump-1-dry_run"


def test_acknowledging_posts_and_shows(page: Page, canned: Canned) -> None:
    visit(page, ALARMS)
    page.locator("[data-acknowledge]").click()
    expect(page.locator(f"[data-alarm={DRY_RUN}]")).to_contain_text("已接警")
    expect(page.locator("[data-acknowledge]")).to_have_count(0)
    assert canned.direct("acknowledged") == [DRY_RUN]


def test_life_safety_is_acknowledged_only_by_opening_it(page: Page, canned: Canned) -> None:
    page.goto("/alarms")
    row = page.locator(f"[data-alarm={TRAPPED}]")
    row.get_by_role("button", name="打开后接警").click()
    expect(page.locator(f"[data-opened={TRAPPED}]")).to_be_visible()
    assert canned.direct("acknowledged") == []
    page.locator("[data-acknowledge]").click()
    expect(row).to_contain_text("已接警")
    assert canned.direct("acknowledged") == [TRAPPED]


def test_a_new_alarm_is_in_the_banner_and_on_top_at_once(page: Page, canned: Canned) -> None:
    visit(page, OVERVIEW)
    canned.direct(f"raise?like={TRAPPED}&id=alarm-new")
    expect(page.get_by_label("报警横幅").get_by_role("link")).to_have_attribute("href", "/alarms/alarm-new")
    page.get_by_label("报警横幅").get_by_role("link").click()
    expect(page.locator("[data-alarm]").first).to_have_attribute("data-alarm", "alarm-new")


def test_the_page_says_that_it_is_stale_and_comes_back(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append(r"ERR_|Failed to load resource")
    visit(page, OVERVIEW)
    expect(page.get_by_text("实时", exact=True)).to_be_visible()
    canned.direct("cut")
    expect(page.get_by_role("alert")).to_contain_text("画面已中断")
    hatched = page.locator("[data-equipment=pump-2] .live").last.evaluate("e => getComputedStyle(e).backgroundImage")
    assert "repeating-linear-gradient" in hatched
    canned.direct("restore")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "words"), [(403, "没有权限"), (409, "与当前状态冲突"), (422, "内容不符合要求"), (500, "服务器出错")]
)
def test_a_refusal_says_what_happened_and_what_to_do(
    page: Page, canned: Canned, console: Console, status: int, words: str
) -> None:
    console.expected.append(rf"status of {status}")
    visit(page, ALARMS)
    canned.direct(f"fail?status={status}")
    page.locator("[data-acknowledge]").click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("alert")).to_contain_text(re.compile("请|核对"))
    expect(page.locator("[data-acknowledge]")).to_be_enabled()


def test_an_ended_session_leads_to_the_log_in_and_back(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append("status of 401")
    visit(page, ALARMS)
    canned.direct("expire")
    with contextlib.suppress(BrowserError):  # the page itself may have noticed before the click
        page.locator("[data-acknowledge]").click(timeout=2_000)
    expect(page.get_by_text("登录已失效,请重新登录")).to_be_visible()
    expect(page.get_by_text("本系统为辅助监视,不替代消防控制室法定设备")).to_be_visible()
    page.get_by_label("用户名").fill("zhang.wei")
    page.locator("input[name=password]").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(page.get_by_label("用户名")).to_have_value("zhang.wei")
    page.locator("input[name=password]").fill("gatehouse")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-opened={DRY_RUN}]")).to_be_visible()


def test_a_log_in_never_leads_to_another_host(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append("status of 401")
    canned.direct("expire")
    page.goto("/login?next=//elsewhere.example/")
    page.get_by_label("用户名").fill("zhang.wei")
    page.locator("input[name=password]").fill("gatehouse")
    page.keyboard.press("Enter")
    expect(page.get_by_label("报警横幅")).to_be_visible()
    assert page.url == f"{canned.url}/"


def test_alarms_are_handled_by_keyboard_alone(page: Page, canned: Canned) -> None:
    page.goto("/alarms")
    page.locator("[data-alarm]").first.wait_for()
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator(f"[data-opened={TRAPPED}]")).to_be_visible()
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator(f"[data-opened={DRY_RUN}]")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.locator(f"[data-alarm={DRY_RUN}]")).to_contain_text("已接警")
    page.get_by_role("button", name="快捷键:开").click()
    page.keyboard.press("Control+ArrowUp")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="快捷键:关").click()
    assert canned.direct("acknowledged") == [DRY_RUN]


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    visit(page, OVERVIEW)
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_sound_is_armed_by_one_click_and_silenced_until_the_next_alarm(page: Page, canned: Canned) -> None:
    visit(page, OVERVIEW)
    page.get_by_role("button", name="启用声音").click()
    page.get_by_role("button", name="消音").click()
    expect(page.get_by_text("已消音")).to_be_visible()
    canned.direct(f"raise?like={TRAPPED}&id=alarm-new")
    expect(page.get_by_role("button", name="消音")).to_be_visible()


def test_a_trend_has_a_table_twin_and_a_file(page: Page) -> None:
    visit(page, VIEWS[2])
    page.get_by_role("button", name="表格").click()
    expect(page.get_by_role("region", name="表格").locator("tbody tr").nth(20)).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("时间 (Asia/Shanghai),出水压力 平均 MPa")
    assert len(text.splitlines()) > 200


def test_choices_of_the_screen_stay_after_a_reload(page: Page) -> None:
    visit(page, OVERVIEW)
    page.get_by_role("button", name="切换为浅色界面").click()
    page.get_by_role("button", name="大屏字号").click()
    page.get_by_role("button", name="切换为英文").click()
    page.reload()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    expect(root).to_have_attribute("data-size", "large")
    expect(root).to_have_attribute("lang", "en")
