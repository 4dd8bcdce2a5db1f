"""demo.json follows a simulator that was started again and listens elsewhere; the demo has an address to tell 119."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simulators.demo.cli import _leave_word
from simulators.demo.folder import Folder, write_private
from simulators.demo.staff import NIGHT, staff
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


@pytest.mark.parametrize("written", [None, {"zh": "人民路1号", "en": "1 People's Road"}])
def test_the_address_is_made_up_where_nobody_has_written_one(written: dict[str, str] | None) -> None:
    told: dict[str, Any] = {}
    known: dict[str, Any] = {
        "/api/v1/people?site=riverside": [{"person": NIGHT, "skills": ["fire"]}],
        "/api/v1/sites": [{"id": "riverside", "address": written}],
    }

    def ask(method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        told[f"{method} {path}"] = body
        return {"items": known.get(path, [])}

    staff(ask, "riverside", [], date(2026, 11, 18))
    address = told.get("PUT /api/v1/sites/riverside/address")
    assert (address is None) is bool(written)
    assert address is None or "演示" in address["zh"]
