"""Free ports that stay free: below the range of outgoing connections, and locked against our own other processes."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

HOST = "127.0.0.1"
_SPAN = 20_000
_LOWEST = 10_240
_held: dict[int, int] = {}
"""Port to the file descriptor whose lock keeps it ours until this process ends."""


def free_port() -> int:
    """A TCP port on loopback that nobody listens on, and that no other test process is given."""
    for _ in range(1_000):
        port = random.SystemRandom().randrange(*_range())
        if port not in _held and _lock(port):
            if _bindable(port):
                return port
            os.close(_held.pop(port))
    raise RuntimeError("no free port found in a thousand tries")


def _range() -> tuple[int, int]:
    """Outgoing connections take their ports from the kernel's range: stay below it."""
    try:
        low = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        low = 32_768
    if low <= _LOWEST:
        return _LOWEST, 65_536
    return max(_LOWEST, low - _SPAN), low


def _lock(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / f"gatehouse-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    _held[port] = descriptor
    return True


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
