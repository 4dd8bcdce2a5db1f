"""A certificate authority of the tests' own: P-256, valid for a day, PEM files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates into a folder; its own is made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key: ec.EllipticCurvePrivateKey | None = None

    @property
    def certificate(self) -> Path:
        """What a peer must trust."""
        self._own_key()
        return self._folder / "ca.pem"

    def issue(self, name: str, host: str = "127.0.0.1", *, ends_in: timedelta = 24 * HOUR) -> Pair:
        """A certificate of `name` for the address `host` and for localhost; a negative `ends_in` has expired."""
        own = self._own_key()
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address(host))]
        builder = _builder(name, "Gatehouse test authority", ends_in).public_key(key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(own, SHA256())
        return _write(self._folder, name, certificate, key)

    def _own_key(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key = ec.generate_private_key(ec.SECP256R1())
            name = "Gatehouse test authority"
            builder = _builder(name, name, 24 * HOUR).public_key(self._key.public_key())
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            _write(self._folder, "ca", builder.sign(self._key, SHA256()), self._key)
        return self._key


def _builder(subject: str, issuer: str, ends_in: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    begins = min(now, now + ends_in) - HOUR
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + ends_in)
    )


def _write(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    pair = Pair(folder / f"{name}.pem", folder / f"{name}.key.pem")
    pair.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    pair.key.touch(mode=0o600)
    pair.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return pair
