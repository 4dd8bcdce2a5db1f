"""Sparkplug B by another hand's encoder: births, data, deaths, gaps, history; and what no node should send."""

from typing import Any

import pytest

from drivers.mqtt import PROTOCOL, Address, Connection, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.sparkplug import Sparkplug
from drivers.mqtt.sparkplug.listener import AT_ONCE
from drivers.mqtt.sparkplug.payload import read, rebirth
from drivers.mqtt.sparkplug.value import value_of
from drivers.mqtt.sparkplug.wire import MalformedError, fields
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.contracts.line_watching import bound
from tests.drivers.mqtt.edge_nodes import (
    ALL,
    BD,
    FLOW,
    MS,
    NOW,
    POINTS,
    RUNNING,
    TEMPERATURE,
    TEXT,
    UNIT,
    Peer,
    encoder,
    metric,
    rows,
)
from tests.services.sparkplug import Encoder

__all__ = ["encoder"]
GONE = (Quality.BAD, Reason.NOT_CONNECTED)
ASK = ["spBv1.0/plant/NCMD/edge-1"]


def by_alias(of: dict[str, Any], value: object, **more: object) -> dict[str, Any]:
    """A metric of a data message: no name, the type only for the encoder's sake."""
    return {"alias": of["alias"], "type": of["type"], "value": value, **more}


@pytest.mark.parametrize(
    ("type_", "value", "means"),
    [
        ("Int8", -5, -5), ("Int16", -300, -300), ("Int32", -(2**31), -(2**31)), ("Int64", str(-(2**63)), -(2**63)),
        ("UInt8", 255, 255), ("UInt16", 65_535, 65_535), ("UInt32", 2**32 - 1, 2**32 - 1),
        ("UInt64", str(2**63), 2**63), ("DateTime", str(MS), MS), ("Float", 1.5, 1.5), ("Double", 0.1, 0.1),
        ("Boolean", True, True), ("String", "正常", "正常"), ("Text", "x", "x"), ("UUID", "u", "u"),
    ],
)  # fmt: skip
def test_every_datatype_comes_through(encoder: Encoder, type_: str, value: object, means: object) -> None:
    payload = read(
        encoder.encode({"timestamp": MS, "seq": 9, "metrics": [{"name": "a", "type": type_, "value": value}]})
    )
    assert (payload.time, payload.seq, payload.metrics[0].name) == (MS, 9, "a")
    [found] = payload.metrics
    assert value_of(found.form, found.value, found.datatype) == means


def test_a_number_wider_than_its_type_is_no_value() -> None:
    wrong = [
        (1, 10, 300),
        (5, 10, 256),
        (1, 10, 2**32 - 129),
        (4, 10, 2**31),
        (7, 11, 2**32),
        (9, 10, 5),
        (11, 12, 1.0),
    ]
    for datatype, form, value in [*wrong, (0, 10, 5), (16, 16, None), (99, 12, 1.0)]:
        assert not isinstance(value_of(form, value, datatype), int | float | str), (datatype, value)
    assert value_of(10, 0xFB, 1) == -5
    assert value_of(10, 2**64 - 5, 3) == -5


def test_births_give_values_and_aliases_their_meaning(encoder: Encoder) -> None:
    node = Peer(encoder)
    born = node.births()
    assert rows(born) == {0: (-12.0, 0, 0), 1: (1.0, 0, 0), 3: (21.5, 0, 0)}
    assert [n.data for b in born for n in b.notes] == ["正常"]
    assert set(born[1].time) == {MS * 1_000_000}
    assert rows(node.say("DDATA", [by_alias(FLOW, 50), by_alias(RUNNING, False)])) == {0: (5.0, 0, 0), 1: (0.0, 0, 0)}
    assert rows(node.say("NDATA", [by_alias(TEMPERATURE, 22.5)])) == {3: (22.5, 0, 0)}
    assert node.held == {0: (5.0, 0, 0), 1: (0.0, 0, 0), 3: (22.5, 0, 0)}


def test_a_rebirth_is_asked_for_at_first_and_no_more_once_born(encoder: Encoder) -> None:
    node = Peer(encoder)
    assert node.listener.to_ask(100.0) == ASK
    assert node.listener.to_ask(101.0) == []
    assert node.listener.to_ask(105.0) == ASK
    assert node.listener.to_ask(110.0) == []
    node.births()
    assert node.listener.to_ask(1_000.0) == []


def test_a_gap_forgets_every_alias_until_the_next_birth(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    node.seq += 1
    assert node.say("DDATA", [by_alias(FLOW, 50)]) == []
    assert node.held == {}
    assert node.listener.to_ask(100.0) == ASK
    assert rows(node.say("DDATA", [RUNNING])) == {1: (1.0, 0, 0)}, "a metric that says its name needs no birth"
    node.births()
    assert set(node.held) == {0, 1, 3}
    assert rows(node.say("DDATA", [by_alias(FLOW, 50)])) == {0: (5.0, 0, 0)}


def test_the_number_goes_round_after_255(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    for i in range(300):
        assert rows(node.say("DDATA", [by_alias(FLOW, i)])) == {0: (round(i * 0.1, 6), 0, 0)}
    assert node.listener.to_ask(100.0) == []


def test_messages_of_devices_that_nobody_reads_are_counted_too(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    assert node.say("DBIRTH", [FLOW], device="other") == []
    assert rows(node.say("DDATA", [by_alias(FLOW, 10)])) == {0: (1.0, 0, 0)}
    assert node.listener.to_ask(100.0) == []


def test_deaths_of_a_device_and_of_its_node(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    assert {i: r[1:] for i, r in rows(node.say("DDEATH", [])).items()} == {0: GONE, 1: GONE}
    assert node.held[0][1:] == GONE, "that it is gone is said again, and does not turn into stale"
    assert node.held[3] == (21.5, 0, 0)
    assert {i: r[1:] for i, r in rows(node.say("NDEATH", [BD])).items()} == {0: GONE, 1: GONE, 3: GONE}
    assert node.listener.to_ask(100.0) == [], "nobody is there to ask"
    node.births()
    assert node.held[0] == (-12.0, 0, 0)


def test_the_late_will_of_an_earlier_session_is_no_death(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    assert node.say("NDEATH", [{**BD, "value": "6"}]) == []
    assert node.held[3] == (21.5, 0, 0)
    assert rows(node.say("NDEATH", []))[3][1:] == GONE, "one without a number counts"


def test_history_is_replayed_and_changes_nothing_that_is_live(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    old = [by_alias(FLOW, i, isHistorical=True, timestamp=MS - 60_000 + i) for i in range(3)]
    found = node.say("DDATA", [*old, by_alias(RUNNING, False)])
    assert [b.replayed for b in found] == [False, True]
    assert rows(found) == {1: (0.0, 0, 0)}
    past = found[1]
    assert past.value.tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert past.time.tolist() == [(MS - 60_000 + i) * 1_000_000 for i in range(3)]
    assert node.held[0] == (-12.0, 0, 0)


def test_quality_null_and_range(encoder: Encoder) -> None:
    def said(code: int) -> dict[str, Any]:
        return {"properties": {"Other": {"type": "String", "value": "x"}, "Quality": {"type": "Int32", "value": code}}}

    node = Peer(encoder)
    node.births()
    want = {
        0: (Quality.BAD, Reason.DEVICE), 192: (0, 0), 500: (Quality.UNCERTAIN, Reason.STALE),
        7: (Quality.UNCERTAIN, Reason.DEVICE),
    }  # fmt: skip
    for code, means in want.items():
        assert rows(node.say("DDATA", [by_alias(FLOW, 1, **said(code))]))[0][1:] == means
    null = {**by_alias(FLOW, None), "isNull": True}
    assert rows(node.say("DDATA", [null]))[0][1:] == (Quality.BAD, Reason.NOT_AVAILABLE)
    wrong = {"name": "Supply/Flow", "type": "Double", "value": 1e12}
    assert rows(node.say("DDATA", [wrong]))[0][1:] == (Quality.BAD, Reason.OUT_OF_RANGE)
    wrong = {"name": "Supply/Flow", "type": "Double", "value": "NaN"}
    assert rows(node.say("DDATA", [wrong]))[0][1:] == (Quality.BAD, Reason.UNDECODABLE)


def test_a_metric_that_the_birth_lacks_is_not_there(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.say("NBIRTH", [BD])
    assert rows(node.say("DBIRTH", [FLOW, TEXT]))[1][1:] == (Quality.BAD, Reason.NOT_FOUND)


def test_what_the_broker_kept_is_not_believed(encoder: Encoder) -> None:
    node = Peer(encoder)
    kept = [node.message("NBIRTH", [BD, TEMPERATURE]), node.message("DBIRTH", ALL)]
    assert node.listener.batches([Arrived(m.topic, m.payload, retained=True, received=NOW) for m in kept]) == []
    assert node.listener.to_ask(100.0) == ASK


def test_bytes_that_are_no_payload_make_the_device_bad_and_ask_for_a_birth(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    broken = node.message("DDATA", [by_alias(FLOW, 1)])
    cut = Arrived(broken.topic, broken.payload[:-1], retained=False, received=NOW)
    found = rows(node.listener.batches([cut]))
    assert {i: r[1:] for i, r in found.items()} == dict.fromkeys((0, 1), (Quality.BAD, Reason.UNDECODABLE))
    assert node.listener.to_ask(100.0) == ASK
    assert node.held == {}


def test_a_new_connection_believes_nothing_of_the_last_one(encoder: Encoder) -> None:
    node = Peer(encoder)
    node.births()
    node.listener.connected()
    assert node.held == {}
    assert node.listener.to_ask(100.0) == ASK
    assert node.say("DDATA", [by_alias(FLOW, 1)]) == []


def test_many_nodes_are_not_asked_all_at_once() -> None:
    listener = Sparkplug([metric(i, "v", unit=f"plant/edge-{i}/d") for i in range(2 * AT_ONCE + 1)])
    asked = [len(listener.to_ask(100.0 + i)) for i in range(4)]
    assert asked == [AT_ONCE, AT_ONCE, 1, 0]


def test_our_request_is_what_the_standard_says() -> None:
    """Sparkplug 3.0, 6.4.22: metric Node Control/Rebirth, Boolean, true; taken apart by hand."""
    name = b"Node Control/Rebirth"
    found = rebirth(NOW)
    [(_, _, stamp), (_, _, body)] = fields(found)
    assert stamp == MS
    assert isinstance(body, bytes)
    assert body.startswith(b"\x0a" + bytes([len(name)]) + name)
    assert body.endswith(b"\x20\x0b\x70\x01")
    [asked] = read(found).metrics
    assert asked.name == "Node Control/Rebirth"
    assert value_of(asked.form, asked.value, asked.datatype) is True
    assert read(found).seq is None


@pytest.mark.parametrize(
    "data",
    ["08", "0880808080808080808080", "08ffffffffffffffffff7f", "1205", "0b", "00", "120308808080", "12020a05", "0d01",
     "12060a04ffffffff", "1001", "1a00"],
)  # fmt: skip
def test_malformed_bytes_are_refused(data: str) -> None:
    with pytest.raises(MalformedError):
        read(bytes.fromhex(data))


def test_what_is_not_known_is_skipped() -> None:
    unknown = bytes.fromhex("2a0178" + "fa0703616263" + "c10c0102030405060708" + "9d0d01020304")
    assert read(unknown + bytes.fromhex("1805")).seq == 5


def test_mistakes_at_the_door() -> None:
    for keys, says in (
        ({"metric": "a", "topic": "t"}, "exactly one of topic and metric"),
        ({}, "exactly one of topic and metric"),
        ({"metric": "a", "json": "$.v"}, "take away json"),
        ({"metric": "a", "time": "$.t", "plain": True}, "take away plain, time"),
        ({"topic": "t", "plain": True, "time": 0}, "only of a csv payload"),
        ({"topic": "t", "plain": True, "column": "a"}, "belong to a metric that is a data set"),
        ({"metric": "a", "row": 1}, "name its column too"),
        ({"metric": "a", "column": "a", "row": -2}, "row"),
    ):
        with pytest.raises(ValueError, match=says):
            Address.model_validate(keys)
    with pytest.raises(ValueError, match="no wildcard"):
        Quirks.model_validate({"will": {"topic": "a/+"}})


def test_a_unit_that_is_no_edge_node_is_told_before_anything_is_opened() -> None:
    connection = Connection(host="127.0.0.1")
    shared = Connection(host="127.0.0.1", version="5", share="us")
    wrong = metric(0, "v", unit="pump-1")
    assert [(m.where, m.point) for m in PROTOCOL.misfits(connection, [wrong, *POINTS])] == [("unit", wrong)]
    assert {m.where for m in PROTOCOL.misfits(shared, POINTS)} == {"address"}
    event = metric(0, "v", Kind.EVENT)
    assert [m.where for m in PROTOCOL.misfits(connection, [event])] == ["address"]
    plain = bound(0, Address(topic="t", plain=True), Quirks())
    assert list(PROTOCOL.misfits(shared, [plain])) == []
    assert UNIT.count("/") == 2
