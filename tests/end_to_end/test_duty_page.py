"""The link to the cloud is cut, a person is trapped: the page at the site shows it, and what is done there arrives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from edge.duty.accounts import Accounts, hashed
from facility.clock import NS, SystemClock, from_iso, iso
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.waiting import until
from tests.services.ports import free_port

NAME, PASSWORD = "li.wei", "correct horse battery"
SHOWN_WITHIN = 5.0
LOOKS_BETWEEN = 20
"""A machine on which a look at the page takes long has so many more of them."""
LOST_WITHIN = 60
TRAPPED = "lift-1.trapped"
LOOKS = os.environ.get("GATEHOUSE_LOOKS")
"""A folder for screenshots, for a person who wants to see the page."""


class Wire:
    """The way to the cloud: a relay of bytes that can be cut. It runs in a thread of its own."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._cut = False
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def cut(self) -> None:
        """Nothing passes, and nobody new gets through."""
        self._cut = True
        self._loop.call_soon_threadsafe(self._abort)

    def mend(self) -> None:
        """The way is free again."""
        self._cut = False

    def end(self) -> None:
        """No more."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _abort(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._closed(server))
        self._loop.close()

    async def _closed(self, server: asyncio.Server) -> None:
        server.close()
        self._abort()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for each in passing:
            each.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, back}
        await asyncio.gather(_pass(reader, back), _pass(there, writer))
        self._open -= {writer, back}


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


class Duty:
    """The estate's gateway with a duty page, its cloud behind a wire."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.wire = Wire(int(estate.url.rpartition(":")[2]))
        self.url = f"http://127.0.0.1:{free_port()}"
        self.before = estate.folder.site.read_text(encoding="utf-8")
        Accounts(estate.folder.edge / "duty-users").put(NAME, hashed(PASSWORD))
        site = estate.site()
        site["cloud"]["url"] = site["historian"]["url"] = f"http://127.0.0.1:{self.wire.port}"
        site["duty_page"] = {"address": "127.0.0.1", "port": int(self.url.rpartition(":")[2])}
        self._restart(yaml.safe_dump(site, allow_unicode=True, sort_keys=False))
        self.client = httpx.Client(base_url=self.url, headers={"origin": self.url}, trust_env=False, timeout=20)
        until(self._entered, PATIENCE, estate.logs)

    def end(self) -> None:
        """The gateway as it was."""
        self.client.close()
        self._restart(self.before)
        self.wire.end()

    def restart(self) -> None:
        """End the edge at once, and start it again."""
        self.estate.kill("edge")
        self.estate.start("edge")

    def shown(self) -> dict[str, Any]:
        """All that the page shows; empty while it does not answer."""
        try:
            answer = self.client.get("/alarms")
        except httpx.TransportError:
            return {}
        return dict(answer.json()) if answer.is_success else {}

    def alarm(self) -> dict[str, Any]:
        """The trapped person on the page; empty while there is none."""
        return next((a for a in self.shown().get("alarms", ()) if a["id"] == TRAPPED), {})

    def _restart(self, text: str) -> None:
        self.estate.part("edge").stop()
        self.estate.folder.site.write_text(text, encoding="utf-8")
        self.estate.start("edge")

    def _entered(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return self.client.post("/login", data={"name": NAME, "password": PASSWORD}).status_code == 303
        return False


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """One of its own: the way to the cloud is cut, and the gateway has another site file."""
    with Estate() as own:
        yield own


@pytest.fixture
def duty(estate: Estate) -> Iterator[Duty]:
    found = Duty(estate)
    yield found
    estate.clear("lift-1")
    found.end()


def opened(browser: Browser, duty: Duty, language: str) -> Page:
    """The page as somebody sees it who logs in."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{duty.url}/?lang={language}")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button").click()
    return page


def look(browser: Browser, duty: Duty, language: str, words: tuple[str, str]) -> None:
    """The row is there, with a sound that is asked for, and one that is heard after a click; the first steps."""
    page = opened(browser, duty, language)
    row = page.locator(f"[data-alarm='{TRAPPED}']")
    expect(row).to_contain_text(words[0], timeout=PATIENCE * 1000)
    asked = page.locator("#duty").get_attribute("data-sound")
    assert asked in ("asked", "sounding")
    page.mouse.click(5, 5)
    if page.locator("#arm").is_visible():
        page.locator("#arm").click()
    expect(page.locator("#duty")).to_have_attribute("data-sound", "sounding", timeout=PATIENCE * 1000)
    if LOOKS:
        page.screenshot(path=Path(LOOKS) / f"duty-{language}.png")
    row.get_by_role("button").click()
    expect(page.locator("#opened li").first).to_be_visible()
    expect(page.locator("#opened .act")).to_have_text(words[1])
    if LOOKS:
        page.screenshot(path=Path(LOOKS) / f"duty-{language}-opened.png")
    page.context.close()


def begun(estate: Estate, duty: Duty) -> None:
    """All is well and on line."""
    estate.acknowledge_all()
    until(lambda: duty.shown().get("cloud", {}).get("connected"), PATIENCE, estate.logs)
    until(lambda: not estate.active("riverside-1", "gateway_lost"), PATIENCE, estate.logs)


@pytest.mark.timeout(600)
def test_trapped_while_the_way_to_the_cloud_is_cut(estate: Estate, duty: Duty, browser: Browser) -> None:
    """Shown within 5 s, acknowledged there, kept over a kill of the edge; the cloud says that the gateway is lost."""
    begun(estate, duty)
    asked = time.monotonic()
    gateway = duty.shown()["gateway"]
    slow = time.monotonic() - asked
    duty.wire.cut()
    cut = SystemClock().now()
    estate.inject("lift-1", "person_trapped")
    begin = time.monotonic()
    alarm = until(duty.alarm, PATIENCE, estate.logs, every=0.2)
    took = time.monotonic() - begin
    assert took <= SHOWN_WITHIN + LOOKS_BETWEEN * slow, f"on the page after {took:.1f} s, a look takes {slow:.2f} s"
    assert (alarm["life"], alarm["sounds"], alarm["acknowledged"]) == (True, True, None)
    look(browser, duty, "zh", ("困人", "接警"))
    look(browser, duty, "en", ("rapped", "Acknowledge"))
    assert duty.client.get("/alarm", params={"id": TRAPPED}).json()["steps"]["zh"]
    body = {"alarms": [{"id": TRAPPED, "at": alarm["at"]}]}
    assert duty.client.post("/acknowledge", json=body).status_code == 200
    (lost,) = until(lambda: estate.active(gateway, "gateway_lost"), PATIENCE, estate.logs)
    assert from_iso(lost["raised_at"]) - cut <= LOST_WITHIN * NS
    duty.restart()
    kept = until(duty.alarm, PATIENCE, estate.logs)
    assert kept["acknowledged"]["by"] == NAME
    assert not kept["sounds"]
    assert duty.shown()["cloud"]["connected"] is False
    duty.wire.mend()
    (there,) = until(lambda: estate.active("lift-1", "trapped"), PATIENCE, estate.logs)
    assert there["response"]["acknowledged_by"] == NAME
    assert there["response"]["acknowledged_at"] == iso(kept["acknowledged"]["at"])
    until(lambda: duty.shown().get("cloud", {}).get("connected"), PATIENCE, estate.logs)
