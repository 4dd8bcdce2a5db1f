from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from drivers.base import Reading
from edge import checking, shown
from edge.cli import main
from edge.delivery import Link
from edge.reading import Found
from edge.running import LIMIT
from edge.shown import plain
from edge.status import Door, ask_status
from facility.clock import ManualClock
from facility.quality import Reason
from tests.edge.sites import SITE, write_site
from tests.edge.status.record import status
from tests.services.fixtures import required
from tests.services.libmodbus import Libmodbus

ROOT = Path(__file__).parents[2]


def edge(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_check_shows_what_a_site_comes_to_and_what_is_not_evaluated(tmp_path: Path) -> None:
    found = edge("check", write_site(tmp_path), "--json")
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert [(x["line"], x["protocol"], x["points"] > 10) for x in data["lines"]] == [("plant-room", "modbus", True)]
    assert [(u["rule"], "rated: {current" in u["why"]) for u in data["unevaluated"]] == [("over_current", True)]
    table = edge("check", write_site(tmp_path))
    assert table.exit_code == 0
    assert "plant-room" in table.stdout


def test_check_tells_every_mistake_at_once_with_its_line(tmp_path: Path) -> None:
    text = SITE.replace("port: PORT", "prt: 502") + "historian: {url: 'http://127.0.0.1:1', token: {env: NOT_SET}}\n"
    file = write_site(tmp_path, text=text)
    (tmp_path / "settings.yaml").write_text("version: 1\noverrides: {pump-9: {}}\n", encoding="utf-8")
    found = edge("check", file)
    assert found.exit_code == 2
    assert f"{file}:5: connections.plant-room.prt: unknown key 'prt'" in found.stderr
    assert "settings.yaml:2: overrides.pump-9" in found.stderr
    token = f"{file}:{text.count(chr(10))}: historian.token: the environment variable NOT_SET is not set"
    assert token in found.stderr
    as_json = edge("check", file, "--json")
    assert as_json.exit_code == 2
    assert {m["line"] for m in json.loads(as_json.stdout)["mistakes"]} == {2, 5, text.count("\n")}


REVIEWED = """\
site: riverside
name: {zh: 滨江花园, en: Riverside Garden}
gateway: riverside-1
connections:
  one: {protocol: modbuss, host: 127.0.0.1}
  two: {protocol: modbus, hosst: 127.0.0.1}
  three: {protocol: modbus, host: 127.0.0.1, port: 99999}
  four: {protocol: modbus, host: 127.0.0.1}
equipment:
  - {id: pump-1, type: pump, model: generic-modbus, connection: four, unit: one, name: {zh: 泵, en: Pump}}
  - {id: pump-1, type: pump, model: generic-modbus, connection: four, unit: 999, name: {zh: 泵, en: Pump}}
  - {id: pump-3, type: pump, model: generic-modbus, connection: four, place: nowhere, name: {zh: 泵, en: Pump}}
  - {id: pump-4, type: pump, model: generic-modbus, connection: four, unit: 4, nmae: x, name: {zh: 泵, en: Pump}}
"""


def test_mistakes_of_shape_hide_no_others(tmp_path: Path) -> None:
    found = edge("check", write_site(tmp_path, text=REVIEWED))
    assert found.exit_code == 2
    for said in (
        "5: connections.one.protocol: no driver for 'modbuss'",
        "6: connections.two.hosst: unknown key 'hosst'",
        "7: connections.three.port:",
        "10: equipment[0].unit: unit 'one' is no Modbus unit",
        "11: equipment[1].id: equipment 'pump-1' is there twice",
        "11: equipment[1].unit: unit 999 is no Modbus unit",
        "12: equipment[2].place: no place 'nowhere'",
        "12: equipment[2].unit:",
        "13: equipment[3].nmae: unknown key 'nmae'",
    ):
        assert said in found.stderr, found.stderr
    assert "Traceback" not in found.output


def test_a_site_without_equipment_is_still_told_of_its_ends_and_passwords(tmp_path: Path) -> None:
    text = """\
site: riverside
name: {zh: 滨江花园, en: Riverside Garden}
gateway: riverside-1
connections:
  broker: {protocol: mqtt, host: broker.example, username: a, password: s3cr3t}
equipment: []
historian: {url: 'http://historian.example', token: {file: nowhere.token}}
cloud: {url: 'https://cloud.example', token: {env: NOT_SET}}
"""
    found = edge("check", write_site(tmp_path, text=text))
    assert found.exit_code == 2
    for said in (
        "5: connections.broker.password: a secret is never written in the file",
        "6: equipment: list at least one",
        "7: historian.token: can't read the secret file",
        "nowhere.token",
        "7: historian.url: ",
        "over plain http to historian.example",
        "8: cloud.token: the environment variable NOT_SET is not set",
    ):
        assert said in found.stderr, found.stderr
    assert "s3cr3t" not in found.output


def test_a_wrong_address_in_a_model_of_the_site_is_told_with_the_model_files_line(tmp_path: Path) -> None:
    models = tmp_path / "equipment" / "pump" / "models"
    models.mkdir(parents=True)
    (models.parent / "equipment.yaml").write_text(
        (ROOT / "facility/equipment/pump/equipment.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (models / "odd.yaml").write_text(
        "id: odd\ntype: pump\nprotocol: modbus\nname: {zh: 怪, en: Odd}\nsource: none\npoints:\n"
        "  - point: flow\n    address: {tabel: input, number: 4}\n",
        encoding="utf-8",
    )
    found = edge("check", write_site(tmp_path, text=SITE.replace("generic-modbus", "odd")))
    assert found.exit_code == 2
    assert "odd.yaml:8" in found.stderr
    assert "'tabel'" in found.stderr


def test_a_token_in_the_clear_is_refused_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret", encoding="utf-8")
    end = "cloud: {url: 'http://cloud.example', token: {file: token}}\n"
    found = edge("check", write_site(tmp_path, text=SITE + end))
    assert found.exit_code == 2
    assert "plain http" in found.stderr


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    found = edge("check", tmp_path / "nothing.yaml")
    assert found.exit_code == 2
    assert "can't read" in found.stderr


def test_plan_shows_every_request(tmp_path: Path) -> None:
    found = edge("plan", write_site(tmp_path), "--json")
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert sum(r["points"] for r in data["requests"]) > 10
    assert len(data["requests"]) <= 4


def test_plan_refuses_a_line_that_can_not_keep_up_and_shows_the_sum(tmp_path: Path) -> None:
    slow = SITE.replace("host: 127.0.0.1, port: PORT", "serial: /dev/ttyUSB0, baud: 300")
    more = slow.splitlines()[-1].replace("pump-1", "pump-2").replace("unit: 1", "unit: 2")
    file = write_site(tmp_path, text=f"{slow}{more}\n")
    found = edge("plan", file)
    assert found.exit_code == 2
    asked = (
        r"plant-room: \d+ requests need the bus for (\S+) s \(unit 1\) \+ (\S+) s \(unit 2\) = (\S+) s in every second"
    )
    parts = re.search(asked, found.stderr)
    assert parts is not None, found.stderr
    one, two, both = map(float, parts.groups())
    assert both > 1
    assert both == pytest.approx(one + two, abs=0.002)
    assert "make periods longer" in found.stderr
    as_json = edge("plan", file, "--json")
    assert as_json.exit_code == 2
    data = json.loads(as_json.stdout)
    assert sum(r["share"] for r in data["requests"]) == pytest.approx(data["share"]["plant-room"], abs=0.002)


def test_test_reads_every_point_of_a_device_once_raw_decoded_and_judged(tmp_path: Path) -> None:
    with required():
        device = Libmodbus()
    with device:
        found = edge("test", write_site(tmp_path, device.port), "pump-1", "--json")
        assert found.exit_code == 1, "a pressure of -20 is bad, and scripts are to know"
        rows = {r["point"]: r for r in json.loads(found.stdout)["readings"]}
        pressure, run_time = rows["pump-1.discharge_pressure"], rows["pump-1.run_time"]
        assert (pressure["raw"], pressure["quality"], pressure["reason"]) == ("c1a0 0000", "bad", "out_of_range")
        assert (run_time["raw"], run_time["quality"]) == ("c0a0 0000", "good")
        assert run_time["value"] == pytest.approx(0xC0A00000 / 10)
        assert edge("test", write_site(tmp_path, device.port), "pmp-1").exit_code == 2


def test_read_refuses_an_unknown_point_and_fails_when_nobody_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    file = write_site(tmp_path, port)
    wrong = edge("read", file, "pump-1.flw")
    assert wrong.exit_code == 2
    assert "did you mean 'pump-1.flow'" in wrong.stderr
    dead = edge("read", file, "pump-1.flow", "--json")
    assert dead.exit_code == 1
    assert json.loads(dead.stdout)["failed"] or json.loads(dead.stdout)["readings"][0]["quality"] == "bad"


def test_what_was_read_is_shown_whole_also_through_a_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    checked = checking.check(write_site(tmp_path), {})
    at = 1_795_307_554_150_053_081
    reading = Reading("pump-1.discharge_pressure", "c1a0 0000 " * 8 + "end", -20.125, 2, int(Reason.OUT_OF_RANGE), at)
    shown.readings(checked, Found((reading,), {"plant-room": "refused: " + "why " * 40 + "end"}), as_json=False)
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if "discharge_pressure" in line)
    for part in (reading.raw, "-20.125", "bad", "out_of_range", "2026-11"):
        assert part in row
    assert "pump-1." not in row
    assert "pump-1" in out
    lost = [line for line in out.splitlines() if "plant-room" in line]
    assert len(lost) == 1
    assert lost[0].endswith("end")
    monkeypatch.setattr(shown, "Console", lambda: Console(force_terminal=True, width=80))
    shown.readings(checked, Found((reading,), {}), as_json=False)
    folded = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in folded
    for part in ("-20.125", "discharge_pressure", "out_of_range"):
        assert part in folded


def test_check_says_periods_as_people_do(tmp_path: Path) -> None:
    out = edge("check", write_site(tmp_path)).stdout
    assert "[1.0" not in out
    assert re.search(r"plant-room .*\b1\b", out)


def test_status_says_that_no_agent_runs(tmp_path: Path) -> None:
    found = edge("status", "--data", tmp_path)
    assert found.exit_code == 1
    assert "gatehouse edge run" in found.stderr
    assert edge("status").exit_code == 2


def test_device_text_can_not_touch_the_terminal() -> None:
    assert plain("\x1b[2Jhello\n") == "\N{REPLACEMENT CHARACTER}[2Jhello\N{REPLACEMENT CHARACTER}"


@pytest.fixture
def running(tmp_path: Path) -> subprocess.Popen[bytes]:
    """An agent whose line, historian and cloud are all away."""
    (tmp_path / "cloud.token").write_text("secret", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ends = (
        f"historian: {{url: 'http://127.0.0.1:{port}'}}\n"
        f"cloud: {{url: 'http://127.0.0.1:{port}', token: {{file: cloud.token}}}}\n"
    )
    file = write_site(tmp_path, port, SITE + ends)
    command = [sys.executable, "-c", "from edge.cli import main; main()", "run", str(file)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def waited(folder: Path, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not (folder / "status.json").exists():
        assert time.monotonic() < until, "the agent did not start"
        time.sleep(0.02)


def test_the_agent_runs_with_everything_away_and_ends_in_order(
    tmp_path: Path, running: subprocess.Popen[bytes]
) -> None:
    try:
        data = tmp_path / "data"
        waited(data)
        found = ask_status(data)
        assert (found.gateway, found.points > 10) == ("riverside-1", True)
        assert sum(found.qualities.values()) == found.points
        assert (data / "status.json").stat().st_mode & 0o777 == 0o600
        door = Door.model_validate_json((data / "status.json").read_text(encoding="utf-8"))
        for headers, code in (({}, 401), ({"Host": "evil.example:80"}, 421)):
            connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
            connection.request("GET", "/status", headers=headers)
            assert connection.getresponse().status == code
            connection.close()
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
        assert time.monotonic() - began < 2 * LIMIT
        assert not (data / "status.json").exists()
    finally:
        running.kill()
        _, log = running.communicate()
    assert b"Traceback" not in log


def test_only_what_was_tried_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    link = Link("cloud, life lane", ManualClock())
    seen = [link.untried]
    link.failed("refused")
    seen.append(link.untried)
    link.works()
    seen.append(link.untried)
    assert seen == [True, False, False]
    shown.status(status(ends={"cloud, life lane": "", "historian": ""}, untried=("cloud, life lane",)), as_json=False)
    said = capsys.readouterr().out
    assert "cloud, life lane: 还没有用过 / not tried yet" in said
    assert said.count("takes deliveries") == 1


def test_a_second_signal_ends_at_once(tmp_path: Path, running: subprocess.Popen[bytes]) -> None:
    try:
        waited(tmp_path / "data")
        os.kill(running.pid, signal.SIGTERM)
        os.kill(running.pid, signal.SIGINT)
        began = time.monotonic()
        assert running.wait(60) in (0, 130)
        assert time.monotonic() - began < LIMIT, "it did not wait for the orderly end"
    finally:
        running.kill()
        running.communicate()
