"""One broker as site.yaml describes it."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from facility.words import BesideFile, Duration, Frozen, Host, SecretText


def _own(value: str, info: ValidationInfo) -> str:
    """The default: a broker may serve several gateways."""
    context = info.context or {}
    return value or "-".join(["gatehouse", *(context[k] for k in ("gateway", "connection") if k in context)])


ClientId = Annotated[str, AfterValidator(_own)]
"""Validate with context={"gateway": its id, "connection": the name of the line}."""


class Connection(Frozen):
    """The keys of an MQTT connection beside `protocol`."""

    host: Host
    port: int | None = Field(default=None, ge=1, le=65_535)
    """Default 1883, with TLS 8883."""
    version: Literal["3.1.1", "5"] = "3.1.1"
    client_id: ClientId = Field(default="", max_length=200, validate_default=True)
    """Default: `gatehouse-<gateway>-<connection>`. Two clients of one id throw each other out."""
    username: str | None = None
    password: SecretText | None = None
    tls: bool = False
    ca: BesideFile | None = None
    """The certificates that the broker's must lead to; default: the machine's own."""
    certificate: BesideFile | None = None
    key: BesideFile | None = None
    insecure: bool = False
    """Allow the password over plain mqtt to a host that is not loopback."""
    keepalive: Duration = 15.0
    """A broker that hangs is noticed after twice as long."""
    connect_timeout: Duration = 5.0
    session: Duration = 3600.0
    """MQTT 5: how long the broker keeps what came while we were away; 3.1.1 brokers keep it as they are set."""
    rebirth: bool = True
    """Sparkplug: ask edge nodes to be born anew where a message is missing; the one thing that is ever published."""
    share: str | None = Field(default=None, pattern=r"^[^+#/]+$")
    """MQTT 5: group of a shared subscription."""

    @model_validator(mode="after")
    def _consistent(self) -> Connection:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: name both, or neither")
        if (self.ca or self.certificate) and not self.tls:
            raise ValueError("ca, certificate and key belong to tls: true")
        if self.password is not None and not self.tls and not self.insecure and not self.on_loopback:
            raise ValueError(
                f"a password would cross the network to {self.host} in the clear: use tls: true, or say insecure: true"
            )
        if self.share is not None and self.version != "5":
            raise ValueError('shared subscriptions need version: "5"')
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether the broker is on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def tcp_port(self) -> int:
        """The port to connect to."""
        return self.port or (8883 if self.tls else 1883)
