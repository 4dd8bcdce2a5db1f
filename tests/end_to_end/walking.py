"""A person at the control room's screen: a real browser on a real cloud, a real edge and the simulated building."""

from __future__ import annotations

import re
import signal
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.estate import PATIENCE, Estate, written

PATIENT_MS: Final = PATIENCE * 1_000
ROUTE: Final = "night-walk"
TABS: Final = 120
"""More than any page has places to stop at."""


def with_short_round(estate: Estate) -> None:
    """The gateway starts again with a route whose only round begins within a minute and is over in the next."""
    site = estate.site()
    start = datetime.now(ZoneInfo(site["timezone"])) + timedelta(seconds=75)
    checkpoint = {"id": "playground", "reader": "patrol-playground", "tag": "rf-2004", "after": "0s", "before": "40s"}
    name = {"zh": "临时巡更", "en": "Extra round"}
    site["routes"].append(
        {
            "id": ROUTE, "name": name, "kind": "security", "starts": [f"{start:%H:%M}"], "start_window": "30s",
            "checkpoints": [checkpoint],
        }
    )  # fmt: skip
    estate.end_edge(signal.SIGTERM)
    written(estate.folder.edge, site)
    estate.start("edge")


class Walk:
    """The page of somebody who is logged in, and what they do on it by mouse or keys."""

    def __init__(self, page: Page, estate: Estate) -> None:
        self.page = page
        self.estate = estate

    def log_in(self, role: str) -> None:
        """As the person who has this role; the sound is armed, as at the begin of a shift."""
        user = self.estate.user(role)
        self.page.goto("/login")
        self.page.locator("input[name=username]").fill(user["name"])
        self.page.locator("input[name=password]").fill(user["password"])
        self.page.keyboard.press("Enter")
        self.page.locator("[data-equipment=pump-1] .value").first.wait_for()
        self.page.get_by_role("button", name="启用声音").click()

    @property
    def banner(self) -> Locator:
        """The line that is on every page."""
        return self.page.get_by_label("报警横幅")

    def panel(self, name: str) -> Locator:
        """A panel of the control room."""
        return self.page.locator(f"[data-panel={name}]")

    def answer(self, kind: str) -> Locator:
        """A button of the opened alarm."""
        return self.page.locator(f"[data-answer={kind}]")

    def row(self, alarm: dict[str, Any]) -> Locator:
        """An alarm in the list."""
        return self.page.locator(f"[data-alarm='{alarm['id']}']")

    def opened(self, alarm: dict[str, Any]) -> Locator:
        """It stands open beside the list."""
        return self.page.locator(f"[data-opened='{alarm['id']}']")

    def open_from_banner(self, words: str) -> None:
        """The alarm to look at first is this one; open it."""
        expect(self.banner).to_contain_text(words, timeout=PATIENT_MS)
        self.banner.get_by_role("link").click()

    def sounds(self) -> None:
        """The page sounds: silencing is offered beside the banner's alarm."""
        expect(self.banner.get_by_role("button", name="消音")).to_be_visible(timeout=PATIENT_MS)

    def reset(self, reason: str) -> None:
        """复位 of what is latched here."""
        self.answer("reset").click(timeout=PATIENT_MS)
        self.page.get_by_label("复位原因").fill(reason)
        self.page.keyboard.press("Enter")

    def go(self, selector: str) -> None:
        """By the Tab key, as somebody without a mouse; AssertionError where the keys do not lead there."""
        wanted = self.page.locator(selector).first
        wanted.wait_for()
        for _ in range(TABS):
            if wanted.evaluate("e => e === document.activeElement || e.contains(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{TABS} times Tab do not lead to {selector}")

    def step_to(self, alarm: dict[str, Any]) -> None:
        """Ctrl and the arrows, until this alarm of the list stands open."""
        self.row(alarm).wait_for()
        ids = [each.get_attribute("data-alarm") for each in self.page.locator("[data-alarm]").all()]
        for _ in range(len(ids)):
            here = self.page.locator("[data-opened]").get_attribute("data-opened")
            if here == alarm["id"]:
                break
            down = ids.index(here) < ids.index(alarm["id"])
            self.page.keyboard.press("Control+ArrowDown" if down else "Control+ArrowUp")
            expect(self.page.locator(f"[data-opened='{here}']")).to_have_count(0)
        expect(self.opened(alarm)).to_be_visible()

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go there, and press."""
        self.go(selector)
        self.page.keyboard.press(key)


STEP: Final = re.compile(r"\d\d:\d\d:\d\d · 报警后")
"""How a step that was ticked looks: by whom, when, and how long after the alarm."""
