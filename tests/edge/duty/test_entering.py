"""Who is let in at the duty page, and what a stranger's page can make a browser do."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.duty.accounts import Accounts, hashed, read
from facility.errors import ConfigError
from tests.edge.duty.page import NAME, PASSWORD, TRAPPED, log_in, site


async def test_nothing_is_shown_before_the_log_in(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.browser() as page:
        await here.sample((TRAPPED, 1.0))
        assert "password" in (await page.get("/")).text
        assert "lift" not in (await page.get("/")).text
        assert [(await page.get(path)).status_code for path in ("/alarms", "/alarm?id=lift-1.trapped")] == [401, 401]
        assert (await page.post("/acknowledge", json={"alarms": [{"id": "x", "at": 1}]})).status_code == 401
        assert (await page.get("/", headers={"cookie": "duty=made-up"})).text.count("password") > 0


async def test_wrong_log_ins_wait_longer_and_longer(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.browser() as page:
        assert (await log_in(page, password="wrong wrong wrong")).status_code == 401
        soon = await log_in(page)
        assert (soon.status_code, soon.headers["retry-after"]) == (429, "1")
        here.world.manual.advance(1.1)
        assert (await log_in(page, name="nobody", password=PASSWORD)).status_code == 401
        assert (await log_in(page)).headers["retry-after"] == "2"
        here.world.manual.advance(2.1)
        answer = await log_in(page)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert (await page.get("/alarms")).json()["me"]["name"] == NAME


async def test_another_page_and_another_name_are_refused(tmp_path: Path) -> None:
    async with site(tmp_path, names=["duty.example"]) as here, here.logged_in() as page:
        for origin in ("http://evil.example", "null", here.url.replace("http", "https")):
            answer = await page.post("/acknowledge", json={}, headers={"origin": origin})
            assert answer.status_code == 403
        assert (await page.get("/alarms", headers={"host": "evil.example"})).status_code == 421
        assert (await page.get("/", headers={"host": "duty.example:8443"})).status_code == 200
        assert (
            await page.post("/acknowledge", content=b"{}", headers={"content-type": "text/plain"})
        ).status_code == 415
        assert (await page.request("DELETE", "/")).status_code == 405
        policy = (await page.get("/")).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_more_fields_than_a_form_has_are_a_bad_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    many = "&".join(f"f{i}=1" for i in range(21))
    form = {"content-type": "application/x-www-form-urlencoded"}
    async with site(tmp_path) as here, here.browser() as page:
        assert (await page.post("/login", content=many, headers=form)).status_code == 400
        assert (await page.get(f"/?{many}")).status_code == 400
        assert (await log_in(page)).status_code == 303
    assert "failed" not in caplog.text


async def test_a_new_password_a_removed_account_and_a_log_out_end_the_session(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        accounts = Accounts(tmp_path / "duty-users")
        async with here.logged_in() as page:
            accounts.put(NAME, hashed("another horse battery"))
            assert (await page.get("/alarms")).status_code == 401
        accounts.put(NAME, hashed(PASSWORD))
        async with here.logged_in() as page:
            accounts.put(NAME, None)
            assert (await page.get("/alarms")).status_code == 401
        accounts.put(NAME, hashed(PASSWORD))
        async with here.logged_in() as page:
            token = page.cookies["duty"]
            assert (await page.post("/logout")).status_code == 303
            assert (await page.get("/alarms", headers={"cookie": f"duty={token}"})).status_code == 401
        async with here.logged_in() as page:
            here.world.manual.advance(12 * 3600 + 1)
            assert (await page.get("/alarms")).status_code == 401
    kept = (tmp_path / "duty-sessions.json").read_text()
    assert token not in kept
    assert (tmp_path / "duty-sessions.json").stat().st_mode & 0o077 == 0


def test_accounts_are_kept_hashed_in_a_file_of_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "duty-users"
    accounts = Accounts(file)
    with pytest.raises(ConfigError, match="gatehouse edge duty user add"):
        accounts.all()
    accounts.put(NAME, hashed(PASSWORD))
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert read(file)[NAME].matches(PASSWORD)
    assert not read(file)[NAME].matches(PASSWORD + "x")
    with pytest.raises(ConfigError, match="12 characters"):
        hashed("short")
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Accounts(file).all()
    file.chmod(0o600)
    file.write_text(f"{file.read_text(encoding='utf-8')}root:plain\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="duty-users:2: no account"):
        Accounts(file).all()
