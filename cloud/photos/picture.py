"""What a photo is by its content, and the picture that is kept of it: decoded, turned upright, written anew.

Nothing of the bytes that came is kept: no place, no camera, no text, no second file hidden in the first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from cloud.errors import Unprocessable

MOST_PIXELS: Final = 60_000_000
"""Telephones of today have 50 million; a decoded one takes 4 bytes a pixel."""
LONG_SIDE: Final = 2_560
SMALL_SIDE: Final = 320
QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG, and the same small."""

    sent: str
    """image/jpeg, image/png or image/webp."""
    sha256: str
    """Of the bytes as they came."""
    content: bytes
    small: bytes
    width: int
    height: int


def picture(content: bytes) -> Picture:
    """Unprocessable says why it is none, and what to do."""
    sent = _kind(content)
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as found:
            whole = _decoded(found)
    except UnidentifiedImageError:
        raise _no("图片已损坏", "the picture is damaged: take it again") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError, EOFError) as error:
        raise _no("图片已损坏", f"the picture can't be read ({str(error)[:120]}): take it again") from None
    small = whole.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    digest = hashlib.sha256(content).hexdigest()
    return Picture(sent, digest, _jpeg(whole), _jpeg(small), whole.width, whole.height)


def _kind(content: bytes) -> str:
    """By its first bytes, whatever its name or header says."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise _no(
            "不支持 HEIC,请在手机相机设置中选“兼容性最佳”(JPEG)",
            "HEIC is not taken: set the telephone's camera to 'most compatible' (JPEG), or send a copy as JPEG",
        )
    raise _no("只接受 JPEG、PNG、WebP 照片", "only photos in JPEG, PNG or WebP are taken")


def _decoded(found: Any) -> Any:
    """Upright, without transparency, no larger than is kept."""
    from PIL import Image, ImageOps

    if found.width * found.height > MOST_PIXELS:
        raise _no("图片像素过大", f"the picture has {found.width} x {found.height} pixels: send a smaller one")
    found.draft("RGB", (LONG_SIDE, LONG_SIDE))
    whole = ImageOps.exif_transpose(found)
    whole.thumbnail((LONG_SIDE, LONG_SIDE))
    if whole.mode in ("RGBA", "LA", "PA") or "transparency" in whole.info:
        whole = whole.convert("RGBA")
        ground = Image.new("RGB", whole.size, "white")
        ground.paste(whole, mask=whole.getchannel("A"))
        return ground
    return whole.convert("RGB")


def _jpeg(image: Any) -> bytes:
    """Only the picture: a copy of its pixels has no notes to carry along."""
    image.info.clear()
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None)
    return file.getvalue()


def _no(zh: str, en: str) -> Unprocessable:
    return Unprocessable(f"{zh} · {en}")
