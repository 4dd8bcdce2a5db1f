import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import drivers
from drivers.base import Inspects, Reads, Writes
from drivers.modbus import PROTOCOL
from drivers.modbus.address import Address
from drivers.modbus.connection import Connection
from drivers.modbus.quirks import Quirks
from drivers.modbus.turns import Turns
from facility import catalog, repeats, yaml_source
from tests.drivers.modbus.lines import line


@pytest.mark.parametrize(
    ("reference", "table", "register"),
    [
        (40001, "holding", 0),
        (30101, "input", 100),
        (10001, "discrete", 0),
        ("00017", "coil", 16),
        (465536, "holding", 65535),
    ],
)
def test_references_as_manuals_print_them(reference: object, table: str, register: int) -> None:
    address = Address.model_validate({"reference": reference, "type": "bool"})
    assert (address.table, address.first) == (table, register)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"table": "inputt", "register": 1, "type": "int16"}, "'coil', 'discrete', 'input' or 'holding'"),
        ({"table": "input", "register": 70_000, "type": "int16"}, "65535"),
        ({"table": "input", "register": 65_535, "type": "int32"}, "pass the end of the table"),
        ({"table": "coil", "register": 1, "type": "int16"}, "holds single bits"),
        ({"table": "input", "register": 1, "type": "string"}, "length"),
        ({"table": "input", "register": 1, "type": "bit"}, "bit"),
        ({"table": "input", "register": 1, "type": "int16", "bit": 3}, "belongs to type bit"),
        ({"table": "input", "register": 1, "mask": 0xF, "match": [0x10]}, "can never be met"),
        ({"table": "input", "register": 1, "type": "int32", "mask": 0xF}, "type uint16"),
        ({"table": "input", "register": 1, "type": "int16", "scale": 0}, "can't be 0"),
        ({"table": "input", "register": 1, "type": "float32", "map": {1: 2}}, "whole-number type"),
        ({"table": "input", "register": 1, "type": "uint16", "not_available": [65_536]}, "16 bits"),
        ({"table": "coil", "register": 1, "not_available": [1]}, "no raw number to spare"),
        ({"table": "input", "register": 1}, "type"),
        ({"reference": 20001, "type": "int16"}, "no Modbus reference"),
        ({"reference": 40001, "register": 3, "type": "int16"}, "either reference"),
        ({"table": "input", "register": 1, "type": "int16", "scael": 2}, "scael"),
    ],
)
def test_wrong_addresses_say_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Address.model_validate(wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "exactly one of them"),
        ({"host": "a", "serial": "/dev/ttyS0"}, "exactly one of them"),
        ({"serial": "/dev/ttyS0", "framing": "tcp"}, "rtu or ascii"),
        ({"host": "a", "parity": "even"}, "parity belongs to framing rtu"),
        ({"host": "a", "framing": "rtu", "pipeline": 2}, "pipeline needs framing tcp"),
        ({"host": "a", "key": __file__}, "belongs to transport tls"),
        ({"host": "a", "transport": "tls", "key": __file__}, "come together"),
        ({"serial": "/dev/ttyS0", "data_bits": 7}, "rtu needs all 8"),
        ({"host": "a", "transport": "tls", "ca": "k.pem"}, "there is no file k.pem"),
        ({"host": "a", "timeout": 0}, "longer than 0"),
        ({"host": "a", "port": 70_000}, "65535"),
    ],
)
def test_wrong_connections_say_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Connection.model_validate(wrong)


def test_defaults_of_a_connection() -> None:
    host, tls, serial = (
        Connection.model_validate(c)
        for c in ({"host": "a"}, {"host": "a", "transport": "tls"}, {"serial": "/dev/ttyS0"})
    )
    assert (host.port, host.framing, host.timeout, host.drain) == (502, "tcp", 1, 0)
    assert tls.port == 802
    assert (serial.framing, serial.transport, serial.parity, serial.drain) == ("rtu", "serial", "even", 1)


def test_a_forbidden_range_is_in_order() -> None:
    with pytest.raises(ValidationError, match="is no range"):
        Quirks.model_validate({"forbidden": [["holding", 9, 3]]})


def test_the_protocol_is_found_by_its_folder_and_its_line_has_three_abilities() -> None:
    assert drivers.named("modbus") is PROTOCOL
    built = line([], host="127.0.0.1", port=1)
    assert isinstance(built, Reads)
    assert isinstance(built, Inspects)
    assert isinstance(built, Writes)


def test_every_shipped_model_and_the_sample_are_right(tmp_path: Path) -> None:
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "plant.pem").touch()
    shipped = catalog.shipped()
    seen = 0
    for type_ in shipped.types():
        for name in shipped.models(type_):
            model = shipped.model(type_, name)
            if model.protocol != "modbus":
                continue
            Quirks.model_validate(model.quirks)
            for entry in model.points:
                Address.model_validate(entry.address)
            for repeat in model.repeat:
                for instance in repeats.instances(repeat):
                    for _, address in repeats.addresses(repeat, instance):
                        Address.model_validate(address)
            seen += 1
    assert seen >= 10
    sample = yaml_source.load(Path(drivers.__file__).parent / "modbus" / "sample.yaml").data
    for given in sample["connections"].values():
        assert given.pop("protocol") == "modbus"
        Connection.model_validate(given, context={"base": tmp_path})
    Quirks.model_validate(sample["quirks"])
    for entry in sample["points"]:
        Address.model_validate(entry["address"])


async def test_writes_take_their_turn_before_reads() -> None:
    turns = Turns(1)
    order: list[str] = []

    async def caller(name: str, *, urgent: bool) -> None:
        async with turns.turn(urgent=urgent):
            order.append(name)
            await asyncio.sleep(0)

    await turns.take()
    tasks = [asyncio.create_task(caller(n, urgent=n == "write")) for n in ("read 1", "read 2", "write")]
    await asyncio.sleep(0)
    tasks[0].cancel()
    turns.give()
    await asyncio.wait(tasks)
    assert order == ["write", "read 2"]
    await asyncio.wait_for(turns.take(), 60)
