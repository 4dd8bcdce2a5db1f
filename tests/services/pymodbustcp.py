"""A Modbus TCP device by pyModbusTCP, in a process of its own: it answers every unit and every address."""

import socket
import sys
from collections.abc import Sequence
from typing import ClassVar

from tests.services.server import Server

PROGRAM = """\
import struct, sys
from pyModbusTCP.server import ModbusServer
server = ModbusServer("127.0.0.1", int(sys.argv[1]))
floats = [w for i in range(100) for w in struct.unpack(">HH", struct.pack(">f", 1.5 * i - 20))]
server.data_bank.set_input_registers(0, floats)
server.data_bank.set_holding_registers(0, list(range(1000)))
server.data_bank.set_coils(0, [i % 3 == 0 for i in range(1000)])
server.data_bank.set_discrete_inputs(0, [i % 2 == 1 for i in range(1000)])
server.start()
"""


class PyModbusTcp(Server):
    """Its registers are those of the other devices here."""

    program: ClassVar[str] = "python"
    package: ClassVar[str] = "python3"

    def find(self) -> str:
        return sys.executable

    def command(self) -> Sequence[str]:
        return self.executable, "-c", PROGRAM, str(self.port)

    def answers(self) -> bool:
        with socket.create_connection((self.host, self.port), 1):
            return True

    def prepare(self) -> None:
        """Nothing is to be written."""
