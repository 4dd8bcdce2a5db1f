"""Photos of an order: what is taken, what is kept of it, who sees it, and when it is gone. On both stores."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from cloud.forgetting import forget_once
from cloud.permissions import Role
from cloud.photos import store
from cloud.photos.files import Files
from cloud.photos.picture import LONG_SIDE, picture
from cloud.photos.store import KEPT
from cloud.users.store import add_user
from facility.clock import SystemClock
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

PLACE = {1: "N", 2: (30.0, 39.0, 1.0), 3: "E", 4: (104.0, 3.0, 2.0)}
"""The GPS part of an EXIF block."""


def image(kind: str = "JPEG", size: tuple[int, int] = (640, 400), **told: Any) -> bytes:
    made = Image.new("RGB", size, "white")
    made.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    return saved(made, kind, **told)


def saved(made: Image.Image, kind: str, **told: Any) -> bytes:
    file = BytesIO()
    made.save(file, kind, **told)
    return file.getvalue()


def located() -> bytes:
    """As a telephone takes it: on its side, with the place, a maker and a text."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825).update(PLACE)
    return image(exif=exif, comment=b"<script>alert(1)</script>") + b"PK\x03\x04 a second file"


async def order(client: httpx.AsyncClient) -> str:
    asked = {"site": SITE, "text": "tap", "class": "ordinary", "trade": "plumbing"}
    answer = await client.post("/api/v1/work-orders", json=asked)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def path(id: str, key: str = "key-00000001", note: str = "") -> str:
    return f"/api/v1/work-orders/{id}/photos?key={key}" + (f"&note={note}" if note else "")


@pytest.mark.parametrize(("kind", "sent"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_three_kinds_are_taken_by_their_content(kind: str, sent: str) -> None:
    found = picture(image(kind))
    assert (found.sent, found.width, found.height) == (sent, 640, 400)
    assert Image.open(BytesIO(found.content)).format == "JPEG"
    assert max(Image.open(BytesIO(found.small)).size) == 320


def test_only_the_picture_is_kept_upright_and_no_larger_than_needed() -> None:
    found = picture(located())
    for content in (found.content, found.small):
        kept = Image.open(BytesIO(content))
        assert not kept.getexif()
        assert kept.size[0] < kept.size[1]
        for secret in (b"SECRETPHONE", b"script", b"second file", b"Exif"):
            assert secret not in content
    assert (found.width, found.height) == (400, 640)
    large = picture(image(size=(4000, 3000)))
    assert max(large.width, large.height) <= LONG_SIDE


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG, PNG or WebP"),
    "page": (lambda: b"<!DOCTYPE html><script>1</script>", "JPEG, PNG or WebP"),
    "gif": (lambda: image("GIF"), "JPEG, PNG or WebP"),
    "nothing": (lambda: b"", "JPEG, PNG or WebP"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(64), "most compatible"),
    "script with a photo's beginning": (lambda: b"\xff\xd8\xff<script>alert(1)</script>", "take it again"),
    "cut": (lambda: image()[:900], "take it again"),
    "bomb": (lambda: saved(Image.new("1", (30_000, 3_000)), "PNG"), "smaller one"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", REFUSED)
async def test_anything_else_is_refused_with_what_to_do(house: House, gateway: httpx.AsyncClient, name: str) -> None:
    make, says = REFUSED[name]
    async with house.client(await house.token(Role.ENGINEER)) as client:
        id = await order(client)
        headers = {"Content-Type": "image/jpeg"}
        answer = await client.post(path(id), content=make(), headers=headers)
        assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text
        assert (await client.post(path(id, "no"), content=image())).status_code == 422
        assert (await client.post(path(id), content=b"\xff\xd8\xff" + bytes(12 << 20))).status_code == 413
        assert await items(client, f"work-orders/{id}/photos") == []
        assert not list(house.settings.photos_folder.glob("*/*"))


async def test_sent_twice_it_is_kept_once_and_served_as_a_file(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.ENGINEER)) as client:
        id = await order(client)
        first = (await client.post(path(id, note="after"), content=located())).json()
        again = await client.post(path(id, note="other"), content=located())
        assert (again.status_code, again.json()) == (200, first)
        other = await client.post(path(id), content=image("PNG"))
        assert (other.status_code, "key of its own" in other.json()["detail"]) == (409, True)
        assert await items(client, f"work-orders/{id}/photos") == [first]
        assert len(list(house.settings.photos_folder.glob("*/*"))) == 2
        assert oct(next(house.settings.photos_folder.glob("*/*")).stat().st_mode)[-3:] == "600"
        for end in ("", "/small"):
            got = await client.get(f"/api/v1/work-orders/{id}/photos/{first['id']}{end}")
            assert got.headers["content-type"] == "image/jpeg"
            assert got.headers["x-content-type-options"] == "nosniff"
            assert got.headers["content-disposition"] == f'attachment; filename="{first["id"]}.jpg"'
            assert Image.open(BytesIO(got.content)).size[1] == (320 if end else 640)
        evidence = (await client.get(f"/api/v1/work-orders/{id}")).json()["evidence"]
        assert [(each["ref"], each["detail"]) for each in evidence if each["kind"] == "photo"] == [
            (first["id"], "after")
        ]
        for wrong in ("nothing", "../cloud.sqlite", "..%2Fcloud.sqlite"):
            answer = await client.get(f"/api/v1/work-orders/{id}/photos/{wrong}")
            assert b"SQLite" not in answer.content
            assert answer.status_code == 404


async def test_a_contractor_has_only_its_own(house: House, gateway: httpx.AsyncClient) -> None:
    now = SystemClock().now()
    name = f"test-{Role.CONTRACTOR}"
    await house.database.write(lambda c: add_user(c, name, "x", {SITE: (Role.CONTRACTOR,)}, at=now))
    async with (
        house.client(await house.token(Role.MANAGER)) as manager,
        house.client(await house.token(Role.CONTRACTOR, SITE)) as firm,
        house.client(await house.token(Role.VIEWER, SITE)) as viewer,
        house.client(await house.token(Role.MANAGER, "far")) as far,
    ):
        mine, theirs = await order(manager), await order(manager)
        assert (await manager.post(f"/api/v1/work-orders/{mine}/dispatch", json={"to": name})).status_code == 200
        kept = (await manager.post(path(theirs), content=image())).json()
        assert (await firm.post(path(mine), content=image())).status_code == 200
        assert len(await items(firm, f"work-orders/{mine}/photos")) == 1
        for client in (firm, far):
            assert (await client.post(path(theirs, "key-00000002"), content=image())).status_code == 404
            for end in ("", f"/{kept['id']}", f"/{kept['id']}/small"):
                assert (await client.get(f"/api/v1/work-orders/{theirs}/photos{end}")).status_code == 404
        assert (await firm.get(f"/api/v1/work-orders/{mine}/photos/{kept['id']}")).status_code == 404
        assert (await viewer.get(f"/api/v1/work-orders/{mine}/photos")).status_code == 200
        assert (await viewer.post(path(mine, "key-00000003"), content=image())).status_code == 403


async def test_an_order_and_a_site_have_so_many(
    house: House, gateway: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "OF_ORDER", 2)
    async with house.client(await house.token(Role.ENGINEER)) as client:
        id, other = await order(client), await order(client)
        answers = [await client.post(path(id, f"key-0000000{n}"), content=image()) for n in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 409]
        assert (await client.post(path(id, "key-00000000"), content=image())).status_code == 200
        monkeypatch.setattr(store, "OF_SITE", 1)
        assert (await client.post(path(other), content=image())).status_code == 409
        assert len(list(house.settings.photos_folder.glob("*/*"))) == 4


async def test_when_their_time_is_over_row_and_file_are_gone(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.MANAGER)) as client:
        ended, running = await order(client), await order(client)
        for id in (ended, running):
            assert (await client.post(path(id), content=image())).status_code == 200
        assert (await client.post(f"/api/v1/work-orders/{ended}/cancel", json={"reason": "x"})).status_code == 200
        files, now = Files(house.settings.photos_folder), SystemClock().now()
        await forget_once(house.database, files, now + KEPT - 60 * 10**9)
        assert len(await items(client, f"work-orders/{ended}/photos")) == 1
        await forget_once(house.database, files, now + KEPT + 60 * 10**9)
        assert await items(client, f"work-orders/{ended}/photos") == []
        assert len(await items(client, f"work-orders/{running}/photos")) == 1
        assert len(list(house.settings.photos_folder.glob("*/*"))) == 2


def test_a_damaged_photo_is_read_or_refused_never_worse() -> None:
    from cloud.errors import Unprocessable

    dice, outcomes = random.Random(5), set()
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = image(kind, (64, 48))
        for _ in range(60):
            content = bytearray(whole)
            for _ in range(dice.randrange(1, 5)):
                content[dice.randrange(len(content))] = dice.randrange(256)
            try:
                picture(bytes(content))
                outcomes.add("read")
            except Unprocessable:
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}
