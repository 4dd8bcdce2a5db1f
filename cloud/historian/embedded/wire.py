"""Calls and answers between the cloud and its historian process: pickles, each behind its length, on a socket pair.

A socket pair has no name: only the two processes that share it can ever speak on it, so pickle is safe here, and
columns cross without being spelled out as JSON.
"""

from __future__ import annotations

import pickle
import socket
import struct
from asyncio import StreamReader
from dataclasses import dataclass
from typing import Any, Final

_LENGTH: Final = struct.Struct("!Q")
WAITING: Final = 0
"""The id of an answer to no call: how many samples are not in the roll-ups yet. Calls count from 1."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method of the Historian."""

    id: int
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: a result, or the error to raise."""

    id: int
    result: Any = None
    error: Exception | None = None


def packed(message: Call | Answer) -> bytes:
    """The bytes on the wire."""
    body = pickle.dumps(message, protocol=5)
    return _LENGTH.pack(len(body)) + body


def receive(connection: socket.socket) -> Call | None:
    """The next call; None when the other end is gone. Blocks."""
    head = _exactly(connection, _LENGTH.size)
    body = _exactly(connection, _LENGTH.unpack(head)[0]) if head else b""
    return pickle.loads(body) if body else None  # noqa: S301 (an unnamed socket pair: see above)


async def receive_answer(reader: StreamReader) -> Answer:
    """The next answer; IncompleteReadError when the other end is gone."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    answer: Answer = pickle.loads(await reader.readexactly(length))  # noqa: S301 (an unnamed socket pair: see above)
    return answer


def _exactly(connection: socket.socket, count: int) -> bytes:
    taken = bytearray()
    while len(taken) < count:
        try:
            piece = connection.recv(min(count - len(taken), 1 << 20))
        except ConnectionError:
            return b""
        if not piece:
            return b""
        taken += piece
    return bytes(taken)
