"""An end that is sent to: its address, its secret, and the rule that no secret goes in the clear."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from facility.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`token` is asked for at every connection and after every refusal, so that it can be rotated; None: no secret."""

    name: str
    """What it is to people: `historian`, `cloud`."""
    url: str
    token: Callable[[], str] | None = None
    insecure: bool = False

    def __post_init__(self) -> None:
        """ConfigError where the token would go over plain http to a host that is not loopback."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{self.name}: {self.url!r} is no address; write https://host or http://127.0.0.1:port")
        if self.token is not None and parts.scheme == "http" and not self.loopback and not self.insecure:
            raise ConfigError(
                f"{self.name}: the token would go over plain http to {parts.hostname}, where anyone on the way can read"
                " it; use https://, or say `insecure: true` if the network itself is protected"
            )

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def base(self) -> str:
        """The address without a slash at its end."""
        return self.url.rstrip("/")
