"""A client with its security and its user: whose server is believed, and how the log-in crosses the network."""

from __future__ import annotations

from typing import Any, Final

from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto import security_policies
from asyncua.crypto.uacrypto import CertProperties
from asyncua.ua import uaerrors
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from drivers.opcua import guard, identity, trust
from drivers.opcua.connection import Connection
from facility.errors import ConfigError

REFUSED: Final = (
    uaerrors.BadUserAccessDenied, uaerrors.BadIdentityTokenRejected, uaerrors.BadIdentityTokenInvalid,
    uaerrors.BadUserSignatureInvalid,
)  # fmt: skip
"""How a server says that it does not let this user in."""


class SafeClient(Client):
    """asyncua's client, which sends no password in the clear because a server asks for it."""

    def __init__(self, connection: Connection, **more: Any) -> None:
        super().__init__(connection.url, **more)
        self._at = connection
        guard.guard(self.uaclient)
        if connection.username is not None:
            self.set_user(connection.username)
        if connection.password is not None:
            self.set_password(connection.password.get_secret_value())

    def _add_user_auth(self, params: Any, username: str | None, password: str | None) -> None:
        policy = self.server_policy(ua.UserTokenType.UserName).SecurityPolicyUri
        clear = not policy or policy == security_policies.SecurityPolicyNone.URI
        hidden = self.security_policy.Mode == ua.MessageSecurityMode.SignAndEncrypt
        if password and clear and not hidden and not (self._at.insecure or self._at.on_loopback):
            raise ConfigError(
                "the server asks for the password in the clear: use security …/SignAndEncrypt, or say insecure: true"
            )
        super()._add_user_auth(params, username, password)

    async def secure(self) -> None:
        """Agree on the security that site.yaml names; ConfigError where the server is not trusted (yet)."""
        at = self._at
        if at.certificate is None or at.key is None:
            return
        policy, mode = at.security.split("/")
        own, key = _read(at.certificate, at.key)
        if at.user_certificate is not None and at.user_key is not None:
            self.user_certificate, self.user_private_key = _read(at.user_certificate, at.user_key)
        self.certificate_validator = self._trusted
        await self.set_security(
            getattr(security_policies, f"SecurityPolicy{policy}"),
            certificate=CertProperties(own.public_bytes(Encoding.DER), "der"),
            private_key=CertProperties(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "der"),
            mode=getattr(ua.MessageSecurityMode, mode),
        )
        server = self.security_policy.peer_certificate
        if server is not None:
            await self._trusted(x509.load_der_x509_certificate(server), None)

    async def _trusted(self, certificate: x509.Certificate, _description: Any) -> None:
        trust.check(certificate, self._at.trusted)


def _read(certificate: Any, key: Any) -> Any:
    try:
        return identity.pair(certificate, key)
    except (OSError, ValueError) as error:
        raise ConfigError(str(error)) from error
