"""The equipment register as a workbook: out, filled in, and back in; whole or not at all. On both stores."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from cloud.assets.opening import MOST_BYTES, opened
from cloud.assets.reading import read
from cloud.assets.schemas import AssetFacts, Document
from cloud.assets.writing import Line, written
from cloud.errors import Unprocessable
from cloud.permissions import Role
from cloud.users.store import add_user
from facility.clock import SystemClock
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

PATH = f"/api/v1/assets/xlsx?site={SITE}"
Rows = Sequence[Sequence[Any]]


def book(rows: Rows, title: str = "设备台账") -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


async def with_firm(house: House) -> httpx.AsyncClient:
    now = SystemClock().now()
    await house.database.write(lambda c: add_user(c, "lift-firm", "x", {SITE: (Role.CONTRACTOR,)}, at=now))
    return house.client(await house.token(Role.MANAGER))


async def test_exported_filled_in_and_sent_back_it_is_the_same(house: House, gateway: httpx.AsyncClient) -> None:
    async with await with_firm(house) as client:
        empty = await client.get(PATH)
        assert empty.headers["content-disposition"] == f'attachment; filename="equipment-register-{SITE}.xlsx"'
        assert (await client.post(PATH, content=empty.content)).json()["lines"] == 3
        assert await items(client, "assets") == []
        told = {
            "site": SITE,
            "maker": "=1+1",
            "serial": "_x0041_007",
            "registration": "梯11川A0001",
            "installed_on": "2019-02-28",
            "warranty_until": "2029-02-28",
            "next_inspection_on": "2027-01-31",
            "contractor": "lift-firm",
            "documents": [
                {"name": "使用 说明书", "url": "https://docs.example/a?b=1"},
                {"name": "-证", "url": "http://x/1"},
            ],
        }
        assert (await client.put("/api/v1/assets/pump-1", json=told)).status_code == 204
        before = await items(client, "assets")
        for language in ("zh", "en"):
            content = (await client.get(f"{PATH}&language={language}")).content
            assert not [
                c for row in load_workbook(BytesIO(content)).active.iter_rows() for c in row if c.data_type == "f"
            ]
            answer = (await client.post(PATH, content=content)).json()
            assert answer == {"lines": 3, "added": [], "changed": [], "dry_run": False}
            await client.put("/api/v1/assets/pump-1", json={"site": SITE, "maker": "gone"})
            answer = (await client.post(PATH, content=content)).json()
            assert answer["changed"] == ["pump-1"]
            (after,) = await items(client, "assets")
            assert {**after, "updated_at": ""} == {**before[0], "updated_at": ""}


async def test_columns_that_are_not_there_stay_and_a_dry_run_changes_nothing(
    house: House, gateway: httpx.AsyncClient
) -> None:
    async with await with_firm(house) as client:
        first: Rows = [["Equipment", "maker", "Serial number"], ["pump-1", "Grundfos", 4711], ["pump-2", "KSB", "0012"]]
        dry = (await client.post(f"{PATH}&dry_run=true", content=book(first))).json()
        assert (dry["added"], dry["dry_run"], await items(client, "assets")) == (["pump-1", "pump-2"], True, [])
        assert (await client.post(PATH, content=book(first))).json()["added"] == ["pump-1", "pump-2"]
        rows: Rows = [
            ["台账", None],
            [None],
            ["安装日期", "设备编号"],
            [date(2020, 5, 1), "pump-1"],
            ["2021年3月9日", "pump-2"],
        ]
        assert (await client.post(PATH, content=book(rows, "x"))).json()["changed"] == ["pump-1", "pump-2"]
        found = {each["equipment"]: each for each in await items(client, "assets")}
        assert (found["pump-1"]["serial"], found["pump-1"]["installed_on"]) == ("4711", "2020-05-01")
        assert (found["pump-2"]["maker"], found["pump-2"]["installed_on"]) == ("KSB", "2021-03-09")


async def test_every_mistake_at_once_and_nothing_half_imported(house: House, gateway: httpx.AsyncClient) -> None:
    async with await with_firm(house) as client:
        rows: Rows = [
            ["设备编号", "Maker", "Instaled on", "保修截止", "维保单位", "资料", "安装日期"],
            ["pump-1", "KSB", None, None, "lift-firm", None, None],
            ["pmup-2", "KSB", None, 44000, "lift-frm", "说明书", None],
            ["pump-1", "=cmd|'/c calc'!A1", None, "2026-02-30", None, None, None],
            [None, True, None, "soon", None, None, None],
            ["pump-2", "x" * 201, None, date(2020, 1, 1), None, None, date(2021, 1, 1)],
        ]
        answer = await client.post(PATH, content=book(rows))
        assert answer.status_code == 422
        told = answer.json()
        mistakes = {each["where"].removeprefix("设备台账!"): each["says"] for each in told["errors"]}
        assert set(mistakes) == {"C1", "A3", "D3", "E3", "F3", "A4", "B4", "D4", "A5", "B5", "D5", "B6"}
        assert "'Installed on'" in mistakes["C1"]
        assert "'pump-2'" in mistakes["A3"]
        assert "'lift-firm'" in mistakes["E3"]
        assert "formula" in mistakes["B4"]
        assert "A2 already" in mistakes["A4"]
        assert "12 mistakes, nothing was imported" in told["detail"]
        assert await items(client, "assets") == []
        late: Rows = [["设备编号", "安装日期", "保修截止"], ["pump-2", date(2021, 1, 1), date(2020, 1, 1)]]
        (only,) = (await client.post(PATH, content=book(late))).json()["errors"]
        assert (only["where"], "before the equipment" in only["says"]) == ("设备台账!A2", True)
        assert (await client.post(PATH, content=book([["泵", "厂"], ["pump-1", "KSB"]]))).status_code == 422


async def test_who_may(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        assert (await engineer.get(PATH)).status_code == 200
        assert (await engineer.post(PATH, content=b"")).status_code == 403
    async with house.client(await house.token(Role.MANAGER, "far")) as far:
        assert (await far.get(PATH)).status_code == 403
        assert (await far.post(PATH, content=b"")).status_code == 403


async def test_ten_megabytes_are_refused(house: House, gateway: httpx.AsyncClient) -> None:
    async with await with_firm(house) as client:
        answer = await client.post(PATH, content=b"PK\x03\x04" + bytes(10 << 20))
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one part changed."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book([["设备编号"], ["pump-1"]]))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text) if part.filename == name else text)
    return file.getvalue()


def entity(text: bytes) -> bytes:
    head, _, rest = text.partition(b"?>") if text.startswith(b"<?xml") else (b'<?xml version="1.0"', b"", text)
    return head + b'?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rest


BOOK = "xl/workbook.xml"
HOSTILE = {
    "bomb": with_part("xl/styles.xml", lambda text: text + b" " * (MOST_BYTES + 1)),
    "external entity": with_part(BOOK, entity),
    "entity in the other width": with_part(BOOK, lambda text: entity(text).decode().encode("utf-16")),
    "cut": book([["设备编号"]])[:-200],
    "no workbook in it": with_part(BOOK, lambda _: b"<x/>"),
    "no zip": b"PK\x03\x04nothing",
    "old": b"\xd0\xcf\x11\xe0" + bytes(600),
    "page": b"<html><script>alert(1)</script></html>",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        opened(HOSTILE[name])
    assert " · " in refused.value.detail


def test_a_damaged_file_is_read_or_refused_never_worse() -> None:
    whole, dice = book([["设备编号", "制造单位", "安装日期"], ["pump-1", "KSB", date(2020, 1, 1)]]), random.Random(7)
    outcomes = set()
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(dice.randrange(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        try:
            read(opened(bytes(content)))
            outcomes.add("read")
        except Unprocessable:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_what_is_written_is_read_as_it_was() -> None:
    dice = random.Random(3)
    signs = [*"aZ0 =+-@'\"<>&,;电梯\u202e\U0001f6d7é\t|", "_x0041_"]

    def text() -> str:
        return "".join(dice.choices(signs, k=dice.randrange(12)))

    for _ in range(40):
        documents = tuple(Document(name=f"a{text()}", url=f"https://x/{n}?=") for n in range(dice.randrange(4)))
        facts = AssetFacts(
            maker=text(), serial=text(), installed_on=date(1950, 1, 1 + dice.randrange(28)), documents=documents
        )
        lines = [Line({"equipment": "pump-1", "name": text(), "type": "=x", "place": ""}, facts)]
        reading = read(opened(written(lines, "zh")))
        assert reading.mistakes == []
        (line,) = reading.lines
        assert AssetFacts.model_validate(dict(line.values)).model_dump() == facts.model_dump()
