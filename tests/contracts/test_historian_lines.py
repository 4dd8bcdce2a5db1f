"""Our parser against the real InfluxDB 1.6: the same lines taken, the same lines refused, the same values read."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from cloud.historian.lineprotocol import LineInvalid, parse_line
from tests.services.influx import Influx

AT = 1_790_000_000_000_000_000
TAKEN = [
    "m v=1",
    "m v=1.",
    "m v=.5",
    "m v=-.5",
    "m v=1e3",
    "m v=1E-3",
    "m v=1.5e+10",
    "m v=-0",
    "m v=1i",
    "m v=-9223372036854775808i",
    "m v=9223372036854775807i",
    "m v=t",
    "m v=T",
    "m v=true",
    "m v=True",
    "m v=TRUE",
    "m v=f",
    "m v=FALSE",
    'm v=""',
    'm v="a b"',
    'm v="a,b=c"',
    r'm v="a\"b"',
    r'm v="a\\b"',
    r'm v="a\nb"',
    'm v="a\nb"',
    'm v="值"',
    "m,a=b v=1",
    r"m,a=b\ c v=1",
    r"m,a\,b=c v=1",
    r"m,a\=b=c\=d v=1",
    r"m\ n v=1",
    r"m\,n,a=b v=1",
    "m=n v=1",
    r"m a\ b=1",
    r"m a\,b=1",
    r"m a\=b=1",
    "m v=1,w=2i,x=t",
    "m,z=1,a=2 v=1",
    "泵,位置=地下 流量=1",
    "m,a=b  v=1",
    'm,a="q" v=1',
    'm,a="q v=1',
    "m v=1,v=2",
    r"m,a=b\c v=1",
    'm"q v=1',
    'm "v"=1',
]
REFUSED = [
    "m",
    "m,",
    "m ",
    "m,a v=1",
    "m,a= v=1",
    "m,=b v=1",
    "m v",
    "m v=",
    "m =1",
    "m v=1,",
    "m v=1,w",
    "m v=abc",
    "m v=1x",
    "m v=--1",
    "m v=+1",
    "m v=1.1.1",
    "m v=1.5i",
    "m v=1e3i",
    "m v=i",
    "m v=-",
    "m v=.",
    "m v=nan",
    "m v=NaN",
    "m v=inf",
    "m v=1e400",
    "m v=9223372036854775808i",
    "m v=tru",
    "m v=TrUe",
    'm v="a',
    'm v=a"',
    ",a=b v=1",
    "m,a=1,a=2 v=1",
    "m v=1 abc",
    "m v=1 1.5",
    "m v=1 1 1",
    "m v=0x10",
    "m v=1_000",
    "m,a=b=c v=1",
]


def taken_by_us(text: str) -> bool:
    try:
        parse_line(text.encode())
    except LineInvalid:
        return False
    return True


@pytest.fixture(scope="module")
def database(influx: Influx) -> str:
    name = f"lines-{uuid4().hex}"
    influx.create_database(name)
    return name


@pytest.mark.parametrize("text", TAKEN + REFUSED)
def test_influxdb_and_we_judge_alike(influx: Influx, text: str) -> None:
    name = f"line-{uuid4().hex}"
    influx.create_database(name)
    answer = influx.write(name, text)
    assert (answer.status == 204) == taken_by_us(text), answer.body
    assert taken_by_us(text) == (text in TAKEN)


@pytest.mark.parametrize("text", [each for each in TAKEN if not each.startswith("m=")])
def test_influxdb_and_we_read_the_same(influx: Influx, text: str) -> None:
    name = f"line-{uuid4().hex}"
    influx.create_database(name)
    assert influx.write(name, f"{text} {AT}").status == 204
    ours = parse_line(f"{text} {AT}".encode())
    (result,) = json.loads(influx.query("SELECT * FROM /.*/", name))["results"]
    (series,) = result["series"]
    stored = dict(zip(series["columns"], series["values"][0], strict=True))
    assert series["name"] == ours.measurement
    expected = {"time": AT, **dict(ours.tags), **{each.name: each.value for each in ours.fields}}
    assert stored == expected
