"""Who may speak: passwords, TLS, client certificates, access lists, shared subscriptions, two clients of one id."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers.mqtt import Connection
from drivers.mqtt.client import TakenOver
from drivers.mqtt.patience import Patience
from facility.errors import LineDown
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.mqtt.brokers import broker, make, message, points, publisher
from tests.services.certificates import Authority
from tests.services.mosquitto import Mosquitto, Security
from tests.services.ports import free_port

Brokers = Callable[[Security], Mosquitto]


async def test_a_wrong_password_is_said_and_tried_again(mosquitto_with: Brokers) -> None:
    server = mosquitto_with(Security(users={"edge": "right"}))
    told = Told()
    async with running(make(server.port, "refused", told, username="edge", secret="wrong"), Seen().deliver):
        await until(lambda: len(told.said) >= 2)
    assert all(not up and "refuses us" in why for up, why in told.said)


async def test_tls_with_password(mosquitto_with: Brokers) -> None:
    server = mosquitto_with(Security(users={"edge": "right"}, tls=True))
    told, seen = Told(), Seen()
    line = make(server.tls_port, "tls", told, username="edge", secret="right", tls=True, ca=str(server.ca))
    async with running(line, seen.deliver):
        await until(lambda: told.up)
        with publisher(server.port, "edge", "right") as publish:
            await asyncio.to_thread(publish, "tls/u2", '{"v": 2}')
        await until(lambda: bool(seen.batches))
    assert seen.values(2) == [2.0]


async def test_mutual_tls(mosquitto_with: Brokers) -> None:
    server = mosquitto_with(Security(tls=True, client_certificates=True))
    pair = server.authority.issue("edge")
    keys: dict[str, Any] = {"tls": True, "ca": str(server.ca)}
    stranger, told, seen = Told(), Told(), Seen()
    async with running(make(server.tls_port, "none", stranger, **keys), Seen().deliver):
        await until(lambda: stranger.down)
    own: dict[str, Any] = {"certificate": str(pair.certificate), "key": str(pair.key), **keys}
    async with running(make(server.tls_port, "mutual", told, **own), seen.deliver):
        await until(lambda: told.up)
    assert told.said == [(True, "")]
    assert all(not up for up, _ in stranger.said), "without a certificate nobody is let in"


async def test_a_broker_of_another_authority_is_not_believed(mosquitto_with: Brokers, tmp_path: Path) -> None:
    server = mosquitto_with(Security(tls=True))
    told = Told()
    other = Authority(tmp_path / "other").certificate
    async with running(make(server.tls_port, "other", told, tls=True, ca=str(other)), Seen().deliver):
        await until(lambda: told.down)
    assert "certificate verify failed" in told.said[0][1]


async def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    """At the door; and one that was taken away later, by the line."""
    with pytest.raises(ValueError, match=r"there is no file nowhere\.pem"):
        make(1883, "lacking", Told(), tls=True, ca="nowhere.pem")
    told, ca = Told(), tmp_path / "ca.pem"
    ca.touch()
    line = make(1883, "lacking", told, tls=True, ca=str(ca))
    ca.unlink()
    async with running(line, Seen().deliver):
        await until(lambda: told.down)
    assert f"ca: there is no file {ca}" in told.said[0][1]


async def test_messages_that_share_a_tls_record_all_arrive(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    told, seen = Told(), Seen()
    record = b"".join(message("record/u0", b'{"v": %d}' % i) for i in range(50))
    line_keys: dict[str, Any] = {"tls": True, "ca": str(authority.certificate)}
    async with (
        broker([record], authority.issue("broker")) as port,
        running(make(port, "record", told, **line_keys), seen.deliver),
    ):
        await until(lambda: len(seen.values(0)) >= 50)
    assert seen.values(0) == [float(i) for i in range(50)]


async def test_a_subscription_that_the_access_list_denies_stays_silent_and_leaves_the_others_alone(
    mosquitto_with: Brokers,
) -> None:
    """Mosquitto grants it all the same: only silence tells, and the edge's deadline makes it stale."""
    acl = "user edge\ntopic read acl/u0\nuser pump\ntopic write acl/#\n"
    server = mosquitto_with(Security(users={"edge": "a", "pump": "b"}, acl=acl))
    told, seen = Told(), Seen()
    async with running(make(server.port, "acl", told, username="edge", secret="a"), seen.deliver):
        await until(lambda: told.up)
        with publisher(server.port, "pump", "b") as publish:
            await asyncio.to_thread(publish, "acl/u1", '{"v": 1}')
            await asyncio.to_thread(publish, "acl/u0", '{"v": 2}')
        await until(lambda: bool(seen.rows(0)))
    assert seen.values(0) == [2.0]
    assert seen.rows(1) == []


async def test_a_subscription_that_the_broker_refuses_is_bad_at_once() -> None:
    told, seen = Told(), Seen()
    async with broker([], codes=b"\x00\x80\x00") as port, running(make(port, "no", told), seen.deliver):
        await until(lambda: bool(seen.batches))
    assert told.said[0] == (True, "")
    assert seen.rows(1)[0][1:] == (Quality.BAD, Reason.REFUSED)
    assert seen.rows(0) == []


async def test_a_shared_subscription_divides_the_messages(mosquitto: Mosquitto) -> None:
    tolds, seens = (Told(), Told()), (Seen(), Seen())
    first, second = (
        make(mosquitto.port, "share", told, client_id=f"share-{i}", version="5", share="group")
        for i, told in enumerate(tolds)
    )
    async with running(first, seens[0].deliver), running(second, seens[1].deliver):
        await until(lambda: all(t.up for t in tolds))
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(lambda: [publish("share/u0", f'{{"v": {i}}}') for i in range(20)])
        await until(lambda: sum(len(s.values(0)) for s in seens) >= 20)
    assert sorted(seens[0].values(0) + seens[1].values(0)) == [float(i) for i in range(20)]
    assert all(s.values(0) for s in seens)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_two_clients_of_one_id_do_not_fight(mosquitto: Mosquitto, version: str) -> None:
    """Mosquitto does not say why it closes; after a few rounds both wait longer and say what they suspect."""
    old, new = Told(), Told()
    name = f"same-{version}"
    async with (
        running(make(mosquitto.port, name, old, version=version), Seen().deliver),
        running(make(mosquitto.port, name, new, version=version), Seen().deliver),
    ):
        suspected = f"has another client the client_id '{name}' too?"
        await until(lambda: any(suspected in why for _, why in old.said + new.said))
        before = len(old.said) + len(new.said)
        with pytest.raises(TimeoutError):
            await until(lambda: len(old.said) + len(new.said) > before + 3, 1.5)


def test_who_is_told_that_its_session_was_taken_over_waits_long() -> None:
    patience = Patience()
    taken = TakenOver("another client has logged in")
    assert [patience.thrown_out(taken, 1.0) for _ in range(8)] == [2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0]
    assert [patience.away() for _ in range(4)] == [0.5, 1.0, 2.0, 2.0]
    assert patience.away(stood=True) == 0.5
    assert patience.thrown_out(LineDown("lost"), 1.0) == 0.5
    assert not patience.suspicious


async def test_a_cancelled_connect_leaves_nothing_behind() -> None:
    """A broker that accepts and never answers; cancelled while it is waited for."""
    told = Told()
    async with broker([], answer=b"") as port:
        async with running(make(port, "slow", told, connect_timeout=30), Seen().deliver) as task:
            await until(lambda: any(t.get_name() == "mqtt slow" for t in asyncio.all_tasks()))
            task.cancel()
            await asyncio.wait([task])
        await until(lambda: not any(t.get_name() == "mqtt slow" for t in asyncio.all_tasks()))
        assert task.cancelled()
    assert told.said == []


async def test_no_answer_is_said_in_plain_words() -> None:
    told = Told()
    async with (
        broker([], answer=b"") as port,
        running(make(port, "mute", told, connect_timeout=0.2), Seen().deliver),
    ):
        await until(lambda: told.down)
    assert "no answer in 0.2 s" in told.said[0][1]


async def test_inspect_without_a_broker_is_line_down() -> None:
    line = make(free_port(), "away", Told())
    with pytest.raises(LineDown, match=r"broker 127\.0\.0\.1:\d+: .*refused"):
        await line.inspect(points("away"))


def test_a_password_in_the_clear_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="tls: true"):
        Connection.model_validate({"host": "192.0.2.1", "password": {"env": "PW"}}, context={"environ": {"PW": "x"}})
