"""Sparkplug B: packed payloads and cells of data sets, by another hand's encoder; and what nobody should send."""

import gzip
import math
import random
import zlib
from typing import Any

import pytest

from drivers.mqtt.sparkplug.compressed import MARK
from drivers.mqtt.sparkplug.payload import MAX_PAYLOAD, read
from drivers.mqtt.sparkplug.wire import MalformedError, field
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.drivers.mqtt.edge_nodes import ALL, BD, FLOW, MS, TEMPERATURE, Peer, encoder, metric, rows
from tests.drivers.mqtt.fuzzing import good, spoiled
from tests.services.sparkplug import Encoder

__all__ = ["encoder"]
UNDECODABLE = (Quality.BAD, Reason.UNDECODABLE)


@pytest.mark.parametrize("pack", ["GZIP", "DEFLATE"])
def test_a_packed_payload_is_the_one_within(encoder: Encoder, pack: str) -> None:
    """Births, data, deaths: wherever one may come."""
    node = Peer(encoder)
    node.say("NBIRTH", [BD, TEMPERATURE], pack=pack)
    born = node.say("DBIRTH", ALL, pack=pack)
    assert rows(born) == {0: (-12.0, 0, 0), 1: (1.0, 0, 0)}
    assert rows(node.say("DDATA", [{**FLOW, "value": 50}], pack=pack)) == {0: (5.0, 0, 0)}
    assert node.listener.to_ask(100.0) == [], "its number is the one within"
    assert rows(node.say("NDEATH", [BD], pack=pack))[3][1:] == (Quality.BAD, Reason.NOT_CONNECTED)


def test_what_stands_around_counts_where_within_there_is_nothing(encoder: Encoder) -> None:
    inner: dict[str, Any] = {"metrics": [{"name": "a", "type": "Int32", "value": 1}], "pack": "GZIP"}
    found = read(encoder.encode(inner | {"outside": {"timestamp": MS, "seq": 7}}))
    assert (found.time, found.seq, [m.name for m in found.metrics]) == (MS, 7, ["a"])
    found = read(encoder.encode(inner | {"timestamp": MS + 1, "seq": 8, "outside": {"timestamp": MS, "seq": 7}}))
    assert (found.time, found.seq) == (MS + 1, 8)


def packed(body: bytes) -> bytes:
    return field(4, MARK) + field(5, body)


PLAIN = bytes.fromhex("1805")
ZIPPED = gzip.compress(PLAIN, mtime=0)
WRONG = {
    "nothing": packed(b""),
    "no zlib": packed(b"no zlib at all"),
    "cut": packed(ZIPPED[:-9]),
    "more behind": packed(ZIPPED + b"x"),
    "no payload in it": packed(zlib.compress(b"\xff")),
    "packed twice": packed(gzip.compress(packed(ZIPPED), mtime=0)),
    "only the mark": field(4, MARK),
    "a bomb": packed(gzip.compress(field(9, bytes(MAX_PAYLOAD)), mtime=0)),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_a_packed_payload_that_is_none_is_refused(data: bytes) -> None:
    """Cut off, within itself, or a bomb of a thousand times its size."""
    assert read(packed(ZIPPED)).seq == 5
    with pytest.raises(MalformedError):
        read(data)


TABLE = {
    "name": "Table", "type": "DataSet", "value": {
        "numOfColumns": 4, "columns": ["Flow", "Mode", "Name", "Small"],
        "types": ["Double", "Boolean", "String", "Int8"],
        "rows": [[1.5, True, "一号", -5], [2.5, False, "二号", 6]],
    },
}  # fmt: skip
CELLS = [
    metric(0, "Table", column="Flow"),
    metric(1, "Table", column="Flow", row=-1, scale=2),
    metric(2, "Table", Kind.STATE, column="Mode"),
    metric(3, "Table", Kind.TEXT, column="Name", row=1),
    metric(4, "Table", column="Small"),
    metric(5, "Table", column="Nothing"),
    metric(6, "Table", column="Flow", row=2),
    metric(7, "Table"),
    metric(8, "Plain", column="Flow"),
]
PLAIN_METRIC = {"name": "Plain", "type": "Double", "value": 3.0}


def test_cells_of_a_data_set(encoder: Encoder) -> None:
    node = Peer(encoder, CELLS)
    node.say("NBIRTH", [BD])
    found = node.say("DBIRTH", [TABLE, PLAIN_METRIC])
    assert {i: r for i, r in rows(found).items() if i < 5} == {
        0: (1.5, 0, 0), 1: (5.0, 0, 0), 2: (1.0, 0, 0), 4: (-5.0, 0, 0),
    }  # fmt: skip
    assert [n.data for b in found for n in b.notes] == ["二号"]
    no_value = {i: rows(found)[i][1:] for i in (5, 6, 7, 8)}
    assert no_value == dict.fromkeys((5, 6, 7, 8), UNDECODABLE), "no such column or row, no cell named, no table"
    later = {**TABLE, "value": {**TABLE["value"], "rows": [[9.0, True, "x", 1]]}}  # type: ignore[dict-item]
    assert rows(node.say("DDATA", [later]))[1] == (18.0, 0, 0)
    empty = {**TABLE, "value": {**TABLE["value"], "rows": []}}  # type: ignore[dict-item]
    assert {r[1:] for r in rows(node.say("DDATA", [empty])).values()} == {UNDECODABLE}


def test_a_table_of_an_earlier_time_goes_to_history_only(encoder: Encoder) -> None:
    node = Peer(encoder, CELLS)
    node.say("NBIRTH", [BD])
    node.say("DBIRTH", [TABLE, PLAIN_METRIC])
    found = node.say("DDATA", [{**TABLE, "isHistorical": True, "timestamp": MS - 60_000}])
    assert rows(found) == {}
    assert rows(found, replayed=True)[0] == (1.5, 0, 0)


def table(*parts: bytes) -> bytes:
    """A DBIRTH with a data set made by hand."""
    metric = field(1, b"Table") + field(4, 16) + field(17, b"".join(parts))
    return field(1, MS) + field(2, metric) + field(3, 1)


NAMES, CELL = field(2, b"Flow"), field(4, field(1, b"\x21" + bytes(6) + b"\xf8\x3f"))


@pytest.mark.parametrize(
    ("parts", "means"),
    [
        ((NAMES, field(3, 10), CELL), (1.5, 0, 0)),
        ((NAMES, field(3, b"\x0a"), CELL), (1.5, 0, 0)),
        ((NAMES, field(3, 3), CELL), UNDECODABLE),
        ((NAMES, CELL), UNDECODABLE),
        ((NAMES, field(3, 10), field(4, b"")), UNDECODABLE),
        ((NAMES, field(3, 10), field(4, field(1, b""))), (Quality.BAD, Reason.NOT_AVAILABLE)),
        ((NAMES, field(3, 10), field(4, field(1, b"\x18\x05"))), UNDECODABLE),
        ((NAMES, field(3, 10), field(4, b"\x0a\x09\x21")), UNDECODABLE),
        ((field(2, b"\xff"), field(3, 10), CELL), UNDECODABLE),
        ((field(2, 5), field(3, 10), CELL), UNDECODABLE),
    ],
)
def test_tables_made_by_hand(encoder: Encoder, parts: tuple[bytes, ...], means: tuple[Any, ...]) -> None:
    """Types packed or not; a cell of another type, of nothing, or of bytes that are none."""
    node = Peer(encoder, CELLS[:1])
    node.say("NBIRTH", [BD])
    born = node.message("DBIRTH", [])
    made = type(born)(born.topic, table(*parts), born.retained, born.received)
    found = rows(node.listener.batches([made]))[0]
    assert found[-len(means) :] == means


@pytest.mark.parametrize("pack", [None, "GZIP"])
def test_spoiled_tables_and_packs_raise_nothing(encoder: Encoder, pack: str | None) -> None:
    """What is packed has a check sum: nothing of it comes out that was spoiled within."""
    chance, node = random.Random(3), Peer(encoder, CELLS)
    node.say("NBIRTH", [BD])
    right = node.message("DBIRTH", [TABLE, PLAIN_METRIC], **({"pack": pack} if pack else {}))
    seen = set()
    for _ in range(400):
        node.say("NBIRTH", [BD])
        message = type(right)(right.topic, spoiled(right.payload, chance), right.retained, right.received)
        for index, value in good(node.listener.batches([message])):
            assert math.isfinite(value)
            seen.add((index, value))
    if pack:
        assert seen <= {(0, 1.5), (1, 5.0), (2, 1.0), (4, -5.0)}
