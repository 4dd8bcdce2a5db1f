"""The font of a PDF with Chinese in it: one of this machine, embedded; where there is none, the reader's own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
FILES: Final = (
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "NotoSansSC-Regular.ttf",
    "NotoSansSC[wght].ttf",
    "DroidSansFallbackFull.ttf",
    "uming.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "Arial Unicode.ttf",
)
"""Those with TrueType outlines, in the order of preference: others can't be embedded in parts."""
READERS_OWN: Final = "STSong-Light"
"""Adobe's name of a Chinese font that a PDF reader finds for itself."""
log = logging.getLogger(__name__)
_ONE: Final = Lock()


def font(folders: Sequence[Path] = FOLDERS) -> str:
    """The name of a registered font that has Chinese and Latin letters."""
    with _ONE:
        return _font(tuple(folders))


@lru_cache(maxsize=8)
def _font(folders: tuple[Path, ...]) -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in _found(folders):
        try:
            pdfmetrics.registerFont(TTFont("Chinese", str(path), subfontIndex=0))
        except (TTFError, OSError) as error:
            log.warning("the font %s can't be used in a PDF: %s", path, error)
            continue
        return "Chinese"
    log.warning("no Chinese font here: a PDF uses its reader's own (on Debian: apt-get install fonts-wqy-zenhei)")
    pdfmetrics.registerFont(UnicodeCIDFont(READERS_OWN))
    return READERS_OWN


def _found(folders: Sequence[Path]) -> list[Path]:
    there = {path.name: path for folder in folders if folder.is_dir() for path in folder.rglob("*.tt?")}
    return [there[name] for name in FILES if name in there]
