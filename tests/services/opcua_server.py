"""The process behind tests.services.opcua: builds an address space, and forks a server at each `start` on stdin."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from asyncua import ua
from asyncua.server.server import Server

URI = "urn:test:plant"
VALUES = {
    "floor": ua.Variant(7.0), "load": ua.Variant(30.0), "text": ua.Variant("正常"), "fixed": ua.Variant(1.0),
    "switch": ua.Variant(False), "level": ua.Variant(3, ua.VariantType.Int16),
    "single": ua.Variant(1.5, ua.VariantType.Float),
}  # fmt: skip


async def built(port: int, pki: Path) -> Server:
    """A server that is ready to start."""
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    policies = ua.SecurityPolicyType
    server.set_security_policy([policies.NoSecurity, policies.Basic256Sha256_SignAndEncrypt])
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
