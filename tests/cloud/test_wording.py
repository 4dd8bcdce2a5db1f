"""What a wrong request is told: in both languages, with the place, in words of ours; which sites there are."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal

import httpx
import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cloud.permissions import Role
from cloud.wire import Asked, Moment
from cloud.wording import said, sentence
from facility.words import LocalTime
from tests.cloud.building import SITE
from tests.cloud.conftest import House

PYDANTIC = re.compile(r"Input should|Field required|String should|Extra inputs|Value error|valid (?:integer|string)")
HAN = re.compile(r"[\u4e00-\u9fff]")


class Sent(Asked):
    """One field of each kind that requests have."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(default="a", min_length=2, max_length=5, pattern="^[a-z0-9][a-z0-9_-]*$", validate_default=False)
    count: int = Field(default=1, ge=1, lt=9)
    share: float = Field(default=0.5, gt=0, le=1, allow_inf_nan=False)
    on: bool = True
    word: Literal["red", "green"] = "red"
    parts: tuple[Annotated[int, Field(multiple_of=5)], ...] = Field(default=(), max_length=2)
    at: Moment = 0
    since: LocalTime = time(0)
    password: str = Field(default="", max_length=3)
    free: str = ""


def nested(depth: int) -> list[Any]:
    """[[[…]]]"""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def wrong(value: dict[str, Any], model: type[BaseModel] = Sent) -> Any:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    (one,) = caught.value.errors()
    return one


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({"name": "a"}, "name:至少 2 个字符,现为 'a'", "name: needs 2 characters at least, not 'a'"),
        ({"name": "abcdef"}, "最多 5 个字符", "5 characters at most"),
        ({"name": "AB"}, "只能用小写字母", "has lower-case letters"),
        ({"name": 7}, "应为文本,现为 7", "write a text, not 7"),
        ({"count": 0}, "不得小于 1,现为 0", "must be 1 or more, not 0"),
        ({"count": 9}, "须小于 9", "must be less than 9"),
        ({"count": "many"}, "应为整数,现为 'many'", "write a whole number, not 'many'"),
        ({"count": 1.5}, "应为整数,现为 1.5", "write a whole number, not 1.5"),
        ({"share": 0}, "须大于 0", "must be more than 0"),
        ({"share": float("nan")}, "应为有限的数字", "write a finite number"),
        ({"on": "perhaps"}, "应为 true 或 false", "write true or false"),
        ({"word": "blue"}, "应为以下之一:'red'、'green',现为 'blue'", "take one of 'red' or 'green', not 'blue'"),
        ({"parts": [5, 5, 5]}, "最多列出 2 项", "list 2 at most"),
        ({"parts": [5, 3]}, "parts.1:须为 5 的倍数", "parts.1: must be a multiple of 5"),
        ({"parts": 5}, "应为列表", "write a list"),
        ({"at": "9999-12-31T00:00:00Z"}, "at:时间应在 1900 年至 2199 年之间", "between the years 1900 and 2199"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "时间应在 1900 年", "between the years 1900 and 2199"),
        ({"at": 10**30}, "时间应在 1900 年", "between the years 1900 and 2199"),
        ({"since": "22:00:00+08:00"}, "since:时刻按当地时间填写", "since: a time of day is local and has no zone"),
        ({"since": "25:00"}, "应为时刻,如 22:00", "a time of day like 22:00"),
        ({"colour": 1}, "colour:没有这个字段", "colour: is not a field here"),
        ({"at": 1.5}, "时间写作", "a time is written like 2026-11-21T08:00:00Z"),
        ({"name": "a\u0007"}, "含控制字符", "has a control character"),
        ({"free": "a\ud800"}, "free 含控制字符", "free has a control character"),
        ({"parts": nested(500)}, "嵌套过深", "nested too deep"),
    ],
)
def test_each_mistake_has_its_sentence(value: dict[str, Any], zh: str, en: str) -> None:
    first, _, second = sentence(wrong(value)).rpartition(" · ")
    assert zh in first
    assert en in second
    assert not HAN.search(re.sub(r"'[^']*'", "", second))


def test_a_secret_is_never_repeated() -> None:
    assert "open-sesame" not in sentence(wrong({"password": "open-sesame"}))


def test_whatever_pydantic_finds_is_said_without_its_words() -> None:
    """Also kinds of mistake that no request of ours makes today."""
    seen = 0
    kinds: list[tuple[Any, object]] = [
        (set[int], 1), (frozenset[int], 1), (bytes, 1), (dict[str, int], 1), (type(None), 1), (complex, "x"),
        (Annotated[str, Field(pattern="a")], "b"), (tuple[int, int], (1,)), (Literal[1], 2),
    ]  # fmt: skip
    for kind, value in kinds:
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(kind).validate_python(value)
        for each in caught.value.errors():
            text = said(dict(each))
            seen += 1
            assert not PYDANTIC.search(text.zh + text.en), each["type"]
    assert seen >= 9


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_requests_are_refused_in_our_words(admin: httpx.AsyncClient) -> None:
    asked = [
        await admin.get("/api/v1/alarms", params={"limit": "many", "state": "burning"}),
        await admin.post("/api/v1/notification/channels", json={"site": SITE}),
        await admin.post("/api/v1/session", content=b"{", headers={"content-type": "application/json"}),
        await admin.put("/api/v1/people/ann/skills", json={"site": SITE, "skills": [{"trade": "a", "level": 99}]}),
    ]
    for answer in asked:
        assert answer.status_code == 422, answer.text
        told = answer.json()
        assert not PYDANTIC.search(answer.text), answer.text
        assert all(HAN.search(each["says"]) for each in told["errors"])
        assert " · " in told["detail"]
    assert {each["where"] for each in asked[0].json()["errors"]} == {"query.limit", "query.state.0"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_site_that_is_not_there_is_told_with_the_nearest(
    house: House, admin: httpx.AsyncClient, gateway: httpx.AsyncClient
) -> None:
    for path in ("alarms", "work-orders", "equipment", "gateways", "plans", "notification/deliveries", "stream"):
        answer = await admin.get(f"/api/v1/{path}", params={"site": "riversid"})
        assert answer.status_code == 404, (path, answer.text)
        assert "did you mean 'riverside'?" in answer.json()["detail"]
        assert "没有站点 'riversid'" in answer.json()["detail"]
    assert (await admin.get("/api/v1/alarms", params={"site": SITE})).json()["items"] == []
    await house.gateway("hillside", "hillside-1")
    async with house.client(await house.token(Role.VIEWER, "hillside")) as stranger:
        told = await stranger.get("/api/v1/alarms", params={"site": SITE})
        assert told.status_code == 404
        assert "there are: hillside)" in told.json()["detail"], "nothing of other sites is named"
