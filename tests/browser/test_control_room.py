"""The control room at one look: who is on duty, rounds, masked cards, what cannot be seen, the load of the alarms."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.canned import Canned
from tests.browser.looks import VIEWS, visit

ROOM = next(view for view in VIEWS if view.name == "control-room")


def panel(page: Page, name: str) -> Locator:
    """One panel of the page."""
    return page.locator(f"[data-panel={name}]")


def test_the_room_shows_what_its_people_need(page: Page) -> None:
    visit(page, ROOM)
    expect(page.locator("[data-tile]")).to_have_count(3)
    expect(panel(page, "duty").locator("[data-post=control_room]")).to_contain_text("张伟 wu.hao")
    expect(panel(page, "duty").locator("[data-post=security]")).to_contain_text("无人在岗")
    expect(panel(page, "patrol")).to_contain_text("漏检")
    gates = panel(page, "gates")
    expect(gates).to_contain_text("•••• 9031")
    expect(gates).to_contain_text("拒绝 · 已过期")
    expect(panel(page, "blind").locator("[data-blind=door-courtyard]")).to_contain_text("设备无应答")


def test_ctrl_down_opens_the_most_urgent_alarm_and_back_leads_here(page: Page, canned: Canned) -> None:
    visit(page, ROOM)
    canned.direct("fire")
    expect(page.locator("[data-tile=fire]")).to_contain_text("1 条")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("[data-opened=alarm-fire]")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.locator("[data-acknowledge]")).to_have_count(0)
    page.go_back()
    expect(panel(page, "alarms").locator("[data-alarm=alarm-fire]")).to_contain_text("已接警")


def test_the_load_is_held_to_its_bands(page: Page) -> None:
    visit(page, ROOM)
    load = panel(page, "load")
    expect(load.locator("[data-figure=rate]")).to_contain_text("偏高")
    expect(load.locator("[data-figure=most]")).to_contain_text("超出")
    expect(load.locator("[data-figure=stale]")).to_contain_text("符合")
    expect(load.locator("[data-top]").first).to_contain_text("A栋车库梯厅门")
    expect(load.locator("[data-top]").first).to_contain_text("31")


def test_what_one_may_not_see_is_said_and_not_shown_as_nothing(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=access:read")
    canned.direct("forbid?permission=patrol:read")
    visit(page, ROOM)
    for name in ("gates", "patrol"):
        expect(panel(page, name)).to_contain_text("无权查看")
    expect(panel(page, "duty")).to_contain_text("张伟")
