"""What the pages must never hide: missing rights, lost lines, unconfirmed values, the first fire."""

import json
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit, wait_until_fetched

OVERVIEW, EQUIPMENT = VIEWS[0], VIEWS[2]
ADDRESS = "alarm-fire-panel-fault"
DRY_RUN = "alarm-pump-1-dry_run"


def raised(canned: Canned, like: str, id: str, **changes: object) -> None:
    """A new alarm like another, with what differs."""
    canned.direct(f"raise?like={like}&id={id}&with={quote(json.dumps(changes))}")


def fire(canned: Canned, id: str, place: str, name: str, at: str, instance: str | None = None) -> None:
    """A fire address in alarm; or the whole panel."""
    words = {"equipment_name": {"zh": f"火灾报警控制器 {name}", "en": name}, "name": {"zh": "火警", "en": "Fire"}}
    raised(
        canned, ADDRESS, id, rule="fire", priority=1, place=place, raised_at=at, **words,
        instance=id if instance is None else instance,
        **{"class": "life_safety"},
    )  # fmt: skip


def test_who_may_not_see_alarms_is_never_told_that_there_are_none(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=alarm:read")
    visit(page, OVERVIEW)
    expect(page.get_by_label("报警横幅")).to_contain_text("无权查看报警")
    for tile in ("fire", "trapped", "panic"):
        expect(page.locator(f"[data-tile={tile}]")).to_contain_text("无权查看")
    expect(page.locator("[data-system=water]")).to_contain_text("无权查看")
    expect(page.get_by_role("link", name="报警", exact=True)).to_have_count(0)
    words = page.locator("body").inner_text()
    assert "没有未接警" not in words
    assert "无报警" not in words


def test_the_equipment_page_opens_without_the_right_to_its_alarms_and_orders(page: Page, canned: Canned) -> None:
    canned.direct("forbid?permission=alarm:read")
    canned.direct("forbid?permission=order:read")
    canned.direct("forbid?permission=order:read_assigned")
    visit(page, EQUIPMENT)
    expect(page.get_by_text("无权查看", exact=True)).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_line_is_seen_at_everything_behind_it(page: Page, canned: Canned) -> None:
    visit(page, OVERVIEW)
    words = {"equipment_name": {"zh": "线路 plant-room", "en": "Line"}, "name": {"zh": "通讯线路中断", "en": "Lost"}}
    raised(
        canned, DRY_RUN, "line", rule="line_lost", equipment="riverside-1", instance="plant-room", place=None,
        system=None, affects=["pump-1", "pump-2"], **words, **{"class": "communication"},
    )  # fmt: skip
    for card in ("pump-1", "pump-2"):
        expect(page.locator(f"[data-equipment={card}] .hatched").first).to_contain_text("通讯线路中断")
    expect(page.locator("[data-equipment=pump-3]")).not_to_contain_text("通讯线路中断")
    expect(page.locator("[data-system=water]")).to_contain_text("通讯线路中断")


def test_values_that_nobody_confirms_any_more_are_hatched_while_the_stream_lives(page: Page, canned: Canned) -> None:
    visit(page, OVERVIEW)
    expect(page.locator("[data-equipment=pump-2] .live.hatched")).to_have_count(0)
    canned.direct("silence")
    expect(page.locator("[data-equipment=pump-2] .live:not(.hatched)")).to_have_count(0)
    panel = page.locator("[data-equipment=fire-panel]")
    expect(panel.locator(".hatched")).to_contain_text("24 个分点,其中 24 个状态未知")
    expect(page.get_by_text("实时", exact=True)).to_be_visible()


def test_the_fire_tile_shows_where_it_began_and_how_many(page: Page, canned: Canned) -> None:
    visit(page, OVERVIEW)
    fire(canned, "panel", "control-room", "总火警", "2026-11-20T00:00:00Z", instance="")
    expect(page.locator("[data-tile=fire]")).to_contain_text("部位见消防主机")
    fire(canned, "first", "a-3", "三层走廊感烟", "2026-11-20T00:00:01Z")
    fire(canned, "second", "a-4", "四层走廊感烟", "2026-11-20T00:00:09Z")
    tile = page.locator("[data-tile=fire]")
    expect(tile).to_contain_text("三层走廊感烟")
    expect(tile).to_contain_text("A栋低区 · 三层")
    expect(tile).to_contain_text("3 条")
    expect(tile).to_have_attribute("href", "/alarms/first")
    expect(page.get_by_label("报警横幅")).to_contain_text("四层走廊感烟")


def test_the_tile_of_a_trapped_person_says_where_the_car_is(page: Page) -> None:
    visit(page, OVERVIEW)
    floor = page.locator("[data-equipment=lift-2] .chip", has_text="楼层").locator(".value").inner_text()
    expect(page.locator("[data-tile=trapped]")).to_contain_text(f"轿厢在 {floor} 层")


def test_other_pages_open_while_the_server_is_away(page: Page, canned: Canned, console: Console) -> None:
    console.expected.append(r"ERR_|Failed to load resource|could not be loaded")
    visit(page, OVERVIEW)
    for room in ("OrdersPage", "OrderClocks", "PrintSheet", "uPlot"):
        wait_until_fetched(page, room)
    page.context.set_offline(True)
    canned.direct("cut")
    page.get_by_role("link", name="工单", exact=True).click()
    expect(page.locator("[data-order]").first).to_be_visible()
    assert page.title().startswith("工单")


def test_a_page_that_can_not_be_loaded_says_so(page: Page, console: Console) -> None:
    console.expected.append(r"ERR_|Failed to load|could not be loaded|Failed to fetch")
    page.route("**/assets/OrdersPage*", lambda route: route.abort())
    visit(page, OVERVIEW)
    page.get_by_role("link", name="工单", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("这个页面现在无法加载")
    expect(page.locator("[data-equipment=pump-1]")).to_be_visible()


def test_titles_name_the_equipment_and_the_missing_page(page: Page) -> None:
    visit(page, EQUIPMENT)
    expect(page).to_have_title("1号给水泵（低区） · Gatehouse")
    page.goto("/nowhere")
    expect(page).to_have_title("没有这个页面 · Gatehouse")
