"""A POST over a connection that is kept, by the standard library: a batch a second must cost next to nothing."""

from __future__ import annotations

import select
import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from edge.delivery import SAID, Answer, Away
from edge.endpoint import Endpoint

CONNECT: Final = 5.0
REPLY: Final = 30.0
"""Seconds; a slow end is not a dead end."""
PORTS: Final = {"http": 80, "https": 443}


class Post:
    """Blocking: for one thread. `connections` counts those that were made."""

    def __init__(self, endpoint: Endpoint, target: str) -> None:
        self._endpoint = endpoint
        parts = urlsplit(endpoint.base)
        self._https = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._target = parts.path + target
        self._line: HTTPConnection | None = None
        self.connections = 0

    def send(self, body: bytes, headers: dict[str, str]) -> Answer:
        """What the end answered; Away where it did not."""
        try:
            line = self._connected()
            line.request("POST", self._target, body, headers)
            answer = line.getresponse()
            text = answer.read(SAID * 4).decode("utf-8", "replace")
            if answer.read(1) or answer.will_close:
                self.close()
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise Away(f"the historian at {self._endpoint.url} does not answer: {error!r}") from error
        return Answer(answer.status, text, answer.headers.get("Retry-After"))

    def close(self) -> None:
        """The next one connects anew."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connected(self) -> HTTPConnection:
        if self._line is not None and (self._line.sock is None or _speaks(self._line.sock)):
            self.close()  # the end hung up
        if self._line is None:
            self._line = self._opened()
            self._line.connect()
            self._line.sock.settimeout(REPLY)
            self.connections += 1
        return self._line

    def _opened(self) -> HTTPConnection:
        """Direct, or through the proxy that the environment names, by CONNECT."""
        kind = HTTPSConnection if self._https else HTTPConnection
        proxy = None if self._endpoint.loopback or proxy_bypass(self._host) else getproxies().get(self._scheme)
        if proxy is None:
            return kind(self._host, self._port, timeout=CONNECT)
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        line = kind(parts.hostname or "", parts.port or PORTS["http"], timeout=CONNECT)
        line.set_tunnel(self._host, self._port, _proxy_headers(parts.username, parts.password))
        return line

    @property
    def _scheme(self) -> str:
        return "https" if self._https else "http"


def _speaks(line: socket.socket) -> bool:
    """Whether something is to be read, if only its end: by `poll`, as `select` knows no descriptor beyond 1023."""
    asked = select.poll()
    asked.register(line, select.POLLIN)
    return bool(asked.poll(0))


def _proxy_headers(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    import base64

    plain = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Proxy-Authorization": "Basic " + base64.b64encode(plain).decode()}
