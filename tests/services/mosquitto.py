"""The MQTT broker Mosquitto: plain, or with TLS, passwords and an access list."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.certificates import Authority
from tests.services.ports import free_port
from tests.services.server import Server, demand

CONNECT = bytes.fromhex("101000044d5154540402003c000470696e67")
"""MQTT 3.1.1 CONNECT of the client `ping`, clean session; any CONNACK, also a refusal, says that the broker works."""


@dataclass(frozen=True, slots=True)
class Security:
    """What a broker asks of its clients. `acl` is the text of Mosquitto's acl_file."""

    users: Mapping[str, str] = field(default_factory=dict)
    acl: str = ""
    tls: bool = False
    client_certificates: bool = False


class Mosquitto(Server):
    """`port` speaks plain MQTT; with TLS `tls_port` speaks MQTT over TLS and `authority` signs the certificates.

    What it accepted survives a kill: persistence is written on every change. `keeps_all`: however many messages wait
    for a client that is away, where Mosquitto's own limit of a thousand would drop the rest unsaid.
    """

    program = "mosquitto"
    package = "mosquitto"

    def __init__(self, security: Security | None = None, *, keeps_all: bool = False) -> None:
        super().__init__()
        self.security = security or Security()
        self.keeps_all = keeps_all
        self.tls_port = free_port()
        self.authority = Authority(self.folder / "certificates")

    @property
    def url(self) -> str:
        """Where plain MQTT is spoken."""
        return f"mqtt://{self.host}:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate that a TLS client must trust."""
        return self.authority.certificate

    def command(self) -> Sequence[str]:
        """In the foreground, with its own configuration."""
        return (self.executable, "-c", str(self.folder / "mosquitto.conf"))

    def listening(self) -> Sequence[int]:
        """The plain port, and the TLS one where it is asked for."""
        return (self.port, self.tls_port) if self.security.tls else (self.port,)

    def answers(self) -> bool:
        """Whether a CONNECT is answered by a CONNACK."""
        with socket.create_connection((self.host, self.port), timeout=1.0) as connection:
            connection.sendall(CONNECT)
            return connection.recv(4)[:1] == b"\x20"

    def prepare(self) -> None:
        """Configuration, passwords, access list, certificates."""
        lines = [
            "per_listener_settings false",
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
            "autosave_on_changes true",
            *(["user root"] if os.geteuid() == 0 else []),
            *(["max_queued_messages 0"] if self.keeps_all else []),
            *self._access(),
            f"listener {self.port} {self.host}",
            *(self._tls() if self.security.tls else []),
        ]
        (self.folder / "mosquitto.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _access(self) -> list[str]:
        if not self.security.users and not self.security.client_certificates:
            return ["allow_anonymous true"]
        lines = ["allow_anonymous false"]
        if self.security.users:
            lines.append(f"password_file {self._passwords()}")
        if self.security.acl:
            acl = self.folder / "acl"
            acl.write_text(self.security.acl, encoding="utf-8")
            acl.chmod(0o600)
            lines.append(f"acl_file {acl}")
        return lines

    def _passwords(self) -> Path:
        passwords = self.folder / "passwords"
        passwords.touch(mode=0o600)
        tool = demand("mosquitto_passwd", self.package)
        for user, password in self.security.users.items():
            subprocess.run([tool, "-b", str(passwords), user, password], check=True, capture_output=True)
        return passwords

    def _tls(self) -> list[str]:
        server = self.authority.issue("server", self.host)
        lines = [
            f"listener {self.tls_port} {self.host}",
            f"cafile {self.ca}",
            f"certfile {server.certificate}",
            f"keyfile {server.key}",
            "tls_version tlsv1.2",
        ]
        if self.security.client_certificates:
            lines += ["require_certificate true", "use_identity_as_username true"]
        return lines
