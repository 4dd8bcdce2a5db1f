"""One OPC UA server as site.yaml describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from drivers.opcua import identity
from facility.words import BesideFile, BesidePath, Duration, Frozen, SecretText

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
    certificate: BesideFile | None = None
    """Ours, DER or PEM; its application URI must be urn:gatehouse:edge or be given as `application`."""
    key: BesideFile | None = None
    """Its private key, DER or PEM, without a pass phrase."""
    application: str = "urn:gatehouse:edge"
    trusted: BesidePath = Field(default=Path("certs/trusted"), validate_default=True)
    """Folder of the servers' certificates that we believe; what was refused lies in `rejected` beside it."""
    username: str | None = None
    password: SecretText | None = None
    user_certificate: BesideFile | None = None
    """Of the user that logs in, instead of username and password; DER or PEM."""
    user_key: BesideFile | None = None
    """The user's private key, DER or PEM, without a pass phrase."""
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
        wrong = [*self._wrong_pairs(), *self._wrong_user()] or list(self._wrong_files())
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_pairs(self) -> Iterator[str]:
        if (self.certificate is None) != (self.key is None):
            yield "certificate and key go together: name both, or neither"
        elif self.security != "None" and self.certificate is None:
            yield f"{self.security} needs certificate and key"
        if (self.user_certificate is None) != (self.user_key is None):
            yield "user_certificate and user_key go together: name both, or neither"

    def _wrong_files(self) -> Iterator[str]:
        if self.certificate is not None and self.key is not None:
            says = identity.wrong_pair(self.certificate, self.key, self.application)
            yield from [f"certificate: {says}"] if says else []
        if self.user_certificate is not None and self.user_key is not None:
            says = identity.wrong_pair(self.user_certificate, self.user_key)
            yield from [f"user_certificate: {says}"] if says else []

    def _wrong_user(self) -> Iterator[str]:
        by_certificate = self.user_certificate is not None or self.user_key is not None
        if by_certificate and (self.username is not None or self.password is not None):
            yield "a user logs in by username and password or by user_certificate and user_key, not by both"
        elif self.password is not None and self.username is None:
            yield "a password belongs to a username"
        if by_certificate and self.security == "None":
            yield (
                "user_certificate needs security: the log-in is signed for one server, and over None nobody proves "
                "which server that is"
            )
        if self.password is not None and self.security == "None" and not self.insecure and not self.on_loopback:
            yield "a password needs security, or insecure: true: it would cross the network in the clear"

    @property
    def on_loopback(self) -> bool:
        """Whether the server is on this machine."""
        host = self.url.removeprefix("opc.tcp://").split("/")[0].rsplit(":", 1)[0]
        return host in ("localhost", "[::1]") or host.startswith("127.")

    @property
    def who(self) -> str:
        """The user that logs in, in words."""
        if self.user_certificate is not None:
            return f"the user certificate {self.user_certificate.name}"
        return "nobody (anonymous)" if self.username is None else f"user {self.username}"
