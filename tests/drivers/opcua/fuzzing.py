"""A server whose answers to a read are spoiled in every way, in memory: what a session and the decoder make of them."""

import math
import random
from collections import Counter
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary

from drivers.opcua import Address, Connection, Quirks
from drivers.opcua.session import Session
from drivers.opcua.values import batch_of
from facility.errors import LineDown
from facility.point import Kind, Range
from tests.contracts.line_watching import bound

NOW = 1_790_000_000_000_000_000
RAW: list[Any] = [
    ua.Variant(500.0), ua.Variant(7, ua.VariantType.Int16), ua.Variant(True), ua.Variant("on"),
    ua.Variant(2**40, ua.VariantType.UInt64), ua.Variant([1.0, 2.0]), ua.Variant(ua.LocalizedText("热")),
]  # fmt: skip
KINDS = [Kind.MEASUREMENT, Kind.COUNTER, Kind.STATE, Kind.TEXT, Kind.MEASUREMENT, Kind.MEASUREMENT, Kind.TEXT]
LIMIT = 2.0**41
POINTS = [
    bound(i, Address(node=f"ns=2;i={i}"), Quirks(), kind, valid=Range(low=-LIMIT, high=LIMIT))
    for i, kind in enumerate(KINDS)
]
NODES = [ua.NodeId(ua.Int32(i), ua.Int16(2)) for i in range(len(KINDS))]


def right() -> bytes:
    """An answer that nobody has spoiled."""
    answer = ua.ReadResponse()
    answer.Results = [ua.DataValue(v, StatusCode=ua.StatusCode(ua.UInt32(0))) for v in RAW]
    return bytes(struct_to_binary(answer))


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """One that differs by a bit, by a few bytes, by its length, or altogether; often where the values stand."""
    out = bytearray(data)
    at = chance.randrange(len(out) // 3, len(out))
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(0, 120))
        case 1:
            return bytes(out[: chance.randrange(len(out))])
        case 2:
            out[at] ^= 1 << chance.randrange(8)
        case 3:
            out[at:at] = chance.randbytes(chance.randrange(1, 5))
        case 4:
            del out[at : at + chance.randrange(1, 5)]
        case _:
            for _ in range(chance.randrange(2, 8)):
                out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


async def outcomes(frames: int, seed: int = 1) -> Counter[str]:
    """good, bad, error, and wrong: a good value whose own status, type or range says that it is none."""
    chance, seen, whole = random.Random(seed), Counter[str](), right()
    session = Session("fuzz", Connection(url="opc.tcp://127.0.0.1:4840"))
    answer = b""

    async def answered(*_: object, **__: object) -> Buffer:
        return Buffer(answer)

    vars(session._client.uaclient)["_send_request"] = answered
    for _ in range(frames):
        answer = spoiled(whole, chance)
        try:
            values = await session.read(NODES)
        except LineDown:
            seen["error"] += 1
            continue
        batch = batch_of(list(enumerate(values)), POINTS, NOW)
        good = [(int(i), float(v)) for i, v, q in zip(batch.point, batch.value, batch.quality, strict=True) if q == 0]
        told = struct_from_binary(ua.ReadResponse, Buffer(answer)).Results
        wrong = [(i, v) for i, v in good if not _means(told[i], v)]
        seen["wrong" if wrong else "good" if good else "bad"] += 1
    return seen


def _means(value: ua.DataValue, found: float) -> bool:
    raw = value.Value.Value if value.Value is not None else None
    status = value.StatusCode.value if value.StatusCode is not None else 0
    if status >> 30 or not isinstance(raw, bool | int | float) or not math.isfinite(found):
        return False
    return abs(found) <= LIMIT and float(raw) == found
