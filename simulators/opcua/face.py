"""One OPC UA server of the building: an object an equipment, a variable a point."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, cast

import numpy as np
from asyncua import ua
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from facility.batch import F8, Note
from facility.errors import ConfigError
from facility.inventory import InventoryPoint
from facility.point import Kind
from facility.words import Text
from simulators.face import Shown, changed


@dataclass(frozen=True, slots=True)
class _Variable:
    row: int
    node: ua.NodeId
    point: InventoryPoint
    equipment: str


class OpcUaFace:
    """Variables carry the plant's time as source time; a silent unit's turn to BadCommunicationError."""

    faults: Mapping[str, Text] = {
        "down": Text(zh="服务器断开", en="The server is away"),
        "silent": Text(zh="设备无应答", en="The server has lost the equipment"),
    }

    def __init__(
        self, name: str, connection: Mapping[str, Any], shown: Sequence[Shown], text: Callable[[int], str]
    ) -> None:
        self._name = name
        self._written = dict(connection)
        self._shown = tuple(shown)
        self._text = text
        self._server: Server | None = None
        self._variables: list[_Variable] = []
        self._silent: set[str] = set()
        self._last: F8 = np.empty(0)
        self._port = int(str(connection.get("url", "opc.tcp://127.0.0.1:0")).rsplit(":", 1)[-1].split("/")[0])

    @property
    def connection(self) -> dict[str, Any]:
        return {**self._written, "url": f"opc.tcp://127.0.0.1:{self._port}"}

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def _open(self) -> None:
        self._port = self._port or _free_port()
        server = Server()
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{self._port}")
        server.set_server_name("Gatehouse estate")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        self._variables = [v for one in self._shown for v in await _add(server, one)]
        try:
            await server.start()
        except OSError as error:
            raise ConfigError(f"{self._name}: port {self._port} is in use; give another one, or 0") from error
        self._server = server
        self._last = np.empty(0)

    async def _close(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            await server.stop()

    async def show(self, values: F8, time: int, notes: Sequence[Note]) -> None:  # noqa: ARG002
        if self._server is None:
            return
        rows = np.array([v.row for v in self._variables], np.intp)
        now = values[rows]
        moved = changed(now, self._last) if len(self._last) == len(now) else np.ones(len(now), bool)
        at = datetime.fromtimestamp(time / 1e9, UTC)
        for i in np.flatnonzero(moved):
            variable = self._variables[i]
            if variable.equipment not in self._silent:
                await self._server.write_attribute_value(variable.node, self._value(variable, float(now[i]), at))
        self._last = now

    def _value(self, variable: _Variable, value: float, at: datetime) -> ua.DataValue:
        if variable.point.means.kind is Kind.TEXT:
            return _data(ua.Variant(self._text(variable.row), ua.VariantType.String), at)
        if math.isnan(value):
            return _data(ua.Variant(0.0, ua.VariantType.Double), at, StatusCodes.BadNoData)
        return _data(_variant(variable.point, value), at)

    async def inject(self, fault: str, unit: str | None, arguments: Mapping[str, str]) -> None:  # noqa: ARG002
        if fault == "down":
            await self._close()
            return
        gone = {unit} if unit else {s.equipment.id for s in self._shown}
        self._silent |= gone
        for variable in self._variables:
            if variable.equipment in gone and self._server is not None:
                bad = _data(_variant(variable.point, 0.0), datetime.now(UTC), StatusCodes.BadCommunicationError)
                await self._server.write_attribute_value(variable.node, bad)

    async def clear(self, fault: str | None, unit: str | None) -> None:
        if fault in (None, "silent"):
            self._silent = self._silent - {unit} if unit else set()
            self._last = np.empty(0)
        if fault in (None, "down") and unit is None and self._server is None:
            await self._open()


async def _add(server: Server, one: Shown) -> list[_Variable]:
    found: list[_Variable] = []
    parent = None
    for offset, point in enumerate(one.equipment.points):
        namespace, name = _node(str(point.address["node"]), str(one.equipment.unit))
        index = await server.register_namespace(namespace)
        if parent is None:
            parent = await server.nodes.objects.add_object(_id(one.equipment.id, index), one.equipment.name.en)
        node = _id(name, index)
        first = ua.Variant("", ua.VariantType.String) if point.means.kind is Kind.TEXT else _variant(point, 0.0)
        await parent.add_variable(node, ua.QualifiedName(point.point, index), first)
        found.append(_Variable(one.first + offset, node, point, one.equipment.id))
    return found


def _node(text: str, unit: str) -> tuple[str, str]:
    """(namespace URI, string identifier) of `nsu=urn:…;s=lift-1.floor`."""
    namespace, _, name = text.replace("{unit}", unit).partition(";s=")
    if not namespace.startswith("nsu=") or not name:
        raise ConfigError(f"the simulator shows nodes of the form nsu=urn:…;s=…, not {text!r}")
    return namespace.removeprefix("nsu="), name


def _id(name: str, namespace: int) -> ua.NodeId:
    return ua.NodeId(ua.String(name), ua.Int16(namespace), ua.NodeIdType.String)


def _variant(point: InventoryPoint, value: float) -> ua.Variant:
    back = {float(meaning): int(raw) for raw, meaning in point.address.get("map", {}).items()}
    raw = back.get(value, value) if back else (value - point.address.get("offset", 0)) / point.address.get("scale", 1)
    if point.means.kind is Kind.STATE:
        return ua.Variant(round(raw), ua.VariantType.Int32)
    return ua.Variant(float(raw), ua.VariantType.Double)


def _data(value: ua.Variant, at: datetime, status: int = 0) -> ua.DataValue:
    code = ua.StatusCode(ua.UInt32(status))
    return ua.DataValue(value, StatusCode=code, SourceTimestamp=cast("ua.DateTime", at))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
