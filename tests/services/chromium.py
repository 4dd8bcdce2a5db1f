"""Debian's Chromium for Playwright: never the browsers that Playwright would download."""

import shutil
from dataclasses import dataclass

from tests.services.server import demand

ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True, slots=True)
class Chromium:
    """`playwright.chromium.launch(executable_path=…, args=list(…), chromium_sandbox=False)`; root has no sandbox."""

    path: str
    arguments: tuple[str, ...] = ARGUMENTS


def find_chromium() -> Chromium:
    """The browser; MissingError where there is none. The same engine without a desktop's window takes half the CPU."""
    shell = shutil.which("chromium-headless-shell")
    return Chromium(shell or demand("chromium", "chromium-headless-shell fonts-wqy-zenhei"))
