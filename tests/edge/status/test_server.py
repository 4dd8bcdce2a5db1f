import asyncio
import http.client
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from edge.status import Door, NotRunning, Status, StatusServer, ask_status, read_door
from facility.clock import NS
from facility.errors import ConfigError
from tests.edge.status.record import NOW, lane, status

Ask = Callable[..., tuple[int, dict[str, str], str]]


class Said:
    """What the server is given to tell."""

    status: Status = status()


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
async def door(tmp_path: Path, said: Said) -> AsyncIterator[Door]:
    async with StatusServer(tmp_path, lambda: said.status):
        found = read_door(tmp_path)
        assert found is not None
        yield found


async def ask(door: Door, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    def asked() -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.headers), body

    return await asyncio.to_thread(asked)


async def test_the_status_comes_back_as_it_was_to_who_can_read_the_file(door: Door, said: Said, tmp_path: Path) -> None:
    assert await asyncio.to_thread(ask_status, tmp_path) == said.status
    assert (tmp_path / "status.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("path", ["/status", "/", "/nothing", "/?token=guess"])
async def test_without_the_token_nothing_is_told(door: Door, path: str) -> None:
    code, _, body = await ask(door, path)
    assert (code, body) == (401, "{}")


@pytest.mark.parametrize("path", ["/status", "/", "/healthz", "/metrics"])
async def test_another_name_for_this_machine_is_refused(door: Door, path: str) -> None:
    code, _, _ = await ask(door, path, Host="evil.example:80", Authorization=f"Bearer {door.token}")
    assert code == 421


async def test_only_get(door: Door) -> None:
    assert (await ask(door, "/status", "POST", Authorization=f"Bearer {door.token}"))[0] == 405


async def test_healthz_is_red_only_for_what_is_serious(door: Door, said: Said) -> None:
    assert (await ask(door, "/healthz"))[::2] == (200, '{"status": "ok", "troubles": 0}')
    said.status = status(ends={"historian": "it does not answer"})
    assert (await ask(door, "/healthz"))[::2] == (200, '{"status": "degraded", "troubles": 1}')
    said.status = status(lane("life", bytes=900), ends={"historian": "it does not answer"})
    code, _, body = await ask(door, "/healthz")
    assert (code, body) == (503, '{"status": "failing", "troubles": 2}')
    assert "通道已用 90%" in said.status.troubles[0].zh


async def test_metrics_are_prometheus_text(door: Door, said: Said) -> None:
    said.status = status(
        lane("telemetry", records=7, bytes=70, oldest=NOW - 90 * NS, dropped=2), refused={'a "quoted"\nreason': 5}
    )
    code, headers, body = await ask(door, "/metrics")
    assert (code, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert 'gatehouse_edge_lane_age_seconds{lane="telemetry"} 90' in body
    assert 'gatehouse_edge_lane_dropped_total{lane="telemetry"} 2' in body
    assert r'refused_samples_total{reason="a \"quoted\"\nreason"} 5' in body
    sample = re.compile(r'[a-z_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? [-+.0-9e]+')
    for line in body.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line), line


async def test_an_end_that_was_never_tried_is_not_shown_as_up(door: Door, said: Said) -> None:
    ends = {"historian": "", "cloud, life lane": "", "cloud, event lane": "refused"}
    said.status = status(ends=ends, untried=("cloud, life lane",))
    body = (await ask(door, "/metrics"))[2]
    assert 'gatehouse_edge_end_up{end="historian"} 1' in body
    assert 'gatehouse_edge_end_up{end="cloud, event lane"} 0' in body
    assert 'end_up{end="cloud, life lane"}' not in body
    assert "absent until" in body
    assert (await ask(door, "/healthz"))[::2] == (200, '{"status": "degraded", "troubles": 1}')
    for language, word in (("zh", "还没有用过"), ("en", "not tried yet")):
        assert (await ask(door, f"/?token={door.token}&lang={language}"))[2].count(word) == 1


async def test_the_page_has_no_script_and_device_text_can_not_become_markup(door: Door, said: Said) -> None:
    hostile = "<script>alert(1)</script>"
    said.status = status(lane("dead", records=3), ends={"historian": hostile})
    code, headers, body = await ask(door, f"/?token={door.token}")
    assert code == 200
    assert '<html lang="zh-CN">' in body
    assert "边缘网关状态" in body
    assert "<script" not in body
    assert " style=" not in body
    assert "&lt;script&gt;" in body
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    english = (await ask(door, f"/?token={door.token}&lang=en"))[2]
    assert "Edge gateway status" in english
    assert "3 records were refused for good" in english
    assert (await ask(door, "/status.css"))[1]["Content-Type"].startswith("text/css")


async def test_a_port_that_is_taken_is_said(door: Door, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"can't listen on 127.0.0.1:{door.port}"):
        async with StatusServer(tmp_path / "other", status, door.port):
            pass


async def test_half_a_request_holds_nothing_up(door: Door) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"GET /status HTT")
    await writer.drain()
    assert (await ask(door, "/healthz"))[0] == 200
    writer.close()


def test_no_agent_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="gatehouse edge run"):
        ask_status(tmp_path)
