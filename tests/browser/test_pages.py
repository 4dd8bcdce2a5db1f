"""What all pages keep to: their policy, their own host, their pictures."""

import re
from pathlib import Path

from playwright.sync_api import Page

from cloud.web.headers import POLICY
from tests.browser.canned import ROOT
from tests.browser.looks import EVERY_VIEW, LANGUAGES, THEMES, VIEWS, set_screen, visit
from tests.end_to_end.waiting import until

LINKS = """() => {
    const nav = document.querySelector('header nav')
    const edge = nav.querySelector('.bar').getBoundingClientRect().right + 1
    const all = [...nav.querySelectorAll('.bar a')]
    const fit = all.filter(a => !a.classList.contains('unfit') && a.getBoundingClientRect().right <= edge)
    const more = [...nav.querySelectorAll('details a')]
    return [[...fit, ...more], all].map(some => some.map(a => a.textContent))
}"""
"""The words of the links that fit and of those behind the button; those that there are. In one look: a name that
comes into the top bar moves a link from the one to the other."""


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
        until(lambda: every_link_is_somewhere(page), 15, lambda: f"links are hidden: {page.evaluate(LINKS)}")
        assert {"Overview", "Trends", "Admin"} <= set(page.evaluate(LINKS)[0]), width
    page.locator("header nav summary").click()
    page.locator("header nav details a", has_text="Admin").click()
    page.locator("h1", has_text="Users and roles").wait_for()
    assert page.locator("header nav details[open]").count() == 0


def every_link_is_somewhere(page: Page) -> bool:
    whole, known = page.evaluate(LINKS)
    return sorted(whole) == sorted(known)


def test_every_route_has_its_picture() -> None:
    router = (ROOT / "dashboards" / "src" / "router.ts").read_text(encoding="utf-8")
    routes = {route.split("/")[1] for route in re.findall(r"path: '(/[^':]*)", router)}
    assert routes - {""} <= {view.path.partition("?")[0].split("/")[1] for view in EVERY_VIEW}
    assert {"energy-month", "administration-users"} <= {view.name for view in EVERY_VIEW}


def test_screenshots_of_the_readme_are_of_these_pages() -> None:
    kept = {path.stem for path in (Path(ROOT) / "docs" / "screenshots").glob("*.png")}
    assert kept <= {f"{view.name}-{language}-{theme}" for view in VIEWS for language in LANGUAGES for theme in THEMES}
