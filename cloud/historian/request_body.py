"""The body of a write: read up to a limit, gunzipped up to the same limit."""

from __future__ import annotations

import asyncio
import zlib
from typing import Final

from starlette.requests import Request

from cloud.errors import Problem, TooLarge

LIMIT: Final = 25_000_000
"""Bytes of a body, before and after gunzip; InfluxDB's own default."""
_SMALL: Final = 65_536


async def read_body(request: Request, limit: int = LIMIT) -> bytes:
    """The plain bytes. TooLarge over the limit; Problem for broken gzip or another encoding."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise Problem(
            f"不支持的内容编码 {encoding!r},请发送 gzip 或纯文本 · "
            f"Content-Encoding {encoding!r} is not understood; send gzip or plain text"
        )
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > limit:
            raise TooLarge(f"请求体超过 {limit} 字节,请分批发送 · the body is over {limit} bytes; send it in parts")
    if encoding != "gzip":
        return bytes(taken)
    if len(taken) < _SMALL:
        return gunzip(bytes(taken), limit)
    return await asyncio.to_thread(gunzip, bytes(taken), limit)


def gunzip(packed: bytes, limit: int) -> bytes:
    """One or more gzip members, stopped as soon as they grow over the limit."""
    plain = bytearray()
    rest = packed
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(rest, limit - len(plain) + 1)
        except zlib.error as error:
            raise Problem(f"gzip 数据无法解压 · the body is no whole gzip: {error}") from None
        if len(plain) > limit:
            raise TooLarge(
                f"请求体解压后超过 {limit} 字节,请分批发送 · the body unpacks to over {limit} bytes; send it in parts"
            )
        if not member.eof:
            raise Problem("gzip 数据不完整 · the body is no whole gzip: it is cut short")
        rest = member.unused_data
    return bytes(plain)
