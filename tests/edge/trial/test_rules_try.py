"""`edge rules try`: what recorded history would have raised by the rules as they are and as they would be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli import main
from facility.clock import NS, from_iso
from tests.edge.sites import SITE, write_site
from tests.edge.trial.recorders import Recorder, serving

START = from_iso("2026-11-18T00:00:00+08:00")
MINUTE = 60 * NS
ENDS = """\
cloud: {url: "URL", token: {env: HISTORY_TOKEN}}
historian: {url: "URL", bucket: riverside, token: {env: HISTORY_TOKEN}}
"""
SETTINGS = """\
version: 1
overrides: {pump-1: {rules: {discharge_pressure_high: {limit: 2.0}}}}
"""


def day() -> list[tuple[str, float | None, int]]:
    """A day with the pressure too high for five minutes in each of 12 hours, and for a whole hour once more."""
    rows: list[tuple[str, float | None, int]] = [("pump-1.running", 1.0, START - 5 * MINUTE)]
    for minute in range(24 * 60):
        high = (minute % 60 < 5 and minute < 12 * 60) or 18 * 60 <= minute < 19 * 60
        value = None if minute == 20 * 60 else 1.3 if high else 0.6
        rows.append(("pump-1.discharge_pressure", value, START + minute * MINUTE))
    return rows


def tried(folder: Path, *more: str, rows: list[tuple[str, float | None, int]] | None = None) -> tuple[Result, Recorder]:
    recorder = Recorder(day() if rows is None else rows)
    with serving(recorder) as url:
        file = write_site(folder, text=SITE + ENDS.replace("URL", url))
        arguments = ["rules", "try", str(file), "--history", "2026-11-18", "2026-11-19", *more]
        return CliRunner().invoke(main, arguments), recorder


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISTORY_TOKEN", "secret")


@pytest.mark.parametrize("source", ["cloud", "influx"])
def test_the_alarms_of_a_day_by_the_rules_as_they_are_and_as_they_would_be(tmp_path: Path, source: str) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(SETTINGS, encoding="utf-8")
    found, recorder = tried(tmp_path, "--source", source, "--settings", str(new), "--json")
    assert found.exit_code == 0, found.output
    data: dict[str, Any] = json.loads(found.stdout)
    now, then = data["tried"].values()
    assert (now["alarms"], then["alarms"]) == (13, 0)
    assert now["top"] == [["pump-1.discharge_pressure_high", 13]]
    assert [(d["date"], d["alarms"]) for d in now["days"]] == [("2026-11-18", 13)]
    assert now["per_ten_minutes"] == pytest.approx(13 / 144)
    assert (now["low"], now["high"], now["critical"]) == (1, 0, 0)
    assert now["met"] == {"per_ten_minutes": True, "flood": True, "chattering": True, "stale": True}
    assert len(recorder.asked) > 1, "history comes in pages, or a series at a time"


def test_a_table_for_people_has_both_languages_and_says_what_was_not_tried(tmp_path: Path) -> None:
    found, _ = tried(tmp_path)
    assert found.exit_code == 0, found.output
    for word in ("每10分钟", "per 10 min", "抖动", "2026-11-18", "pump-1.discharge_pressure_high"):
        assert word in found.stdout


def test_chattering_and_floods_are_seen(tmp_path: Path) -> None:
    rows: list[tuple[str, float | None, int]] = [("pump-1.fault", float(i % 2), START + i * 8 * NS) for i in range(60)]
    found, _ = tried(tmp_path, "--json", rows=rows)
    data = next(iter(json.loads(found.stdout)["tried"].values()))
    assert data["chattering"] == ["pump-1.trip"]
    assert data["alarms"] == 3, "held from the third on"
    assert not data["met"]["chattering"]


def test_what_is_asked_wrongly_or_refused_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISTORY_TOKEN", "wrong")
    found, _ = tried(tmp_path)
    assert (found.exit_code, "history:read" in found.output) == (1, True)
    file = write_site(tmp_path)
    found = CliRunner().invoke(main, ["rules", "try", str(file)])
    assert (found.exit_code, "names no cloud" in found.output) == (2, True)
    found = CliRunner().invoke(main, ["rules", "try", str(file), "--history", "yesterday", "now"])
    assert (found.exit_code, "'yesterday' is no time" in found.output) == (2, True)


def test_an_empty_history_has_no_alarm(tmp_path: Path) -> None:
    found, _ = tried(tmp_path, "--json", rows=[])
    assert next(iter(json.loads(found.stdout)["tried"].values()))["alarms"] == 0
