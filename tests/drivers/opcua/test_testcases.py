"""Every OPC UA test case of every equipment type: the nodes' values against what they mean."""

from pathlib import Path
from typing import Any

import pytest
from asyncua import ua

from drivers.base import Bound
from drivers.opcua import Address, Quirks
from drivers.opcua.values import reading
from facility import catalog, yaml_source
from facility.quality import Quality, reason_word

CASES = sorted(f.parent for f in catalog.SHIPPED.glob("*/testcases/*/wire.yaml"))
NOW = 1_790_000_000_000_000_000


def opcua_cases() -> list[Path]:
    return [c for c in CASES if "nodes" in yaml_source.load(c / "wire.yaml").data]


def bounds(type_: str, wire: dict[str, Any]) -> list[Bound]:
    shipped = catalog.shipped()
    model, means = shipped.model(type_, wire["model"]), shipped.type(type_)
    quirks = Quirks.model_validate(model.quirks)
    return [
        Bound(
            i, e.point, "e", "", wire.get("unit", ""), means.point(e.point), 1.0, 3.0,
            Address.model_validate(e.address), quirks,
        )
        for i, e in enumerate(model.points)
    ]  # fmt: skip


@pytest.mark.parametrize("case", opcua_cases(), ids=lambda c: f"{c.parent.parent.name}/{c.name}")
def test_the_values_mean_what_the_case_says(case: Path) -> None:
    wire = yaml_source.load(case / "wire.yaml").data
    expected = yaml_source.load(case / "expected.yaml").data
    points = bounds(case.parent.parent.name, wire)
    nodes = {str(p.address.node).replace("{unit}", wire["unit"]): p for p in points if isinstance(p.address, Address)}
    assert set(wire["nodes"]) <= set(nodes)
    found = {nodes[n].id: reading(nodes[n], ua.DataValue(ua.Variant(v)), NOW) for n, v in wire["nodes"].items()}
    assert set(expected) == set(found)
    for id_, want in expected.items():
        if isinstance(want, dict):
            assert (found[id_].value, reason_word(found[id_].reason)) == (None, want["reason"]), id_
        else:
            assert found[id_].value == (want if isinstance(want, str) else pytest.approx(want, rel=1e-12)), id_
            assert found[id_].quality == Quality.GOOD


def test_there_are_cases() -> None:
    assert len(opcua_cases()) >= 2
