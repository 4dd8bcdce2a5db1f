"""An OPC UA server (asyncua) as our own child: its address space is built once, each start is a quick fork of it."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from asyncua.crypto.cert_gen import setup_self_signed_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.services.ports import HOST, free_port

URI = "urn:test:plant"
SECONDS = 30.0


class Plant:
    """`Objects/Lift/…` and `ns;s=lift-1.…`: floor 7.0, load 30.0, text 正常, switch, level, fixed (read only).

    It offers no security and every current policy; `pki` holds server, edge and user, each .der and .pem. Who logs in
    by another certificate than user's is refused.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"opc.tcp://{HOST}:{self.port}"
        self.pid = 0
        self.pki = Path(tempfile.mkdtemp(prefix="gatehouse-opcua-"))
        self._mother: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start, or start again after `kill`; returns when the server listens."""
        if self._mother is None:
            make_certificates(self.pki)
            self._mother = subprocess.Popen(
                [sys.executable, "-m", "tests.services.opcua_server", str(self.port), str(self.pki)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
                start_new_session=True,
            )  # fmt: skip
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write("start\n")
        self._mother.stdin.flush()
        said = self._mother.stdout.readline().split()
        assert said[:1] == ["listening"], f"the OPC UA server ended at its start: {said}"
        self.pid = int(said[1])
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            deadline = time.monotonic() + SECONDS
            while _exists(self.pid):
                assert time.monotonic() < deadline
                time.sleep(0.002)
            self.pid = 0

    def freeze(self) -> None:
        """It hangs: its connections stay open, and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood."""
        os.kill(self.pid, signal.SIGCONT)

    def remove(self) -> None:
        """End it and the process that it is forked from."""
        self.kill()
        if self._mother is not None:
            self._mother.kill()
            self._mother.communicate()
        shutil.rmtree(self.pki, ignore_errors=True)


def _exists(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def make_certificates(folder: Path) -> None:
    """`server`, `edge` and `user`, each .der with its key in .pem."""

    async def make() -> None:
        for name, uri, usage in (
            ("server", "urn:test:server", ExtendedKeyUsageOID.SERVER_AUTH),
            ("edge", "urn:gatehouse:edge", ExtendedKeyUsageOID.CLIENT_AUTH),
            ("user", "urn:test:user", ExtendedKeyUsageOID.CLIENT_AUTH),
        ):
            await setup_self_signed_certificate(
                folder / f"{name}.pem", folder / f"{name}.der", uri, "127.0.0.1", [usage], {"commonName": name}
            )

    thread = threading.Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join()
