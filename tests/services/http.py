"""One short HTTP request to a local server, past any proxy that the environment names."""

from dataclasses import dataclass
from http.client import HTTPConnection

from tests.services.ports import HOST

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status code and body."""

    status: int
    body: str


def request(port: int, path: str, *, method: str = "GET", body: bytes | None = None) -> Answer:
    """Ask the server on loopback. OSError: nobody there, or no answer in time."""
    connection = HTTPConnection(HOST, port, timeout=SECONDS)
    try:
        connection.request(method, path, body=body)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode("utf-8", errors="replace"))
    finally:
        connection.close()
