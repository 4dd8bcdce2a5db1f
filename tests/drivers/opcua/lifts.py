"""What the OPC UA tests share: a line of four points, and a client that plays the controller behind the server."""

from typing import Any, cast

from asyncua import ua
from asyncua.client.client import Client

from drivers.base import Bound
from drivers.opcua import Address, Connection, OpcUaLine, Quirks
from facility.clock import SystemClock
from facility.point import Kind
from tests.contracts.line_watching import Told, bound
from tests.services.opcua import URI


def point(index: int, name: str, kind: Kind = Kind.MEASUREMENT, *, writable: bool = False, **keys: Any) -> Bound:
    """A node of lift-1."""
    address = Address.model_validate({"node": f"nsu={URI};s={{unit}}.{name}", **keys})
    return bound(index, address, Quirks(), kind, unit="lift-1", writable=writable)


POINTS = [
    point(0, "floor"),
    point(1, "load", scale=0.5),
    point(2, "gone"),
    point(3, "text", Kind.TEXT),
    point(4, "fixed"),
]


def make(url: str, told: Told, points: list[Bound] | None = None, secret: str = "", **keys: Any) -> OpcUaLine:
    """A line that publishes quickly."""
    written = {"url": url, "publishing": 0.05, "timeout": 2, **keys}
    if secret:
        written["password"] = {"env": "PW"}
    connection = Connection.model_validate(written, context={"environ": {"PW": secret}})
    return OpcUaLine("lifts", connection, points or POINTS, clock=SystemClock(), health=told)


async def write(url: str, name: str, value: float | str | bool, status: int = 0, **more: Any) -> None:
    """What the controller would do: another value, status or source time."""
    kinds = {"level": ua.VariantType.Int16, "single": ua.VariantType.Float}
    data = ua.DataValue(
        ua.Variant(value, kinds[name]) if name in kinds else ua.Variant(value),
        StatusCode=ua.StatusCode(ua.UInt32(status)),
        **more,
    )
    async with Client(url) as client:
        index = await client.get_namespace_index(URI)
        node = ua.NodeId(ua.String(f"lift-1.{name}"), ua.Int16(index), ua.NodeIdType.String)
        [code] = await client.uaclient.session.write_attributes([node], [data])
    assert cast("Any", code).is_good(), code
