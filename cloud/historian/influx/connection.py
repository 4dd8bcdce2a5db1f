"""HTTP to an InfluxDB: /write, /api/v2/write and /query, with its refusals as errors of the Historian."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from cloud.historian.base import HistorianAway, LineError, PartialWrite, Precision
from facility.errors import Rejected

TIMEOUT: Final = 30.0
STATEMENTS: Final = 50
"""Statements in one query; more are asked in turn."""
_V1_PRECISION: Final = {"ns": "ns", "us": "u", "ms": "ms", "s": "s"}

Table = list[list[Any]]


@dataclass(frozen=True, slots=True)
class InfluxSettings:
    """Where the InfluxDB is and who we are there: a token (2.x, 3.x), or user and password (1.x), or neither."""

    url: str
    database: str
    """The database of 1.x; the bucket of 2.x and 3.x (there mapped to a database of the same name)."""
    token: str | None = None
    user: str | None = None
    password: str | None = None

    def headers(self) -> dict[str, str]:
        """The Authorization that 2.x and 3.x want."""
        return {"Authorization": f"Token {self.token}"} if self.token else {}

    def auth(self) -> tuple[str, str] | None:
        """User and password."""
        return (self.user, self.password or "") if self.user and not self.token else None


class Connection:
    """One keep-alive client; `async with` opens it."""

    def __init__(self, settings: InfluxSettings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(
            base_url=settings.url, headers=settings.headers(), auth=settings.auth(), timeout=TIMEOUT
        )

    async def open(self) -> None:
        """Nothing to do before the first call: a database that is away now may be back then."""

    async def close(self) -> None:
        """Let go of the sockets."""
        await self._client.aclose()

    async def write(self, body: bytes, precision: Precision) -> None:
        """POST a body; PartialWrite where lines were refused, Rejected where the whole body was."""
        params = {"db": self._settings.database, "precision": _V1_PRECISION[precision]}
        answer = await self._send("POST", "/write", params=params, content=body)
        if answer.status_code >= 400:
            raise _refusal(answer)

    async def query(self, statements: Sequence[str]) -> list[Table]:
        """The rows of each statement; times are integers in ns."""
        tables: list[Table] = []
        for first in range(0, len(statements), STATEMENTS):
            part = statements[first : first + STATEMENTS]
            params = {"db": self._settings.database, "epoch": "ns"}
            answer = await self._send("POST", "/query", params=params, data={"q": ";".join(part)})
            if answer.status_code >= 400:
                raise _refusal(answer)
            tables += [_rows(result) for result in json.loads(answer.content)["results"]]
        return tables

    async def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise HistorianAway(
                f"{self._settings.url} does not answer: {str(error) or type(error).__name__}"
            ) from error
        if answer.status_code in (429, 500, 502, 503, 504):
            raise HistorianAway(f"{self._settings.url} answers {answer.status_code}: {_message(answer)}")
        return answer


def _refusal(answer: httpx.Response) -> Exception:
    message = _message(answer)
    if answer.status_code in (401, 403):
        return HistorianAway(f"InfluxDB refuses our login ({answer.status_code}): {message}; check token or password")
    if answer.status_code == 404:
        return HistorianAway(f"InfluxDB: {message}; create the database (bucket) or correct its name")
    if answer.status_code == 400 and "dropped=" in message:
        dropped = message.rpartition("dropped=")[2]
        reason = message.rpartition(" dropped=")[0].removeprefix("partial write: ")
        return PartialWrite([LineError(0, "", reason)], max(int(dropped) if dropped.isdigit() else 1, 1), 0)
    return Rejected(f"InfluxDB refuses ({answer.status_code}): {message}")


def _message(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:500]
    if not isinstance(body, dict):
        return str(body)[:500]
    return str(body.get("error") or body.get("message") or body)[:2000]


def _rows(result: dict[str, Any]) -> Table:
    if "error" in result:
        raise Rejected(f"InfluxDB cannot answer: {result['error']}")
    return [row for series in result.get("series", []) for row in series["values"]]
