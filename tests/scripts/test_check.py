import json
import sys
from pathlib import Path

import pytest

from scripts import check
from scripts.check import Check


def test_every_check_runs_and_one_failure_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Check("bad", (sys.executable, "-c", "print('here is why'); raise SystemExit(3)"))
    good = Check("good", (sys.executable, "-c", "print('nobody asks')"))
    monkeypatch.setattr(check, "checks", lambda: iter([bad, good]))
    assert check.main() == 1
    shown = capsys.readouterr().out
    assert "FAIL  bad" in shown
    assert "here is why" in shown
    assert "ok    good" in shown
    assert "nobody asks" not in shown


def test_all_good_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "checks", lambda: iter([Check("good", (sys.executable, "-c", ""))]))
    assert check.main() == 0


@pytest.mark.parametrize(("scripts", "asked"), [({"check": "vue-tsc"}, True), ({"build": "vite build"}, False)])
def test_the_dashboards_are_checked_once_they_say_how(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scripts: dict[str, str], asked: bool
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}), encoding="utf-8")
    monkeypatch.setattr(check, "DASHBOARDS", tmp_path)
    assert any(one.command[0] == "npm" for one in check.checks()) is asked
