"""Every page shows itself whole, in both languages and themes, without a word in the console."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cloud.web.headers import POLICY
from tests.browser.canned import ROOT
from tests.browser.looks import LANGUAGES, THEMES, VIEWS, View, set_screen, visit

SHOTS = ROOT / "build" / "screenshots"
KEY = re.compile(r"\b(?:alarm|order|equipment|system|reason|quality|rule|trend|post|class|nav|frame|error)\.[a-z_.]+\b")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_page_shows_itself(page: Page, view: View, language: str, theme: str) -> None:
    set_screen(page, language, theme)
    visit(page, view)
    words = page.locator("body").inner_text()
    assert not KEY.findall(words), "a key without its message"
    assert page.locator("html").get_attribute("data-theme") == theme
    chinese = len(re.findall(r"[\u4e00-\u9fff]", words))
    assert chinese > 20 if language == "zh" else chinese <= view.own_words, "words of the other language"
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{view.name}-{language}-{theme}.png")


def test_the_canned_pages_live_with_the_cloud_s_own_policy(page: Page) -> None:
    answer = page.goto("/")
    assert answer is not None
    assert answer.header_value("content-security-policy") == POLICY


def test_no_address_of_another_host_is_asked(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for view in VIEWS:
        visit(page, view)
    assert asked
    assert not [url for url in asked if not url.startswith(("data:", "blob:")) and "127.0.0.1" not in url]


def test_screenshots_of_the_readme_are_of_these_pages() -> None:
    kept = {path.stem for path in (Path(ROOT) / "docs" / "screenshots").glob("*.png")}
    assert kept <= {f"{view.name}-{language}-{theme}" for view in VIEWS for language in LANGUAGES for theme in THEMES}
