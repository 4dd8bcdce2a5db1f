"""Payloads that nobody should send: no exception, no time out of 64 bits, and never a good value that is not there."""

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.mqtt import Address, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.decode import Decoder
from facility.point import Kind, Range
from facility.quality import Quality
from tests.contracts.line_watching import bound

NOW = 1_790_000_000_000_000_000
FORMS: list[tuple[dict[str, Any], Kind]] = [
    ({"json": "$.v", "time": "$.t"}, Kind.MEASUREMENT),
    ({"json": "$.v", "time": "$.t", "time_format": "s"}, Kind.COUNTER),
    ({"json": "$.v", "time": "$.t", "time_format": "ms", "map": {"on": 1, "off": 0, True: 1}}, Kind.STATE),
    ({"json": "$.v", "time": "$.t", "time_format": "ns"}, Kind.TEXT),
    ({"fields": {"a": "$.v", "b": "$.t"}, "when": {"$.w": 1}, "time": "$.t"}, Kind.EVENT),
    ({"plain": True}, Kind.MEASUREMENT),
    ({"csv": 1}, Kind.MEASUREMENT),
    ({"json": "$.v", "base64": True}, Kind.MEASUREMENT),
]
POINTS = [
    bound(i, Address.model_validate({"topic": "t", **keys}), Quirks(), kind, valid=Range(low=-1e6, high=1e6))
    for i, (keys, kind) in enumerate(FORMS)
]
DECODER = Decoder(POINTS)
ODD = st.sampled_from(
    [1e300, -1e300, 10**400, -(10**30), 2**63, 253402300800, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "NaN",
     "1_000", "١٢", "0x10", "inf", "", " 5 ", "5,5", "\x00", "\ud800"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ODD
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
MESSAGE = st.fixed_dictionaries({}, optional={"v": JSON, "t": JSON, "w": st.just(1) | JSON})


def judged(payload: bytes, *, retained: bool = False) -> dict[int, float]:
    """What came out good; everything else about the batch is checked here."""
    batch = DECODER.batch([Arrived("t", payload, retained, NOW)])
    assert len(batch.point) == len(batch.value) == len(batch.quality) == len(batch.reason) == len(batch.time)
    assert all(POINTS[i].means.kind.sampled for i in batch.point)
    for note in batch.notes:
        assert 0 <= note.time < 2**63
        assert not POINTS[note.point].means.kind.sampled
    assert all((q == Quality.GOOD) == (r == 0) for q, r in zip(batch.quality, batch.reason, strict=True))
    return {int(i): float(v) for i, v, q in zip(batch.point, batch.value, batch.quality, strict=True) if not q}


def meant(value: object) -> float | None:
    """The number that a person reads there."""
    if isinstance(value, bool):
        return float(value)
    try:
        found = float(value) if isinstance(value, int | float) else float(str(value))
    except (ValueError, OverflowError):
        return None
    text = str(value).strip()
    plain = text.isascii() and "_" not in text
    return found if plain and math.isfinite(found) and isinstance(value, int | float | str) else None


@settings(max_examples=700, deadline=None)
@given(MESSAGE, st.booleans())
def test_any_json(message: dict[str, Any], retained: bool) -> None:
    good = judged(json.dumps(message).encode(), retained=retained)
    assert not (retained and good)
    for index, value in good.items():
        if index in (0, 1):
            assert value == meant(message["v"])
            assert abs(value) <= 1e6
        elif index == 2:
            assert value == (0.0 if message["v"] == "off" else 1.0)
            assert message["v"] in ("on", "off", True, "true")


@settings(max_examples=700, deadline=None)
@given(st.text(max_size=40) | st.floats().map(str) | st.integers().map(str) | ODD.map(str))
def test_any_text(text: str) -> None:
    payload = text.encode("utf-8", "surrogatepass")
    good = judged(payload)
    if 5 in good:
        assert good[5] == meant(text)
    if 6 in good:
        assert good[6] == meant(text.split(",")[1])


@settings(max_examples=700, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    good = judged(payload)
    for index in set(good) - {5, 6, 7}:
        assert good[index] in (meant(json.loads(payload).get("v")), 0.0, 1.0)
