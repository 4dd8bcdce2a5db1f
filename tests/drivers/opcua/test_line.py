"""The line against an asyncua server: values, statuses, cuts, trust."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from asyncua import ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes
from cryptography.x509.oid import ExtendedKeyUsageOID

from drivers.base import Bound
from drivers.opcua import Address, Connection, OpcUaLine, Quirks
from facility.batch import Batch
from facility.clock import SystemClock
from facility.point import Kind, Point
from facility.quality import Quality, Reason
from facility.words import Text
from tests.services.ports import free_port

SECONDS = 20.0
URI = "urn:test:plant"


class Health:
    def __init__(self) -> None:
        self.said: list[tuple[bool, str]] = []

    def line(self, *, up: bool, why: str = "") -> None:
        self.said.append((up, why))

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        raise AssertionError(f"{unit} {up} {why}")

    @property
    def up(self) -> bool:
        return bool(self.said) and self.said[-1][0]


class Seen:
    """The last value of each point, and everything that came."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    async def deliver(self, batch: Batch) -> None:
        self.batches.append(batch)

    def last(self, index: int) -> tuple[float, int, int] | None:
        rows = [
            (float(v), int(q), int(r))
            for b in self.batches
            for i, v, q, r in zip(b.point, b.value, b.quality, b.reason, strict=True)
            if i == index
        ]
        return rows[-1] if rows else None


def bound(index: int, node: str, kind: Kind = Kind.MEASUREMENT, **keys: Any) -> Bound:
    means = Point(id="v", kind=kind, name=Text(zh="值", en="V"))
    return Bound(index, f"e{index}.v", f"e{index}", "", "lift-1", means, 0.1, 1.0, Address(node=node, **keys), Quirks())


POINTS = [
    bound(0, f"nsu={URI};s={{unit}}.floor"),
    bound(1, f"nsu={URI};s={{unit}}.load", scale=0.5),
    bound(2, f"nsu={URI};s={{unit}}.gone"),
    bound(3, f"nsu={URI};s={{unit}}.text", Kind.TEXT),
]


def node(name: str, namespace: int) -> ua.NodeId:
    return ua.NodeId(ua.String(f"lift-1.{name}"), ua.Int16(namespace), ua.NodeIdType.String)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def serving(port: int, secured: Path | None = None) -> AsyncIterator[Server]:
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    if secured:
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        await server.load_certificate(str(secured / "server.der"))
        await server.load_private_key(str(secured / "server.pem"))
    index = await server.register_namespace(URI)
    for name, value in (("floor", 7.0), ("load", 30.0), ("text", "正常")):
        await server.nodes.objects.add_variable(node(name, index), name, value)
    async with server:
        yield server


@contextlib.asynccontextmanager
async def running(line: OpcUaLine, seen: Seen) -> AsyncIterator[None]:
    async with line:
        task = asyncio.create_task(line.run(seen.deliver))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def make(port: int, health: Health, **keys: Any) -> OpcUaLine:
    connection = Connection.model_validate({"url": f"opc.tcp://127.0.0.1:{port}", "publishing": 0.05, **keys})
    return OpcUaLine("lifts", connection, POINTS, clock=SystemClock(), health=health)


async def write(server: Server, name: str, value: ua.DataValue) -> None:
    index = await server.get_namespace_index(URI)
    await server.write_attribute_value(node(name, index), value)


@pytest.mark.parametrize("mode", ["auto", "poll"])
async def test_values_statuses_and_texts(mode: str) -> None:
    port = free_port()
    health, seen = Health(), Seen()
    async with serving(port) as server, running(make(port, health, mode=mode), seen):
        await until(lambda: seen.last(0) == (7.0, Quality.GOOD, Reason.NONE))
        assert seen.last(1) == (15.0, Quality.GOOD, Reason.NONE)
        gone = seen.last(2)
        assert gone is not None
        assert gone[1:] == (Quality.BAD, Reason.NOT_FOUND)
        assert seen.batches[0].notes[0].data == "正常"
        await write(server, "floor", ua.DataValue(ua.Variant(9.0)))
        await until(lambda: (seen.last(0) or (0,))[0] == 9.0)
        bad = ua.StatusCode(ua.UInt32(StatusCodes.BadCommunicationError))
        await write(server, "floor", ua.DataValue(ua.Variant(9.0), StatusCode=bad))
        await until(lambda: (seen.last(0) or (0, 0, 0))[1:] == (Quality.BAD, Reason.TIMEOUT))
    assert health.said[0] == (True, "")


async def test_source_time_is_the_sample_s_time() -> None:
    port = free_port()
    seen = Seen()
    at = datetime(2026, 11, 21, 8, 0, 0, 250_000, tzinfo=UTC)
    async with serving(port) as server, running(make(port, Health()), seen):
        await until(lambda: seen.last(0) is not None)
        await write(server, "floor", ua.DataValue(ua.Variant(3.0), SourceTimestamp=cast("ua.DateTime", at)))
        await until(lambda: (seen.last(0) or (0,))[0] == 3.0)
    batch = next(b for b in reversed(seen.batches) if 0 in b.point)
    assert int(batch.time[list(batch.point).index(0)]) == int(at.timestamp() * 1000) * 1_000_000


async def test_the_server_goes_and_comes_back() -> None:
    port = free_port()
    health, seen = Health(), Seen()
    async with running(make(port, health), seen):
        async with serving(port):
            await until(lambda: health.up)
        await until(lambda: not health.up)
        seen.batches.clear()
        async with serving(port):
            await until(lambda: health.up and seen.last(0) == (7.0, Quality.GOOD, Reason.NONE))
    assert not health.said[1][0]


async def test_nobody_there_is_said_once_a_try_and_raises_nothing() -> None:
    health = Health()
    async with running(make(free_port(), health), Seen()):
        await until(lambda: len(health.said) >= 2)
    assert all(not up and "opc.tcp://127.0.0.1" in why for up, why in health.said)


async def test_an_unknown_certificate_is_refused_until_a_person_trusts_it(tmp_path: Path) -> None:
    for name, uri, usage in (
        ("server", "urn:test:server", ExtendedKeyUsageOID.SERVER_AUTH),
        ("edge", "urn:gatehouse:edge", ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        await setup_self_signed_certificate(
            tmp_path / f"{name}.pem", tmp_path / f"{name}.der", uri, "127.0.0.1", [usage], {"commonName": name}
        )
    port = free_port()
    health, seen = Health(), Seen()
    connection = Connection.model_validate(
        {"url": f"opc.tcp://127.0.0.1:{port}", "security": "Basic256Sha256/SignAndEncrypt", "certificate": "edge.der",
         "key": "edge.pem", "publishing": 0.05},
        context={"base": tmp_path},
    )  # fmt: skip
    line = OpcUaLine("lifts", connection, POINTS, clock=SystemClock(), health=health)
    async with serving(port, tmp_path), running(line, seen):
        await until(lambda: bool(health.said))
        assert "not trusted yet" in health.said[0][1]
        [rejected] = (tmp_path / "certs" / "rejected").glob("*.der")
        assert rejected.read_bytes() == (tmp_path / "server.der").read_bytes()
        (tmp_path / "certs" / "trusted").mkdir()
        rejected.rename(tmp_path / "certs" / "trusted" / rejected.name)
        await until(lambda: health.up and seen.last(0) == (7.0, Quality.GOOD, Reason.NONE))


async def test_inspect_shows_raw_and_status() -> None:
    port = free_port()
    async with serving(port):
        readings = await make(port, Health()).inspect(POINTS)
    assert [(r.id, r.value, r.quality) for r in readings[:2]] == [("e0.v", 7.0, 0), ("e1.v", 15.0, 0)]
    assert readings[0].raw.startswith("7.0 Good")
    assert readings[2].value is None
    assert readings[3].value == "正常"


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"url": "http://x:1"}, "pattern"),
        ({"url": "opc.tcp://x:4840", "security": "Basic256Sha256/Sign"}, "certificate and key"),
        ({"url": "opc.tcp://192.0.2.1:4840", "password": {"env": "PW"}}, "in the clear"),
    ],
)
def test_mistakes_at_the_door(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Connection.model_validate(keys, context={"environ": {"PW": "x"}})


async def test_what_does_not_change_is_confirmed_while_the_server_keeps_the_subscription() -> None:
    port = free_port()
    seen = Seen()
    async with serving(port), running(make(port, Health()), seen):
        await until(lambda: seen.last(0) is not None)
        first = next(b for b in seen.batches if 0 in b.point)
        await until(lambda: any(b.received > first.received + 1_500_000_000 and 0 in b.point for b in seen.batches))
        last = seen.batches[-1]
    assert float(last.value[list(last.point).index(0)]) == 7.0
    assert int(last.time[list(last.point).index(0)]) == int(first.time[list(first.point).index(0)])
