"""Security: no server is believed unseen, and mistakes come out at the door."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.opcua import Address, Connection, OpcUaLine, trust
from facility.clock import SystemClock
from facility.errors import ConfigError
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.opcua.lifts import POINTS
from tests.services.certificates import Authority
from tests.services.opcua import Plant


async def test_an_unknown_certificate_is_refused_until_a_person_trusts_it(plant: Plant, tmp_path: Path) -> None:
    told, seen = Told(), Seen()
    connection = Connection.model_validate(
        {"url": plant.url, "security": "Basic256Sha256/SignAndEncrypt", "certificate": str(plant.pki / "edge.der"),
         "key": str(plant.pki / "edge.pem"), "publishing": 0.05},
        context={"base": tmp_path},
    )  # fmt: skip
    line = OpcUaLine("lifts", connection, POINTS, clock=SystemClock(), health=told)
    async with running(line, seen.deliver):
        await until(lambda: bool(told.said))
        assert "not trusted yet" in told.said[0][1]
        [rejected] = (tmp_path / "certs" / "rejected").glob("*.der")
        assert rejected.read_bytes() == (plant.pki / "server.der").read_bytes()
        (tmp_path / "certs" / "trusted").mkdir()
        rejected.rename(tmp_path / "certs" / "trusted" / rejected.name)
        await until(lambda: told.up and seen.last(0) == (7.0, 0, 0))


def certificate(folder: Path, ends_in: timedelta = timedelta(hours=1)) -> x509.Certificate:
    pair = Authority(folder / "authority").issue("server", ends_in=ends_in)
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes())


@pytest.mark.parametrize("form", [Encoding.DER, Encoding.PEM])
def test_a_trusted_certificate_may_lie_there_in_either_form(tmp_path: Path, form: Encoding) -> None:
    found, trusted = certificate(tmp_path), tmp_path / "trusted"
    with pytest.raises(ConfigError, match=r"SHA-256 is [0-9a-f]{64}"):
        trust.check(found, trusted)
    trusted.mkdir()
    (trusted / "junk.pem").write_bytes(b"-----BEGIN nothing")
    (trusted / "plc").write_bytes(found.public_bytes(form))
    trust.check(found, trusted)


def test_a_certificate_out_of_date_is_told_apart(tmp_path: Path) -> None:
    found = certificate(tmp_path, timedelta(hours=-1))
    (tmp_path / "trusted").mkdir()
    (tmp_path / "trusted" / "plc.der").write_bytes(found.public_bytes(Encoding.DER))
    with pytest.raises(ConfigError, match=f"now it is {datetime.now(UTC):%Y}"):
        trust.check(found, tmp_path / "trusted")


def test_refused_certificates_do_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "REMEMBERED", 2)
    authority = Authority(tmp_path / "authority")
    for i in range(4):
        found = x509.load_pem_x509_certificate(authority.issue(f"server{i}").certificate.read_bytes())
        with pytest.raises(ConfigError, match="not trusted yet" if i < 2 else "rejected is full"):
            trust.check(found, tmp_path / "trusted")
    assert len(list((tmp_path / "rejected").iterdir())) == 2


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"url": "http://x:1"}, "pattern"),
        ({"url": "opc.tcp://user@x:4840"}, "pattern"),
        ({"url": "opc.tcp://x:4840", "security": "Basic256Sha256/Sign"}, "certificate and key"),
        ({"url": "opc.tcp://192.0.2.1:4840", "password": {"env": "PW"}}, "in the clear"),
    ],
)
def test_mistakes_at_the_door(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Connection.model_validate(keys, context={"environ": {"PW": "x"}})
    assert Connection.model_validate({"url": "opc.tcp://[::1]:4840"}).on_loopback


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({}, "exactly one"),
        ({"node": "i=1", "path": "Objects"}, "exactly one"),
        ({"node": "i=1", "namespace": "urn:x"}, "belongs to path"),
        ({"node": "i=abc"}, "no node id"),
        ({"node": "ns=70000;i=1"}, "no node id"),
        ({"node": "i=4294967296"}, "no node id"),
        ({"node": "g=1"}, "no node id"),
        ({"node": "i=1", "scale": 0}, "scale"),
    ],
)
def test_mistakes_in_addresses(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Address.model_validate(keys)
