"""An OPC UA server by node-opcua, the npm library: a peer that shares no code with ours."""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tests.services.node_program import node
from tests.services.server import MissingError, Server

FOLDER = Path(__file__).with_name("node")


class NodeOpcua(Server):
    """Needs `npm ci` in tests/services/node, which `make services` does. User edge, password right."""

    program: ClassVar[str] = "node"
    package: ClassVar[str] = "nodejs"

    @property
    def url(self) -> str:
        """Where OPC UA is spoken."""
        return f"opc.tcp://{self.host}:{self.port}"

    def find(self) -> str:
        if not (FOLDER / "node_modules" / "node-opcua").exists():
            raise MissingError(f"node-opcua is not installed (npm ci in {FOLDER.name}, or make services)")
        return node()

    def command(self) -> Sequence[str]:
        return self.executable, str(FOLDER / "node_opcua_server.js"), str(self.port), str(self.folder)

    def answers(self) -> bool:
        with socket.create_connection((self.host, self.port), 1):
            return True

    def prepare(self) -> None:
        """It makes its own key and certificate at the first start."""
