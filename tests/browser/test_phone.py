"""The telephone's pages on a real cloud: a repair in a basement, a round with a finding, a resident before a code."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, ViewportSize, expect

from facility.clock import NS, SystemClock, from_iso
from tests.browser.accessible import findings
from tests.browser.conftest import PATIENT_MS
from tests.browser.phone_house import PhoneHouse
from tests.services.fixtures import required

SIZE: ViewportSize = {"width": 390, "height": 780}


@pytest.fixture(scope="module")
def house() -> Iterator[PhoneHouse]:
    """One cloud for all walks."""
    with required():
        from dashboards import dist

        assert dist() is not None, "the dashboards are not built: make setup"
    with PhoneHouse() as found:
        yield found


@contextmanager
def telephone(browser: Browser, house: PhoneHouse, theme: str = "dark") -> Iterator[tuple[BrowserContext, Page]]:
    """Somebody's, with nothing on it."""
    context = browser.new_context(
        viewport=SIZE, device_scale_factor=2, has_touch=True, is_mobile=True, base_url=house.url, locale="zh-CN"
    )
    context.set_default_timeout(PATIENT_MS)
    context.add_init_script(f"localStorage.setItem('gatehouse.theme', '{theme}')")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield context, page
    context.close()
    assert wrong == []


def logs_in(page: Page, house: PhoneHouse, role: str) -> None:
    who = house.cloud.person(role)
    page.fill("input[name=username]", who["name"])
    page.fill("input[name=password]", who["password"])
    page.click("button[type=submit]")


def photo() -> FilePayload:
    file = io.BytesIO()
    Image.effect_noise((2400, 1600), 40).convert("RGB").save(file, "JPEG", quality=90)
    return {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_a_repair_in_a_basement(browser: Browser, house: PhoneHouse) -> None:
    order = house.order("水泵房漏水", customer="王女士", contact="138 0013 8000", room="3-1-1201")
    other = house.order("电梯异响", to="contractor", equipment="pump-2")
    with telephone(browser, house) as (context, page):
        page.goto(f"/phone/orders/{order['id']}")
        logs_in(page, house, "engineer")
        page.locator("[data-do=accept]").wait_for()
        expect(page.locator("[data-room]")).to_have_text("3-1-1201")
        assert page.url.endswith(f"/phone/orders/{order['id']}"), "the message's order, right after the log-in"
        page.locator("[data-do=accept]").dblclick()
        page.locator("[data-do=arrive]").wait_for()
        house.until(lambda: house.sees("desk", f"work-orders/{order['id']}")["state"] == "accepted")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        house.until(lambda: page.evaluate("caches.keys()"))
        context.set_offline(True)
        did = works_off_line(page, house)
        page.reload()
        page.locator("[data-waits]").wait_for()
        expect(page.locator("[data-waiting]"), "kept over a reload").to_have_text(re.compile("6$"))
        logs_out_and_in(context, page, house)
        is_delivered(house, order["id"], did)
        page.goto(f"/phone/orders/{other['id']}")
        page.wait_for_url(f"**/work-orders?order={other['id']}")
    with telephone(browser, house) as (_, page):
        page.goto(f"/phone/orders/{order['id']}")
        logs_in(page, house, "contractor")
        page.locator("[data-gone]").wait_for()
        page.goto("/phone")
        page.locator("[data-order]").first.wait_for()
        shown = page.locator("[data-order]").evaluate_all("found => found.map(each => each.dataset.order)")
        assert shown == [str(other["number"])], "a contractor sees its own and nothing else"


def works_off_line(page: Page, house: PhoneHouse) -> dict[str, tuple[int, int]]:
    """Arrives by the code, takes a photo, a part, a signature, restores; between which moments it was."""
    page.locator("[data-do=arrive]").click()
    page.locator("[data-code]").fill(house.codes["fire-panel"])
    page.locator("[data-use-code]").click()
    page.locator("[data-arrive] [role=alert]").wait_for()
    page.locator("[data-code]").fill(house.codes["pump-1"].lower())
    began = SystemClock().now()
    page.locator("[data-use-code]").click()
    page.locator("[data-do=restore]").wait_for()
    arrived = (began, SystemClock().now())
    page.locator("[data-photo]").set_input_files(photo())
    page.locator("[data-photos] img").wait_for()
    notes_a_part_and_a_signature(page)
    page.locator("[data-found-more]").click()
    page.locator("[data-checks] form input").fill("排水泵")
    page.locator("[data-checks] form button[type=submit]").click()
    page.locator("[data-do=restore]").click()
    page.locator("textarea").last.fill("更换机械密封")
    assert "更换机械密封" in page.evaluate("Object.values(localStorage).join()")
    page.reload()
    expect(page.locator("textarea").last).to_have_value("更换机械密封")
    began = SystemClock().now()
    page.locator("[data-say]").click()
    page.locator("[data-waits]").wait_for()
    return {"arrived": arrived, "restored": (began, SystemClock().now())}


def notes_a_part_and_a_signature(page: Page) -> None:
    """With a finger on the screen."""
    page.locator("[data-parts] summary").click()
    name, _, unit, _ = page.locator("[data-parts] input").all()
    name.fill("机械密封")
    unit.fill("套")
    page.locator("[data-parts] button[type=submit]").click()
    page.locator("[data-parts] li").wait_for()
    page.locator("[data-signature] summary").click()
    page.locator("[data-signer]").fill("王女士")
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()
    page.locator("[data-sign]").click()


def logs_out_and_in(context: BrowserContext, page: Page, house: PhoneHouse) -> None:
    """What waits stays on the telephone, and is sent once its owner is back."""
    page.locator("[data-tab=me]").click()
    page.locator("[data-log-out]").click()
    page.locator("[data-log-out]").click()
    page.locator("input[name=username]").wait_for()
    context.set_offline(False)
    logs_in(page, house, "engineer")
    page.locator("[data-tab=queue]").click()
    page.locator("[data-all-sent]").wait_for()


def is_delivered(house: PhoneHouse, id: str, did: dict[str, tuple[int, int]]) -> None:
    """Each once, with its own time."""
    found = house.sees("desk", f"work-orders/{id}")
    kinds = [step["kind"] for step in found["steps"] if not step["kind"].startswith("promise")]
    assert kinds == [
        "reported",
        "dispatched",
        "accepted",
        "arrived",
        "cost",
        "signed",
        "checked",
        "claimed",
        "restored",
    ]
    assert (found["state"], found["arrival"], len(found["costs"])) == ("restored", "code", 1)
    assert found["signatures"][0]["name"] == "王女士"
    for what, (began, ended) in did.items():
        at = from_iso(found[f"{what}_at"])
        assert began - NS <= at <= ended + NS, f"{what}: the clock stops when it was so, to the second"
    (picture,) = house.sees("desk", f"work-orders/{id}/photos")["items"]
    assert max(picture["width"], picture["height"]) == 1920, "made smaller on the telephone"
    assert from_iso(picture["taken_at"]) < from_iso(picture["at"])
    assert found["checks"][0]["made"] is not None, "a finding becomes an order"


def test_a_round_with_a_finding_and_a_conflict_that_the_person_decides(browser: Browser, house: PhoneHouse) -> None:
    order = house.round()
    with telephone(browser, house, "light") as (context, page):
        page.goto("/phone")
        logs_in(page, house, "engineer")
        page.locator(f"[data-order='{order['number']}']").click()
        walks(page, house)
        is_found(house, order["id"])
        page.locator("[data-do=restore]:enabled").wait_for()
        context.set_offline(True)
        page.locator("[data-do=restore]").click()
        page.locator("[data-say]").click()
        page.locator("[data-waits]").wait_for()
        house.does("desk", f"work-orders/{order['id']}/dispatch", {"to": "contractor"})
        context.set_offline(False)
        page.locator("[data-net=conflict] a").click()
        expect(page.locator("[data-queued=conflict]")).to_contain_text("contractor")
        assert findings(page) == []
        for _ in range(2):
            page.locator("[data-decide=drop]").click()
        page.locator("[data-all-sent]").wait_for()
        lines = house.sees("desk", f"work-orders/{order['id']}/actions")["items"]
        assert [line["outcome"] for line in lines if line["kind"] == "restore"] == ["conflict"], "the desk sees it too"


def walks(page: Page, house: PhoneHouse) -> None:
    """Item by item: one by the code of its checkpoint, one with a reading outside of its limits."""
    page.locator("[data-do=accept]").click()
    page.locator("[data-do=arrive]").click()
    page.locator("[data-arrive-self]").click()
    page.locator("[data-check=clean] [data-ok]").click()
    page.locator("[data-check=p2] [data-scan-check]").click()
    page.locator("[data-check=p2] [data-code]").fill(house.codes["pump-2"])
    page.locator("[data-check=p2] [data-use-code]").click()
    page.locator("[data-check=p2] [data-there]").wait_for()
    assert findings(page) == []
    page.locator("[data-check=p2] [data-ok]").click()
    page.locator("[data-check=p1] [data-reading]").fill("0.05")
    page.locator("[data-check=p1] [data-note]").fill("压力过低")
    page.locator("[data-check=p1] [data-save]").click()


def is_found(house: PhoneHouse, id: str) -> None:
    """What the round found is there, and an order for it."""

    def answered() -> Any:
        found = house.sees("desk", f"work-orders/{id}")
        return found if all(check["passed"] is not None for check in found["checks"]) else None

    found = house.until(answered)
    assert [check["passed"] for check in found["checks"]] == [True, False, True]
    made = house.sees("desk", f"work-orders/{found['checks'][1]['made']}")
    assert (made["equipment"], made["source"]) == ("pump-1", "checklist")
    assert [line["ref"] for line in found["evidence"] if line["kind"] == "checkpoint"] == ["pump-2"]


def test_a_resident_before_a_code(browser: Browser, house: PhoneHouse) -> None:
    with telephone(browser, house, "light") as (_, page):
        page.goto(f"/q/{house.codes['b1']}")
        page.locator("[data-report]").fill("楼道灯不亮")
        assert findings(page) == []
        page.locator("button[type=submit]").click()
        page.locator("[data-thanks]").wait_for()
        asked = [o for o in house.sees("desk", "work-orders?site=riverside")["items"] if o["reported_by"] == "resident"]
        assert [(o["title"]["zh"], o["place"]) for o in asked] == [("地下一层:楼道灯不亮", "b1")]
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
        page.goto(f"/q/{house.codes['fire-panel']}")
        page.get_by_role("link", name="工作人员登录").click()
        assert findings(page) == []
        logs_in(page, house, "engineer")
        page.wait_for_url(f"**/phone/scan/{house.codes['fire-panel']}")
        page.locator("[data-scanned]").wait_for()
