from pathlib import Path

import pytest

from scripts import services


def test_without_dpkg_everything_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert services.absent(["socat"]) == ("socat",)
    assert not services.may_install()


def test_what_dpkg_does_not_know_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dpkg = tmp_path / "dpkg-query"
    dpkg.write_text("#!/bin/sh\necho 'socat installed'\necho 'mbpoll config-files'\nexit 1\n", encoding="ascii")
    dpkg.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert services.absent(["socat", "mbpoll", "strace"]) == ("mbpoll", "strace")


def test_where_nothing_may_be_installed_the_line_to_run_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "absent", lambda _: ("socat",))
    monkeypatch.setattr(services, "may_install", lambda: False)
    services.main()
    assert "apt-get install --no-install-recommends socat" in capsys.readouterr().out


def test_an_installation_starts_no_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(services, "POLICY", policy)
    with services.no_service_starts():
        assert "exit 101" in policy.read_text(encoding="ascii")
    assert not policy.exists()


def test_the_machines_own_policy_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("exit 0\n", encoding="ascii")
    monkeypatch.setattr(services, "POLICY", policy)
    with services.no_service_starts():
        assert policy.read_text(encoding="ascii") == "exit 0\n"
    assert policy.exists()
