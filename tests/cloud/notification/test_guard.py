"""The guard of webhook targets: what is hostile is refused before any socket to it is opened."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from cloud.notification.guard import Guard, Pinned, Refused
from cloud.notification.posting import NotDelivered, Post
from facility.clock import ManualClock
from tests.cloud.notification.bots import Bots
from tests.cloud.notification.hostile_urls import HOSTILE

NAMES = {
    "localhost": ("127.0.0.1", "::1"),
    "rebound.example": ("127.0.0.1",),
    "half-inside.example": ("93.184.216.34", "10.0.0.7"),
    "example.com": ("93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"),
}


async def resolve(host: str, port: int) -> Sequence[str]:
    return NAMES.get(host, ())


@pytest.mark.parametrize("url", HOSTILE)
async def test_hostile_targets_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        await Guard().pin(url, resolve)


async def test_nothing_is_connected_to_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        opened.append(address)
        raise AssertionError(f"connected to {address}")

    monkeypatch.setattr("cloud.notification.guard._resolve", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    post = Post(Guard(), ManualClock())
    for url in HOSTILE:
        with pytest.raises(Refused):
            await post(url, b"{}")
    assert len(HOSTILE) >= 60
    assert not opened


async def test_a_public_target_is_pinned_to_the_address_of_now() -> None:
    pinned = await Guard().pin("https://example.com/hook?a=1", resolve)
    assert pinned == Pinned("https://example.com/hook?a=1", "example.com", 443, "93.184.216.34", secure=True)


async def test_what_is_listed_may_be_inside() -> None:
    assert (await Guard(frozenset({"10.0.0.0/8"})).pin("https://10.1.2.3/", resolve)).address == "10.1.2.3"
    assert (await Guard(frozenset({"rebound.example"})).pin("http://rebound.example/", resolve)).secure is False
    with pytest.raises(Refused, match="only https"):
        await Guard(frozenset({"10.0.0.0/8"})).pin("http://10.1.2.3/", resolve)


async def test_a_redirect_is_not_followed(bots: Bots) -> None:
    bots.mode = "redirect"
    with pytest.raises(NotDelivered, match="redirects are not followed"):
        await Post(Guard(frozenset({bots.host})), ManualClock())(f"{bots.url}/hook", b"{}")
    assert [seen.path for seen in bots.seen] == ["/hook"]


async def test_an_endless_answer_is_cut(bots: Bots) -> None:
    bots.mode = "endless"
    with pytest.raises(NotDelivered, match="longer"):
        await Post(Guard(frozenset({bots.host})), ManualClock())(f"{bots.url}/hook", b"{}")


async def test_what_breaks_tls_is_not_delivered_and_names_no_secret(bots: Bots) -> None:
    post = Post(Guard(frozenset({bots.host})), ManualClock())
    with pytest.raises(NotDelivered) as refused:
        await post(f"https://{bots.host}:{bots.port}/robot?access_token=very-secret", b"{}")
    assert "very-secret" not in str(refused.value)
    assert not bots.seen
