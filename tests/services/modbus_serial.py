"""A Modbus TCP device by modbus-serial, the npm library: it answers unit 1 alone."""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tests.services.node_program import node
from tests.services.server import MissingError, Server

FOLDER = Path(__file__).with_name("node")


class ModbusSerial(Server):
    """Needs `npm ci` in tests/services/node, which `make services` does."""

    program: ClassVar[str] = "node"
    package: ClassVar[str] = "nodejs"

    def find(self) -> str:
        if not (FOLDER / "node_modules" / "modbus-serial").exists():
            raise MissingError(f"modbus-serial is not installed (npm ci in {FOLDER.name}, or make services)")
        return node()

    def command(self) -> Sequence[str]:
        return self.executable, str(FOLDER / "modbus_serial_server.js"), str(self.port)

    def answers(self) -> bool:
        with socket.create_connection((self.host, self.port), 1):
            return True

    def prepare(self) -> None:
        """Nothing is to be written."""
