"""As much of HTTP/1.1 as the duty page needs: small requests in, whole answers out, nothing chunked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

from facility.errors import GatehouseError

HEAD: Final = 16_384
BODY: Final = 65_536
FIELDS: Final = 20
"""Of a form or a query; ours have two."""
HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
SAFE: Final = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self';"
            " base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
)


class BadRequest(GatehouseError):
    """It is no request that we answer; `status` says why, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `peer`: who asks; `local`: the address of ours that was asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    peer: str
    local: str

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of a form; the first of each name. BadRequest."""
        return _fields(self.body.decode("utf-8", "replace"))

    def cookie(self, name: str) -> str:
        """A cookie's value, empty where there is none."""
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: HTTPStatus
    body: bytes = b""
    type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def text(self, *, keep: bool) -> bytes:
        """As it goes over the wire."""
        fixed = (("Content-Type", self.type), ("Content-Length", str(len(self.body))))
        more = (("Connection", "keep-alive" if keep else "close"),)
        head = "".join(f"{k}: {v}\r\n" for k, v in (*fixed, *SAFE, *self.headers, *more))
        return f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n{head}\r\n".encode("latin-1") + self.body


async def read_request(reader: asyncio.StreamReader, peer: str, local: str) -> Request | None:
    """The next one of a connection; None where it has ended. BadRequest."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    first, *lines = head[:-4].split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    headers = _headers(lines)
    try:
        asked = urlsplit(parts[1])
        length = int(headers.get("content-length", "0"))
    except ValueError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST) from error
    if "transfer-encoding" in headers or length < 0:
        raise BadRequest(HTTPStatus.LENGTH_REQUIRED)
    if length > BODY:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        body = await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    return Request(parts[0], asked.path, _fields(asked.query), headers, body, peer, local)


def _fields(text: str) -> dict[str, str]:
    try:
        return {k: v[0] for k, v in parse_qs(text, max_num_fields=FIELDS).items()}
    except ValueError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST) from error


def _headers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = name.lower()
        if not colon or name != name.strip() or (key in found and key in ("host", "origin", "content-length")):
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        found[key] = value.strip()
    return found
