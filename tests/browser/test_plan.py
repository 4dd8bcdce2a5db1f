"""The site plan: from the places alone, and from a drawing that somebody gives."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.canned import Canned
from tests.browser.conftest import Console
from tests.browser.looks import VIEWS, visit

ROOM = next(view for view in VIEWS if view.name == "control-room")
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><script>alert(1)</script>
<rect x="10" y="10" width="380" height="180" fill="#c00" stroke="#000"/>
<g transform="translate(100 50)"><rect id="pump-1" x="0" y="0" width="40" height="30" fill="#eee"/></g></svg>"""


def test_only_what_is_abnormal_has_a_mark(page: Page, canned: Canned) -> None:
    visit(page, ROOM)
    plan = page.locator("[data-plan]")
    expect(plan.locator("[data-floor=b1-pump-room] [data-mark=alarm-pump-1-dry_run]")).to_be_visible()
    expect(plan.locator("[data-floor=a-5] [data-mark]")).to_have_count(0)
    canned.direct("fire")
    fire = plan.locator("[data-floor=a-3] [data-mark=alarm-fire]")
    expect(fire).to_be_visible()
    fire.click()
    expect(page.locator("[data-opened=alarm-fire]")).to_be_visible()


def test_a_drawing_is_taken_cleaned_and_shows_alarms_at_their_equipment(page: Page, console: Console) -> None:
    visit(page, ROOM)
    panel = page.locator("[data-panel=plan]")
    panel.get_by_label("选择楼栋或楼层").select_option("b1-pump-room")
    file = FilePayload(name="plan.svg", mimeType="image/svg+xml", buffer=DRAWING.encode())
    page.locator("[data-drawing-file]").set_input_files([file])
    expect(panel.get_by_role("status")).to_contain_text("<script> × 1")
    mark = panel.locator("[data-drawing] [data-mark=alarm-pump-1-dry_run]")
    expect(mark).to_contain_text("高")
    where = [round(float(number)) for number in re.findall(r"[\d.]+", mark.get_attribute("transform") or "")]
    assert where == [120, 65, 1]
    assert "grayscale" in panel.locator("[data-drawing] rect").first.evaluate("e => getComputedStyle(e).filter")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-opened=alarm-pump-1-dry_run]")).to_be_visible()
    assert not console.complaints()
