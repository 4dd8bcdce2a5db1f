"""The secrets of channels at rest: sealed with the cloud's own key, which can be changed while it runs."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import Connection, select, update

from cloud.notification.channel import kept, plain, shown
from cloud.notification.kinds import config_of
from cloud.notification.setup import config, rows, seal_anew
from cloud.notification.tables import CHANNEL
from cloud.sealing import Seal, add_key, drop_old_keys
from facility.errors import ConfigError
from tests.cloud.notification.telling import Telling


def test_secrets_are_sealed_and_never_shown(tmp_path: Path) -> None:
    config, seal = config_of("dingtalk", {"token": "t-secret", "secret": "s-secret"}), Seal(tmp_path / "a" / "key")
    stored = kept(config, seal)
    for told in (stored, shown(config)):
        assert "t-secret" not in str(list(told.values()))
        assert "s-secret" not in str(list(told.values()))
    assert config_of("dingtalk", {name: seal.open(value) for name, value in stored.items()}) == config
    assert (tmp_path / "a" / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="can't be opened with the keys of"):
        Seal(tmp_path / "other").open(stored["token"])
    (tmp_path / "key").write_text("no key\n", encoding="ascii")
    with pytest.raises(ConfigError, match="is no key file"):
        Seal(tmp_path / "key").seal("x")


async def test_a_new_key_seals_all_that_was_and_the_old_one_opens_nothing(telling: Telling) -> None:
    """Also what an older release left as it was given, and in a process that read the old key."""
    await telling.robot("group")
    await telling.hook("hook")

    async def stored() -> list[str]:
        return await telling.database.read(lambda c: list(c.execute(select(CHANNEL.c.setup)).scalars()))

    def bare(connection: Connection) -> None:
        told = orjson.dumps({"key": "k-bare", "url": f"{telling.bots.url}/group"}).decode()
        connection.execute(update(CHANNEL).where(CHANNEL.c.name == "group").values(setup=told))

    await telling.database.write(bare)
    running, first = Seal(telling.key), Seal(telling.key)
    await telling.database.write(lambda c: seal_anew(c, running, all_of=False))
    assert not any("k-bare" in each or "s" * 32 in each for each in await stored())
    before, old = await stored(), telling.key.read_text(encoding="ascii")
    add_key(telling.key)
    assert await telling.database.write(lambda c: seal_anew(c, Seal(telling.key), all_of=True)) == 2
    drop_old_keys(telling.key)
    assert len(telling.key.read_text(encoding="ascii").split()) == 1
    opened = await telling.database.read(lambda c: [config(row, running) for row in rows(c, CHANNEL, None)])
    assert [plain(each).get("key") or plain(each)["secret"] for each in opened] == ["k-bare", "s" * 32]
    telling.key.write_text(old, encoding="ascii")
    assert first.open(orjson.loads(before[0]).get("key")) in {"k-bare", None}
    for each in await stored():
        with pytest.raises(ConfigError):
            [first.open(value) for value in orjson.loads(each).values()]
