"""A payload within a payload: packed by zlib or gzip, as Eclipse Tahu's hosts and edge nodes do."""

from __future__ import annotations

import zlib
from typing import Final

from drivers.mqtt.sparkplug.wire import MalformedError

MARK: Final = b"SPBV1.0_COMPRESSED"
"""The uuid of a payload whose body is another one, packed."""
_EITHER: Final = zlib.MAX_WBITS | 32
"""The head says which of the two it is, so the metric `algorithm` need not be asked."""


def unpacked(body: bytes, most: int) -> bytes:
    """The bytes of the payload within; MalformedError where they are none, or more than `most`."""
    packed = zlib.decompressobj(_EITHER)
    try:
        found = packed.decompress(body, most)
    except zlib.error as error:
        raise MalformedError(f"a packed payload can't be read: {error}") from error
    if packed.eof and not packed.unused_data:
        return found
    if packed.unconsumed_tail or packed.unused_data:
        raise MalformedError(f"a packed payload has more than {most} bytes, or others after it")
    raise MalformedError("a packed payload is cut off")
