"""Secrets that we hand out: 256 random bits, kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """A secret to show once: `ght_…`; the prefix lets scanners find one that leaked."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_password() -> str:
    """A first password: 120 random bits."""
    return secrets.token_urlsafe(15)


def digest(secret: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
