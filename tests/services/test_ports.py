import socket
import subprocess
import sys

from tests.services.ports import HOST, free_port


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server((HOST, free_port())) as listener:
        assert listener.getsockname()[1] > 1024


def test_ports_are_given_once() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == len(ports)


def test_another_process_is_not_given_a_port_that_this_one_holds() -> None:
    port = free_port()
    script = f"from tests.services import ports; ports._range = lambda: ({port}, {port + 1}); ports.free_port()"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert "no free port found" in other.stderr
