"""`gatehouse demo` and `gatehouse sim` as a newcomer types them."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.end_to_end.gatehouse import ROOT, gatehouse, said
from tests.end_to_end.waiting import until

pytestmark = pytest.mark.timeout(600)
ROLES = 10


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "gatehouse", "demo", "--data", str(folder), "--port", "0", "--days", "0.02"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--headless"], cwd=ROOT, stdout=log, stderr=log)
    try:
        until(lambda: (folder / "demo.json").exists() or process.poll() is not None, 180)
        assert process.poll() is None, (folder / "log").read_text()
        yield folder, process
    finally:
        process.terminate()
        process.wait(120)


def test_it_leaves_word_of_itself(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    folder, process = demo
    word = json.loads((folder / "demo.json").read_text())
    assert word["pids"]["demo"] == process.pid
    assert set(word["pids"]) == {"demo", "cloud", "sim", "edge"}
    credentials = folder / "credentials.json"
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    known = json.loads(credentials.read_text())
    assert known["url"] == word["url"]
    assert len(known["users"]) == len(known["tokens"]) == ROLES
    headers = {"authorization": f"Bearer {known['tokens']['admin']}"}
    for path in ("gateways", "equipment", "alarms", "work-orders"):
        answer = httpx.get(f"{word['url']}/api/v1/{path}", headers=headers, trust_env=False, timeout=60)
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) >= {"items", "next"}
    user = known["users"][0]
    login = {"name": user["name"], "password": user["password"]}
    origin = {"origin": word["url"]}
    answer = httpx.post(f"{word['url']}/api/v1/session", json=login, headers=origin, trust_env=False, timeout=60)
    assert answer.status_code in (200, 201), answer.text


def test_its_desk_can_send_somebody_for_every_trade(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    folder, _ = demo
    known = json.loads((folder / "credentials.json").read_text())
    base, sent = f"{known['url']}/api/v1", {}
    headers = {"authorization": f"Bearer {known['tokens']['desk']}"}
    asked = {"electrical": "meter-main", "elevator": "lift-1", "fire": "fire-panel", "plumbing": "pump-1"}
    with httpx.Client(headers=headers, trust_env=False, timeout=60) as desk:
        for trade, equipment in asked.items():
            order = {"site": "riverside", "text": f"报修 {trade}", "equipment": equipment, "trade": trade}
            made = desk.post(f"{base}/work-orders", json=order)
            assert made.status_code == 201, made.text
            done = desk.post(f"{base}/work-orders/{made.json()['id']}/dispatch", json={})
            assert done.status_code == 200, done.text
            sent[trade] = (done.json()["assignee"], done.json()["steps"][-1]["note"])
        assert sent.pop("elevator") == ("contractor", "contract")
        assert {person for person, _ in sent.values()} <= {"engineer", "engineer-night"}
        assert desk.get(f"{base}/rota/gaps", params={"site": "riverside"}).json()["items"] == []
        headers = {"authorization": f"Bearer {known['tokens']['manager']}"}
        badges = httpx.get(
            f"{base}/badges", params={"site": "riverside"}, headers=headers, trust_env=False, timeout=60
        ).json()
        assert {each["person"] for each in badges["items"]} == {"engineer", "engineer-night"}
        called = httpx.get(f"{base}/names", headers=headers, trust_env=False, timeout=60).json()["items"]
        assert {each["name"]: each["display_name"] for each in called}["engineer-night"] == "吴峰"
        night = next(each for each in known["staff"] if each["name"] == "engineer-night")
        login = {"name": night["name"], "password": night["password"]}
        answer = httpx.post(
            f"{base}/session", json=login, headers={"origin": known["url"]}, trust_env=False, timeout=60
        )
        assert answer.status_code in (200, 201), answer.text


def test_the_history_lies_behind_the_building(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    folder, _ = demo
    known = json.loads((folder / "credentials.json").read_text())
    query = {"point": "meter-main.energy_import", "from": "-24h", "to": "now", "buckets": "100"}
    headers = {"authorization": f"Bearer {known['tokens']['admin']}"}
    answer = httpx.get(f"{known['url']}/api/v1/series", params=query, headers=headers, trust_env=False, timeout=60)
    (item,) = answer.json()["items"]
    seen = [v for v in item["last"] if v is not None]
    assert len(seen) >= 2
    assert seen == sorted(seen), "a counter goes on where the history ends"


def test_sim_breaks_and_mends_the_running_building(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    folder, _ = demo
    injected = gatehouse("sim", "inject", "lift-1", "person_trapped", "--data", folder)
    assert injected.returncode == 0, said(injected)
    listed = json.loads(gatehouse("sim", "list", "--data", folder, "--json").stdout)
    assert [(a["target"], a["fault"]) for a in listed["active"]] == [("lift-1", "person_trapped")]
    assert len(listed["faults"]) > 100
    assert gatehouse("sim", "clear", "lift-1", "--data", folder).returncode == 0
    assert json.loads(gatehouse("sim", "list", "--data", folder, "--json").stdout)["active"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("inject", "pump-1", "dry_rum"), 2, ("dry_run", "dry_rum")),
        (("inject", "pump-11", "dry_run"), 2, ("pump-1",)),
        (("inject", "fire-panel", "smoke", "adress=l1d003"), 2, ("address",)),
        (("inject", "plant-room", "gone"), 2, ("down", "garbage")),
        (("clear", "pump-99"), 2, ("pump-99",)),
    ],
)
def test_sim_says_what_there_is_instead(
    demo: tuple[Path, subprocess.Popen[bytes]], arguments: tuple[str, ...], code: int, words: tuple[str, ...]
) -> None:
    done = gatehouse("sim", *arguments, "--data", demo[0])
    assert done.returncode == code, said(done)
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr


def test_sim_without_a_building_says_how_to_start_one(tmp_path: Path) -> None:
    done = gatehouse("sim", "inject", "pump-1", "dry_run", "--data", tmp_path)
    assert done.returncode == 2
    assert "gatehouse sim run" in done.stderr


def test_a_port_in_use_is_said_and_nothing_is_left_running(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = gatehouse("demo", "--data", tmp_path, "--port", port, "--headless")
    assert done.returncode == 2
    assert f"port {port} is in use" in done.stderr
    assert "--port" in done.stderr


def word_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "demo.json").read_text()))


def test_a_second_demo_in_the_folder_is_told_who_runs_there(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    folder, process = demo
    answer = gatehouse("demo", "--data", str(folder), "--port", "0")
    assert answer.returncode == 2
    assert f"pid {process.pid}" in said(answer)


def test_a_part_that_is_killed_comes_back_and_the_others_never_notice(
    demo: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    folder, process = demo
    before = word_of(folder)["pids"]
    os.kill(before["sim"], signal.SIGKILL)
    until(lambda: word_of(folder)["pids"]["sim"] != before["sim"], 90)
    after = word_of(folder)["pids"]
    assert {n: p for n, p in after.items() if n != "sim"} == {n: p for n, p in before.items() if n != "sim"}
    assert process.poll() is None


def test_a_cloud_that_is_stopped_stays_away_until_somebody_starts_it_again(
    demo: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    folder, process = demo
    word = word_of(folder)
    os.kill(word["pids"]["cloud"], signal.SIGTERM)
    until(lambda: "cloud was stopped" in (folder / "log").read_text(), 90)
    assert process.poll() is None
    assert psutil.pid_exists(word["pids"]["edge"])
    with (folder / "again.log").open("wb") as log:
        cloud = subprocess.Popen(word["commands"]["cloud"], cwd=ROOT, stdout=log, stderr=log)
    try:
        until(lambda: healthy(word["url"]), 90)
    finally:
        cloud.terminate()
        cloud.wait(120)


def healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False, timeout=60).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("wrong", [("--port", "99999"), ("--days", "nan"), ("--days", "-3"), ("--data", "/proc/nope")])
def test_what_is_asked_wrong_is_said_without_a_traceback(wrong: tuple[str, str]) -> None:
    answer = gatehouse("demo", *wrong)
    assert answer.returncode == 2
    assert "Traceback" not in said(answer)


def test_sigterm_ends_all_parts(demo: tuple[Path, subprocess.Popen[bytes]]) -> None:
    """The last of this file: nothing runs after it."""
    folder, process = demo
    pids = json.loads((folder / "demo.json").read_text())["pids"]
    children = [psutil.Process(pid) for name, pid in pids.items() if name != "demo" and psutil.pid_exists(pid)]
    grandchildren = [c for p in children for c in p.children(recursive=True)]
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(120) == 0, (folder / "log").read_text()
    _, alive = psutil.wait_procs([*children, *grandchildren], timeout=60)
    assert alive == []
