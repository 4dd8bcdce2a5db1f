"""The service desk: a repair by telephone in half a minute, dispatched by keys or by dragging; old orders; paper."""

from __future__ import annotations

import re
import time
from io import BytesIO

from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browser.accessible import findings
from tests.browser.canned import Canned
from tests.browser.looks import View, set_screen, visit

DESK = View("desk", "/desk", "[data-call]")
MOST_KEYS = 12
MOST_SECONDS = 30
A_LETTER_MS = 60
"""How fast somebody types who also listens."""


class Keys:
    """What is pressed beyond the words."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def words(self, said: str) -> None:
        """What the caller says: not counted."""
        self._page.keyboard.type(said, delay=A_LETTER_MS)

    def press(self, key: str) -> None:
        """Counted, each key of a chord by itself."""
        self._page.keyboard.press(key)
        self.pressed += key.count("+") + 1


def test_a_repair_is_taken_and_dispatched_in_half_a_minute(page: Page) -> None:
    visit(page, DESK)
    expect(page.locator("input[name=where]")).to_be_focused()
    keys, began = Keys(page), time.monotonic()
    keys.words("a1201")
    expect(page.locator("[data-found='A-1201']")).to_be_visible()
    keys.press("Enter")
    expect(page.locator("input[name=text]")).to_be_focused()
    expect(page.locator("[data-room-history]")).to_contain_text("#119")
    expect(page.locator("[data-stopped]")).to_contain_text("停水")
    keys.words("厨房水龙头漏水")
    expect(page.locator("select[name=trade]")).to_have_value("plumbing")
    expect(page.locator("input[name=class][value=small]")).to_be_checked()
    keys.press("Alt+2")
    keys.press("Enter")
    expect(page.locator("[data-taken] [data-clock=arrive]")).to_contain_text(re.compile(r"剩 2[45]:\d\d"))
    expect(page.locator("[data-proposal='li.na'] .main")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("[data-taken]")).to_contain_text("已派单 Li Na")
    assert keys.pressed <= MOST_KEYS, f"{keys.pressed} keys beyond the words"
    assert time.monotonic() - began <= MOST_SECONDS
    expect(page.locator("input[name=where]")).to_have_value("")
    expect(page.locator("[data-taken]")).to_contain_text("一般 · 给排水")


def test_no_letter_is_lost_that_is_typed_before_the_building_is_known(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/sites*", hold)
    page.goto("/desk")
    page.get_by_role("heading", name="电话报修").wait_for()
    expect(page.locator("input[name=where]")).to_have_count(0)
    page.unroute_all()
    expect(page.locator("input[name=where]")).to_be_focused()
    page.keyboard.type("A-1203")
    expect(page.locator("input[name=where]")).to_have_value("A-1203")
    assert held, "the building was not asked for"


def test_what_was_typed_outlives_a_reload_and_a_wrong_form_says_why(page: Page) -> None:
    visit(page, DESK)
    page.locator("input[name=where]").press_sequentially("a1201")
    page.locator("[data-found='A-1201']").click()
    page.locator("input[name=text]").fill("厨房水龙头漏水")
    page.locator("[data-tab=supply]").click()
    page.locator("[data-add=supply]").click()
    notice = page.locator("[data-form=supply]")
    notice.locator("input[type=datetime-local]").last.fill("2020-01-01T08:00")
    expect(notice.locator("[data-lacks]")).to_have_text("结束时间须晚于开始时间")
    page.reload()
    expect(page.locator("input[name=text]")).to_have_value("厨房水龙头漏水")
    expect(page.locator("[data-room-history]")).to_contain_text("#119")
    expect(notice.locator("[data-lacks]")).to_have_text("结束时间须晚于开始时间")
    page.get_by_role("button", name="清空").click()
    expect(page.locator("input[name=text]")).to_have_value("")
    with page.expect_response(re.compile("/rooms")):
        page.locator("input[name=where]").fill("一个很长很长的地方" * 4)
    page.locator("input[name=text]").fill("灯不亮")
    expect(page.locator("#desk-too-long")).to_contain_text("最多 32 个字")
    expect(page.get_by_role("button", name=re.compile("^登记"))).to_be_disabled()
    page.get_by_role("button", name="退出").click()
    page.locator("input[name=username]").wait_for()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('typed')).length") == 0


def test_an_order_is_given_by_dragging_it_onto_a_name(page: Page) -> None:
    visit(page, View("orders", "/work-orders", "[data-order]"))
    card = page.locator("[data-column=waiting] [data-order=order-117]")
    card.drag_to(page.locator("[data-person='wu.hao']"))
    expect(page.locator("[data-column=given] [data-order=order-117]")).to_contain_text("wu.hao")
    page.get_by_role("button", name="只看超时").click()
    expect(page.locator("[data-order]")).to_have_count(1)
    expect(page.locator("[data-order=order-115]")).to_contain_text(re.compile(r"▲ 超时 1:0\d:\d\d"))


def test_an_old_order_opens_by_its_address_and_is_verified_called_back_and_closed(page: Page) -> None:
    page.goto("/work-orders?order=order-119")
    opened = page.locator("[data-opened-order=order-119]")
    expect(opened).to_contain_text("A-1201")
    opened.locator("[data-step=verify]").click()
    opened.locator("[data-form=verify]").get_by_role("button", name="验收").click()
    expect(opened.locator("[data-state]")).to_have_text("已验收")
    opened.locator("[data-step=call-back]").click()
    form = opened.locator("[data-form=call-back]")
    send = form.get_by_role("button", name="回访")
    expect(form.get_by_role("radio", checked=True)).to_have_count(0)
    form.locator("[name=reached][value=no]").check()
    expect(form.get_by_text("是否满意")).to_have_count(0)
    form.locator("[name=reached][value=yes]").check()
    form.get_by_role("textbox").fill("师傅很快")
    expect(send).to_be_disabled()
    page.reload()
    opened.locator("[data-step=call-back]").click()
    expect(form.get_by_role("textbox")).to_have_value("师傅很快")
    form.locator("[name=satisfied][value=yes]").check()
    send.click()
    opened.locator("[data-step=close]").click()
    opened.locator("[data-form=close] [value=telephone]").check()
    opened.locator("[data-form=close]").get_by_role("button", name="消单").click()
    expect(opened.locator("[data-state]")).to_have_text("已消单")
    page.reload()
    expect(opened.locator("[data-state]")).to_have_text("已消单")
    expect(opened.locator("[data-signature]")).to_contain_text("Zhang")
    assert "Zhang" in on_paper(page)[0], "who signed stands on the sheet"
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('typed')).length") == 0


def test_every_part_of_administration_shows_itself_and_paper_has_only_its_sheet(page: Page, canned: Canned) -> None:
    for part, shown in (
        ("rota", "[data-line]"), ("people", "[data-person]"), ("holidays", "[data-day]"), ("rooms", "[data-room]"),
        ("audit", "[data-audit]"),
    ):  # fmt: skip
        visit(page, View(part, f"/administration/{part}", shown))
        assert findings(page) == [], part
    posts_and_badges_are_written(page)
    a_contract_is_written(page)
    visit(page, View("codes", "/codes", "[data-code]"))
    expect(page.locator("[data-sheet=zh]")).to_have_attribute("href", re.compile("/qr-sheets/riverside"))
    assert findings(page) == []
    visit(page, View("plans", "/plans?plan=plan-round", "[data-occurrence]"))
    assert findings(page) == []
    page.goto("/administration")
    expect(page.locator("[data-user]").first).to_be_visible()
    page.locator("nav").get_by_role("link", name="网关").click()
    expect(page).to_have_url(re.compile("/gateways$"))
    set_screen(page, "zh", "dark")
    page.goto("/work-orders?order=order-120")
    expect(page.locator("[data-opened-order] [data-course] li").first).to_be_visible()
    text, leaves = on_paper(page)
    assert leaves == 1
    assert "维修工单#120" in text.replace(" ", "")
    assert "总览" not in text, "the frame is on the paper"


def on_paper(page: Page) -> tuple[str, int]:
    """What would be printed, and on how many sheets."""
    sheet = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    return "".join(leaf.extract_text() for leaf in sheet.pages), len(sheet.pages)


def posts_and_badges_are_written(page: Page) -> None:
    """Each added, changed or taken away where it stands; two clicks take a card away."""
    visit(page, View("posts", "/administration/posts", "[data-post]"))
    page.locator("[data-add=post]").click()
    form = page.locator("[data-form=post]")
    for field, said in (("id", "reception"), ("zh", "前台"), ("en", "Reception"), ("phone", "8100")):
        form.locator(f"[name={field}]").fill(said)
    form.get_by_role("button", name="保存").click()
    expect(page.locator("[data-post=reception]")).to_contain_text("前台")
    assert findings(page) == []
    page.locator("nav").get_by_role("link", name="工牌与巡更棒").click()
    page.locator("[data-add=badge]").click()
    page.locator("[data-form=badge] [name=person]").fill("zhang.wei")
    page.locator("[data-form=badge] [name=said]").fill("04A1B2C39912")
    page.locator("[data-form=badge]").get_by_role("button", name="保存").click()
    mine = page.locator("[data-badge='zhang.wei']")
    expect(mine).to_contain_text("•••• 9912")
    assert findings(page) == []
    mine.get_by_role("button", name="注销").click()
    mine.get_by_role("button", name="确定注销").click()
    expect(mine).to_have_count(0)


def a_contract_is_written(page: Page) -> None:
    """A copy of what ships, with one promise more."""
    visit(page, View("service", "/administration/service", "[data-promise]"))
    page.locator("[data-copy]").click()
    form = page.locator("[data-form=profile]")
    for field, said in (("id", "our-contract"), ("zh", "本项目合同"), ("en", "Our contract")):
        form.locator(f"[name={field}]").fill(said)
    page.locator("[data-add=promise]").click()
    line = page.locator("[data-line^=own]")
    line.locator("[name=promise-zh]").fill("夜间20分钟到场")
    line.locator("[name=promise-en]").fill("At night on site within 20 min")
    line.locator("[name=minutes]").fill("20")
    assert findings(page) == []
    form.get_by_role("button", name="保存").click()
    expect(page.locator("[data-promise^=own]")).to_contain_text("20:00 内")


def test_who_may_not_dispatch_sees_orders_and_no_desk(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=order:dispatch")
    page.goto("/desk")
    expect(page.locator("[data-no-right]")).to_contain_text("不在您的权限内")
    visit(page, View("orders", "/work-orders?order=order-117", "[data-opened-order=order-117] [data-course] li"))
    expect(page.locator("[data-dispatch], [data-person]")).to_have_count(0)
