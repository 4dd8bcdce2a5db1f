"""Every shipped device model speaks the vocabulary of facility/equipment/README.md."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from facility import repeats
from facility.point import Kind
from tests.equipment.shipped import CATALOG, MODELS

WIDTH = {
    "bool": 1, "bit": 1, "uint8h": 1, "uint8l": 1, "int16": 1, "uint16": 1, "float16": 1, "bcd16": 1, "int32": 2,
    "uint32": 2, "float32": 2, "bcd32": 2, "int64": 4, "uint64": 4, "float64": 4,
}  # fmt: skip
KEYS = {
    "modbus": {
        "table", "register", "type", "order", "bit", "mask", "match", "length", "scale", "offset", "divisor", "map",
        "not_available",
    },
    "opcua": {"node", "scale", "offset", "map", "sampling"},
    "mqtt": {"topic", "json", "plain", "time", "time_format", "zone", "scale", "offset", "map", "fields", "when"},
}  # fmt: skip
QUIRKS = {
    "modbus": {"max_registers", "max_bits", "forbidden", "order", "gap", "function_single_write", "strategy"},
    "opcua": set[str](),
    "mqtt": {"qos", "retain_is_fresh"},
}


def addresses(type_: str, model: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every point and address, of the first and last instance of each repeat among them."""
    found = CATALOG.model(type_, model)
    for point in found.points:
        yield point.point, point.address
    for repeat in found.repeat:
        names = list(repeats.instances(repeat))
        for instance in (names[0], names[-1]):
            for point, address in repeats.addresses(repeat, instance):
                yield point.point, address


def of(protocol: str) -> list[tuple[str, str]]:
    return [m for m in MODELS if CATALOG.model(*m).protocol == protocol]


def test_the_real_maps_and_protocols_are_there() -> None:
    assert {
        ("power_meter", "eastron-sdm630"),
        ("power_meter", "schneider-iem3000"),
        ("pump", "grundfos-cim"),
        ("pump", "imp-nmt"),
        ("pump", "abb-ach550"),
        ("elevator", "techwind-sdk-500"),
        ("elevator", "arkel-arcode"),
        ("access_gate", "esp-rfid"),
        ("access_gate", "uhppoted-mqtt"),
        ("fire_alarm_panel", "notifier-modbus-gw"),
        ("elevator", "generic-opcua"),
        ("access_gate", "generic-mqtt"),
        ("patrol_reader", "generic-mqtt"),
    } <= set(MODELS)
    assert {CATALOG.model(*m).protocol for m in MODELS} == {"modbus", "opcua", "mqtt"}
    assert all(any(m.startswith("generic-") for m in CATALOG.models(t)) for t in CATALOG.types())


@pytest.mark.parametrize(("type_", "model"), MODELS)
def test_keys_are_of_the_protocol(type_: str, model: str) -> None:
    found = CATALOG.model(type_, model)
    assert set(found.quirks) <= QUIRKS[found.protocol]
    for point, address in addresses(type_, model):
        assert set(address) <= KEYS[found.protocol], point
        if CATALOG.type(type_).point(point).kind is Kind.STATE:
            assert set(address.get("map", {}).values()) <= _values(type_, point), f"{point}: map leads to no state"


def _values(type_: str, point: str) -> set[int]:
    return {s.value for s in CATALOG.type(type_).point(point).states}


@pytest.mark.parametrize(("type_", "model"), of("modbus"))
def test_modbus_addresses_fit(type_: str, model: str) -> None:
    taken: dict[tuple[str, int], str] = {}
    for point, address in addresses(type_, model):
        kind = address["type"]
        assert (kind == "bool") == (address["table"] in ("coil", "discrete")), point
        assert 0 <= address["register"] <= 65536 - WIDTH[kind], point
        assert (kind == "bit") == ("bit" in address), point
        assert ("mask" in address) == ("match" in address), point
        assert all(m & address["mask"] == m for m in address.get("match", ())), f"{point}: never matches"
        for step in range(WIDTH[kind]):
            shape = "word" if kind in ("bit", "uint8h", "uint8l") or "mask" in address else kind
            before = taken.setdefault((address["table"], address["register"] + step), shape)
            assert before == shape, f"{point} lies over another point"


@pytest.mark.parametrize(("type_", "model"), of("modbus"))
def test_states_read_from_words_and_numbers_from_numbers(type_: str, model: str) -> None:
    for point, address in addresses(type_, model):
        kind = CATALOG.type(type_).point(point).kind
        if kind is Kind.STATE:
            assert "scale" not in address, point
            assert address["type"] in ("bool", "bit", "uint8h", "uint16"), point
        assert kind is not Kind.EVENT, "Modbus carries no events"


@pytest.mark.parametrize(("type_", "model"), of("opcua"))
def test_opcua_nodes_name_their_namespace_and_unit(type_: str, model: str) -> None:
    nodes = [a["node"] for _, a in addresses(type_, model)]
    assert len(set(nodes)) == len(nodes)
    assert all(n.startswith("nsu=") and ";s=" in n and "{unit}" in n for n in nodes)


@pytest.mark.parametrize(("type_", "model"), of("mqtt"))
def test_mqtt_topics_name_their_unit_and_time(type_: str, model: str) -> None:
    for point, address in addresses(type_, model):
        assert "{unit" in " ".join([address["topic"], *map(str, address.get("when", {}).values())]), point
        assert address["time"].startswith("$."), point
        event = CATALOG.type(type_).point(point).kind is Kind.EVENT
        assert event == ("fields" in address), point
        assert event != ("json" in address), point
        fields = [f["json"] if isinstance(f, dict) else f for f in address.get("fields", {}).values()]
        paths = [address.get("json", "$."), *fields, *address.get("when", {})]
        assert all(p.startswith("$.") for p in paths), point


def test_the_eastron_meter_takes_two_requests() -> None:
    """The manual allows 80 registers a request; the points lie over 86 with no hole wider than the gap."""
    registers = sorted(a["register"] for _, a in addresses("power_meter", "eastron-sdm630"))
    quirks = CATALOG.model("power_meter", "eastron-sdm630").quirks
    assert registers[-1] + 2 - registers[0] == 86 <= 2 * quirks["max_registers"]
    assert max(b - a for a, b in itertools.pairwise(registers)) - 2 <= quirks["gap"]
