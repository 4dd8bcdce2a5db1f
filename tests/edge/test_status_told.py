"""The gateway tells the cloud how it is; a cloud that is away or older is no trouble."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.delivery import Answer, Away
from edge.endpoint import Endpoint
from edge.uplink.connection import Connection
from edge.uplink.status import OLDER_CLOUD, tell
from facility.gateway_status import TELL_EVERY, Status
from facility.words import Secret

STATUS = Status(
    site="riverside", gateway="riverside-1", version="1", inventory="0" * 16, settings=1, pid=1, started=0, now=1,
    clock="trusted", points=0, qualities={}, samples=0, alarms={}, lines=(), lanes=(), ends={},
)  # fmt: skip


class Cloud:
    """Answers with one status, or not at all."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        self.heard: list[tuple[str, str, bytes | None]] = []

    async def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        self.heard.append((method, path, body))
        if self.status is None:
            raise Away("nobody is there")
        return Answer(self.status, "", None)


async def test_it_says_the_same_as_its_own_page() -> None:
    cloud = Cloud(204)
    assert await tell(cloud, STATUS) == TELL_EVERY  # type: ignore[arg-type]
    ((method, path, body),) = cloud.heard
    assert (method, path, Status.model_validate(json.loads(body or b""))) == ("PUT", "/status", STATUS)


async def test_a_cloud_that_is_away_is_told_again_soon_and_an_older_one_seldom() -> None:
    rests = [await tell(Cloud(status), STATUS) for status in (None, 503, 403, 404)]  # type: ignore[arg-type]
    assert rests == [TELL_EVERY, TELL_EVERY, TELL_EVERY, OLDER_CLOUD]


@pytest.mark.parametrize("broken", [b"\xff\xfe", "令牌".encode(), b"one\ntwo", None])
async def test_a_token_that_can_not_be_had_just_now_is_a_cloud_that_is_away(
    tmp_path: Path, broken: bytes | None
) -> None:
    """While its file is being changed: nothing else of the agent stops for that."""
    if broken is not None:
        (tmp_path / "cloud.token").write_bytes(broken)
    endpoint = Endpoint("cloud", "http://127.0.0.1:1", lambda: Secret(file="cloud.token").read(tmp_path, {}))
    async with Connection(endpoint, "riverside-1") as connection:
        assert await tell(connection, STATUS) == TELL_EVERY
        with pytest.raises(Away, match=r"secret file|token has signs"):
            await connection.send("GET", "/instructions?after=0")
