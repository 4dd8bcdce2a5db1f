"""Every Modbus test case of every equipment type: the bytes on the wire against the values they mean."""

from pathlib import Path
from typing import Any

import pytest

from drivers.base import Bound
from drivers.modbus.address import Address
from drivers.modbus.quirks import Quirks
from facility import catalog, repeats, yaml_source
from facility.quality import reason_word
from tests.drivers.modbus.device import Device, Memory
from tests.drivers.modbus.lines import line

CASES = sorted(f.parent for f in catalog.SHIPPED.glob("*/testcases/*/wire.yaml"))


def modbus_cases() -> list[Path]:
    return [c for c in CASES if {"registers", "bits"} & set(yaml_source.load(c / "wire.yaml").data)]


def bounds(type_: str, wire: dict[str, Any]) -> list[Bound]:
    shipped = catalog.shipped()
    model, means = shipped.model(type_, wire["model"]), shipped.type(type_)
    quirks = Quirks.model_validate(model.quirks)
    entries = [(e.point, e.point, e.address) for e in model.points]
    for instance in wire.get("instances", ()):
        repeat = next(r for r in model.repeat if instance in repeats.instances(r))
        entries += [(f"{instance}.{e.point}", e.point, a) for e, a in repeats.addresses(repeat, instance)]
    return [
        Bound(i, id_, "m", "", 1, means.point(point), 1.0, 3.0, Address.model_validate(address), quirks)
        for i, (id_, point, address) in enumerate(entries)
    ]


def memory_of(wire: dict[str, Any]) -> Memory:
    memory = Memory()
    for table, runs in wire.get("registers", {}).items():
        for first, words in runs.items():
            memory.put(table, int(first), bytes.fromhex(words))
    for table, runs in wire.get("bits", {}).items():
        for first, bits in runs.items():
            memory.cells[table] |= {int(first) + i: int(b) for i, b in enumerate(bits.split())}
    return memory


@pytest.mark.parametrize("case", modbus_cases(), ids=lambda c: f"{c.parent.parent.name}/{c.name}")
async def test_the_bytes_mean_what_the_case_says(case: Path) -> None:
    wire = yaml_source.load(case / "wire.yaml").data
    expected = yaml_source.load(case / "expected.yaml").data
    points = bounds(case.parent.parent.name, wire)
    async with Device(memory_of(wire)) as device, line(points, port=device.port) as asked:
        found = {r.id: r for r in await asked.inspect(points)}
    assert expected
    for id_, want in expected.items():
        reading = found[id_]
        if isinstance(want, dict):
            assert (reading.value, reason_word(reading.reason)) == (None, want["reason"]), id_
        else:
            assert reading.value == (want if isinstance(want, str) else pytest.approx(want, rel=1e-12, abs=1e-6)), id_


def test_there_are_cases() -> None:
    assert len(modbus_cases()) >= 10
