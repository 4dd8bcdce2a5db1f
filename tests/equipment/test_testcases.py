"""Every test case is whole: a model, bytes for each of its points, and what each of them means."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from facility import repeats, yaml_source
from facility.catalog import SHIPPED
from facility.equipment_type import DeviceModel
from facility.point import Kind
from facility.quality import Reason
from tests.equipment.shipped import CASES, CATALOG, MODELS, name

WIDTH = {"int32": 2, "uint32": 2, "float32": 2, "bcd32": 2, "int64": 4, "uint64": 4, "float64": 4}


def read(case: Path) -> tuple[str, DeviceModel, dict[str, Any], dict[str, Any]]:
    wire, expected = yaml_source.load(case / "wire.yaml"), yaml_source.load(case / "expected.yaml")
    wire.raise_if_wrong()
    expected.raise_if_wrong()
    type_ = case.parent.parent.name
    return type_, CATALOG.model(type_, wire.data["model"]), wire.data, expected.data


def mapped(model: DeviceModel, instances: list[str]) -> dict[str, dict[str, Any]]:
    """Point id without the equipment → address."""
    found = {p.point: p.address for p in model.points}
    for instance in instances:
        repeat = next(r for r in model.repeat if instance in repeats.instances(r))
        found |= {f"{instance}.{p.point}": a for p, a in repeats.addresses(repeat, instance)}
    return found


def test_every_model_has_one() -> None:
    assert {(c.parent.parent.name, read(c)[1].id) for c in CASES} == set(MODELS)
    assert not [p for p in SHIPPED.glob("*/testcases/*") if not (p / "expected.yaml").is_file()]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_case_is_whole(case: Path) -> None:
    type_, model, wire, expected = read(case)
    assert case.name.startswith(f"{model.id}-")
    assert wire["about"]
    addresses = mapped(model, wire.get("instances", []))
    assert set(expected) <= set(addresses)
    for point, value in expected.items():
        means = CATALOG.type(type_).point(point.split(".")[-1])
        if isinstance(value, dict):
            assert Reason[value["reason"].upper()] is not Reason.NONE
        elif means.kind is Kind.EVENT:
            assert all(set(fields) <= set(addresses[point]["fields"]) for fields in value)
        elif means.kind is Kind.STATE:
            assert value in {s.value for s in means.states}, point


@pytest.mark.parametrize("case", [c for c in CASES if "registers" in read(c)[2]], ids=name)
def test_registers_cover_every_point(case: Path) -> None:
    _, model, wire, expected = read(case)
    held = {
        (table, int(first) + i): word
        for table, runs in wire["registers"].items()
        for first, words in runs.items()
        for i, word in enumerate(words.split())
    }
    assert all(re.fullmatch(r"[0-9a-f]{4}", word) for word in held.values())
    addresses = mapped(model, wire.get("instances", []))
    assert set(expected) == set(addresses), "a Modbus case says what every point means"
    for point, address in addresses.items():
        for step in range(WIDTH.get(address["type"], 1)):
            assert (address["table"], address["register"] + step) in held, point


@pytest.mark.parametrize("case", [c for c in CASES if "bits" in read(c)[2]], ids=name)
def test_bits_cover_every_point(case: Path) -> None:
    _, model, wire, expected = read(case)
    held = {
        (table, int(first) + i)
        for table, runs in wire["bits"].items()
        for first, bits in runs.items()
        for i, _ in enumerate(bits.split())
    }
    addresses = mapped(model, [])
    assert set(expected) == set(addresses)
    assert {(a["table"], a["register"]) for a in addresses.values()} <= held


@pytest.mark.parametrize("case", [c for c in CASES if "messages" in read(c)[2]], ids=name)
def test_messages_are_on_topics_of_the_model(case: Path) -> None:
    _, model, wire, _ = read(case)
    topics = {a["topic"].replace("{unit}", wire["unit"]) for a in mapped(model, []).values()}
    assert {m["topic"] for m in wire["messages"]} <= topics
    if "not-json" not in case.name:
        assert all(isinstance(json.loads(m["payload"]), dict) for m in wire["messages"])


@pytest.mark.parametrize("case", [c for c in CASES if "nodes" in read(c)[2]], ids=name)
def test_nodes_are_of_the_model(case: Path) -> None:
    _, model, wire, expected = read(case)
    nodes = {p: a["node"].replace("{unit}", wire["unit"]) for p, a in mapped(model, []).items()}
    assert set(wire["nodes"]) == set(nodes.values())
    assert set(expected) == set(nodes)


def test_the_cases_reach_the_corners() -> None:
    """Bad values, negative numbers, more than 32 bits, the last address, events: each at least once."""
    values = [v for c in CASES for v in read(c)[3].values()]
    numbers = [v for v in values if isinstance(v, int | float)]
    assert min(numbers) < 0
    assert max(numbers) > 2**32
    assert {v["reason"] for v in values if isinstance(v, dict)} >= {"not_available", "undecodable"}
    assert any(isinstance(v, list) for v in values)
    assert any("l10d159.fire" in read(c)[3] for c in CASES)
