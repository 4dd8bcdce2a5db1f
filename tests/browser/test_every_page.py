"""Every page in both languages and themes: whole, in its own words, accessible, at home on a phone's width."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.accessible import findings
from tests.browser.canned import ROOT, Canned
from tests.browser.conftest import SIZE, visitor
from tests.browser.looks import VIEWS, View, chinese_signs, set_screen, settled, visit

SHOTS = ROOT / "build" / "screenshots"
KEY = re.compile(r"\b(?:alarm|order|equipment|system|reason|quality|rule|trend|post|class|nav|frame|error)\.[a-z_.]+\b")
PHONE: ViewportSize = {"width": 390, "height": 844}

WAYS = (("zh", "dark"), ("en", "light"), ("zh", "light"), ("en", "dark"))
EVERY = [(view, language, theme) for language, theme in WAYS for view in VIEWS]
CLOSELY = EVERY[: 2 * len(VIEWS)]
"""Both languages and both themes, each once: what does not depend on the pair is looked at here alone."""


def _name(way: tuple[View, str, str]) -> str:
    return "-".join((way[0].name, *way[1:]))


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, canned: Canned, browser: Browser) -> Iterator[Page]:
    """A page that shows its data, opened once for all that is asked of it."""
    view, language, theme = request.param
    with visitor(canned, browser) as page:
        set_screen(page, language, theme)
        visit(page, view)
        yield page


@pytest.fixture
def on_a_phone(opened: Page) -> Iterator[Page]:
    """The same page at a phone's width, for this test only."""
    opened.set_viewport_size(PHONE)
    yield opened
    opened.set_viewport_size(SIZE)


@pytest.mark.parametrize(
    ("opened", "way"), [(way, way) for way in EVERY], indirect=["opened"], ids=map(_name, EVERY), scope="module"
)
def test_it_shows_itself_in_its_own_words(opened: Page, way: tuple[View, str, str]) -> None:
    view, language, theme = way
    words = opened.locator("body").inner_text()
    assert not KEY.findall(words), "a key without its message"
    assert opened.locator("html").get_attribute("data-theme") == theme
    chinese = chinese_signs(opened)
    assert chinese > 20 if language == "zh" else chinese <= view.own_words, "words of the other language"
    SHOTS.mkdir(parents=True, exist_ok=True)
    opened.screenshot(path=SHOTS / f"{_name(way)}.png")


@pytest.mark.parametrize("opened", CLOSELY, indirect=True, ids=_name)
def test_it_is_accessible(opened: Page) -> None:
    assert findings(opened) == []


@pytest.mark.parametrize("opened", CLOSELY, indirect=True, ids=_name)
def test_a_phone_needs_no_scrolling_sideways(on_a_phone: Page) -> None:
    page = on_a_phone
    assert page.evaluate("Math.max(document.querySelector('main').scrollWidth, document.body.scrollWidth)") <= 390
    cut = "e => e.getBoundingClientRect().right > 391 && getComputedStyle(e).visibility === 'visible'"
    assert page.locator("button:visible").evaluate_all(f"all => all.filter({cut}).map(e => e.innerText)") == []
    settled(page, "main", "e => e.getBoundingClientRect().top", below=844 / 5)
