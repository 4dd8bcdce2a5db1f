from pathlib import Path

import pytest

from scripts import generated


@pytest.fixture
def stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "list.md").write_text("one\n", encoding="utf-8")
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    monkeypatch.setattr(generated, "generated", lambda: iter([("list.md", "one\ntwo\n"), ("new/list.md", "three\n")]))
    return tmp_path


def test_a_stale_file_fails_and_shows_what_differs(stale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generated.main([]) == 1
    shown = capsys.readouterr().out
    assert "list.md is out of date: run `make generate`" in shown
    assert "+two" in shown
    assert (stale / "list.md").read_text(encoding="utf-8") == "one\n"


def test_what_is_written_is_up_to_date(stale: Path) -> None:
    assert generated.main(["--write"]) == 0
    assert (stale / "new" / "list.md").read_text(encoding="utf-8") == "three\n"
    assert generated.main([]) == 0
