"""What is wrong is said in words, the rest keeps running, and nothing that was accepted is lost."""

import gzip
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.publish as mqtt
import pytest

from facility.clock import from_iso
from tests.end_to_end.delivered import events_missing
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.estate import Estate, written
from tests.end_to_end.gatehouse import gatehouse, said
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.outage import caught_up
from tests.end_to_end.waiting import until
from tests.services.mosquitto import Mosquitto, Security

WRONG = 2
NINETEEN_SEVENTY = 1_000_000_000
TWENTY_ONE_HUNDRED = 4_102_444_800_000_000_000
TEN_MEGABYTES = 10_000_000
WRITE = "/api/v2/write?org=gatehouse&bucket=riverside&precision=ns"

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s["equipment"][0].update(model="generic-modbos"), ("generic-modbos", "generic-modbus")),
        (lambda s: s["equipment"][0].update(type="pmup"), ("pmup", "pump")),
        (lambda s: s["equipment"][0].update(connection="plant-rom"), ("plant-rom", "plant-room")),
        (lambda s: s["equipment"][1].update(id=s["equipment"][0]["id"]), ("pump-1",)),
        (lambda s: s["connections"]["plant-room"].update(port="many"), ("port",)),
        (lambda s: s["cloud"].update(token={"file": "nowhere.token"}), ("nowhere.token",)),
        (lambda s: s["cloud"].update(token={"env": "NO_SUCH_TOKEN"}), ("NO_SUCH_TOKEN",)),
        (lambda s: s.update(conections={}), ("conections", "connections")),
    ],
)
def test_a_wrong_site_is_refused_with_the_place_and_the_nearest_word(
    estate: Estate, tmp_path: Path, change: Change, words: tuple[str, ...]
) -> None:
    site = estate.site()
    (tmp_path / "cloud.token").write_text("t" * 43)
    change(site)
    file = written(tmp_path, site)
    done = gatehouse("edge", "run", file, "--data", tmp_path / "data")
    assert done.returncode == WRONG, said(done)
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "spool.sqlite3").exists()


def test_all_mistakes_come_at_once_with_their_lines(estate: Estate, tmp_path: Path) -> None:
    site = estate.site()
    (tmp_path / "cloud.token").write_text("t" * 43)
    site["equipment"][0]["model"] = "generic-modbos"
    site["equipment"][1]["place"] = "b1-pump-rom"
    site["overrides"]["pump-2"]["rules"] = {"dry_rum": {"delay_on": "2s"}}
    file = written(tmp_path, site)
    done = gatehouse("edge", "check", file, "--json")
    assert done.returncode == WRONG
    mistakes = json.loads(done.stdout)["mistakes"]
    assert len(mistakes) >= 3
    text = file.read_text(encoding="utf-8").splitlines()
    for mistake, word in (("generic-modbos", "generic-modbos"), ("b1-pump-rom", "b1-pump-rom")):
        (found,) = [m for m in mistakes if mistake in m["says"]]
        assert word in text[found["line"] - 1]


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = gatehouse("cloud", "--data", tmp_path, "serve", "--port", held.getsockname()[1])
    assert done.returncode == WRONG, said(done)
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broker_that_refuses_costs_only_its_own_line(
    estate: Estate, mosquitto_with: Callable[[Security], Mosquitto], tmp_path: Path
) -> None:
    broker = mosquitto_with(Security(users={"somebody": "secret"}))
    site = estate.site()
    del site["cloud"], site["historian"]
    site["connections"]["security"]["port"] = broker.port
    with LoneEdge(tmp_path, site) as edge:
        lines = until(lambda: settled_lines(edge), 60, edge.log)
        assert lines["security"].state == "lost"
        assert lines["security"].why
        assert {line.state for name, line in lines.items() if name != "security"} == {"up"}
        sampled = edge.status().samples
        until(lambda: edge.status().samples > sampled + 1000, 60, edge.log)


def settled_lines(edge: LoneEdge) -> dict[str, Any]:
    """By name, as soon as all but one are up and that one is lost."""
    lines = {line.line: line for line in edge.status().lines}
    states = sorted(line.state for line in lines.values())
    return lines if states == ["lost", *["up"] * (len(lines) - 1)] else {}


def test_a_device_that_answers_garbage_costs_only_its_own_points(estate: Estate) -> None:
    def quality(equipment: str) -> set[str]:
        return {p["quality"] for p in estate.points().values() if p["equipment"] == equipment}

    until(lambda: quality("pump-1") == quality("pump-2") == {"good"})
    estate.inject("pump-1", "garbage")
    try:
        until(lambda: estate.active("pump-1", "unit_lost"), 60, estate.logs)
        until(lambda: (quality("pump-1"), quality("pump-2")) == ({"bad"}, {"good"}), 60, estate.logs)
        assert not estate.active("riverside-1", "line_lost")
    finally:
        estate.clear("pump-1", "garbage")
    until(lambda: quality("pump-1") == {"good"}, 90, estate.logs)
    until(lambda: not estate.active("pump-1", "unit_lost"), 60, estate.logs)


def gateway_headers(estate: Estate) -> dict[str, str]:
    """The gateway's own rights: bad input from somebody who may send."""
    token = (estate.folder.edge / "cloud.token").read_text(encoding="utf-8").strip()
    return {"authorization": f"Bearer {token}"}


def post(estate: Estate, path: str, body: bytes, **headers: str) -> httpx.Response:
    headers = {**gateway_headers(estate), **headers}
    return httpx.post(estate.url + path, content=body, headers=headers, timeout=60, trust_env=False)


def still_works(estate: Estate) -> None:
    """The cloud answers, the edge delivers, and nothing stays missing."""
    before = ask_status(estate.edge_data).samples
    until(lambda: ask_status(estate.edge_data).samples > before)
    caught_up(estate)
    assert events_missing(estate) == []


def test_a_body_of_ten_megabytes_is_refused_in_words(estate: Estate) -> None:
    events = post(estate, "/api/v1/gateways/riverside-1/events", b"[" + b" " * TEN_MEGABYTES + b"]")
    assert events.status_code == 413, events.text
    assert events.headers["content-type"] == "application/problem+json"
    bomb = post(estate, WRITE, gzip.compress(b"pump " * 40_000_000, 1), **{"content-encoding": "gzip"})
    assert bomb.status_code == 413, bomb.text
    still_works(estate)


def test_bad_samples_are_refused_line_by_line_and_the_good_one_is_kept(estate: Estate) -> None:
    now = time.time_ns() // 1_000_000 * 1_000_000
    tags = "weather,site=riverside,equipment=weather-1"
    body = "\n".join(
        [
            f"{tags} humidity=NaN {now}",
            f"{tags} humidity=51.25 {NINETEEN_SEVENTY}",
            f"{tags} humidity=51.25 {TWENTY_ONE_HUNDRED}",
            f"{tags} humidity=51.125 {now}",
        ]
    )
    answer = post(estate, WRITE, body.encode())
    assert answer.status_code == 400, answer.text
    message = answer.json()["message"]
    assert "partial write" in message
    assert "dropped=3" in message
    assert all(f"line {n}" in message for n in (1, 2, 3))
    rows = estate.items("history", point="weather-1.humidity", **{"from": "-1h", "limit": 50_000})
    assert 51.125 in [r["value"] for r in rows]
    assert 51.25 not in [r["value"] for r in rows]
    still_works(estate)


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"events": NaN}', b'{"events": [{"id": 1}]}'])
def test_events_that_are_none_are_refused_in_words(estate: Estate, body: bytes) -> None:
    answer = post(estate, "/api/v1/gateways/riverside-1/events", body)
    assert answer.status_code in (200, 400, 422), answer.text
    if answer.status_code == 200:
        assert {r["verdict"] for r in answer.json()["results"]} == {"rejected"}
    else:
        assert answer.json()["detail"]
    still_works(estate)


@pytest.mark.parametrize(
    "payload",
    [b"NaN", b'{"battery": NaN}', b'{"battery": 1e999}', b"\x00\xff", b"[" * 100_000, b'{"battery": "' + b"9" * 70_000],
    ids=["NaN", "NaN in JSON", "infinite", "no text", "deep", "long"],
)
def test_a_device_that_publishes_nonsense_harms_nobody(estate: Estate, payload: bytes) -> None:
    publish(estate, payload)
    still_works(estate)
    battery = estate.points()["patrol-a-10.battery"]
    assert battery["value"] is None or 0 <= battery["value"] <= 100


@pytest.mark.parametrize(("at", "battery"), [("1970-01-01T00:00:01Z", 41.5), ("2100-01-01T00:00:00Z", 44.5)])
def test_an_absurd_device_time_gives_way_to_the_edges_own(estate: Estate, at: str, battery: float) -> None:
    publish(estate, json.dumps({"ts": at, "battery": battery}).encode())
    start = time.time_ns() // 1_000_000

    def arrived() -> list[dict[str, Any]]:
        rows = estate.items("history", point="patrol-a-10.battery", **{"from": "-1h", "limit": 50_000})
        return [r for r in rows if r["value"] == battery]

    (row,) = until(arrived, 60, estate.logs)
    assert abs(from_iso(row["at"]) // 1_000_000 - start) < 60_000
    still_works(estate)


def publish(estate: Estate, payload: bytes) -> None:
    """As the reader `patrol-a-10` would, on the estate's broker."""
    port = int(estate.site()["connections"]["security"]["port"])
    mqtt.single("estate/patrol-a-10/state", payload, qos=1, hostname="127.0.0.1", port=port)
