"""A drawing of a place is kept clean: nothing in it runs, loads, links or styles, and its ids are not the page's."""

from __future__ import annotations

import httpx
import pytest

from cloud.drawings.cleaning import MOST_ELEMENTS, clean
from cloud.errors import Unprocessable
from tests.cloud.building import SITE

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
HOSTILE = (
    ("<script>alert(1)</script>", "<script>"),
    ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>", "<foreignObject>"),
    ("<image href='http://elsewhere/x.png'/>", "<image>"),
    ("<style>@import url(http://elsewhere)</style>", "<style>"),
    ("<a href='javascript:alert(1)'><rect/></a>", "<a>"),
    ("<animate attributeName='href' to='javascript:alert(1)'/>", "<animate>"),
    ("<set attributeName='onload' to='alert(1)'/>", "<set>"),
    ("<rect onload='alert(1)'/>", "onload"),
    ("<use xlink:href='http://elsewhere/x.svg#a'/>", "href"),
    ("<use href='data:image/svg+xml;base64,AAAA'/>", "href"),
    ("<rect fill='url(http://elsewhere/x)'/>", "fill"),
    ("<rect fill='u\\72l(http://elsewhere/x)'/>", "fill"),
    ("<rect style='fill:url(//elsewhere/x)'/>", "fill"),
    ("<rect style='background-image:url(//elsewhere/x)'/>", "background-image"),
    ("<html:script xmlns:html='http://www.w3.org/1999/xhtml'>alert(1)</html:script>", "<script>"),
)


@pytest.mark.parametrize(("inside", "name"), HOSTILE)
def test_what_could_do_harm_is_left_out_and_named(inside: str, name: str) -> None:
    cleaned = clean(f"{HEAD}<g id='room'>{inside}</g></svg>")
    assert name in cleaned.removed
    assert all(word not in cleaned.svg for word in ("alert", "elsewhere", "javascript", "data:"))
    assert 'id="drawing-room"' in cleaned.svg


def test_what_draws_is_kept() -> None:
    cleaned = clean(
        f"{HEAD}<defs><path id='p' d='M0 0h5'/></defs><use xlink:href='#p' x='1'/>"
        "<rect id='pump-1' style='fill: none; stroke:#222' clip-path='url(#p)'/><text x='1'>水泵房</text></svg>"
    )
    assert cleaned.removed == {}
    assert 'href="#drawing-p"' in cleaned.svg
    assert 'fill="none" stroke="#222" clip-path="url(#drawing-p)"' in cleaned.svg
    assert "水泵房" in cleaned.svg
    assert clean(cleaned.svg.replace("drawing-", "")).svg == cleaned.svg


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg viewBox='0 0 1 1'>&a;</svg>", "DOCTYPE"),
        ("<html/>", "no SVG"),
        ("<svg viewBox='0 0 1 1'>", "well-formed"),
        ("<svg/>", "viewBox"),
        (f"<svg viewBox='0 0 1 1'>{'<g/>' * MOST_ELEMENTS}</svg>", "elements"),
    ],
)
def test_what_is_no_drawing_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(Unprocessable, match=says):
        clean(text)


async def test_a_drawing_of_a_place_is_given_changed_and_taken_away(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    site = (await admin.get("/api/v1/sites")).json()["items"][0]
    place = site["places"][0]["id"]
    body = {"site": SITE, "svg": f"{HEAD}<rect id='pump-1' onclick='x()'/></svg>"}
    taken = await admin.put(f"/api/v1/drawings/{place}", json=body)
    assert (taken.status_code, taken.json()["removed"]) == (200, {"onclick": 1})
    listed = (await admin.get("/api/v1/drawings", params={"site": SITE})).json()["items"]
    assert [each["place"] for each in listed] == [place]
    found = (await admin.get(f"/api/v1/drawings/{place}", params={"site": SITE})).json()
    assert "onclick" not in found["svg"]
    assert (await admin.put("/api/v1/drawings/nowhere", json=body)).status_code == 404
    assert (await admin.delete(f"/api/v1/drawings/{place}", params={"site": SITE})).status_code == 204
    assert (await admin.get(f"/api/v1/drawings/{place}", params={"site": SITE})).status_code == 404
