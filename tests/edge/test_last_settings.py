from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.agent import Agent
from edge.checking import check, check_to_run
from edge.cli import main
from edge.last_settings import KEPT, keep_settings, settings_to_run
from edge.settings import Settings, read_settings
from edge.status import Status, ask_status
from edge.status.troubles import with_troubles
from facility.clock import SystemClock
from facility.errors import ConfigError
from facility.event import Integrity
from facility.resolve import Site, read_site
from tests.edge.sites import write_site
from tests.edge.test_agent import events
from tests.edge.until import until

GOOD = "version: 7\noverrides:\n  pump-1:\n    rules: {dry_run: {delay_on: 2s}}\n"
BROKEN = GOOD.replace("7", "8").replace("delay_on", "delai_on")


def site_with(folder: Path, text: str, kept: str = "") -> Site:
    file = write_site(folder)
    (folder / "settings.yaml").write_text(text, encoding="utf-8")
    if kept:
        (folder / KEPT).write_text(kept, encoding="utf-8")
    return read_site(file)


def delay(found: Settings) -> float:
    (pump,) = found.inventory.equipment
    return next(r.delay_on for r in pump.rules if r.id == "dry_run")


def test_settings_that_are_right_are_taken_and_kept(tmp_path: Path) -> None:
    site = site_with(tmp_path, GOOD)
    found = settings_to_run(site, tmp_path)
    keep_settings(tmp_path, found)
    assert (found.version, found.wrong, delay(found)) == (7, "", 2.0)
    assert (tmp_path / KEPT).read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("broken", [BROKEN, "version: 8\noverrides: [\n", "[]", "", "\x00", "version: -1\n"])
def test_broken_by_hand_the_last_good_ones_stay_and_the_mistake_is_told(broken: str, tmp_path: Path) -> None:
    found = settings_to_run(site_with(tmp_path, broken, GOOD), tmp_path)
    assert (found.version, delay(found)) == (7, 2.0)
    assert "settings.yaml" in found.wrong
    keep_settings(tmp_path, found)
    assert (tmp_path / KEPT).read_text(encoding="utf-8") == GOOD, "what is in force is still the last good"


def test_bytes_that_are_no_text_stop_nothing_either(tmp_path: Path) -> None:
    site = site_with(tmp_path, GOOD, GOOD)
    (tmp_path / "settings.yaml").write_bytes(b"\xff\xfe\x00version")
    found = settings_to_run(site, tmp_path)
    assert (found.version, "not UTF-8" in found.wrong) == (7, True)


def test_of_a_rule_that_an_upgrade_removed_only_its_own_entry_is_left_out(tmp_path: Path) -> None:
    text = GOOD + "      gone: {delay_on: 1s}\n  pump-9: {}\n"
    text = text.replace("rules: {dry_run: {delay_on: 2s}}", "rules:\n      dry_run: {delay_on: 2s}")
    found = settings_to_run(site_with(tmp_path, text, text), tmp_path)
    assert (found.version, delay(found)) == (7, 2.0)
    assert f"left out of {KEPT}: overrides.pump-1.rules.gone; overrides.pump-9" in found.wrong
    assert "settings.yaml:6: overrides.pump-1.rules.gone" in found.wrong


def test_routes_that_do_not_fit_are_left_out_whichever_they_are(tmp_path: Path) -> None:
    route = "{id: %s, name: {zh: 路, en: R}, checkpoints: [], nothing: 1}"
    text = GOOD + "routes: [" + ", ".join(route % name for name in "abc") + "]\n"
    found = settings_to_run(site_with(tmp_path, text, text), tmp_path)
    assert (found.version, delay(found), found.inventory.routes) == (7, 2.0, ())
    assert "routes.0; routes.1; routes.2" in found.wrong


def test_where_none_were_kept_what_fits_of_them_is_in_force(tmp_path: Path) -> None:
    text = GOOD + "    points: {nothing: {deadband: {absolute: 1}}}\n"
    found = settings_to_run(site_with(tmp_path, text), tmp_path)
    assert (found.version, delay(found)) == (7, 2.0)
    assert "left out of settings.yaml: overrides.pump-1.points.nothing" in found.wrong


def test_where_nothing_can_be_read_the_site_stands_alone(tmp_path: Path) -> None:
    site = site_with(tmp_path, "version: [", "also: {broken")
    found = settings_to_run(site, tmp_path)
    assert (found.version, found.inventory) == (0, site.inventory)
    assert "settings.yaml:2: not YAML" in found.wrong


def test_settings_that_were_taken_away_do_not_come_back(tmp_path: Path) -> None:
    site = site_with(tmp_path, GOOD, GOOD)
    (tmp_path / "settings.yaml").unlink()
    keep_settings(tmp_path, settings_to_run(site, tmp_path))
    assert not (tmp_path / KEPT).exists()


def test_a_folder_that_takes_nothing_stops_no_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keep_settings(tmp_path / "missing", settings_to_run(site_with(tmp_path, GOOD), tmp_path))
    assert "can't keep the settings" in caplog.text


SCRAPS = st.sampled_from([
    "version: 3", "version: x", "overrides:", "  pump-1:", "  pump-9: {}", "    rules:", "    rules: []", "routes:",
    "      dry_run: {delay_on: 4s}", "      dry_run: {limit: []}", "      gone: 1", "    points: {a.b: 1}",
    "  - {id: a}", "  - 7", "routes: {a: 1}", "equipment: []", "? [a]", "overrides: [1, {a: 2}]", "\t", "&a [*a]", "0:",
])  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_with(tmp_path_factory.mktemp("site"), GOOD)


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(SCRAPS, max_size=8), kept=st.lists(SCRAPS, max_size=8))
def test_whatever_stands_there_a_start_goes_on(lines: list[str], kept: list[str], site: Site) -> None:
    folder = site.file.parent
    (folder / "settings.yaml").write_text("\n".join(lines), encoding="utf-8")
    (folder / KEPT).write_text("\n".join(kept), encoding="utf-8")
    found = settings_to_run(site, folder)
    try:
        right = read_settings(site)
    except ConfigError:
        assert found.wrong
    else:
        assert found == right


def test_check_still_refuses_them_with_their_line(tmp_path: Path) -> None:
    site_with(tmp_path, BROKEN, GOOD)
    assert check_to_run(tmp_path / "site.yaml", {}, tmp_path).settings.version == 7
    found = CliRunner().invoke(main, ["check", str(tmp_path / "site.yaml")])
    assert found.exit_code == 2
    assert "settings.yaml:4: overrides.pump-1.rules.dry_run" in found.stderr


def test_a_site_that_is_wrong_itself_is_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    site_with(tmp_path, BROKEN, GOOD)
    write_site(tmp_path, text=(tmp_path / "site.yaml").read_text(encoding="utf-8").replace("type: pump", "type: pum"))
    with pytest.raises(ConfigError) as wrong:
        check_to_run(tmp_path / "site.yaml", {}, tmp_path)
    assert {Path(m.file).name for m in wrong.value.mistakes} == {"site.yaml", "settings.yaml"}


async def test_the_agent_runs_on_the_last_good_ones_and_says_so(tmp_path: Path) -> None:
    site_with(tmp_path, GOOD)
    first = await _status_of_a_run(tmp_path)
    assert (first.settings, first.settings_wrong) == (7, "")
    site_with(tmp_path, BROKEN)
    second = await _status_of_a_run(tmp_path)
    assert second.settings == 7
    (trouble,) = (t for t in with_troubles(second).troubles if "settings.yaml" in t.en)
    assert "delai_on" in trouble.zh
    (told,) = (e.data for e in events(tmp_path) if isinstance(e.data, Integrity))
    assert (told.what, "settings.yaml:4" in told.detail) == ("settings.yaml", True)
    assert check_to_run(tmp_path / "site.yaml", {}, tmp_path).settings.version == 7, "and so does the next start"
    with pytest.raises(ConfigError):
        check(tmp_path / "site.yaml", {})


async def _status_of_a_run(folder: Path) -> Status:
    stop = asyncio.Event()
    checked = check_to_run(folder / "site.yaml", {}, folder)
    task = asyncio.create_task(Agent(checked, folder, {}, SystemClock()).run(stop))
    await until(lambda: (folder / "status.json").exists() or task.done())
    found = await asyncio.to_thread(ask_status, folder)
    stop.set()
    async with asyncio.timeout(60):
        await task
    return found
