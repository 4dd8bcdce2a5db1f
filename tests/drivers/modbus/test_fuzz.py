"""Answers that nobody should send: no exception but the driver's own kinds, and never a wrong good value."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.modbus.address import Table
from drivers.modbus.pdu import Exceptional, Garbled, ask, data
from drivers.modbus.transport.frames import Ascii, Rtu
from tests.drivers.modbus.fuzzing import outcomes


@pytest.mark.parametrize("framing", ["tcp", "rtu", "ascii"])
async def test_spoiled_frames_never_give_a_wrong_good_value(framing: str) -> None:
    seen = await outcomes(framing, 1000)
    assert not [s for s in seen if s.startswith("wrong")]
    assert seen["good"] > 15
    assert seen["error"] > 15


@settings(max_examples=1500)
@given(st.sampled_from(list(Table)), st.integers(1, 60), st.binary(max_size=260))
def test_any_pdu_is_data_of_the_right_size_or_refused(table: Table, count: int, answer: bytes) -> None:
    asked = ask(1, table, 0, count)
    try:
        found = data(asked, answer)
    except Exceptional as error:
        found = bytes((asked.pdu[0] | 0x80, error.code))
    except Garbled:
        found = b""
    assert found in (b"", answer, answer[2:])
    assert found in (b"", answer) or (answer[:2] == asked.head and len(found) == asked.size)


@settings(max_examples=1000)
@given(st.binary(max_size=400), st.integers(0, 255), st.integers(1, 6), st.integers(1, 125))
def test_any_bytes_on_a_serial_line_are_noise(stream: bytes, unit: int, function: int, count: int) -> None:
    request = struct.pack(">BHH", function, 0, count)
    for frames in (Rtu(), Ascii()):
        received = bytearray(stream)
        found = frames.taken(received, unit, request)
        assert found is None or found[0] & 0x7F == function
        assert len(received) <= len(stream)
