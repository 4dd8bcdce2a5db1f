"""Notification as its administrator sets it up: secrets stay hidden, routes name real channels, a test tells."""

from __future__ import annotations

import httpx
import pytest

from cloud.notification.channel import shown
from cloud.notification.kinds import config_of
from cloud.permissions import Role
from cloud.sealing import add_key, drop_old_keys
from tests.cloud.building import FIRE, SITE, Edge, batch
from tests.cloud.conftest import House
from tests.cloud.notification.bots import Bots
from tests.cloud.waiting import items, until

BASE = "/api/v1/notification"


async def add(admin: httpx.AsyncClient, bots: Bots, name: str = "group") -> str:
    body = {"site": SITE, "name": name, "kind": "wecom", "setup": {"key": "k-secret", "url": f"{bots.url}/{name}"}}
    answer = await admin.post(f"{BASE}/channels", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_secret_is_kept_and_never_shown(admin: httpx.AsyncClient, bots: Bots) -> None:
    id = await add(admin, bots)
    changed = await admin.put(f"{BASE}/channels/{id}", json={"name": "night"})
    assert changed.status_code == 200, changed.text
    tested = await admin.post(f"{BASE}/channels/{id}/test", json={})
    assert tested.json() == {"taken": True, "why": ""}
    assert bots.seen[-1].query == "key=k-secret"
    for path in ("notification/channels", "notification/attempts", "audit"):
        assert "k-secret" not in (await admin.get(f"/api/v1/{path}")).text
    bots.mode = "refuse"
    refused = (await admin.post(f"{BASE}/channels/{id}/test", json={})).json()
    assert refused["taken"] is False
    assert "errcode" in refused["why"]


def hook(**changes: str) -> dict[str, object]:
    return {"name": "x", "kind": "webhook", "setup": {"url": "https://hooks.example/x", "secret": "h" * 32} | changes}


async def test_an_address_that_is_hopeless_is_refused_when_it_is_changed_too(
    admin: httpx.AsyncClient, bots: Bots
) -> None:
    id = await add(admin, bots)
    for url in ("https://10.0.0.7/x", "https://wang:hunter2@hooks.example/x"):
        refused = await admin.put(f"{BASE}/channels/{id}", json={"setup": {"url": url}})
        assert (refused.status_code, "hunter2" in refused.text) == (422, False), refused.text
    assert (await items(admin, "notification/channels"))[0]["setup"]["url"] == f"{bots.url}/group"
    later = await admin.put(f"{BASE}/channels/{id}", json={"setup": {"url": "https://not-yet.invalid/x"}})
    assert later.status_code == 200, "a name that can't be looked up just now may be right"


def test_what_was_kept_before_shows_no_password() -> None:
    config = config_of("webhook", {"url": "https://wang:hunter2@hooks.example/x", "secret": "h" * 32})
    assert shown(config)["url"] == "https://•••@hooks.example/x"


async def test_a_fire_is_told_by_two_kinds_and_seen_in_the_list(
    house: House, admin: httpx.AsyncClient, gateway: httpx.AsyncClient, edge: Edge, bots: Bots
) -> None:
    group = await add(admin, bots)
    hook = {"url": f"{bots.url}/hook", "secret": "h" * 32}
    second = await admin.post(f"{BASE}/channels", json={"site": SITE, "name": "hook", "kind": "webhook", "setup": hook})
    route = {"site": SITE, "name": "all", "channels": [group, second.json()["id"]]}
    assert (await admin.post(f"{BASE}/routes", json=route)).status_code == 201
    sent = await gateway.post(
        "/api/v1/gateways/riverside-1/events", content=batch(edge.raised("fire-panel", FIRE, "l1d001"))
    )
    assert sent.status_code == 200, sent.text

    async def sent_ones() -> bool:
        return [d["state"] for d in await items(admin, "notification/deliveries")] == ["sent", "sent"]

    await until(sent_ones, 60)
    deliveries = await items(admin, "notification/deliveries")
    assert {d["channel"] for d in deliveries} == {group, second.json()["id"]}
    assert {d["title"]["zh"] for d in deliveries} == {"【报警】【生命安全】消防主机 烟感 l1d001:火警"}
    assert [a["taken"] for a in await items(admin, "notification/attempts")] == [True, True]
    async with house.client(await house.token(Role.GUARD)) as guard:
        assert (await guard.get(f"{BASE}/deliveries")).status_code == 403
        assert (await guard.get(f"{BASE}/channels")).status_code == 403


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_nobody_is_taken_off_while_a_danger_to_life_waits(
    admin: httpx.AsyncClient, gateway: httpx.AsyncClient, edge: Edge, bots: Bots
) -> None:
    first, second = await add(admin, bots), await add(admin, bots, "other")
    asked = {"site": SITE, "name": "all", "channels": [first]}
    route = (await admin.post(f"{BASE}/routes", json=asked)).json()["id"]
    await gateway.post("/api/v1/gateways/riverside-1/events", content=batch(edge.raised("fire-panel", FIRE, "l1d001")))
    fire = (await items(admin, "alarms"))[0]["id"]
    at, on = f"{BASE}/routes/{route}", f"{BASE}/channels/{second}"
    fewer = [asked | {"enabled": False}, asked | {"channels": [second]}, asked | {"matches": {"priority": 1}}]
    refused = [await admin.put(at, json=body) for body in fewer]
    refused += [await admin.delete(at), await admin.delete(on), await admin.put(on, json={"enabled": False})]
    assert [(each.status_code, "acknowledged" in each.text) for each in refused] == [(409, True)] * 6
    assert (await admin.put(at, json=asked | {"channels": [first, second]})).status_code == 200, "more may be told"
    await admin.post(f"/api/v1/alarms/{fire}/acknowledge", json={})
    assert (await admin.delete(at)).status_code == 204
    assert (await admin.put(on, json={"enabled": False})).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("channels", {"name": "x", "kind": "pigeon", "setup": {}}, "there is no channel"),
        ("channels", {"name": "x", "kind": "wecom", "setup": {}}, "key:"),
        ("channels", hook(secret="h" * 31), "needs 32 characters at least"),
        ("channels", hook(url="http://hooks.example/x"), "only https"),
        ("channels", hook(url="https://10.0.0.7/x"), "not on the public internet"),
        ("channels", hook(url="https://[::1]/x"), "not on the public internet"),
        ("channels", hook(url="https://wang:hunter2@hooks.example/x"), "use the secret instead"),
        ("channels", {"name": "x", "kind": "wecom", "setup": {"key": "k", "url": "https://a:b@10.0.0.7"}}, "secret"),
        ("routes", {"name": "x", "channels": ["nothing"]}, "no channel"),
        ("routes", {"name": "x", "channels": []}, "channels"),
    ],
)
async def test_a_wrong_set_up_is_refused_with_the_place(
    admin: httpx.AsyncClient, path: str, body: dict[str, object], words: str
) -> None:
    answer = await admin.post(f"{BASE}/{path}", json={"site": SITE, **body})
    assert answer.status_code == 422
    assert words in answer.text


async def test_a_channel_that_a_route_names_stays(admin: httpx.AsyncClient, bots: Bots) -> None:
    id = await add(admin, bots)
    made = await admin.post(f"{BASE}/routes", json={"site": SITE, "name": "all", "channels": [id]})
    assert (await admin.delete(f"{BASE}/channels/{id}")).status_code == 409
    assert (await admin.delete(f"{BASE}/routes/{made.json()['id']}")).status_code == 204
    assert (await admin.delete(f"{BASE}/channels/{id}")).status_code == 204
    assert (await admin.delete(f"{BASE}/channels/{id}")).status_code == 404
    assert await items(admin, "notification/routes") == []


async def test_two_channels_of_a_site_have_two_names(admin: httpx.AsyncClient, bots: Bots) -> None:
    await add(admin, bots)
    body = {"site": SITE, "name": "group", "kind": "wecom", "setup": {"key": "k"}}
    assert (await admin.post(f"{BASE}/channels", json=body)).status_code == 409


async def test_how_people_are_reached(house: House, admin: httpx.AsyncClient) -> None:
    who = {"name": "li.na", "roles": {SITE: ["engineer"]}}
    assert (await admin.post("/api/v1/users", json=who)).status_code == 201
    told = {"mobile": "13800000001", "mail": "li@example.com", "account": "lina"}
    assert (await admin.put(f"{BASE}/contacts/li.na", json=told)).status_code == 200
    assert await items(admin, "notification/contacts") == [{"person": "li.na", **told}]
    assert (await admin.put(f"{BASE}/contacts/nobody", json=told)).status_code == 404
    assert (await admin.put(f"{BASE}/contacts/li.na", json={"mobile": "call me"})).status_code == 422
    async with house.client(await house.token(Role.MANAGER)) as manager:
        assert (await manager.get(f"{BASE}/contacts")).status_code == 403


async def test_of_people_elsewhere_an_administrator_of_one_site_reads_and_changes_nothing(
    house: House, admin: httpx.AsyncClient
) -> None:
    told = {"mobile": "13800000001", "mail": "", "account": ""}
    for name, roles in {
        "li.na": {SITE: ["guard"]},
        "far": {"hill": ["guard"]},
        "both": {SITE: ["guard"], "hill": ["guard"]},
    }.items():
        await admin.post("/api/v1/users", json={"name": name, "roles": roles})
        assert (await admin.put(f"{BASE}/contacts/{name}", json=told)).status_code == 200
    async with house.client(await house.token(Role.ADMIN, SITE)) as local:
        assert {each["person"] for each in await items(local, "notification/contacts")} == {"both", "li.na"}
        changed = {n: (await local.put(f"{BASE}/contacts/{n}", json={})).status_code for n in ("li.na", "far", "both")}
    assert changed == {"li.na": 200, "far": 404, "both": 403}


async def test_a_channel_whose_secret_is_lost_is_shown_and_takes_a_new_one(
    house: House, admin: httpx.AsyncClient, bots: Bots
) -> None:
    id = await add(admin, bots)
    add_key(house.settings.secrets_file)
    drop_old_keys(house.settings.secrets_file)
    shown = next(each for each in await items(admin, "notification/channels") if each["id"] == id)
    assert shown["setup"]["key"] == ""
    tried = (await admin.post(f"{BASE}/channels/{id}/test", json={})).json()
    assert (tried["taken"], "the channel's secrets can't be opened" in tried["why"]) == (False, True)
    assert (await admin.put(f"{BASE}/channels/{id}", json={"name": "other"})).status_code == 200
    assert (await admin.put(f"{BASE}/channels/{id}", json={"setup": {"language": "en"}})).status_code == 422
    assert (await admin.put(f"{BASE}/channels/{id}", json={"setup": {"key": "anew"}})).json()["setup"]["key"] == "•••"
    assert (await admin.post(f"{BASE}/channels/{id}/test", json={})).json()["taken"]


async def test_every_kind_says_what_it_asks_for(admin: httpx.AsyncClient) -> None:
    kinds = {kind["kind"]: kind for kind in await items(admin, "notification/kinds")}
    assert set(kinds) == {
        "dingtalk", "dingtalk_person", "feishu", "mail", "sms", "voice", "webhook", "wecom", "wecom_person",
    }  # fmt: skip
    assert kinds["webhook"]["setup"]["required"] == ["url", "secret"]
