"""A control room's days, walked in a browser on a running estate: fire, lift, doors, rounds, a flood, a cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.people import Person
from tests.end_to_end.test_duty_page import Wire
from tests.end_to_end.waiting import until
from tests.end_to_end.walking import PATIENT_MS, ROUTE, STEP, Walk, with_short_round

pytestmark = pytest.mark.timeout(600)
CALL_POINT = "l1m010"
BROKEN = ("fire-panel", "lift-2", "lift-3", "pump-2")
STEPS = ("verify", "linkage", "call_119", "evacuate", "report", "team")
FLOOD = 267
"""Alarms of one morning at which operators stood and watched (hmm)."""


@pytest.fixture(scope="module")
def house() -> Iterator[Estate]:
    """One estate for all walks, apart from that of other tests: they leave a lot behind."""
    with Estate() as estate:
        with_short_round(estate)
        yield estate


@pytest.fixture(scope="module")
def wire(house: Estate) -> Iterator[Wire]:
    """The way from the browser to the cloud."""
    wire = Wire(int(house.url.rpartition(":")[2]))
    yield wire
    wire.end()


@pytest.fixture(scope="module")
def screen(house: Estate, wire: Wire, browser: Browser) -> Iterator[Page]:
    """The screen of the control room; its head is logged in, and the sound is armed."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{wire.port}", locale="zh-CN", viewport={"width": 1600, "height": 900}
    )
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    Walk(page, house).log_in("manager")
    yield page
    context.close()


@pytest.fixture
def walk(house: Estate, screen: Page) -> Iterator[Walk]:
    """Nothing waits to be acknowledged when it begins; what it breaks is mended, also where it fails."""
    house.acknowledge_all()
    yield Walk(screen, house)
    for target in BROKEN:
        house.clear(target)


def the_one(estate: Estate, equipment: str, rule: str, instance: str = "") -> dict[str, Any]:
    """The one alarm of a rule that is active."""

    def active() -> list[dict[str, Any]]:
        return [a for a in estate.active(equipment, rule) if not instance or a["instance"] == instance]

    (found,) = until(active, PATIENCE, estate.logs)
    return found


def latched(estate: Estate, alarm: dict[str, Any]) -> None:
    """The panel itself was reset: what it detected is latched here until somebody resets it."""
    until(lambda: estate.get(f"alarms/{alarm['id']}")["detection"] == "latched", PATIENCE, estate.logs)


def test_a_fire_by_mouse_from_the_sound_to_its_end(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.get_by_role("link", name="值班").click()
    estate.inject("fire-panel", "call_point", address=CALL_POINT)
    walk.open_from_banner("火警")
    fire = the_one(estate, "fire-panel", "fire", CALL_POINT)
    walk.sounds()
    walk.row(fire).click()
    expect(walk.opened(fire)).to_be_visible()
    page.locator("[data-acknowledge]").click()
    expect(walk.row(fire)).to_contain_text("已接警")
    walk.answer("confirm").click()
    page.get_by_label("真实", exact=True).check()
    page.get_by_label(re.compile("现场情况")).fill("电瓶车起火")
    page.locator("[data-form=confirm]").get_by_role("button", name="核实").click()
    expect(page.locator("[data-confirmed]")).to_contain_text("真实 · 电瓶车起火")
    card = page.locator("[data-card]")
    expect(card).to_contain_text("车库北区")
    expect(card.get_by_label("着火物")).to_have_value("电瓶车起火")
    card.get_by_label("火势").fill("一辆,烟大")
    card.get_by_role("button", name="保存报警卡").click()
    for step in STEPS:
        page.locator(f"[data-step={step}] button").click()
        expect(page.locator(f"[data-step={step}]")).to_contain_text(STEP)
    for effect in ("barriers_up-barrier-in", "broadcast", "emergency_lighting"):
        expect(page.locator(f"[data-effect={effect}]")).to_contain_text("已动作", timeout=PATIENT_MS)
    end_of_fire(walk, fire)


def end_of_fire(walk: Walk, fire: dict[str, Any]) -> None:
    """The panel is reset, then this system, and the fire is closed; all of it stands in its course."""
    estate = walk.estate
    expect(walk.answer("close")).to_be_disabled()
    estate.clear("fire-panel", "call_point")
    latched(estate, fire)
    walk.reset("主机已复位")
    expect(walk.row(fire)).to_contain_text("已恢复,待关闭")
    walk.answer("close").click()
    expect(walk.row(fire)).to_have_count(0)
    kinds = [step["kind"] for step in estate.get(f"alarms/{fire['id']}")["history"]]
    assert [kind for kind in kinds if kind in {"acknowledged", "confirmed", "closed"}] == [
        "acknowledged",
        "confirmed",
        "closed",
    ]
    assert kinds.count("procedure") == len(STEPS)


def test_a_fire_by_keys_alone(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/")
    estate.inject("fire-panel", "call_point", address=CALL_POINT)
    expect(walk.banner).to_contain_text("火警", timeout=PATIENT_MS)
    fire = the_one(estate, "fire-panel", "fire", CALL_POINT)
    walk.press("a.first")
    walk.step_to(fire)
    page.keyboard.press("Control+a")
    expect(walk.row(fire)).to_contain_text("已接警")
    walk.press("[data-answer=confirm]")
    walk.press("[data-form=confirm] input[type=radio]", "Space")
    walk.go("[data-form=confirm] textarea")
    page.keyboard.type("real")
    walk.press("[data-form=confirm] button[type=submit]")
    expect(page.locator("[data-confirmed]")).to_contain_text("真实 · real")
    walk.press("[data-step=call_119] button")
    expect(page.locator("[data-step=call_119]")).to_contain_text(STEP)
    estate.clear("fire-panel", "call_point")
    latched(estate, fire)
    walk.press("[data-answer=reset]")
    walk.go("[data-form=text] input")
    page.keyboard.type("panel is reset")
    page.keyboard.press("Enter")
    expect(walk.row(fire)).to_contain_text("已恢复,待关闭")
    walk.press("[data-answer=close]")
    expect(walk.row(fire)).to_have_count(0)
    assert estate.get(f"alarms/{fire['id']}")["response"]["closed_by"] == estate.user("manager")["name"]


def test_a_person_is_trapped_and_freed(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    estate.inject("lift-2", "person_trapped")
    trapped = the_one(estate, "lift-2", "trapped")
    tile = page.locator("[data-tile=trapped]")
    expect(tile).to_contain_text("2号电梯", timeout=PATIENT_MS)
    expect(tile).to_have_attribute("href", f"/alarms/{trapped['id']}", timeout=PATIENT_MS)
    tile.click()
    expect(walk.opened(trapped)).to_be_visible()
    expect(walk.answer("shelve")).to_have_count(0)
    page.locator("[data-acknowledge]").click()
    expect(walk.row(trapped)).to_contain_text("已接警")
    estate.clear("lift-2", "person_trapped")
    latched(estate, trapped)
    walk.reset("已解救")
    expect(walk.opened(trapped)).to_contain_text("已结束", timeout=PATIENT_MS)
    assert estate.active("lift-2", "trapped") == []


def test_an_expired_card_and_somebody_behind_a_resident(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    estate.inject("door-garage-a", "expired_card", times="1")
    gates = walk.panel("gates")
    denied = gates.locator("tr.denied", has_text="A栋车库梯厅门").filter(has_text="已过期").first
    expect(denied).to_be_visible(timeout=PATIENT_MS)
    expect(denied).to_contain_text(re.compile(r"••••? ?\d{4}"))
    estate.inject("door-garage-a", "tailgating", times="1")
    until(lambda: [a for a in estate.items("alarms", open="true") if a["rule"] == "tailgating"], PATIENCE)
    expect(walk.panel("alarms")).to_contain_text("尾随", timeout=PATIENT_MS)
    expect(walk.panel("alarms")).to_contain_text("A栋地下电梯厅")
    assert not re.search(r"\d{9,}", gates.inner_text()), "a card number stands in full"


def test_shelving_takes_an_alarm_off_the_list_until_its_time(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    pump = DryRun(estate, "pump-2")
    page.goto("/alarms")
    pump.inject()
    alarm = pump.raised()
    walk.row(alarm).click()
    walk.answer("shelve").click()
    page.get_by_label("暂挂原因").fill("等备件")
    page.locator("[data-form=shelve]").get_by_role("button", name="暂挂").click()
    expect(walk.row(alarm)).to_contain_text("暂挂 至")
    walk.answer("unshelve").click()
    expect(walk.row(alarm)).not_to_contain_text("暂挂 至")
    estate.post(f"alarms/{alarm['id']}/shelve", {"reason": "三秒", "seconds": 3})
    expect(walk.row(alarm)).to_contain_text("暂挂 至")
    expect(walk.row(alarm)).not_to_contain_text("暂挂 至", timeout=PATIENT_MS)
    pump.clear()
    kinds = [step["kind"] for step in estate.get(f"alarms/{alarm['id']}")["history"]]
    assert kinds.count("unshelved") == 2


def test_a_flood_from_the_panel_keeps_the_danger_on_top(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/alarms")
    addresses = [each["id"] for each in estate.get("equipment/fire-panel")["instances"]]
    burning = [address for address in addresses if address[2] == "d"][-1]
    raw = [(fault, address) for fault in ("fault", "supervisory", "shielded") for address in addresses]
    for fault, address in raw[:FLOOD]:
        estate.inject("fire-panel", fault, address=address)

    def raised() -> bool:
        active = estate.items("alarms", equipment="fire-panel", state="active", limit=500)
        return len([a for a in active if a["instance"]]) >= FLOOD

    until(raised, PATIENCE, estate.logs)
    expect(page.get_by_text(re.compile(r"共 (2[6-9]\d|3\d\d) 条"))).to_be_visible()
    estate.inject("fire-panel", "smoke", address=burning, spread="never")
    expect(page.locator("[data-alarm]").first).to_contain_text("火警", timeout=PATIENT_MS)
    assert 10 <= page.locator("[data-alarm]").count() < 60, "only what is seen is drawn"
    fire = the_one(estate, "fire-panel", "fire", burning)
    walk.row(fire).click()
    page.locator("[data-acknowledge]").click()
    expect(walk.row(fire)).to_contain_text("已接警")
    drawn = page.locator("[role=table]").first
    drawn.evaluate("e => { e.scrollTop = e.scrollHeight }")
    expect(page.locator(f"[aria-rowindex='{int(drawn.get_attribute('aria-rowcount') or 0)}']")).to_be_visible()
    drawn.evaluate("e => { e.scrollTop = 0 }")
    estate.clear("fire-panel")
    latched(estate, fire)
    with Person(estate, "manager") as head:
        head.does(f"alarms/{fire['id']}/confirm", {"outcome": "false", "found": "洪泛演练"})
    walk.reset("主机已复位")
    until(lambda: not estate.items("alarms", equipment="fire-panel", state="active"), PATIENCE, estate.logs)
    expect(walk.row(fire)).to_contain_text("已恢复,待关闭")
    walk.answer("close").click()
    expect(walk.row(fire)).to_have_count(0)


def test_a_cut_says_so_within_seconds_and_shows_what_was_missed(walk: Walk, wire: Wire) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    page.get_by_role("button", name="启用声音").click()
    expect(page.get_by_text("实时", exact=True)).to_be_visible()
    wire.cut()
    try:
        expect(page.locator("section.notice")).to_contain_text("画面已中断", timeout=PATIENT_MS)
        estate.inject("lift-3", "person_trapped")
        trapped = the_one(estate, "lift-3", "trapped")
        expect(walk.banner).not_to_contain_text("3号电梯")
    finally:
        wire.mend()
    expect(walk.banner).to_contain_text("3号电梯", timeout=PATIENT_MS)
    expect(page.locator("section.notice")).to_have_count(0, timeout=PATIENT_MS)
    walk.sounds()
    estate.clear("lift-3", "person_trapped")
    latched(estate, trapped)
    assert page.url.endswith("/control-room"), "nobody had to load the page anew"


def test_a_drill_is_begun_and_ended_here_and_stands_over_every_page(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    form = page.locator("[data-form=drill]")
    form.get_by_label("防火分区").select_option("z-b-high")
    form.get_by_label("演练名称或批准人").fill("季度演练")
    form.get_by_label("立即开始").check()
    form.get_by_role("button", name="开始演练").click()
    expect(page.locator("[data-drill-answer]")).to_contain_text("网关已执行")
    expect(page.locator("[data-drill]")).to_contain_text("演练进行中")
    page.goto("/")
    expect(page.locator("[data-drill]")).to_be_visible()
    page.goto("/control-room")
    page.locator("[data-drill-of=z-b-high]").get_by_role("button", name="结束演练").click()
    expect(page.locator("[data-drill-answer]")).to_contain_text("网关已执行")
    expect(page.locator("[data-drill-of=z-b-high]")).to_have_count(0)
    drills = [each for each in estate.items("linkage") if each["zone"] == "z-b-high"]
    assert [(each["drill"], each["close_reason"]) for each in drills] == [(True, "drill_ended")]


def test_a_screen_is_enrolled_armed_and_its_sound_test_logged(walk: Walk) -> None:
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    form = page.locator("[data-form=station]")
    form.get_by_label("终端名称").fill("左屏")
    form.get_by_role("button", name="登记本机").click()
    station = page.locator("[data-station=左屏]")
    expect(station).to_contain_text("本机")
    if (arm := page.get_by_role("button", name="启用声音")).count():
        arm.click()
    walk.banner.get_by_role("button", name="试音").click()
    page.locator("[data-heard]").get_by_role("button", name="听到了").click()
    expect(station).to_contain_text("测试,听到")
    kept = until(lambda: [each for each in estate.items("duty-stations", site="riverside") if each["armed"]], PATIENCE)
    assert [each["tested"]["heard"] for each in kept] == [True]
    station.get_by_role("button").click()
    expect(station).to_have_count(0)


def test_a_missed_patrol_stands_on_the_wall_and_in_the_list(walk: Walk) -> None:
    """Last, for its round has its minute."""
    page, estate = walk.page, walk.estate
    page.goto("/control-room")
    missed = walk.panel("patrol").locator(f"[data-round={ROUTE}]").first
    expect(missed).to_contain_text("漏检", timeout=150_000)
    late = [a for a in estate.items("alarms", equipment="patrol-playground") if a["instance"].startswith(ROUTE)]
    assert {alarm["rule"] for alarm in late} & {"late_start", "missed_point"}
    expect(walk.panel("alarms")).to_contain_text("巡更点")
