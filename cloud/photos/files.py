"""The pictures on disk: outside what is served, under random names, whole or not there."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from cloud.errors import Unavailable
from cloud.photos.picture import Picture

_NAME: Final = re.compile(r"[0-9a-f]{40}")
_SMALL: Final = ".small"


class Files:
    """A folder of them, in folders by the first two signs of the name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, picture: Picture) -> str:
        """The name under which it is on disk now; Unavailable where the disk does not take it."""
        name = secrets.token_hex(20)
        try:
            self._path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._path(name), picture.content)
            _write(self._path(name + _SMALL), picture.small)
        except OSError as error:
            self.drop(name)
            raise Unavailable(f"照片未保存 · the photo could not be kept ({error.strerror}): try again") from None
        return name

    def read(self, name: str, *, small: bool) -> bytes | None:
        """None where it is gone."""
        try:
            return self._path(name + (_SMALL if small else "")).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        """Remove it, if it is there."""
        for each in (name, name + _SMALL):
            self._path(each).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name.removesuffix(_SMALL)):
            raise ValueError(f"{name!r} is no name of a picture")
        return self._folder / name[:2] / name


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
