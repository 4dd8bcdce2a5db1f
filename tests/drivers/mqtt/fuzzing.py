"""Payloads spoiled in every way: what the decoders make of them, judged by what others read in the same bytes."""

import json
import math
import random
from collections import Counter
from typing import Any

from drivers.mqtt import Address, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.decode import Decoder
from drivers.mqtt.sparkplug import Sparkplug
from facility.batch import Batch
from facility.point import Kind, Range
from tests.contracts.line_watching import bound
from tests.drivers.mqtt.edge_nodes import MS, NOW, UNIT
from tests.services.sparkplug import Encoder

RANGE = Range(low=-1e6, high=1e6)
TOPICS: list[dict[str, Any]] = [{"json_path": "$.v"}, {"json_path": "$.a.b[1]"}, {"csv": 1}, {"plain": True}]
PLAIN = [bound(i, Address.model_validate({"topic": "t", **k}), Quirks(), valid=RANGE) for i, k in enumerate(TOPICS)]
TYPES = {
    "Int8": -5, "Int16": -300, "Int32": 70_000, "Int64": "-5", "UInt8": 200, "UInt16": 60_000, "UInt32": 900_000,
    "UInt64": "7", "Float": 1.5, "Double": 0.25, "Boolean": True, "String": "12.5",
}  # fmt: skip
METRICS = [
    bound(i, Address.model_validate({"metric": t}), Quirks(), Kind.MEASUREMENT, unit=UNIT, valid=RANGE)
    for i, t in enumerate(TYPES)
]
WIDTHS = {1: 8, 2: 16, 3: 32, 4: 64, 5: 8, 6: 16, 7: 32, 8: 64, 13: 64}


def spoiled(right: bytes, chance: random.Random) -> bytes:
    """A payload that differs from the right one by a byte or a few, by its length, or altogether."""
    data = bytearray(right)
    at = chance.randrange(len(data))
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(0, 80))
        case 1:
            return bytes(data[:at])
        case 2:
            data[at] ^= 1 << chance.randrange(8)
        case 3:
            data[at:at] = chance.randbytes(chance.randrange(1, 5))
        case 4:
            del data[at : at + chance.randrange(1, 4)]
        case _:
            for _ in range(chance.randrange(2, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def good(batches: list[Batch]) -> list[tuple[int, float]]:
    """What came out good; a text or a time that fits no column would have raised before."""
    return [
        (int(i), float(v))
        for b in batches
        for i, v, q, t in zip(b.point, b.value, b.quality, b.time.tolist(), strict=True)
        if q == 0 and 0 <= t < 2**63
    ]


def plain_outcomes(frames: int, seed: int = 1) -> Counter[str]:
    """Topic payloads: JSON, csv and plain numbers."""
    chance, decoder, seen = random.Random(seed), Decoder(PLAIN), Counter[str]()
    rights = [
        b'{"v": 12.5, "a": {"b": [1, 2.25]}, "t": "2026-01-01T00:00:00Z"}',
        b"3.5,4.25,-1e3",
        b"21.75",
        b'{"v": "7"}',
    ]
    for _ in range(frames):
        data = spoiled(chance.choice(rights), chance)
        found = good([decoder.batch([Arrived("t", data, retained=False, received=NOW)])])
        wrong = [(i, v) for i, v in found if not _written(TOPICS[i], data, v)]
        seen["wrong" if wrong else "good" if found else "bad"] += 1
    return seen


def _written(keys: dict[str, Any], data: bytes, value: float) -> bool:
    """Whether a person who looks at the payload reads this number there."""
    text = data.decode("utf-8")
    if "json_path" in keys:
        body = json.loads(text)
        raw = body["v"] if keys["json_path"] == "$.v" else body["a"]["b"][1]
    else:
        raw = text.split(",")[1] if "csv" in keys else text
    return math.isfinite(value) and abs(value) <= 1e6 and float(raw) == value


def sparkplug_outcomes(encoder: Encoder, frames: int, seed: int = 1) -> Counter[str]:
    """Births and data of a Sparkplug device."""
    chance, seen = random.Random(seed), Counter[str]()
    metrics = [
        {"name": t, "alias": i + 1, "type": t, "value": v, "timestamp": MS} for i, (t, v) in enumerate(TYPES.items())
    ]
    born = encoder.encode({"timestamp": MS, "seq": 0, "metrics": []})
    right = encoder.encode({"timestamp": MS, "seq": 1, "metrics": metrics})
    for _ in range(frames):
        data = spoiled(right, chance)
        listener = Sparkplug(METRICS)
        found = good(
            listener.batches(
                [
                    Arrived("spBv1.0/plant/NBIRTH/edge-1", born, retained=False, received=NOW),
                    Arrived("spBv1.0/plant/DBIRTH/edge-1/pump-1", data, retained=False, received=NOW),
                ]
            )
        )
        theirs = encoder.decode(data) if found else None
        wrong = [(i, v) for i, v in found if not _agreed(METRICS[i].address.metric, v, theirs)]  # type: ignore[attr-defined]
        seen["wrong" if wrong else "good" if found else "bad"] += 1
    return seen


def _agreed(name: str, value: float, theirs: list[dict[str, Any]] | None) -> bool:
    """Whether the other decoder finds a metric of this name with this value, by what the datatype says of its bits."""
    return any(_means(m, value) for m in theirs or () if m.get("name") == name)


def _means(metric: dict[str, Any], value: float) -> bool:
    width = WIDTHS.get(metric.get("datatype", 0))
    if width:
        raws = [int(metric[k]) for k in ("intValue", "longValue") if k in metric]
        return any(value == int(value) and (raw - int(value)) % 2 ** min(width, 32) == 0 for raw in raws)
    for key in ("floatValue", "doubleValue", "booleanValue", "stringValue"):
        if key in metric and metric[key] is not None:
            return bool(float(metric[key]) == value)
    return False
