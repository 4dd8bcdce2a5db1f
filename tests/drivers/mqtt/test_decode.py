"""Messages to samples: every form of payload, and everything that a device may get wrong."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import Bound
from drivers.mqtt import Address, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.connection import Connection
from drivers.mqtt.decode import Decoder
from drivers.mqtt.json_path import ABSENT, parse_path, walk
from drivers.mqtt.payload import MAX_PAYLOAD
from drivers.mqtt.points import misfits
from facility.batch import Batch
from facility.point import Kind, Point, Range, State
from facility.quality import Quality, Reason
from facility.words import Text

NOW = 1_790_000_000_000_000_000


def bound(
    kind: Kind = Kind.MEASUREMENT, *, retain_is_fresh: bool = False, valid: Range | None = None, **keys: Any
) -> Bound:
    states = (State(value=0, code="closed", zh="关", en="Closed"), State(value=1, code="open", zh="开", en="Open"))
    means = Point(
        id="x", kind=kind, name=Text(zh="测", en="X"), states=states if kind is Kind.STATE else (), valid=valid
    )
    address = Address.model_validate({"topic": "estate/{unit}/state", **keys})
    quirks = Quirks(retain_is_fresh=retain_is_fresh)
    return Bound(3, "e.x", "e", "", "door-1", means, 1.0, 3.0, address, quirks)


def decoded(point: Bound, payload: bytes, *, retained: bool = False) -> Batch:
    return Decoder([point]).batch([Arrived("estate/door-1/state", payload, retained, NOW)])


def one(batch: Batch) -> tuple[float, int, int, int]:
    assert len(batch) == 1
    assert batch.point[0] == 3
    return float(batch.value[0]), int(batch.quality[0]), int(batch.reason[0]), int(batch.time[0])


@pytest.mark.parametrize(
    ("keys", "payload", "value"),
    [
        ({"json": "$.a.b[1]"}, b'{"a": {"b": [1, 2.5]}}', 2.5),
        ({"json": "$.a", "scale": 0.1, "offset": -40}, b'{"a": 652}', 25.2),
        ({"json": "$.a"}, b'{"a": "12.5"}', 12.5),
        ({"json": "$.a"}, b'{"a": true}', 1.0),
        ({"plain": True}, b" 21.5\n", 21.5),
        ({"csv": 2}, b"1,2, 3.5,4", 3.5),
        ({"json": "$.a", "base64": True}, b"eyJhIjogN30=", 7.0),
    ],
)
def test_forms_of_payload(keys: dict[str, Any], payload: bytes, value: float) -> None:
    got = one(decoded(bound(**keys), payload))
    assert got[0] == pytest.approx(value)
    assert got[1:] == (Quality.GOOD, Reason.NONE, NOW)


def test_words_of_states() -> None:
    door = bound(Kind.STATE, json="$.door", map={"closed": 0, "open": 1, True: 1})
    assert one(decoded(door, b'{"door": "open"}'))[0] == 1.0
    assert one(decoded(door, b'{"door": true}'))[0] == 1.0
    assert one(decoded(door, b'{"door": "ajar"}'))[1:3] == (Quality.BAD, Reason.UNDECODABLE)


@pytest.mark.parametrize(
    ("form", "stamp", "time"),
    [
        ("iso", '"2026-01-02T03:04:05.5Z"', 1_767_323_045_500_000_000),
        ("iso", '"2026-01-02T11:04:05.5+08:00"', 1_767_323_045_500_000_000),
        ("s", "1767323045", 1_767_323_045_000_000_000),
        ("ms", "1767323045500", 1_767_323_045_500_000_000),
        ("ns", "1767323045500000001", 1_767_323_045_500_000_001),
    ],
)
def test_device_time(form: str, stamp: str, time: int) -> None:
    point = bound(json="$.v", time="$.ts", time_format=form)
    assert one(decoded(point, f'{{"v": 1, "ts": {stamp}}}'.encode())) == (1.0, Quality.GOOD, Reason.NONE, time)


@pytest.mark.parametrize("stamp", ['"yesterday"', "null", '"2026-01-02T03:04:05"', "[1]"])
def test_unreadable_device_time_is_replaced_and_said(stamp: str) -> None:
    point = bound(json="$.v", time="$.ts")
    got = one(decoded(point, f'{{"v": 1, "ts": {stamp}}}'.encode()))
    assert got == (1.0, Quality.UNCERTAIN, Reason.CLOCK, NOW)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe", Reason.UNDECODABLE),
        (b'{"v": ', Reason.UNDECODABLE),
        (b'{"v": "warm"}', Reason.UNDECODABLE),
        (b'{"v": NaN}', Reason.UNDECODABLE),
        (b'{"v": 1e999}', Reason.UNDECODABLE),
        (b'{"v": {}}', Reason.UNDECODABLE),
        (b'{"v": null}', Reason.NOT_AVAILABLE),
        (b'{"v": 1' + b" " * MAX_PAYLOAD + b"}", Reason.UNDECODABLE),
        (b"[" * 100_000, Reason.UNDECODABLE),
    ],
)
def test_what_is_wrong_is_bad_with_its_reason(payload: bytes, reason: Reason) -> None:
    value, quality, got, _ = one(decoded(bound(json="$.v"), payload))
    assert math.isnan(value)
    assert (quality, got) == (Quality.BAD, reason)


def test_a_message_without_the_point_says_nothing_of_it() -> None:
    assert len(decoded(bound(json="$.v"), b'{"other": 1}')) == 0


def test_out_of_range() -> None:
    assert one(decoded(bound(json="$.v", valid=Range(low=0, high=10)), b'{"v": 11}'))[1:3] == (
        Quality.BAD,
        Reason.OUT_OF_RANGE,
    )


def test_retained_is_not_fresh_unless_the_model_says_so() -> None:
    assert one(decoded(bound(json="$.v"), b'{"v": 1}', retained=True))[1:3] == (Quality.UNCERTAIN, Reason.RETAINED)
    assert one(decoded(bound(json="$.v", retain_is_fresh=True), b'{"v": 1}', retained=True))[1] == Quality.GOOD


def test_events_carry_their_fields_once() -> None:
    point = bound(Kind.EVENT, fields={"card": "$.card", "deep": "$.a.b"}, when={"$.type": "denied"})
    body = json.dumps({"type": "denied", "card": "0012", "a": {"b": [1]}}).encode()
    [note] = decoded(point, body).notes
    assert note.point == 3
    assert note.data == {"card": "0012"}
    assert decoded(point, body, retained=True).notes == ()
    assert decoded(point, b'{"type": "granted", "card": "0012"}').notes == ()


def test_fields_in_the_words_of_the_device() -> None:
    reason = {"json": "$.a", "map": {"Expired": "credential_expired", 7: "passback"}, "otherwise": "other"}
    way = {"json": "$.d", "map": {1: "in", 2: "out"}}
    point = bound(Kind.EVENT, fields={"reason": reason, "direction": way, "card": "$.c"})
    payloads = (b'{"a": "Expired", "d": 1, "c": 42}', b'{"a": 7, "d": 2}', b'{"a": "?", "d": 3}', b"{}")
    assert [decoded(point, p).notes[0].data for p in payloads] == [
        {"reason": "credential_expired", "direction": "in", "card": 42},
        {"reason": "passback", "direction": "out"},
        {"reason": "other"},
        {},
    ]


def test_a_message_is_meant_for_one_of_several_values_and_for_parts_of_the_unit() -> None:
    when = {"$.controller": "{unit.1}", "$.door": "{unit.2}", "$.type": ["open", 2]}
    mine = replace(bound(when=when, json="$.v"), unit="4054/2")
    topic = "estate/4054/2/state"

    def taken(body: dict[str, Any]) -> bool:
        return len(Decoder([mine]).batch([Arrived(topic, json.dumps(body).encode(), False, NOW)])) == 1

    assert taken({"controller": 4054, "door": 2, "type": "open", "v": 1})
    assert taken({"controller": "4054", "door": "2", "type": 2, "v": 1})
    assert not taken({"controller": 4054, "door": 1, "type": "open", "v": 1})
    assert not taken({"controller": 4054, "door": 2, "type": "shut", "v": 1})
    connection = Connection(host="127.0.0.1")
    assert not list(misfits(connection, [mine]))
    assert [(m.where, "no part 2" in m.says) for m in misfits(connection, [replace(mine, unit="4054")])] == [
        ("unit", True)
    ]


@pytest.mark.parametrize(
    ("zone", "stamp", "time"),
    [
        ("Asia/Shanghai", "2026-01-02 11:04:05 CST", 1_767_323_045),
        ("America/Chicago", "2026-01-01 21:04:05 CST", 1_767_323_045),
        ("Asia/Shanghai", "2026-01-02 03:04:05 UTC", 1_767_323_045),
        ("Asia/Shanghai", "2026-01-02 11:04:05 +08", 1_767_323_045),
        ("America/Los_Angeles", "2019-08-09 16:18:55 PDT", 1_565_392_735),
        ("America/Los_Angeles", "2019-11-03 01:30:00 PDT", 1_572_769_800),
        ("America/Los_Angeles", "2019-11-03 01:30:00 PST", 1_572_773_400),
        ("Asia/Shanghai", "2019-08-09 16:18:55 PDT", None),
        ("America/Chicago", "2019-08-09 16:18:55 CST", None),
        ("Asia/Shanghai", "2026-13-02 11:04:05 CST", None),
        ("Asia/Shanghai", "yesterday", None),
    ],
)
def test_a_time_with_a_zone_by_its_name(zone: str, stamp: str, time: int | None) -> None:
    point = bound(json="$.v", time="$.t", time_format="zoned", zone=zone)
    found = one(decoded(point, json.dumps({"v": 1, "t": stamp}).encode()))
    assert found[2:] == ((Reason.CLOCK, NOW) if time is None else (Reason.NONE, time * 1_000_000_000))


@pytest.mark.parametrize("keys", [{"time_format": "zoned"}, {"zone": "Asia/Shanghai"}, {"zone": "China/Shanghai"}])
def test_a_zone_goes_with_its_format(keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="zone"):
        bound(json="$.v", time="$.t", **keys)


def test_text_is_a_note() -> None:
    [note] = decoded(bound(Kind.TEXT, json="$.t"), '{"t": "电梯故障"}'.encode()).notes
    assert note.data == "电梯故障"


@given(st.binary(max_size=200))
def test_any_bytes_give_no_exception_and_no_good_value_unless_they_are_json(payload: bytes) -> None:
    batch = decoded(bound(json="$.v"), payload)
    if len(batch) and batch.quality[0] == Quality.GOOD:
        assert isinstance(json.loads(payload)["v"], int | float | str | bool)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_any_json_gives_finite_good_values_only(body: object) -> None:
    batch = decoded(bound(json="$.v"), json.dumps({"v": body}).encode())
    assert all(math.isfinite(v) for v, q in zip(batch.value, batch.quality, strict=True) if q == Quality.GOOD)


def test_paths() -> None:
    assert parse_path("$") == ()
    assert parse_path("$['a b'].c[0]") == ("a b", "c", 0)
    assert walk({"a": [1]}, parse_path("$.a[1]")) is ABSENT
    assert walk({"a": None}, parse_path("$.a")) is None
    for wrong in ("a.b", "$.a[", "$..a", "$a"):
        with pytest.raises(ValueError, match="is no path"):
            parse_path(wrong)


@pytest.mark.parametrize(
    ("form", "stamp", "time"),
    [
        ("iso", "2026-01-02T03:04:05Z", 1_767_323_045_000_000_000),
        ("s", " 1767323045.5", 1_767_323_045_500_000_000),
        ("ns", "1767323045500000001", 1_767_323_045_500_000_001),
    ],
)
def test_a_column_of_csv_may_be_the_time(form: str, stamp: str, time: int) -> None:
    point = bound(csv=1, time=0, time_format=form)
    assert one(decoded(point, f"{stamp},21.5".encode())) == (21.5, Quality.GOOD, Reason.NONE, time)
    assert one(decoded(point, b"x,21.5")) == (21.5, Quality.UNCERTAIN, Reason.CLOCK, NOW)


def test_a_will_in_json_and_by_another_word() -> None:
    quirks = Quirks.model_validate({"will": {"topic": "estate/{unit}/life", "json": "$.up", "offline": False}})
    point = replace(bound(plain=True), quirks=quirks)
    decoder = Decoder([point])
    assert decoder.topics == {"estate/door-1/life": 1, "estate/door-1/state": 1}

    def said(topic: str, body: bytes, *, retained: bool = False) -> list[tuple[float, int]]:
        batch = decoder.batch([Arrived(f"estate/door-1/{topic}", body, retained, NOW)])
        return list(zip(batch.value.tolist(), batch.reason.tolist(), strict=True))

    [(_, why)] = said("life", b'{"up": false}', retained=True)
    assert why == Reason.NOT_CONNECTED
    assert said("state", b"5", retained=True) == [], "what the broker kept of a device that has gone says nothing"
    assert said("life", b'{"up": true}') == []
    assert said("state", b"5", retained=True) == [(5.0, Reason.RETAINED)]
    for odd in (b"", b"\xff", b'{"down": 1}', b"[]"):
        assert said("life", odd) == []
