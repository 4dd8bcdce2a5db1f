"""Every channel against a service that answers as the real one does, also when it says no inside a yes."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import pytest

from cloud.errors import Unprocessable
from cloud.notification.channels import webhook
from cloud.notification.guard import Guard
from cloud.notification.kinds import config_of, kinds
from cloud.notification.message import Message, Recipient, cut, digest
from cloud.notification.posting import NotDelivered, Post
from facility.clock import ManualClock
from facility.words import Text
from tests.cloud.notification.bots import Bots, Mode

FIRE = Message(
    title=Text(zh="【生命安全】消防主机:火警 l1d001", en="[LIFE SAFETY] Fire panel: fire l1d001"),
    lines=(Text(zh="位置 1号楼 / 3层", en="Place Tower 1 / floor 3"),),
    link="https://gatehouse.example/alarms/1",
    priority=1,
    life_safety=True,
    recipients=(Recipient("li.na", "13800000001", "li@example.com", "lina"), Recipient("wu", "13800000002")),
)
ROBOTS = {
    "dingtalk": ("/robot/send", {"token": "t-secret", "secret": "SECtest"}),
    "wecom": ("/cgi-bin/webhook/send", {"key": "k-secret"}),
    "feishu": ("/open-apis/bot/v2/hook/", {"hook": "h-secret", "secret": "SECtest"}),
}


def post(bots: Bots, patience: float = 10.0) -> Post:
    return Post(Guard(frozenset({bots.host})), ManualClock(wall=1_600_000_000 * 10**9), patience=patience)


def robot(bots: Bots, kind: str) -> dict[str, object]:
    path, setup = ROBOTS[kind]
    return {**setup, "url": bots.url + path}


async def send(bots: Bots, kind: str, setup: dict[str, object], message: Message = FIRE, patience: float = 10) -> None:
    await config_of(kind, setup).opened(post(bots, patience)).send(message)


async def test_dingtalk_is_signed_and_mentions_all_for_life_safety(bots: Bots) -> None:
    await send(bots, "dingtalk", robot(bots, "dingtalk"))
    (seen,) = bots.seen
    query = parse_qs(seen.query)
    assert query["access_token"] == ["t-secret"]
    assert query["timestamp"] == ["1600000000000"]
    assert query["sign"] == ["J1ROuI0lRhdAs5lXpASksT0u9NwWl4DNkvcHISJRBoY="]
    assert seen.json["msgtype"] == "markdown"
    assert "火警" in seen.json["markdown"]["text"]
    assert seen.json["at"] == {"isAtAll": True}


async def test_feishu_is_signed_in_its_body(bots: Bots) -> None:
    await send(bots, "feishu", robot(bots, "feishu"))
    (seen,) = bots.seen
    assert seen.path.endswith("/h-secret")
    assert (seen.json["timestamp"], seen.json["sign"]) == ("1600000000", "mhieWnSyoErxMnitRpWy7WiXUgvrgNLx3EOjdVNMVC8=")
    assert seen.json["content"]["text"].endswith('<at user_id="all"></at>')


async def test_wecom_text_stays_within_its_bytes(bots: Bots) -> None:
    long = Message(title=Text(zh="火" * 2_000, en="x"), life_safety=True)
    await send(bots, "wecom", robot(bots, "wecom"), long)
    (seen,) = bots.seen
    assert len(seen.json["text"]["content"].encode()) <= 2_048
    assert seen.json["text"]["mentioned_list"] == ["@all"]


@pytest.mark.parametrize("kind", sorted(ROBOTS))
@pytest.mark.parametrize("mode", ["refuse", "too_fast", "busy", "broken", "redirect"])
async def test_a_no_is_never_taken_for_a_yes(bots: Bots, kind: str, mode: Mode) -> None:
    bots.mode = mode
    with pytest.raises(NotDelivered) as refused:
        await send(bots, kind, robot(bots, kind))
    assert "secret" not in str(refused.value)
    assert refused.value.for_good == (mode == "refuse")
    assert (refused.value.wait > 0) == (mode in {"too_fast", "busy"})


async def test_who_does_not_answer_is_left(bots: Bots) -> None:
    bots.mode = "hang"
    with pytest.raises(NotDelivered, match="no answer"):
        await send(bots, "wecom", robot(bots, "wecom"), patience=0.2)


async def test_an_unknown_answer_is_no_yes(bots: Bots) -> None:
    with pytest.raises(NotDelivered):
        await send(bots, "feishu", {"hook": "x", "url": f"{bots.url}/other/"})


async def test_a_webhook_can_be_checked(bots: Bots) -> None:
    secret = "s" * 32
    await send(bots, "webhook", {"url": f"{bots.url}/hook", "secret": secret})
    (seen,) = bots.seen
    at = int(seen.headers["x-gatehouse-timestamp"])
    assert seen.headers["x-gatehouse-signature"] == f"sha256={webhook.sign(secret, at, seen.body)}"
    assert seen.json["title"]["zh"].startswith("【生命安全】")


GATEWAY = {
    "headers": {"Authorization": "Bearer $secret"},
    "body": {"to": "$mobile", "params": {"text": "$text"}, "fixed": [1, True]},
    "secret": "sms-secret",
    "code": "errcode",
}


@pytest.mark.parametrize("kind", ["sms", "voice"])
async def test_a_gateway_gets_one_request_a_number(bots: Bots, kind: str) -> None:
    hostile = Message(title=Text(zh='火警 "},{"to":"1', en="fire"), recipients=FIRE.recipients)
    await send(bots, kind, {**GATEWAY, "url": f"{bots.url}/sms"}, hostile)
    assert [seen.json["to"] for seen in bots.seen] == ["13800000001", "13800000002"]
    assert bots.seen[0].json["params"]["text"] == '火警 "},{"to":"1'
    assert bots.seen[0].json["fixed"] == [1, True]
    assert bots.seen[0].headers["authorization"] == "Bearer sms-secret"


async def test_a_gateway_without_anybody_to_tell_fails_for_good(bots: Bots) -> None:
    with pytest.raises(NotDelivered) as refused:
        await send(bots, "sms", {**GATEWAY, "url": f"{bots.url}/sms"}, Message(title=FIRE.title))
    assert refused.value.for_good
    assert not bots.seen


@pytest.mark.parametrize(
    ("kind", "setup", "path"),
    [
        ("wecom_person", {"corporation": "corp", "agent": 7, "secret": "s"}, "/message/send"),
        ("dingtalk_person", {"agent": 7, "key": "k", "secret": "s"}, "/topapi/message"),
    ],
)
async def test_people_get_a_card_with_a_link(bots: Bots, kind: str, setup: dict[str, object], path: str) -> None:
    channel = config_of(kind, {**setup, "url": bots.url}).opened(post(bots))
    await channel.send(FIRE)
    await channel.send(FIRE)
    assert len(bots.at("/gettoken")) == 1, "a token holds for many messages"
    (first, _) = bots.at(path)
    assert "lina" in first.body.decode()
    assert FIRE.link in first.body.decode()
    assert "access_token=token-1" in first.query


async def test_mail_goes_to_the_channel_and_to_who_is_on_duty() -> None:
    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        data = False
        while line := (await reader.readline()).decode():
            heard.append(line.rstrip())
            if data:
                data = line != ".\r\n"
                writer.write(b"" if data else b"250 kept\r\n")
            else:
                data = line.upper().startswith("DATA")
                writer.write(b"354 go on\r\n" if data else b"250 well\r\n")
            if line.upper().startswith("QUIT"):
                break
        writer.close()

    heard: list[str] = []
    server = await asyncio.start_server(smtp, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        setup = {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "g@example.com",
            "to": ["a@example.com"],
        }
        await config_of("mail", setup).opened(Post(Guard(), ManualClock())).send(FIRE)
    told = [line for line in heard if line.upper().startswith("RCPT")]
    assert told == ["rcpt TO:<a@example.com>", "rcpt TO:<li@example.com>"]
    assert any(line.startswith("Subject:") for line in heard)


def test_mail_without_tls_stays_on_this_machine() -> None:
    with pytest.raises(Unprocessable, match="without TLS"):
        config_of("mail", {"host": "mail.example.com", "security": "none", "sender": "g@example.com"})


def test_a_wrong_set_up_names_the_place_and_no_value() -> None:
    with pytest.raises(Unprocessable) as refused:
        config_of("webhook", {"url": "https://example.com", "secret": "short-secret", "extra": "x"})
    assert "secret:" in str(refused.value)
    assert "extra:" in str(refused.value)
    assert "short-secret" not in str(refused.value)
    with pytest.raises(Unprocessable, match="there is no channel"):
        config_of("../pace", {})
    assert len(kinds()) == 9


def test_a_digest_names_the_worst_and_counts_the_rest() -> None:
    many = [
        Message(title=Text(zh=f"泵{n}", en=f"pump {n}"), priority=4, link=f"http://x/alarms/{n}") for n in range(300)
    ]
    found = digest([*many, FIRE])
    assert found.title.zh == "报警汇总:301 条"
    assert "火警" in found.lines[0].zh
    assert found.lines[-1].en == "and 289 more: see the alarm list"
    assert found.life_safety
    assert digest([FIRE]) is FIRE


def test_no_character_is_torn() -> None:
    for most in range(4, 40):
        shorter = cut("消防火警abc消防火警", most)
        assert len(shorter.encode()) <= most
        assert shorter.endswith("…") == (most < 27)
