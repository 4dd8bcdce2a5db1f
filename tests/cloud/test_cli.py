from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cloud.alone import alone
from cloud.cli import main
from facility.errors import ConfigError, GatehouseError


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.mark.parametrize(
    "command",
    [
        ("gateway", "add", "a", "a-1"),
        ("user", "add", "li", "--role", "viewer"),
        ("token", "add", "t", "--role", "viewer"),
    ],
)
def test_nothing_is_added_to_a_store_that_is_not_there(tmp_path: Path, command: tuple[str, ...]) -> None:
    refused = run("--data", tmp_path / "wrong", *command)
    assert isinstance(refused.exception, ConfigError)
    assert str(tmp_path / "wrong") in str(refused.exception)
    assert "--create" in str(refused.exception)
    assert not (tmp_path / "wrong").exists()
    assert run("--data", tmp_path / "made", *command, "--create").exit_code == 0


def test_a_known_gateway_is_renewed_on_purpose(tmp_path: Path) -> None:
    add = ("--data", tmp_path, "gateway", "add", "a", "a-1")
    assert run(*add, "--create").exit_code == 0
    refused = run(*add)
    assert isinstance(refused.exception, GatehouseError)
    assert "--renew" in str(refused.exception)
    assert run(*add, "--renew").exit_code == 0


def test_a_second_cloud_in_the_folder_is_told_who_runs_there(tmp_path: Path) -> None:
    with alone(tmp_path):
        refused = run("--data", tmp_path, "serve", "--port", "0")
        assert isinstance(refused.exception, ConfigError)
        assert f"a cloud runs here (pid {os.getpid()})" in str(refused.exception)
    with alone(tmp_path):
        assert (tmp_path / "cloud.lock").read_text(encoding="ascii") == str(os.getpid())
