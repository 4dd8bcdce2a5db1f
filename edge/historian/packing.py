"""Lines as one gzip member, and back."""

from __future__ import annotations

import gzip
import zlib
from typing import Final

LARGEST: Final = 64 << 20
"""A member that unpacks to more is damaged or hostile."""


def packed(lines: list[bytes]) -> bytes:
    """One gzip member."""
    return gzip.compress(b"\n".join(lines) + b"\n", 1, mtime=0)


def unpacked(body: bytes) -> bytes:
    """The lines of one gzip member; ValueError where it would be absurdly long."""
    unzip = zlib.decompressobj(31)
    lines = unzip.decompress(body, LARGEST)
    if not unzip.eof:
        raise ValueError("cut short, or longer than 64 MB")
    return lines
