"""Every policy, and every way to log in, against asyncua and node-opcua; mistakes in the files come out at the door."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from asyncua.ua import UserTokenType
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from drivers.opcua import Connection
from drivers.opcua.connection import Security
from drivers.opcua.securing import SafeClient
from facility.errors import ConfigError, LineDown
from tests.contracts.line_watching import Told
from tests.drivers.opcua.lifts import make, point
from tests.services.certificates import Authority
from tests.services.fixtures import required
from tests.services.node_opcua import NodeOpcua
from tests.services.opcua import Plant, make_certificates

POLICIES = [s for s in get_args(Security) if s != "None"]
FLOOR = point(0, "floor")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_certificates(folder)
    return folder


@pytest.fixture(scope="module")
def server(pki: Path) -> Iterator[NodeOpcua]:
    """node-opcua that knows the user's certificate."""
    with required():
        made = NodeOpcua()
    known = made.folder / "users" / "trusted" / "certs"
    known.mkdir(parents=True)
    shutil.copy(pki / "user.der", known)
    yield made.start()
    made.remove()


def keys(pki: Path, trusted: Path, security: str, **more: Any) -> dict[str, Any]:
    own = {"certificate": str(pki / "edge.der"), "key": str(pki / "edge.pem"), "trusted": str(trusted)}
    return {"security": security, **own, **more}


async def floor(url: str, **keys: Any) -> float | str | None:
    """Read once."""
    [reading] = await make(url, Told(), [FLOOR], **keys).inspect([FLOOR])
    return reading.value


async def trusted(url: str, pki: Path, folder: Path) -> Path:
    """Where the server's certificate lies, once a person has moved it there."""
    place = folder / "certs" / "trusted"
    with pytest.raises(ConfigError, match="not trusted yet"):
        await floor(url, **keys(pki, place, POLICIES[0]))
    (folder / "certs" / "rejected").rename(place)
    return place


async def test_every_policy_and_mode_with_node_opcua(server: NodeOpcua, pki: Path, tmp_path: Path) -> None:
    place = await trusted(server.url, pki, tmp_path)
    assert [await floor(server.url, **keys(pki, place, s)) for s in POLICIES] == [7.0] * 6
    assert await floor(server.url) == 7.0, "without any security too"


async def test_every_policy_and_mode_with_asyncua(plant: Plant, tmp_path: Path) -> None:
    place = await trusted(plant.url, plant.pki, tmp_path)
    assert [await floor(plant.url, **keys(plant.pki, place, s)) for s in POLICIES] == [7.0] * 6
    assert await floor(plant.url) == 7.0, "without any security too"


def user(pki: Path, name: str) -> dict[str, str]:
    return {"user_certificate": str(pki / f"{name}.der"), "user_key": str(pki / f"{name}.pem")}


async def test_a_user_by_certificate_with_node_opcua(server: NodeOpcua, pki: Path, tmp_path: Path) -> None:
    security = "Basic256Sha256/SignAndEncrypt"
    place = await trusted(server.url, pki, tmp_path)
    assert await floor(server.url, **keys(pki, place, security, **user(pki, "user"))) == 7.0
    with pytest.raises(LineDown, match=r"does not let the user certificate server\.der in"):
        await floor(server.url, **keys(pki, place, security, **user(pki, "server")))


async def test_a_user_by_certificate_with_asyncua(plant: Plant, tmp_path: Path) -> None:
    security = "Aes256Sha256RsaPss/Sign"
    place = await trusted(plant.url, plant.pki, tmp_path)
    assert await floor(plant.url, **keys(plant.pki, place, security, **user(plant.pki, "user"))) == 7.0
    with pytest.raises(LineDown, match=r"does not let the user certificate server\.der in.*BadUserAccessDenied"):
        await floor(plant.url, **keys(plant.pki, place, security, **user(plant.pki, "server")))


async def test_the_log_in_is_by_certificate_and_not_by_the_one_of_the_application(
    server: NodeOpcua, pki: Path, tmp_path: Path
) -> None:
    """The same certificate that opens the channel is nobody as a user."""
    place = await trusted(server.url, pki, tmp_path)
    with pytest.raises(LineDown, match=r"does not let the user certificate edge\.der in"):
        await floor(server.url, **keys(pki, place, POLICIES[1], **user(pki, "edge")))


async def test_a_wrong_password_names_the_user(server: NodeOpcua, pki: Path, tmp_path: Path) -> None:
    place = await trusted(server.url, pki, tmp_path)
    for security in ("Basic256Sha256/Sign", "Aes256Sha256RsaPss/SignAndEncrypt"):
        assert await floor(server.url, **keys(pki, place, security, username="edge"), secret="right") == 7.0
    with pytest.raises(LineDown, match="does not let user edge in"):
        await floor(server.url, **keys(pki, place, POLICIES[1], username="edge"), secret="wrong")


def test_a_password_is_not_sent_in_the_clear_because_the_server_asks_for_it(
    pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = {"url": "opc.tcp://192.0.2.1:4840", "username": "edge", "password": {"env": "PW"}}
    context = {"environ": {"PW": "secret"}}
    at = Connection.model_validate(written | keys(pki, pki, "Basic256Sha256/Sign"), context=context)
    sent: list[str | None] = []
    monkeypatch.setattr("asyncua.client.client.Client._add_user_auth", lambda *a: sent.append(a[-1]))
    client = SafeClient(at)
    assert client.server_policy(UserTokenType.UserName).SecurityPolicyUri.endswith("None")
    with pytest.raises(ConfigError, match="asks for the password in the clear"):
        client._add_user_auth(None, "edge", "secret")
    assert sent == []
    SafeClient(at.model_copy(update={"insecure": True}))._add_user_auth(None, "edge", "secret")
    assert sent == ["secret"]


def wrong(folder: Path, pki: Path) -> None:
    """Files that are no pair of a certificate and its key."""
    (folder / "junk").write_bytes(b"hello")
    (folder / "junk.pem").write_bytes(b"-----BEGIN hello")
    key = load_pem_private_key((pki / "edge.pem").read_bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))
    (folder / "locked.pem").write_bytes(locked)
    Authority(folder).issue("curve")


RIGHT = {"certificate": "edge.der", "key": "edge.pem"}
USER = {"user_certificate": "user.der", "user_key": "user.pem"}


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({**RIGHT, "certificate": "gone.der"}, "there is no file"),
        ({**RIGHT, "key": "gone.pem"}, "there is no file"),
        ({"certificate": "edge.der"}, "certificate and key go together"),
        ({**RIGHT, "certificate": "junk"}, "junk is no X.509 certificate"),
        ({**RIGHT, "certificate": "junk.pem"}, "is no X.509 certificate"),
        ({**RIGHT, "key": "junk.pem"}, "is no private key"),
        ({**RIGHT, "key": "user.pem"}, r"user\.pem is not the key of .*edge\.der"),
        ({**RIGHT, "key": "locked.pem"}, "locked by a pass phrase"),
        ({"certificate": "curve.pem", "key": "curve.key.pem"}, "is no RSA key"),
        ({**RIGHT, "application": "urn:else"}, "URI is urn:gatehouse:edge, and we say urn:else"),
        ({**RIGHT, "user_certificate": "user.der"}, "user_certificate and user_key go together"),
        ({**RIGHT, **USER, "user_key": "gone.pem"}, "there is no file"),
        ({**RIGHT, **USER, "user_key": "edge.pem"}, r"user_certificate: .*edge\.pem is not the key of"),
        ({**RIGHT, **USER, "username": "edge"}, "not by both"),
        ({**RIGHT, "password": {"env": "PW"}}, "a password belongs to a username"),
        ({**RIGHT, **USER, "security": "None"}, "user_certificate needs security"),
    ],
)
def test_mistakes_in_the_files(pki: Path, tmp_path: Path, keys: dict[str, Any], says: str) -> None:
    for file in pki.iterdir():
        shutil.copy(file, tmp_path)
    wrong(tmp_path, pki)
    written = {"url": "opc.tcp://192.0.2.1:4840", "security": POLICIES[1], **keys}
    context = {"base": tmp_path, "environ": {"PW": "x"}}
    with pytest.raises(ValueError, match=says):
        Connection.model_validate(written, context=context)
    right = {"url": written["url"], "security": POLICIES[1], **RIGHT, **USER}
    assert Connection.model_validate(right, context=context).user_key == tmp_path / "user.pem"


async def test_files_of_either_form_and_any_name(plant: Plant, tmp_path: Path) -> None:
    """DER or PEM is seen by what is in the file, not by its name."""
    place = await trusted(plant.url, plant.pki, tmp_path)
    certificate = x509.load_der_x509_certificate((plant.pki / "edge.der").read_bytes())
    key = load_pem_private_key((plant.pki / "edge.pem").read_bytes(), None)
    (tmp_path / "edge.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "edge.key").write_bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    written = keys(plant.pki, place, POLICIES[1])
    written |= {"certificate": str(tmp_path / "edge.crt"), "key": str(tmp_path / "edge.key")}
    assert await floor(plant.url, **written) == 7.0
