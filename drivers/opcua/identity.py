"""Certificates of our own with their keys: of the application, and of a user that logs in by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_PEM: Final = b"-----BEGIN"
SHORTEST: Final = 2048
"""Bits of an RSA key: what every policy that is offered here asks for (OPC UA Part 7, 6.6)."""


def wrong_pair(certificate: Path, key: Path, application: str | None = None) -> str:
    """What is wrong with two files that are there; empty where nothing is. `application`: the URI that it must have."""
    try:
        found, _ = pair(certificate, key)
    except ValueError as error:
        return str(error)
    names = _uris(found)
    if application is None or application in names:
        return ""
    has = ", ".join(names) or "missing"
    return (
        f"its application URI is {has}, and we say {application}, which servers refuse: write application: "
        f"{names[0] if names else application}, or make one with URI:{application} in its subjectAltName"
    )


def pair(certificate: Path, key: Path) -> tuple[x509.Certificate, RSAPrivateKey]:
    """A certificate and its private key, DER or PEM each; ValueError says which file is to be changed."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    found, secret = _certificate(certificate), _key(key)
    if not isinstance(secret, RSAPrivateKey):
        raise ValueError(f"{key} is no RSA key: OPC UA's policies that are offered here sign with RSA")  # noqa: TRY004
    if secret.key_size < SHORTEST:
        raise ValueError(f"{key} has {secret.key_size} bits: {SHORTEST} at least")
    if found.public_key() != secret.public_key():
        raise ValueError(f"{key} is not the key of {certificate}")
    return found, secret


def _certificate(file: Path) -> x509.Certificate:
    from cryptography import x509

    data = file.read_bytes()
    try:
        return x509.load_pem_x509_certificate(data) if _is_pem(data) else x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise ValueError(f"{file} is no X.509 certificate, neither DER nor PEM") from error


def _key(file: Path) -> object:
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    data = file.read_bytes()
    try:
        return load_pem_private_key(data, None) if _is_pem(data) else load_der_private_key(data, None)
    except TypeError as error:
        raise ValueError(
            f"{file} is locked by a pass phrase: write it without one, readable by this user only"
        ) from error
    except ValueError as error:
        raise ValueError(f"{file} is no private key, neither DER nor PEM") from error


def _uris(certificate: x509.Certificate) -> list[str]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return names.get_values_for_type(x509.UniformResourceIdentifier)


def _is_pem(data: bytes) -> bool:
    return data.lstrip().startswith(_PEM)
