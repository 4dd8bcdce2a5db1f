"""The duty page of a whole agent: over TLS, with accounts that the command made; and nothing of it where it is off."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from edge.agent import Agent
from edge.checking import check
from edge.cli import main
from edge.duty.accounts import Accounts, hashed
from edge.duty.server import Certificate
from facility.clock import SystemClock
from facility.errors import ConfigError
from facility.resolve import read_site
from tests.edge.duty.page import NAME, PASSWORD, log_in
from tests.edge.fakes import Lines
from tests.edge.sites import SITE, write_site
from tests.services.certificates import Authority
from tests.services.ports import free_port


@contextmanager
def account(file: Path) -> Iterator[None]:
    """Somebody who may log in."""
    accounts = Accounts(file.parent / "duty-users")
    accounts.put(NAME, hashed(PASSWORD))
    yield
    accounts.file.unlink()


async def test_the_page_of_an_agent_over_tls(tmp_path: Path) -> None:
    authority, port, stop = Authority(tmp_path / "tls"), free_port(), asyncio.Event()
    pair = authority.issue("duty")
    keys = f"certificate: {pair.certificate}, key: {pair.key}"
    file = write_site(tmp_path, text=f"{SITE}duty_page: {{address: 127.0.0.1, port: {port}, {keys}}}\n")
    with account(file):
        checked, lines = check(file, {}), Lines()
        assert checked.site.inventory.duty_page
        checked = replace(checked, lines=tuple(lines.bound(checked.settings.inventory)))
        task = asyncio.create_task(Agent(checked, tmp_path, {}, SystemClock()).run(stop))
        trust = ssl.create_default_context(cafile=authority.certificate)
        url = f"https://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, verify=trust, headers={"origin": url}, trust_env=False) as page:
            async with asyncio.timeout(60):
                while True:
                    try:
                        answer = await log_in(page)
                        break
                    except httpx.ConnectError:
                        await asyncio.sleep(0.05)
            assert answer.status_code == 303
            assert "Secure" in answer.headers["set-cookie"]
            shown = (await page.get("/alarms")).json()
            assert (shown["gateway"], shown["cloud"]["connected"]) == ("riverside-1", None)
        stop.set()
        async with asyncio.timeout(60):
            await task


def test_a_certificate_without_its_key_a_missing_account_file(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "tls")
    one, two = authority.issue("one"), authority.issue("two")
    with pytest.raises(ConfigError, match="can't use certificate"):
        Certificate(one.certificate, two.key)
    keys = f"certificate: {one.certificate}, key: {two.key}"
    file = write_site(tmp_path, text=f"{SITE}duty_page: {{address: 192.0.2.7, {keys}}}\n")
    with pytest.raises(ConfigError) as wrong:
        check(file, {})
    assert [(m.line, m.where) for m in wrong.value.mistakes] == [
        (8, "duty_page.certificate"),
        (8, "duty_page.users"),
    ]


def test_a_renewed_certificate_is_taken_and_a_bad_one_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    authority = Authority(tmp_path / "tls")
    pair, other = authority.issue("one"), authority.issue("two")
    used = Certificate(pair.certificate, pair.key)
    pair.certificate.write_bytes(other.certificate.read_bytes())
    used.renew()
    assert "the old certificate stays" in caplog.text
    pair.key.write_bytes(other.key.read_bytes())
    caplog.set_level("INFO")
    used.renew()
    assert "was renewed" in caplog.text


def test_accounts_by_the_command(tmp_path: Path) -> None:
    site, run = str(write_site(tmp_path)), CliRunner().invoke
    command = ["duty", "user"]
    made = run(main, [*command, "add", site, NAME, "--password-stdin"], input=PASSWORD + "\n")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "duty-users").stat().st_mode & 0o777 == 0o600
    asked = run(main, [*command, "add", site, "wang.fang"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    assert run(main, [*command, "list", site]).output.split() == ["wang.fang", NAME]
    assert run(main, [*command, "add", site, "a b", "--password-stdin"], input=PASSWORD).exit_code == 2
    assert run(main, [*command, "add", site, "short", "--password-stdin"], input="short").exit_code == 2
    assert run(main, [*command, "remove", site, NAME]).exit_code == 0
    assert run(main, [*command, "remove", site, NAME]).exit_code == 2
    assert list(Accounts(tmp_path / "duty-users").all()) == ["wang.fang"]


def test_where_it_is_off_nothing_of_it_is_imported(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    assert not read_site(site).inventory.duty_page
    assert "duty_page" not in read_site(site).inventory.body
    code = (
        "import sys; from pathlib import Path; from edge.agent import Agent; from edge.checking import check;"
        "from facility.clock import SystemClock; file = Path(sys.argv[1]);"
        "Agent(check(file, {}), file.parent, {}, SystemClock());"
        "print(sorted(m for m in sys.modules if m in ('edge.duty.running', 'edge.duty.server')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(site)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]", done.stdout
