"""Who is told of a danger to life where nobody stands at the post that it goes to."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import Connection, select

from cloud.duty.store import add_duty
from cloud.notification import setup
from cloud.notification.message import Recipient
from cloud.notification.tables import DELIVERY
from cloud.permissions import Role
from cloud.users.store import add_user
from facility.clock import NS
from tests.cloud.notification.telling import SITE, Telling

HOUR = 3600 * NS
PEOPLE = {
    "leader": Role.GUARD, "wang": Role.MANAGER, "elsewhere": Role.MANAGER, "cook": Role.GUARD, "root": Role.ADMIN,
}  # fmt: skip


async def people(telling: Telling, *stand: tuple[str, str], reached: tuple[str, ...]) -> None:
    """Bring them in; who of them stands where, and who can be reached."""
    now = telling.clock.now()

    def work(connection: Connection) -> None:
        for name, role in PEOPLE.items():
            add_user(connection, name, "no hash of any", {"far" if name == "elsewhere" else SITE: (role,)}, at=now)
        for name in reached:
            setup.put_contact(connection, Recipient(name, mobile="13800000001"), now=now)
        for post, name in stand:
            add_duty(connection, SITE, post, name, now - HOUR, now + HOUR, now=now)

    await telling.database.write(work)


async def told(telling: Telling, *, life_safety: bool = True) -> tuple[list[str], str]:
    """(who, what) of an alarm of engineering's, at which nobody stands."""
    await telling.alarms(1, life_safety=life_safety)
    await telling.turns(telling.sender(), 0.5)
    query = select(DELIVERY.c.message).order_by(DELIVERY.c.id.desc())
    found = orjson.loads(await telling.database.read(lambda c: str(c.execute(query).scalar())))
    return [who["name"] for who in found["recipients"]], str(found)


EVERYBODY = tuple(PEOPLE)


@pytest.mark.parametrize(
    ("stand", "reached", "who"),
    [
        ([("shift_leader", "leader"), ("manager", "wang")], EVERYBODY, ["leader"]),
        ([("shift_leader", "leader"), ("manager", "wang")], ("wang", "cook"), ["wang"]),
        ([("control_room", "cook")], EVERYBODY, ["cook"]),
        ([], EVERYBODY, ["wang"]),
        ([], ("elsewhere", "root"), ["root"]),
        ([], (), []),
    ],
)
async def test_a_danger_to_life_goes_to_whoever_is_left(
    telling: Telling, stand: list[tuple[str, str]], reached: tuple[str, ...], who: list[str]
) -> None:
    await people(telling, *stand, reached=reached)
    names, said = await told(telling)
    assert names == who
    assert ("工程值班此刻无人值班" in said) is bool(who)


async def test_what_endangers_nobody_waits_for_its_own_post(telling: Telling) -> None:
    await people(telling, ("shift_leader", "leader"), reached=EVERYBODY)
    assert (await told(telling, life_safety=False))[0] == []
