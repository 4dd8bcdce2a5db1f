"""Codes: made once each, typed with mistakes, replaced, printed and read by a reader that is not ours; what anybody
may report through them. On both stores.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.permissions import Role
from cloud.qr_codes.code import LENGTH, SIGNS, new_code, read_code, shown
from cloud.qr_codes.naming import by_number
from cloud.resident_reports.limits import OF_CODE, REPORTS
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

KEY = "0123456789abcdef"


@given(st.integers(0, LENGTH - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_always_shows(place: int, sign: str) -> None:
    code = new_code()
    typed = code[:place] + sign + code[place + 1 :]
    assert (read_code(typed) == code) == (typed == code)
    assert read_code(typed) in (code, None)


@given(st.integers(0, LENGTH - 3))
def test_two_that_changed_places_show(place: int) -> None:
    code = new_code()
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read_code(typed) == code) == (typed == code)


@given(st.text(max_size=40))
def test_anything_may_be_typed(text: str) -> None:
    found = read_code(text)
    assert found is None or (len(found) == LENGTH and set(found) <= set(SIGNS))


def test_people_type_as_they_like() -> None:
    code = new_code()
    like = (shown(code), code.lower(), f" {shown(code).lower()} ", f"https://gatehouse.example/q/{code}/")
    assert [read_code(each) for each in like] == [code] * 4


def test_the_second_stands_before_the_tenth() -> None:
    assert sorted(("10号泵", "2号泵", "水泵", "2号泵房"), key=by_number) == ["水泵", "2号泵", "2号泵房", "10号泵"]


async def codes(client: httpx.AsyncClient, **told: Any) -> list[dict[str, Any]]:
    answer = await client.post("/api/v1/qr-codes", json={"site": SITE} | told)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_made_once_looked_up_and_replaced(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.MANAGER)) as manager:
        made = await codes(manager)
        assert len(made) == 5, "three equipments, two places"
        assert [each["ref"] for each in made][:2] == ["tower-a", "b1"], "each place before what stands in it"
        assert await codes(manager) == made == await items(manager, f"qr-codes?site={SITE}")
        pump = next(each for each in made if each["ref"] == "pump-1")
        assert (pump["name"]["zh"], pump["where"]["en"]) == ("1号泵", "Tower A / B1")
        found = (await manager.get(f"/api/v1/qr-codes/{pump['shown']}")).json()
        assert (found["kind"], found["ref"]) == ("equipment", "pump-1")
        answer = await manager.post("/api/v1/qr-codes/replace", json={"site": SITE, "equipment": "pump-1"})
        assert answer.json()["code"] != pump["code"]
        assert (await manager.get(f"/api/v1/qr-codes/{pump['code']}")).status_code == 404
        for wrong in ({"site": SITE, "equipment": ["nothing"]}, {"site": "far", "places": ["b1"]}):
            assert (await manager.post("/api/v1/qr-codes", json=wrong)).status_code == 404
        async with house.client(await house.token(Role.MANAGER, "far")) as far:
            assert (await far.post("/api/v1/qr-codes", json={"site": SITE})).status_code == 403
            assert (await far.get(f"/api/v1/qr-codes/{answer.json()['code']}")).status_code == 404


async def test_a_resident_reports_and_sees_nothing_of_anybody(house: House, gateway: httpx.AsyncClient) -> None:
    async with (
        house.client(await house.token(Role.MANAGER)) as manager,
        house.client() as anybody,
    ):
        made = await codes(manager)
        pump = next(each for each in made if each["ref"] == "pump-1")
        path = f"/api/v1/public/qr-codes/{pump['code']}"
        seen = (await anybody.get(path)).json()
        assert seen == {
            "site": {"zh": "滨江花园", "en": "Riverside Garden"},
            "name": pump["name"],
            "where": pump["where"],
        }
        body = {"key": KEY, "text": "<script>alert(1)</script> =1+1 水泵房漏水", "contact": "138 0000 0000"}
        both = await asyncio.gather(*(anybody.post(f"{path}/reports", json=body) for _ in range(3)))
        assert {answer.status_code for answer in both} == {201}
        assert {answer.text for answer in both} == {'{"number":1}'}
        other = await anybody.post(f"{path}/reports", json={"key": KEY + "2", "text": "还在漏"})
        assert other.json() == {"number": 1}, "what is open for the equipment takes it"
        (order,) = await items(manager, "work-orders")
        found = (await manager.get(f"/api/v1/work-orders/{order['id']}")).json()
        assert (order["reported_by"], order["side"], order["trade"]) == ("resident", "customer", "plumbing")
        assert [(s["kind"], s["note"]) for s in found["steps"]] == [("reported", ""), ("reported_again", "还在漏")]
        for wrong in ({"text": "x" * 501}, {"contact": "<b>"}, {"text": "a\u0000b"}, {"key": "short"}, {"more": 1}):
            answer = await anybody.post(f"{path}/reports", json=body | wrong)
            assert answer.status_code == 422, answer.text
        assert (await anybody.get("/api/v1/public/qr-codes/nothing")).status_code == 404
        assert (await anybody.get(f"/api/v1/qr-codes/{pump['code']}")).status_code == 401


async def test_nobody_floods_the_desk(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.MANAGER)) as manager, house.client() as anybody:
        (place,) = [each for each in await codes(manager) if each["ref"] == "b1"]
        said: list[int] = []
        for number in range(REPORTS + 1):
            body = {"key": f"{KEY}{number:04}", "text": "灯不亮"}
            answer = await anybody.post(f"/api/v1/public/qr-codes/{place['code']}/reports", json=body)
            said.append(answer.status_code)
        assert said == [201] * OF_CODE + [429] * (REPORTS + 1 - OF_CODE)
        assert "Retry-After" in answer.headers
        assert len(await items(manager, "work-orders")) == OF_CODE


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_printed_sheet_is_read_by_a_reader_that_is_not_ours(
    house: House, gateway: httpx.AsyncClient, language: str
) -> None:
    import pypdf
    import zxingcpp
    from PIL import Image

    async with house.client(await house.token(Role.MANAGER)) as manager:
        assert (await manager.get(f"/api/v1/qr-sheets/{SITE}")).status_code == 404
        made = await codes(manager)
        answer = await manager.get(f"/api/v1/qr-sheets/{SITE}?language={language}")
        assert answer.headers["content-type"] == "application/pdf"
    import io

    page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    text = page.extract_text()
    assert all(each["shown"] in text and each["name"][language] in text for each in made)
    bars = drawn(page)
    read = {found.text for found in zxingcpp.read_barcodes(Image.fromarray(bars))}
    assert read == {f"{house.settings.pages_url}/q/{each['code']}" for each in made}


def drawn(page: Any, scale: float = 3.0) -> Any:
    """The black bars of a page as a picture: what a printer would put on paper of its symbols."""
    import re

    import numpy as np

    height = float(page.mediabox.height)
    paper = np.full((round(height * scale), round(float(page.mediabox.width) * scale)), 255, np.uint8)
    number = r"(-?[\d.]+)"
    for x, y, w, h in re.findall(rf"{number} {number} {number} {number} re f", page.get_contents().get_data().decode()):
        left, top = float(x), height - float(y) - float(h)
        rows = slice(round(top * scale), round((top + float(h)) * scale))
        paper[rows, round(left * scale) : round((left + float(w)) * scale)] = 0
    return paper
