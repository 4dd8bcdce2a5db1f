"""What all pages keep to: their policy, their own host, their pictures."""

from pathlib import Path

from playwright.sync_api import Page

from cloud.web.headers import POLICY
from tests.browser.canned import ROOT
from tests.browser.looks import LANGUAGES, THEMES, VIEWS, visit


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
