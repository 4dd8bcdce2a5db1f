"""A browser on the canned pages; every test ends with a clean console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from tests.browser.canned import Canned
from tests.services.fixtures import required

SIZE: ViewportSize = {"width": 1600, "height": 900}
PATIENT_MS = 60_000
"""A condition that has to come may take so long on a busy machine."""


@dataclass
class Console:
    """What the browser complained of; a test that provokes an error says which."""

    said: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def take(self, message: ConsoleMessage) -> None:
        """Keep what is worse than information."""
        if message.type in {"error", "warning"}:
            self.said.append(f"{message.text} ({message.location.get('url', '')})")

    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [line for line in self.said if not any(re.search(pattern, line) for pattern in self.expected)]


@pytest.fixture(scope="session")
def canned() -> Iterator[Canned]:
    """The pages with canned answers, shared by the session; each test begins with the same building."""
    with required():
        server = Canned()
    with server:
        yield server


@pytest.fixture
def console() -> Console:
    """What the page under test says in the console."""
    return Console()


@contextmanager
def visitor(canned: Canned, browser: Browser, console: Console | None = None) -> Iterator[Page]:
    """A fresh page of a fresh visitor; the console must stay clean."""
    console = console or Console()
    canned.direct("reset")
    context = browser.new_context(viewport=SIZE, locale="zh-CN", base_url=canned.url)
    context.set_default_timeout(PATIENT_MS)
    opened = context.new_page()
    opened.on("console", console.take)
    opened.on("pageerror", lambda error: console.said.append(f"uncaught: {error}"))
    yield opened
    context.close()
    assert not console.complaints()


@pytest.fixture
def page(canned: Canned, browser: Browser, console: Console) -> Iterator[Page]:
    """The page of one test."""
    with visitor(canned, browser, console) as opened:
        yield opened
