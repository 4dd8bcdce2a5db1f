"""The process behind tests.services.opcua: builds an address space, and forks a server at each `start` on stdin."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager

URI = "urn:test:plant"
VALUES = {
    "floor": ua.Variant(7.0), "load": ua.Variant(30.0), "text": ua.Variant("正常"), "fixed": ua.Variant(1.0),
    "switch": ua.Variant(False), "level": ua.Variant(3, ua.VariantType.Int16),
    "single": ua.Variant(1.5, ua.VariantType.Float),
}  # fmt: skip


POLICIES = ("NoSecurity", "Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss")


class Users(UserManager):
    """Everybody, but of those who come with a certificate of their own only the one that is known."""

    def __init__(self, pki: Path) -> None:
        self._known = [(pki / f"{name}.der").read_bytes() for name in ("edge", "user")]

    def get_user(
        self, iserver: Any, username: str | None = None, password: str | None = None, certificate: Any = None
    ) -> User | None:
        """The user, or None where the server lets nobody in."""
        if certificate and certificate not in self._known:
            return None
        return User(role=UserRole.User)


async def built(port: int, pki: Path) -> Server:
    """A server that is ready to start."""
    server = Server(user_manager=Users(pki))
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    server.set_security_policy([p for p in ua.SecurityPolicyType if p.name.startswith(POLICIES)])
    await server.load_certificate(str(pki / "server.der"))
    await server.load_private_key(str(pki / "server.pem"))
    index = await server.register_namespace(URI)
    lift = await server.nodes.objects.add_object(index, "Lift")
    for name, value in VALUES.items():
        id_ = ua.NodeId(ua.String(f"lift-1.{name}"), ua.Int16(index), ua.NodeIdType.String)
        variable = await lift.add_variable(id_, ua.QualifiedName(name, ua.UInt16(index)), value)
        if name != "fixed":
            await variable.set_writable()
    return server


async def served(server: Server) -> None:
    """Listen, say so, go on for ever."""
    async with server:
        sys.stdout.write(f"listening {os.getpid()}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Fork at each line."""
    logging.disable(logging.CRITICAL)
    server = asyncio.run(built(int(sys.argv[1]), Path(sys.argv[2])))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if os.fork() == 0:
            asyncio.run(served(server))


if __name__ == "__main__":
    main()
