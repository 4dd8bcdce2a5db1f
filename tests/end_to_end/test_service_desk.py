"""The desk on the real cloud: from the call to the call-back, clocks right to the second; own orders only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.people import Person

PATIENT_MS = PATIENCE * 1_000
SITE = "riverside"


@contextmanager
def logged_in(estate: Estate, browser: Browser, role: str) -> Iterator[Page]:
    """The pages, as one of the demo's people sees them."""
    context = browser.new_context(base_url=estate.url, locale="zh-CN", viewport={"width": 1600, "height": 900})
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    user = estate.user(role)
    page.goto("/login?next=/work-orders")
    page.locator("input[name=username]").fill(user["name"])
    page.locator("input[name=password]").fill(user["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("header nav a").first.wait_for()
    yield page
    context.close()


def seconds(shown: str) -> int:
    """Of `1:02:03` or `24:59`."""
    total = 0
    for part in shown.split(":"):
        total = total * 60 + int(part)
    return total


def done(opened: Locator, step: str) -> None:
    """One step whose form needs nothing more."""
    opened.locator(f"[data-step={step}]").click()
    opened.locator(f"[data-form={step}] button[type=submit]").click()


def taken_by_telephone(page: Page, to: str) -> str:
    """A call from a room that nobody knew, dispatched by name; the order's id."""
    page.goto("/desk")
    page.locator("input[name=where]").fill("A-1203")
    page.locator("input[name=where]").press("Enter")
    page.locator("input[name=customer]").fill("陈先生")
    page.locator("input[name=text]").fill("卫生间水龙头漏水")
    page.locator("input[name=text]").press("Enter")
    taken = page.locator("[data-taken]")
    expect(taken.locator("[data-clock=arrive]")).to_be_visible(timeout=PATIENT_MS)
    form = taken.locator("[data-dispatch] form")
    form.get_by_label("按姓名派单").fill(to)
    form.get_by_role("button", name="派单").click()
    expect(taken).to_contain_text(f"已派单 {to}", timeout=PATIENT_MS)
    return str(taken.get_attribute("data-taken"))


def test_a_call_is_taken_done_by_somebody_verified_and_called_back(estate: Estate, browser: Browser) -> None:
    with logged_in(estate, browser, "desk") as page, Person(estate, "engineer") as engineer:
        id = taken_by_telephone(page, engineer.name)
        for step in ("accept", "arrive", "restore"):
            engineer.does(f"work-orders/{id}/{step}")
        page.goto(f"/work-orders?order={id}")
        opened = page.locator(f"[data-opened-order='{id}']")
        expect(opened.locator("[data-state]")).to_have_text("已修复", timeout=PATIENT_MS)
        for step, state in (("verify", "已验收"), ("call-back", "已验收"), ("close", "已消单")):
            done(opened, step)
            expect(opened.locator(f"[data-form={step}]")).to_have_count(0, timeout=PATIENT_MS)
            expect(opened.locator("[data-state]")).to_have_text(state, timeout=PATIENT_MS)
        order = estate.get(f"work-orders/{id}")
        shown = {
            clock["clock"]: seconds(opened.locator(f"[data-clock={clock['clock']}] td").nth(1).inner_text())
            for clock in order["clocks"]
        }
        assert shown == {clock["clock"]: int(clock["elapsed"]) for clock in order["clocks"]}
        kinds = [step["kind"] for step in order["steps"]]
        assert kinds[:6] == ["reported", "dispatched", "accepted", "arrived", "claimed", "restored"]
        assert kinds[6:] == ["verified", "called_back", "closed"]
        assert (order["room"], order["customer"], order["trade"]) == ("A-1203", "陈先生", "plumbing")
        page.goto("/desk")
        page.locator("input[name=where]").press_sequentially("1203")
        expect(page.locator("[data-found='A-1203']")).to_contain_text("陈先生", timeout=PATIENT_MS)


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
