"""demo.json follows a simulator that was started again and listens elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from simulators.demo.cli import _leave_word
from simulators.demo.folder import Folder, write_private
from simulators.demo.steps import Demo


def test_it_tells_where_the_simulator_is_now(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    demo = cast("Demo", SimpleNamespace(url="http://127.0.0.1:1", parts=()))
    for url in ("http://127.0.0.1:2", "http://127.0.0.1:3"):
        write_private(folder.sim / "sim.json", json.dumps({"url": url, "token": url[-1]}))
        _leave_word(folder, demo)
        assert json.loads((tmp_path / "demo.json").read_text())["simulator"] == {"url": url, "token": url[-1]}
    written = (tmp_path / "demo.json").stat().st_ino
    _leave_word(folder, demo)
    assert (tmp_path / "demo.json").stat().st_ino == written
