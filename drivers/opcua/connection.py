"""One OPC UA server as site.yaml describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from facility.words import BesidePath, Duration, Frozen, SecretText

Security = Literal[
    "None",
    "Basic256Sha256/Sign",
    "Basic256Sha256/SignAndEncrypt",
    "Aes128Sha256RsaOaep/Sign",
    "Aes128Sha256RsaOaep/SignAndEncrypt",
    "Aes256Sha256RsaPss/Sign",
    "Aes256Sha256RsaPss/SignAndEncrypt",
]


class Connection(Frozen):
    """The keys of an OPC UA connection beside `protocol`."""

    url: str = Field(pattern=r"^opc\.tcp://([^/:@\[\]]+|\[[0-9a-fA-F:.]+\]):\d+(/.*)?$")
    """`opc.tcp://host:4840`."""
    security: Security = "None"
    certificate: BesidePath | None = None
    """Ours, DER or PEM; its application URI must be urn:gatehouse:edge or be given as `application`."""
    key: BesidePath | None = None
    """PEM, and named .pem."""
    application: str = "urn:gatehouse:edge"
    trusted: BesidePath = Field(default=Path("certs/trusted"), validate_default=True)
    """Folder of the servers' certificates that we believe; what was refused lies in `rejected` beside it."""
    username: str | None = None
    password: SecretText | None = None
    insecure: bool = False
    """Allow the password over security None to a host that is not loopback."""
    timeout: Duration = 4.0
    publishing: Duration = 0.25
    """How often the server gathers what changed."""
    history: Duration = 86_400.0
    """After an outage, how far back the server's history is read; 0: not at all."""
    mode: Literal["auto", "subscribe", "poll"] = "auto"
    """auto: subscribe, and poll where the server refuses subscriptions."""

    @model_validator(mode="after")
    def _consistent(self) -> Connection:
        if self.security != "None" and (self.certificate is None or self.key is None):
            raise ValueError(f"{self.security} needs certificate and key")
        if self.password is not None and self.security == "None" and not self.insecure and not self.on_loopback:
            raise ValueError("a password needs security, or insecure: true: it would cross the network in the clear")
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether the server is on this machine."""
        host = self.url.removeprefix("opc.tcp://").split("/")[0].rsplit(":", 1)[0]
        return host in ("localhost", "[::1]") or host.startswith("127.")
