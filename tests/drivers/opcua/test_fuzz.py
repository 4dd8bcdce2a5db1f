"""Data values that nobody should send: no exception, no time beyond 64 bits, never a good value that is not there."""

import math
from datetime import UTC, datetime
from typing import Any, cast

from asyncua import ua
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.opcua import Address, Quirks
from drivers.opcua.values import decode
from facility.point import Kind, Range
from facility.quality import Quality, Reason
from tests.contracts.line_watching import bound
from tests.drivers.opcua.fuzzing import outcomes

NOW = 1_790_000_000_000_000_000
FORMS: list[tuple[dict[str, Any], Kind]] = [
    ({}, Kind.MEASUREMENT),
    ({"scale": 0.1, "offset": 5}, Kind.COUNTER),
    ({"map": {0: 0, 1: 1, "on": 1}}, Kind.STATE),
    ({}, Kind.TEXT),
]
POINTS = [
    bound(i, Address.model_validate({"node": "i=1", **keys}), Quirks(), kind, valid=Range(low=-1e6, high=1e6))
    for i, (keys, kind) in enumerate(FORMS)
]
TIMES = st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC)) | st.just(datetime.max.replace(tzinfo=UTC))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=10)
    | st.binary(max_size=10) | st.datetimes() | st.just(ua.LocalizedText("热")) | st.just(ua.QualifiedName("x"))
    | st.just(ua.NodeId()) | st.just("on")
)  # fmt: skip
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
CODES = st.sampled_from([0, 0x40900000, 0x80340000, 0x80310000, 0xC0000000, 0x00960000]) | st.integers(0, 2**32 - 1)


@settings(max_examples=2500, deadline=None)
@given(VALUES, CODES | st.none(), TIMES, TIMES, st.booleans())
def test_any_data_value(raw: object, code: int | None, source: Any, server: Any, empty: bool) -> None:
    value = ua.Variant()
    object.__setattr__(value, "Value", raw)
    status = None if code is None else ua.StatusCode(ua.UInt32(code))
    data = ua.DataValue(
        None if empty else value, StatusCode=cast("ua.StatusCode", status), SourceTimestamp=source,
        ServerTimestamp=server,
    )  # fmt: skip
    severity = (code or 0) >> 30
    for point in POINTS:
        sample = decode(data, point, NOW)
        assert 0 < sample.time < 2**63
        assert (sample.quality == Quality.GOOD) == (sample.reason == Reason.NONE)
        assert sample.text is None or point.means.kind is Kind.TEXT
        if sample.quality != Quality.GOOD:
            continue
        assert severity == 0
        if point.means.kind is Kind.STATE:
            assert raw in (0, 1, "on")
            assert sample.value == (1.0 if raw in (1, "on") else 0.0)
        elif point.means.kind.sampled:
            address = cast("Address", point.address)
            assert isinstance(raw, bool | int | float)
            assert math.isfinite(sample.value)
            scaled = float(raw) if isinstance(raw, bool) else float(raw) * address.scale + address.offset
            assert sample.value == scaled
            assert abs(sample.value) <= 1e6


async def test_spoiled_answers_to_a_read() -> None:
    """A tenth of the proof."""
    seen = await outcomes(1_000)
    assert seen["wrong"] == 0
    assert seen["good"] > 50
    assert seen["error"] > 50
