"""Whose certificate we believe: only what a person has put into the folder."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from facility.errors import ConfigError

REMEMBERED: Final = 100
"""Refused certificates kept for a person to look at; somebody who makes new ones for ever must not fill the disk."""


def check(certificate: x509.Certificate, folder: Path) -> None:
    """ConfigError says how to trust a server that is not known yet, or that its certificate is out of date."""
    der = certificate.public_bytes(Encoding.DER)
    if not any(_same(file, der) for file in _files(folder)):
        raise ConfigError(_refused(der, folder))
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise ConfigError(
            f"the server's certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} to "
            f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC, and now it is {now:%Y-%m-%d %H:%M}; "
            "renew it at the server, or set the clock"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.iterdir() if f.is_file()) if folder.is_dir() else []


def _same(file: Path, der: bytes) -> bool:
    """Whether a file holds this certificate, as DER or as PEM."""
    data = file.read_bytes()
    if not data.lstrip().startswith(b"-----BEGIN"):
        return data == der
    try:
        return any(c.public_bytes(Encoding.DER) == der for c in x509.load_pem_x509_certificates(data))
    except ValueError:
        return False


def _refused(der: bytes, folder: Path) -> str:
    print_ = hashlib.sha256(der).hexdigest()
    rejected = folder.parent / "rejected" / f"{print_[:16]}.der"
    says = f"the server's certificate is not trusted yet; its SHA-256 is {print_}. "
    if not rejected.exists():
        if len(_files(rejected.parent)) >= REMEMBERED:
            return f"{says}It is not kept: {rejected.parent} is full; look through it and empty it"
        rejected.parent.mkdir(parents=True, exist_ok=True)
        rejected.write_bytes(der)
    return f"{says}Compare it at the server, then: mkdir -p {folder} && mv {rejected} {folder}"
