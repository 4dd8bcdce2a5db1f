"""Photos on the wire."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from cloud.wire import Asked, Moment
from facility.words import Frozen

OLDEST: Final = 72 * 3600


class PhotoQuery(Asked):
    """Beside the bytes of a photo."""

    key: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    """The sender's own for this photo, the same when it is sent again: it is kept once."""
    note: str = Field(default="", max_length=500)
    age: float = Field(default=0, ge=0, le=OLDEST, allow_inf_nan=False)
    """Seconds since it was taken, by the sender's own clock: it may have waited for a network."""


class Photo(Frozen):
    """One photo; its bytes are at …/photos/{id} and …/photos/{id}/small, as JPEG."""

    id: str
    key: str
    sent: str
    """What it was when it came: image/jpeg, image/png, image/webp."""
    sha256: str
    """Of the bytes as they came."""
    size: int
    """Bytes of the picture that is kept."""
    width: int
    height: int
    note: str
    by: str
    at: Moment
    """When it came."""
    taken_at: Moment
