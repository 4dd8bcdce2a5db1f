"""What all pages keep to: their policy, their own host, their pictures."""

import re
from pathlib import Path

from playwright.sync_api import Page

from cloud.web.headers import POLICY
from tests.browser.canned import ROOT
from tests.browser.looks import EVERY_VIEW, LANGUAGES, THEMES, VIEWS, set_screen, visit


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


def test_the_bar_hides_no_page(page: Page) -> None:
    set_screen(page, "en", "light")
    for width in (1920, 1600, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        visit(page, VIEWS[0])
        bar = page.locator("header nav")
        shown = "a => a.getBoundingClientRect().right <= a.parentElement.getBoundingClientRect().right + 1"
        whole = bar.locator(".bar a:not(.unfit)").evaluate_all(f"all => all.filter({shown}).map(a => a.innerText)")
        if bar.locator("summary").count():
            bar.locator("summary").click()
        whole += bar.locator("details a").all_inner_texts()
        known = page.locator("header nav .bar a").evaluate_all("all => all.map(a => a.textContent)")
        assert sorted(whole) == sorted(known), width
        assert {"Overview", "Trends", "Admin"} <= set(whole)
    page.locator("header nav details a", has_text="Admin").click()
    page.locator("h1", has_text="Users and roles").wait_for()
    assert page.locator("header nav details[open]").count() == 0


def test_every_route_has_its_picture() -> None:
    router = (ROOT / "dashboards" / "src" / "router.ts").read_text(encoding="utf-8")
    routes = {route.split("/")[1] for route in re.findall(r"path: '(/[^':]*)", router)}
    assert routes - {""} <= {view.path.partition("?")[0].split("/")[1] for view in EVERY_VIEW}
    assert {"energy-month", "administration-users"} <= {view.name for view in EVERY_VIEW}


def test_screenshots_of_the_readme_are_of_these_pages() -> None:
    kept = {path.stem for path in (Path(ROOT) / "docs" / "screenshots").glob("*.png")}
    assert kept <= {f"{view.name}-{language}-{theme}" for view in VIEWS for language in LANGUAGES for theme in THEMES}
