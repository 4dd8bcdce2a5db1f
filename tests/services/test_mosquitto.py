import queue
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from tests.services.certificates import Pair
from tests.services.mosquitto import Mosquitto, Security

SECONDS = 60.0
MakeBroker = Callable[[Security], Mosquitto]


@contextmanager
def connected(
    port: int, *, user: str = "", password: str = "", ca: Path | None = None, pair: Pair | None = None
) -> Iterator[Client]:
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    answers: queue.Queue[str] = queue.Queue()
    client.on_connect = lambda *arguments: answers.put(str(arguments[3]))
    if user:
        client.username_pw_set(user, password)
    if ca:
        certificate, key = (str(pair.certificate), str(pair.key)) if pair else (None, None)
        client.tls_set(str(ca), certificate, key, tls_version=ssl.PROTOCOL_TLS_CLIENT)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        answer = answers.get(timeout=SECONDS)
        if answer != "Success":
            raise PermissionError(answer)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def received(client: Client, topic: str) -> queue.Queue[bytes]:
    messages: queue.Queue[bytes] = queue.Queue()
    granted: queue.Queue[object] = queue.Queue()

    def keep(_client: Client, _user: object, message: MQTTMessage) -> None:
        messages.put(bytes(message.payload))

    client.on_message = keep
    client.on_subscribe = lambda *_: granted.put(None)
    client.subscribe(topic, qos=1)
    granted.get(timeout=SECONDS)
    return messages


def publish(client: Client, topic: str, payload: bytes, *, retain: bool = False) -> None:
    client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(SECONDS)


def test_what_is_published_is_heard(mosquitto: Mosquitto) -> None:
    with connected(mosquitto.port) as client:
        messages = received(client, "services/heard")
        publish(client, "services/heard", "水泵".encode())
        assert messages.get(timeout=SECONDS).decode() == "水泵"


def test_it_comes_back_on_the_same_port(mosquitto: Mosquitto) -> None:
    port, pid = mosquitto.port, mosquitto.pid
    with mosquitto.away(), pytest.raises(ConnectionRefusedError), connected(port):
        pass
    assert mosquitto.port == port
    assert mosquitto.pid != pid
    with connected(port) as client:
        assert client.is_connected()


def test_a_killed_shared_server_is_alive_for_the_next_test_1(mosquitto: Mosquitto) -> None:
    mosquitto.kill()
    assert not mosquitto.alive


def test_a_killed_shared_server_is_alive_for_the_next_test_2(mosquitto: Mosquitto) -> None:
    assert mosquitto.alive


def test_a_secured_broker_wants_tls_and_the_password(mosquitto_with: MakeBroker) -> None:
    broker = mosquitto_with(Security(users={"edge": "correct"}, tls=True))
    with connected(broker.tls_port, user="edge", password="correct", ca=broker.ca) as client:
        messages = received(client, "a")
        publish(client, "a", b"1")
        assert messages.get(timeout=SECONDS) == b"1"
    with pytest.raises(PermissionError, match="Not authorized"), connected(broker.port, user="edge", password="wrong"):
        pass


def test_a_stranger_does_not_trust_its_certificate(mosquitto_with: MakeBroker) -> None:
    broker = mosquitto_with(Security(tls=True))
    with socket.create_connection((broker.host, broker.tls_port), timeout=SECONDS) as plain:
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            context.wrap_socket(plain, server_hostname="localhost")


def test_client_certificates_name_the_user(mosquitto_with: MakeBroker) -> None:
    broker = mosquitto_with(Security(tls=True, client_certificates=True, acl="user edge\ntopic readwrite own/#\n"))
    pair = broker.authority.issue("edge")
    with connected(broker.tls_port, ca=broker.ca, pair=pair) as client:
        messages = received(client, "#")
        publish(client, "other", b"refused")
        publish(client, "own/a", b"taken")
        assert messages.get(timeout=SECONDS) == b"taken"


def test_the_access_list_parts_the_users(mosquitto_with: MakeBroker) -> None:
    acl = "user edge\ntopic write plant/#\nuser reader\ntopic read plant/#\n"
    broker = mosquitto_with(Security(users={"edge": "e", "reader": "r"}, acl=acl))
    with (
        connected(broker.port, user="reader", password="r") as reader,
        connected(broker.port, user="edge", password="e") as edge,
    ):
        messages = received(reader, "#")
        publish(edge, "elsewhere", b"refused")
        publish(edge, "plant/pump-1", b"taken")
        assert messages.get(timeout=SECONDS) == b"taken"
        assert messages.empty()
