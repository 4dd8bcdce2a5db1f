"""Pictures of every page, canned, in both languages and themes: `python -m scripts.screenshots [word …]`.

They lie in `build/screenshots/`; without words (parts of names) the README's pictures are made anew, too. What scrolls
sideways at 1280 or 1920 px, or complains in the console, is named, and the exit code is 1.
"""

import shutil
import sys
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as NotThere

from tests.browser.canned import Canned
from tests.browser.looks import EVERY_VIEW, LANGUAGES, THEMES, View, set_screen, visit
from tests.services.chromium import find_chromium

ROOT: Final = Path(__file__).resolve().parent.parent
TAKEN: Final = ROOT / "build" / "screenshots"
KEPT: Final = ROOT / "docs" / "screenshots"
PICTURES: Final = ("overview-zh-light", "control-room-zh-dark", "equipment-en-light")
WIDTHS: Final = (1280, 1920)
HEIGHT: Final = 900
PATIENCE: Final = 15_000
"""Milliseconds until a page shows itself."""
SETTLED: Final = 3.0
"""Seconds until charts have taken a new width."""
QUIET: Final = 300
"""Milliseconds."""
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}
WIDE: Final = "Math.max(document.querySelector('main')?.scrollWidth ?? 0, document.body.scrollWidth)"


def main(words: list[str]) -> int:
    """Take them all, keep those that the README shows."""
    views = [view for view in EVERY_VIEW if not words or any(word in view.name for word in words)]
    TAKEN.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    chromium = find_chromium()
    with Canned() as canned, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False
        )
        for language in LANGUAGES:
            for theme in THEMES:
                wrong += _taken(browser, canned, views, language, theme)
        browser.close()
    for name in PICTURES if not words else ():
        KEPT.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TAKEN / f"{name}.png", KEPT / f"{name}.png")
    print(f"{len(views) * len(LANGUAGES) * len(THEMES)} pictures are in {TAKEN.relative_to(ROOT)}")
    print("\n".join(wrong))
    return 1 if wrong else 0


def _taken(browser: Browser, canned: Canned, views: list[View], language: str, theme: str) -> list[str]:
    """One visitor walks through all pages; what is wrong with them."""
    canned.direct("reset")
    wrong: list[str] = []
    said: list[str] = []
    size: ViewportSize = {"width": 1600, "height": HEIGHT}
    with browser.new_context(viewport=size, locale=LOCALES[language], base_url=canned.url) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        set_screen(page, language, theme)
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
        waiting: set[Request] = set()

        def answered(asked: Request) -> None:
            waiting.discard(asked)

        page.on("request", lambda asked: waiting.add(asked) if "/stream" not in asked.url else None)
        page.on("requestfinished", answered)
        page.on("requestfailed", answered)
        for view in views:
            said.clear()
            waiting.clear()
            if view.story:
                canned.direct(view.story)
            try:
                visit(page, view)
                _settle(page, waiting)
            except NotThere:
                said.append(f"{view.shown} does not come")
            page.screenshot(path=TAKEN / f"{view.name}-{language}-{theme}.png")
            wrong += [f"{view.name}-{language}-{theme}: {each}" for each in (*said, *_too_wide(page))]
    return wrong


def _settle(page: Page, waiting: set[Request]) -> None:
    """Until nothing was asked for a moment."""
    deadline = time.monotonic() + PATIENCE / 1000
    page.wait_for_timeout(QUIET)
    while waiting and time.monotonic() < deadline:
        page.wait_for_timeout(QUIET)


def _too_wide(page: Page) -> list[str]:
    """The widths at which it scrolls sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        deadline = time.monotonic() + SETTLED
        while (wide := page.evaluate(WIDE)) > width and time.monotonic() < deadline:
            page.wait_for_timeout(50)
        if wide > width:
            found.append(f"{wide} px wide at {width}")
    page.set_viewport_size({"width": 1600, "height": HEIGHT})
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
