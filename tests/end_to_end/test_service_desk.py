"""Desk and telephone on the real cloud: from the call to the call-back, a dry pump, a round; own orders only."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from facility.clock import NS, SystemClock, from_iso
from tests.browser.test_phone import photo
from tests.browser.test_service_desk import MOST_KEYS, MOST_SECONDS, Keys
from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.people import Person
from tests.end_to_end.waiting import until

PATIENT_MS = PATIENCE * 1_000
SITE = "riverside"
HOLD = 3.0


@contextmanager
def opened(estate: Estate, browser: Browser, role: str, path: str, **how: Any) -> Iterator[Page]:
    """The pages at a path, as one of the demo's people sees them who just logged in."""
    context = browser.new_context(base_url=estate.url, locale="zh-CN", **how)
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path)
    user = estate.user(role)
    page.locator("input[name=username]").fill(user["name"])
    page.locator("input[name=password]").fill(user["password"])
    page.locator("button[type=submit]").click()
    yield page
    context.close()
    assert wrong == []


@contextmanager
def logged_in(estate: Estate, browser: Browser, role: str) -> Iterator[Page]:
    """At a desk."""
    with opened(estate, browser, role, "/login?next=/work-orders", viewport={"width": 1600, "height": 900}) as page:
        page.locator("header nav a").first.wait_for()
        yield page


@contextmanager
def telephone(estate: Estate, browser: Browser, role: str, order: str) -> Iterator[Page]:
    """In the hand of somebody who tapped on the message about an order."""
    screen = {"width": 390, "height": 780}
    where = f"/phone/orders/{order}"
    with opened(estate, browser, role, where, viewport=screen, is_mobile=True, has_touch=True) as page:
        page.locator("[data-do=accept]").wait_for()
        assert page.url.endswith(where), "one tap, and the order is there, also over a log-in"
        yield page


def seconds(shown: str) -> int:
    """Of `1:02:03` or `24:59`."""
    total = 0
    for part in shown.split(":"):
        total = total * 60 + int(part)
    return total


CHOSEN: Final = {"call-back": ("yes", "yes"), "close": ("on_site",)}
"""What must be chosen in the form of a step: each value of a field of its own."""


def done(shown: Locator, step: str) -> None:
    """One step whose form needs no words."""
    shown.locator(f"[data-step={step}]").click()
    for field, value in enumerate(CHOSEN.get(step, ())):
        shown.locator(f"[data-form={step}] fieldset").nth(field).locator(f"[value={value}]").check()
    shown.locator(f"[data-form={step}] button[type=submit]").click()
    expect(shown.locator(f"[data-form={step}]")).to_have_count(0, timeout=PATIENT_MS)


def taken_by_telephone(page: Page, to: str) -> str:
    """A call from a room that nobody knew, by keys alone, then dispatched by name; the order's id."""
    page.goto("/desk")
    expect(page.locator("input[name=where]")).to_be_focused(timeout=PATIENT_MS)
    keys, began = Keys(page), time.monotonic()
    for field, said in (("where", "A-1203"), ("customer", "陈先生"), ("text", "卫生间水龙头漏水")):
        expect(page.locator(f"input[name={field}]")).to_be_focused()
        keys.words(said)
        keys.press("Enter")
    taken = page.locator("[data-taken]")
    expect(taken.locator("[data-clock=arrive]")).to_be_visible(timeout=PATIENT_MS)
    assert keys.pressed <= MOST_KEYS, f"{keys.pressed} keys beyond the words"
    assert time.monotonic() - began <= MOST_SECONDS
    dispatched(taken, to)
    expect(taken).to_contain_text(f"已派单 {to}", timeout=PATIENT_MS)
    return str(taken.get_attribute("data-taken"))


def test_a_call_is_taken_done_in_a_basement_verified_and_called_back(estate: Estate, browser: Browser) -> None:
    with logged_in(estate, browser, "desk") as page:
        engineer = estate.user("engineer")["name"]
        id = taken_by_telephone(page, engineer)
        with telephone(estate, browser, "engineer", id) as phone:
            did = in_a_basement(estate, phone, id)
        order = estate.get(f"work-orders/{id}")
        for what, (began, ended) in did.items():
            assert began - NS <= from_iso(order[f"{what}_at"]) <= ended + NS, f"{what}: when it was, to the second"
        shown = page.locator(f"[data-opened-order='{id}']")
        page.goto(f"/work-orders?order={id}")
        expect(shown.locator("[data-state]")).to_have_text("已修复", timeout=PATIENT_MS)
        expect(shown.locator("img")).to_have_count(1, timeout=PATIENT_MS)
        for step, state in (("verify", "已验收"), ("call-back", "已验收"), ("close", "已消单")):
            done(shown, step)
            expect(shown.locator("[data-state]")).to_have_text(state, timeout=PATIENT_MS)
        clocks_are_right(shown, estate.get(f"work-orders/{id}"))
        page.goto("/desk")
        page.locator("input[name=where]").press_sequentially("1203")
        expect(page.locator("[data-found='A-1203']")).to_contain_text("陈先生", timeout=PATIENT_MS)


def in_a_basement(estate: Estate, phone: Page, id: str) -> dict[str, tuple[int, int]]:
    """Accepted above; below arrived, photographed, done; sent above again. Between which moments each was."""
    phone.locator("[data-do=accept]").click()
    until(lambda: estate.get(f"work-orders/{id}")["state"] == "accepted", PATIENCE, estate.logs)
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    phone.locator("[data-do=arrive]").click()
    began = SystemClock().now()
    phone.locator("[data-arrive-self]").click()
    phone.locator("[data-do=restore]").wait_for()
    arrived = (began, SystemClock().now())
    phone.locator("[data-photo]").set_input_files(photo())
    phone.locator("[data-photos] img").wait_for()
    until(lambda: SystemClock().now() > arrived[1] + 2 * NS, PATIENCE)
    phone.locator("[data-do=restore]").click()
    phone.locator("textarea").last.fill("更换阀芯")
    began = SystemClock().now()
    phone.locator("[data-say]").click()
    phone.locator("[data-waits]").wait_for()
    restored = (began, SystemClock().now())
    assert estate.get(f"work-orders/{id}")["state"] == "accepted", "nothing can have come up yet"
    phone.context.set_offline(False)
    until(lambda: estate.items(f"work-orders/{id}/photos"), PATIENCE, estate.logs)
    until(lambda: estate.get(f"work-orders/{id}")["state"] == "restored", PATIENCE, estate.logs)
    return {"arrived": arrived, "restored": restored}


def clocks_are_right(shown: Locator, order: dict[str, Any]) -> None:
    """On the page what the cloud counts, and the cloud what the steps say; nothing missing, nothing twice."""
    elapsed = {
        clock["clock"]: seconds(shown.locator(f"[data-clock={clock['clock']}] td").nth(1).inner_text())
        for clock in order["clocks"]
    }
    assert elapsed == {clock["clock"]: int(clock["elapsed"]) for clock in order["clocks"]}
    said = from_iso(order["reported_at"])
    for clock, step in (("arrive", "arrived_at"), ("restore", "restored_at")):
        assert abs(elapsed[clock] * NS - (from_iso(order[step]) - said)) < NS, clock
    kinds = [step["kind"] for step in order["steps"] if not step["kind"].startswith("promise")]
    assert kinds[:6] == ["reported", "dispatched", "accepted", "arrived", "claimed", "restored"]
    assert kinds[6:] == ["verified", "called_back", "closed"]
    assert (order["room"], order["customer"], order["trade"]) == ("A-1203", "陈先生", "plumbing")


@pytest.fixture
def short_hold(estate: Estate) -> Iterator[None]:
    """A device counts as mended after seconds; as before afterwards."""
    terms = estate.get(f"service-levels/{SITE}")["terms"]
    with Person(estate, "manager") as manager:
        manager.does(f"service-levels/{SITE}", {**terms, "hold": HOLD}, 204, "PUT")
        yield
        manager.does(f"service-levels/{SITE}", terms, 204, "PUT")


@pytest.mark.usefixtures("short_hold")
def test_a_dry_pumps_order_is_refused_while_it_is_dry_and_restored_by_the_pump(
    estate: Estate, browser: Browser
) -> None:
    estate.acknowledge_all()
    pump, pumps = DryRun(estate, "pump-4"), estate.get("equipment/pump-4")
    code = next(each["code"] for each in codes(estate) if each["ref"] == "pump-4")
    with logged_in(estate, browser, "desk") as page:
        pump.inject()
        try:
            id = pump.order()["id"]
            page.locator(f"[data-column=waiting] [data-order='{id}']").click()
            shown = page.locator(f"[data-opened-order='{id}']")
            expect(shown).to_contain_text(pumps["name"]["zh"], timeout=PATIENT_MS)
            dispatched(shown, estate.user("engineer")["name"])
            expect(page.locator(f"[data-column=given] [data-order='{id}']")).to_be_visible(timeout=PATIENT_MS)
            with telephone(estate, browser, "engineer", id) as phone:
                arrives_by_code(phone, code)
                is_refused(phone)
                pump.clear()
                until(lambda: not pump.active(), PATIENCE, estate.logs)
                claims(phone, "开启进水阀")
                expect(shown.locator("[data-state]")).to_have_text("已修复", timeout=PATIENT_MS)
        finally:
            pump.clear()
        order = estate.get(f"work-orders/{id}")
        (alarm,) = [each for each in pump.all() if each["work_order"] == id]
        expect(shown).to_contain_text("设备证明")
        assert (order["proof"], order["arrival"], order["restored_at"]) == ("device", "code", alarm["cleared_at"])


def codes(estate: Estate) -> list[dict[str, Any]]:
    """As they hang on the equipment."""
    found: list[dict[str, Any]] = estate.post("qr-codes", {"site": SITE})["items"]
    return found


def dispatched(shown: Locator, to: str) -> None:
    """By name, with a note: the demo's people need not be on the rota at this hour."""
    form = shown.locator("[data-dispatch] form")
    form.get_by_label("按姓名派单").fill(to)
    form.locator(".note-field").fill("就近")
    form.get_by_role("button", name="派单").click()


def arrives_by_code(phone: Page, code: str) -> None:
    """Accepted, then shown by the code that hangs there."""
    phone.locator("[data-do=accept]").click()
    phone.locator("[data-do=arrive]").click()
    phone.locator("[data-code]").fill(code)
    phone.locator("[data-use-code]").click()
    phone.locator("[data-do=restore]").wait_for()


def claims(phone: Page, note: str) -> None:
    """It is mended, they say."""
    phone.locator("[data-do=restore]").click()
    phone.locator("textarea").last.fill(note)
    phone.locator("[data-say]").click()


def is_refused(phone: Page) -> None:
    """The pump still shows its fault: the telephone says so and offers to drop what was said."""
    claims(phone, "已处理")
    phone.locator("[data-net=conflict] a").click()
    stuck = phone.locator("[data-queued=conflict], [data-queued=refused]")
    expect(stuck).to_contain_text(re.compile("修复.*仍"), timeout=PATIENT_MS)
    for _ in range(2):
        stuck.locator("[data-decide=drop]").click()
    phone.locator("[data-all-sent]").wait_for()
    phone.locator("[data-tab=orders]").click()
    phone.locator("[data-order]").first.click()
    phone.locator("[data-do=restore]").wait_for()


def test_what_a_round_finds_on_the_desktop_becomes_an_order(estate: Estate, browser: Browser) -> None:
    made = round_order(estate)
    with Person(estate, "engineer") as engineer, logged_in(estate, browser, "engineer") as page:
        estate.post(f"work-orders/{made}/dispatch", {"to": engineer.name, "note": "round"})
        page.goto(f"/work-orders?order={made}")
        shown = page.locator(f"[data-opened-order='{made}']")
        for step, state in (("accept", "已接单"), ("arrive", "已到场")):
            shown.locator(f"[data-step={step}]").click()
            expect(shown.locator("[data-state]")).to_have_text(state, timeout=PATIENT_MS)
        checks = page.locator("[data-checks]")
        checks.get_by_label("出口压力 读数").fill("0.8")
        checks.get_by_label("地面干燥 结果").select_option("passed")
        checks.get_by_role("button", name="提交 2 项").click()
        expect(checks.locator("[data-check=pressure]")).to_contain_text("不合格", timeout=PATIENT_MS)
        expect(checks.locator("[data-check=dry]")).to_contain_text("合格")
        checks.get_by_role("link", name="已开工单").click()
        expect(page.locator("[data-opened-order] h2")).to_contain_text("出口压力", timeout=PATIENT_MS)
        found = estate.get(f"work-orders/{made}")["checks"]
        assert [check["passed"] for check in found] == [False, True]
        opened_by_it = estate.get(f"work-orders/{found[0]['made']}")
        assert (opened_by_it["source"], opened_by_it["equipment"]) == ("checklist", "pump-1")


def round_order(estate: Estate) -> str:
    """An inspection round that falls due in a moment; its order."""
    at = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=2)
    checklist = [
        {
            "id": "pressure", "name": {"zh": "出口压力", "en": "Pressure"}, "equipment": "pump-1", "unit": "MPa",
            "low": 0.3, "high": 0.6,
        },
        {"id": "dry", "name": {"zh": "地面干燥", "en": "Floor dry"}},
    ]  # fmt: skip
    every = {"kind": "calendar", "start": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M:%S}", "days": 7}
    told = {"site": SITE, "place": "b1-pump-room", "name": {"zh": "泵房巡检", "en": "Round"}, "trade": "general"}
    plan = estate.post("plans", told | {"every": every, "checklist": checklist})
    (due, *_) = until(lambda: estate.items(f"plans/{plan['id']}/orders"), PATIENCE, estate.logs)
    return str(due["order"])


def test_nobody_sees_a_strangers_order_who_only_sees_their_own(estate: Estate, browser: Browser) -> None:
    order = estate.post("work-orders", {"site": SITE, "text": "走廊灯", "trade": "general"})
    with Person(estate, "contractor") as contractor, logged_in(estate, browser, "contractor") as page:
        page.goto(f"/work-orders?order={order['id']}")
        expect(page.locator("[data-opened-order]")).to_contain_text("没有这张工单", timeout=PATIENT_MS)
        assert order["id"] not in {each["id"] for each in contractor.sees("work-orders")["items"]}
        given = estate.post(f"work-orders/{order['id']}/dispatch", {"to": contractor.name, "note": "x"})
        assert given["assignee"] == contractor.name
        page.reload()
        expect(page.locator("[data-opened-order] [data-step=accept]")).to_be_visible(timeout=PATIENT_MS)
        page.locator("[data-step=accept]").click()
        expect(page.locator("[data-opened-order] [data-state]")).to_have_text("已接单", timeout=PATIENT_MS)
