"""The line against node-opcua: another hand's server, with and without security, killed and started again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.opcua import OpcUaLine
from facility.errors import Refused
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.opcua.lifts import make, point
from tests.services.fixtures import required
from tests.services.node_opcua import NodeOpcua
from tests.services.opcua import make_certificates

POINTS = [
    point(0, "floor", writable=True),
    point(1, "level", writable=True),
    point(2, "text", Kind.TEXT),
    point(3, "sensor"),
    point(4, "gone"),
    point(5, "", node=None, path="Objects/Lift/floor", namespace="urn:test:plant"),
]
GOOD = (7.0, Quality.GOOD, Reason.NONE)


@pytest.fixture(scope="module")
def server() -> Iterator[NodeOpcua]:
    with required():
        made = NodeOpcua()
    yield made.start()
    made.remove()


def secured(server: NodeOpcua, told: Told, folder: Path, password: str) -> OpcUaLine:
    keys: dict[str, Any] = {
        "security": "Basic256Sha256/SignAndEncrypt", "username": "edge",
        "certificate": str(folder / "edge.der"), "key": str(folder / "edge.pem"),
        "trusted": str(folder / "certs" / "trusted"),
    }  # fmt: skip
    return make(server.url, told, POINTS, secret=password, **keys)


def shown(seen: Seen) -> list[tuple[float, int, int] | None]:
    return [seen.last(i) for i in (0, 1, 5)]


async def test_values_statuses_and_a_restart(server: NodeOpcua) -> None:
    told, seen = Told(), Seen()
    async with running(make(server.url, told, POINTS), seen.deliver):
        await until(lambda: shown(seen) == [GOOD, (3.0, 0, 0), GOOD])
        assert "正常" in seen.facts
        assert (seen.last(3) or ())[1:] == (Quality.BAD, Reason.DEVICE)
        assert (seen.last(4) or ())[1:] == (Quality.BAD, Reason.NOT_FOUND)
        await asyncio.to_thread(server.kill)
        await until(lambda: told.down)
        seen.batches.clear()
        await asyncio.to_thread(server.start)
        await until(lambda: told.up and seen.last(0) == GOOD)


async def test_sign_and_encrypt_with_a_user(server: NodeOpcua, tmp_path: Path) -> None:
    make_certificates(tmp_path)
    told, seen = Told(), Seen()
    async with running(secured(server, told, tmp_path, "right"), seen.deliver):
        await until(lambda: told.down)
        assert "not trusted yet" in told.said[0][1]
        (tmp_path / "certs" / "rejected").rename(tmp_path / "certs" / "trusted")
        await until(lambda: told.up and seen.last(0) == GOOD)
    told = Told()
    async with running(secured(server, told, tmp_path, "wrong"), Seen().deliver):
        await until(lambda: told.down)
    assert "access" in told.said[0][1].lower() or "identity" in told.said[0][1].lower()


async def test_writing_and_browsing(server: NodeOpcua) -> None:
    line = make(server.url, Told(), POINTS)
    assert await line.write(POINTS[1], 12.0) == 12.0
    assert await line.write(POINTS[1], 3.0) == 3.0
    with pytest.raises(Refused, match="Int16"):
        await line.write(POINTS[1], 1e6)
    names = {n.name: n for n in await line.browse("", 2)}
    assert names["floor"].value == "7.0"
