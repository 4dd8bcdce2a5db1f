import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Bound
from drivers.modbus.decode import Decoder
from drivers.modbus.form import PAD
from drivers.modbus.plan import Limits, blocks, wants
from drivers.modbus.quirks import Quirks
from facility.batch import Batch
from facility.point import Kind, Range
from facility.quality import Quality, Reason
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Memory

NOW = 1_790_000_000_000_000_000


async def decoded(points: list[Bound], memory: Memory, failed: dict[int, int] | None = None) -> Batch:
    quirks = points[0].quirks
    assert isinstance(quirks, Quirks)
    planned = blocks(1, wants(points), Limits(quirks))
    decoder = Decoder(points, planned, quirks.order)
    data = b"".join([await memory.ask(b.asked) for b in planned])
    return decoder.decode(data + bytes(PAD), NOW, failed or {})


async def one(address: dict[str, Any], registers: bytes, **means: Any) -> tuple[float, Quality, Reason]:
    memory = Memory()
    memory.put(address["table"], address["register"], registers)
    batch = await decoded([bound(0, address, **means)], memory)
    return float(batch.value[0]), Quality(batch.quality[0]), Reason(batch.reason[0])


PACK = {
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "float16": "e",
    "float32": "f",
    "float64": "d",
}


def shuffled(big: bytes, order: str) -> bytes:
    """Big-endian bytes as a device of this order sends them: by whole words, then inside each word."""
    words = [big[i : i + 2] for i in range(0, len(big), 2)]
    if order in ("CDAB", "DCBA"):
        words.reverse()
    if order in ("BADC", "DCBA"):
        words = [w[::-1] for w in words]
    return b"".join(words)


@pytest.mark.parametrize(
    ("order", "wire"),
    [("ABCD", "01020304"), ("DCBA", "04030201"), ("BADC", "02010403"), ("CDAB", "03040102")],
)
async def test_the_four_orders_by_hand(order: str, wire: str) -> None:
    address = {"table": "input", "register": 7, "type": "uint32", "order": order}
    assert await one(address, bytes.fromhex(wire)) == (0x01020304, Quality.GOOD, Reason.NONE)


async def test_the_orders_of_64_bits_by_hand() -> None:
    address = {"table": "input", "register": 0, "type": "uint64", "order": "CDAB"}
    assert (await one(address, bytes.fromhex("0708050603040002")))[0] == 0x0002030405060708
    assert (await one(address | {"order": "BADC"}, bytes.fromhex("0200040306050807")))[0] == 0x0002030405060708


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_every_type_in_every_order_side_by_side(data: st.DataObject) -> None:
    kinds = data.draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(PACK)), st.sampled_from(["ABCD", "DCBA", "BADC", "CDAB"])),
            min_size=1,
            max_size=40,
        )
    )
    memory, points, expected = Memory(), [], []
    at = data.draw(st.integers(0, 60_000))
    for i, (type_, order) in enumerate(kinds):
        width = struct.calcsize(PACK[type_])
        raw = data.draw(st.binary(min_size=width, max_size=width))
        (value,) = struct.unpack(">" + PACK[type_], raw)
        table = data.draw(st.sampled_from(["input", "holding"]))
        memory.put(table, at, shuffled(raw, order))
        points.append(bound(100 + i, {"table": table, "register": at, "type": type_, "order": order}))
        expected.append(float(value))
        at += width // 2 + data.draw(st.integers(0, 70))
    batch = await decoded(points, memory)
    found = dict(zip(batch.point.tolist(), range(len(batch)), strict=True))
    assert sorted(found) == [p.index for p in points]
    for point, value in zip(points, expected, strict=True):
        row = found[point.index]
        if math.isfinite(value):
            assert batch.value[row] == value
            assert batch.quality[row] == batch.reason[row] == 0
        else:
            assert batch.quality[row] == Quality.BAD
            assert batch.reason[row] == (Reason.NOT_AVAILABLE if math.isnan(value) else Reason.UNDECODABLE)


@given(st.integers(0, 0xFFFF), st.integers(0, 15))
async def test_bits_bytes_and_bools_of_a_register(word: int, bit: int) -> None:
    memory = Memory()
    memory.put("holding", 3, struct.pack(">H", word))
    here = {"table": "holding", "register": 3}
    points = [
        bound(0, here | {"bit": bit}),
        bound(1, here | {"type": "uint8h"}),
        bound(2, here | {"type": "uint8l"}),
        bound(3, here | {"type": "bool"}),
    ]
    batch = await decoded(points, memory)
    values = dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True))
    assert values == {0: word >> bit & 1, 1: word // 256, 2: word % 256, 3: int(word != 0)}


@given(st.sets(st.integers(0, 300), min_size=1), st.sets(st.integers(0, 300), min_size=1))
async def test_coils_and_discrete_inputs(on: set[int], wanted: set[int]) -> None:
    memory = Memory()
    memory.cells["coil"] = dict.fromkeys(on, 1)
    points = [bound(i, {"table": "coil", "register": i}) for i in sorted(wanted)]
    batch = await decoded(points, memory)
    assert dict(zip(batch.point.tolist(), batch.value.tolist(), strict=True)) == {i: float(i in on) for i in wanted}


async def test_a_mask_is_a_field_and_a_match_a_yes_or_no() -> None:
    here = {"table": "holding", "register": 0}
    assert (await one(here | {"mask": 0x0FF0}, b"\xab\xcd"))[0] == 0xBC
    fire = here | {"mask": 0x08FF, "match": [0x0810, 0x08EA]}
    assert (await one(fire, b"\x8c\x10"))[0] == 1
    assert (await one(fire, b"\x84\x10"))[0] == 0
    assert (await one(here | {"match": [7]}, b"\x00\x07"))[0] == 1


@pytest.mark.parametrize(("type_", "raw", "value"), [("bcd16", "1234", 1234), ("bcd32", "12345678", 12_345_678)])
async def test_bcd(type_: str, raw: str, value: float) -> None:
    address = {"table": "input", "register": 0, "type": type_}
    assert (await one(address, bytes.fromhex(raw)))[0] == value
    assert (await one(address, bytes.fromhex("00a0") * (len(raw) // 4)))[1:] == (Quality.BAD, Reason.UNDECODABLE)
    absent = address | {"not_available": [int("f" * len(raw), 16)]}
    assert (await one(absent, b"\xff" * (len(raw) // 2)))[1:] == (Quality.BAD, Reason.NOT_AVAILABLE)


@pytest.mark.parametrize(
    ("type_", "words", "value"),
    [
        ("mod10_32", (1234, 5678), 12_345_678),
        ("mod10_48", (1, 2, 3), 100_020_003),
        ("mod10_64", (1, 0, 0, 9999), 1_000_000_009_999),
        ("mod10_32", (-3, -7), -30_007),
    ],
)
async def test_registers_that_count_ten_thousands(type_: str, words: tuple[int, ...], value: float) -> None:
    address = {"table": "input", "register": 0, "type": type_}
    raw = struct.pack(f">{len(words)}h", *words)
    assert (await one(address, raw))[0] == value
    assert (await one(address | {"order": "CDAB"}, shuffled(raw, "CDAB")))[0] == value
    assert (await one(address | {"divisor": 1000}, raw))[0] == value / 1000
    for beyond in (b"\x27\x10", b"\x80\x00"):
        assert (await one(address, raw[:-2] + beyond))[1:] == (Quality.BAD, Reason.UNDECODABLE)


@pytest.mark.parametrize(
    ("length", "order", "raw", "said"),
    [
        (None, "ABCD", "0000", ""),
        (None, "ABCD", "0021", "over_voltage, phase_loss"),
        (None, "BADC", "2100", "over_voltage, phase_loss"),
        (None, "ABCD", "8001", "over_voltage, bit 15"),
        (2, "ABCD", "0020 0002", "phase_loss, door"),
    ],
)
async def test_named_bits_are_the_names_of_those_that_are_set(
    length: int | None, order: str, raw: str, said: str
) -> None:
    names = {0: "over_voltage", 5: "phase_loss"} | ({17: "door"} if length else {})
    address = {"table": "holding", "register": 9, "names": names, "order": order, "length": length}
    memory = Memory()
    memory.put("holding", 9, bytes.fromhex(raw))
    batch = await decoded([bound(4, address, kind=Kind.TEXT)], memory)
    assert [(n.point, n.data, n.reason) for n in batch.notes] == [(4, said, Reason.NONE)]


@pytest.mark.parametrize(
    ("type_", "sentinel", "raw"),
    [
        ("uint16", 0xFFFF, "ffff"),
        ("int16", 0x8000, "8000"),
        ("int16", -32768, "8000"),
        ("int32", -1, "ffffffff"),
        ("uint64", 0xFFFF_FFFF_FFFF_FFFF, "ff" * 8),
        ("float32", -9999.5, struct.pack(">f", -9999.5).hex()),
        ("uint8l", 0xFF, "12ff"),
    ],
)
async def test_sentinels_say_not_available(type_: str, sentinel: float, raw: str) -> None:
    address = {"table": "input", "register": 0, "type": type_, "not_available": [7, sentinel], "scale": 0.1}
    assert (await one(address, bytes.fromhex(raw)))[1:] == (Quality.BAD, Reason.NOT_AVAILABLE)
    other = bytearray(bytes.fromhex(raw))
    other[-1] ^= 0x10
    assert (await one(address, bytes(other)))[1:] == (Quality.GOOD, Reason.NONE)


async def test_the_sentinel_of_a_bit_is_the_whole_register() -> None:
    address = {"table": "holding", "register": 0, "bit": 3, "not_available": [0xFFFF]}
    assert (await one(address, b"\xff\xff"))[1:] == (Quality.BAD, Reason.NOT_AVAILABLE)
    assert (await one(address, b"\x00\x08"))[0] == 1


async def test_scale_divisor_offset_and_map() -> None:
    here = {"table": "holding", "register": 0, "type": "int16"}
    assert (await one(here | {"scale": 0.1}, struct.pack(">h", 3)))[0] == 0.3
    assert (await one(here | {"scale": 2, "divisor": 8, "offset": -40}, struct.pack(">h", -6)))[0] == -41.5
    mapped = here | {"map": {3: 1, 9: 2}}
    assert (await one(mapped, struct.pack(">h", 9)))[0] == 2
    assert (await one(mapped, struct.pack(">h", 2)))[1:] == (Quality.BAD, Reason.UNDECODABLE)


async def test_beyond_the_valid_range_is_bad_and_its_value_hidden() -> None:
    here = {"table": "holding", "register": 0, "type": "int16"}
    value, quality, reason = await one(here, struct.pack(">h", 120), valid=Range(low=0, high=100))
    assert math.isnan(value)
    assert (quality, reason) == (Quality.BAD, Reason.OUT_OF_RANGE)
    assert (await one(here, struct.pack(">h", 100), valid=Range(low=0, high=100)))[1] is Quality.GOOD


async def test_strings_become_notes() -> None:
    memory = Memory()
    memory.put("holding", 10, "给水泵".encode("gb18030") + b"\x07A\0xxx")
    memory.put("holding", 30, b"DS6M03\0\0")
    points = [
        bound(4, {"table": "holding", "register": 10, "type": "string", "length": 7}, kind=Kind.TEXT),
        bound(5, {"table": "holding", "register": 30, "type": "string", "length": 4, "order": "BADC"}, kind=Kind.TEXT),
        bound(6, {"table": "holding", "register": 10, "type": "uint16"}, kind=Kind.TEXT),
        bound(7, {"table": "holding", "register": 10, "type": "uint16"}),
    ]
    batch = await decoded(points, memory)
    assert batch.point.tolist() == [7]
    assert {n.point: n.data for n in batch.notes} == {
        4: "给水泵A",
        5: "SDM630",
        6: str(int.from_bytes("给".encode("gb18030"), "big")),
    }
    failed = await decoded(points, memory, {0: Reason.EXCEPTION_2})
    assert [(n.data, n.reason) for n in failed.notes if n.point == 4] == [("", Reason.EXCEPTION_2)]


async def test_signalling_nan_and_every_float_pattern_without_a_warning() -> None:
    for raw, reason in (
        ("7f800001", Reason.NOT_AVAILABLE),
        ("ffffffff", Reason.NOT_AVAILABLE),
        ("ff800000", Reason.UNDECODABLE),
    ):
        address = {"table": "input", "register": 0, "type": "float32"}
        assert (await one(address, bytes.fromhex(raw)))[1:] == (Quality.BAD, reason)


async def test_large_good_values_are_not_mistaken_for_infinity() -> None:
    address = {"table": "input", "register": 0, "type": "float64"}
    assert await one(address, struct.pack(">d", 1e300)) == (1e300, Quality.GOOD, Reason.NONE)


async def test_failed_points_keep_their_reason_and_others_their_value() -> None:
    memory = Memory()
    memory.put("input", 0, struct.pack(">HH", 5, 6))
    points = [bound(i, {"table": "input", "register": i, "type": "uint16"}) for i in range(2)]
    batch = await decoded(points, memory, {0: Reason.EXCEPTION_4})
    assert batch.reason.tolist() == [Reason.EXCEPTION_4, 0]
    assert np.isnan(batch.value[0])
    assert batch.value[1] == 6
    assert batch.time.tolist() == [NOW, NOW]
