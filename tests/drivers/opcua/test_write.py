"""Writing and browsing: only what is allowed, in the node's own type, read back."""

import math
from typing import Any

import pytest

from drivers.base import Browses, Writes
from facility.errors import LineDown, Refused
from facility.point import Kind
from tests.contracts.line_watching import Told
from tests.drivers.opcua.lifts import make, point
from tests.services.opcua import Plant
from tests.services.ports import free_port


@pytest.mark.parametrize(
    ("name", "keys", "kind", "value"),
    [
        ("floor", {}, Kind.MEASUREMENT, 12.5),
        ("load", {"scale": 0.1, "offset": -40}, Kind.MEASUREMENT, 21.5),
        ("single", {}, Kind.MEASUREMENT, 0.1),
        ("level", {}, Kind.MEASUREMENT, -7.0),
        ("level", {"scale": 0.1}, Kind.MEASUREMENT, 21.5),
        ("switch", {}, Kind.STATE, 1.0),
        ("text", {"map": {"开": 1, "关": 0}}, Kind.STATE, 1.0),
    ],
)
async def test_what_is_written_stands_there(
    plant: Plant, name: str, keys: dict[str, Any], kind: Kind, value: float
) -> None:
    written = point(0, name, kind, writable=True, **keys)
    line = make(plant.url, Told(), [written])
    assert isinstance(line, Writes)
    assert await line.write(written, value) == pytest.approx(value, rel=1e-6)
    [reading] = await line.inspect([written])
    assert reading.value == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "kind", "value", "says"),
    [
        ("level", Kind.MEASUREMENT, 40_000.0, "does not fit the node's type Int16"),
        ("level", Kind.MEASUREMENT, 1.5, "does not fit the node's type Int16"),
        ("switch", Kind.MEASUREMENT, 2.0, "Boolean"),
        ("text", Kind.MEASUREMENT, 2.0, "String"),
        ("fixed", Kind.MEASUREMENT, 2.0, "the server refuses"),
        ("gone", Kind.MEASUREMENT, 2.0, "BadNodeIdUnknown"),
        ("floor", Kind.MEASUREMENT, math.nan, "no value"),
        ("switch", Kind.STATE, 5.0, "none of its states: 0 off, 1 on"),
    ],
)
async def test_what_does_not_fit_is_refused(plant: Plant, name: str, kind: Kind, value: float, says: str) -> None:
    written = point(0, name, kind, writable=True)
    with pytest.raises(Refused, match=says):
        await make(plant.url, Told(), [written]).write(written, value)


async def test_what_the_site_does_not_allow_is_never_sent() -> None:
    with pytest.raises(Refused, match="not writable"):
        await make(f"opc.tcp://127.0.0.1:{free_port()}", Told()).write(point(0, "floor"), 1.0)
    written = point(0, "floor", writable=True)
    with pytest.raises(LineDown):
        await make(f"opc.tcp://127.0.0.1:{free_port()}", Told()).write(written, 1.0)


async def test_browsing_finds_the_variables_with_their_values(plant: Plant) -> None:
    line = make(plant.url, Told())
    assert isinstance(line, Browses)
    found = {n.name: n for n in await line.browse("", 2)}
    assert (found["Lift"].kind, found["Lift"].value) == ("Object", "")
    assert (found["floor"].address, found["floor"].value, found["floor"].kind) == (
        "ns=2;s=lift-1.floor",
        "7.0",
        "Double",
    )
    assert "floor" not in {n.name for n in await line.browse("", 1)}
    with pytest.raises(Refused, match="no node id"):
        await line.browse("Objects", 1)
    with pytest.raises(Refused, match="BadNodeId"):
        await line.browse("ns=2;s=nothing", 1)
