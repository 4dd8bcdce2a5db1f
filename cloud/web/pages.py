"""The built dashboards: files of a fixed list, held in memory; every other path is the app's own page."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from cloud.errors import NotFound

ABSENT = (
    "The dashboards are not built. Run `make setup` in the checkout, or start with --dashboards FOLDER.\n"
    "页面尚未构建:请运行 make setup,或用 --dashboards 指定目录。\n"
)
LEAST_GZIP = 1024
PHONE = "phone/index.html"
"""The page of telephones: for who works on orders, and for who scanned a code."""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    type: str
    etag: str
    lasting: bool


def _load(path: Path, name: str) -> _File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = (
        gzip.compress(body, 9, mtime=0)
        if len(body) >= LEAST_GZIP and not kind.startswith(("image/", "font/"))
        else None
    )
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return _File(body, packed, kind, etag, lasting=name.startswith("assets/"))


class Pages:
    """Reads the folder once; nothing outside it can be asked for."""

    def __init__(self, folder: Path | None) -> None:
        root = folder if folder is not None and (folder / "index.html").is_file() else None
        paths = sorted(p for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")) if root else []
        self._files = {str(p.relative_to(root or "")): _load(p, str(p.relative_to(root or ""))) for p in paths}

    def answer(self, path: str, request: Request) -> Response:
        """The file of a path, or the app's page for a path of its router."""
        file = self._files.get(path) or (None if "." in path.rpartition("/")[2] else self._files.get(_page_of(path)))
        if file is None and self._files:
            raise NotFound(f"没有页面 /{path} · there is no page /{path}")
        if file is None:
            return Response(ABSENT, 503, media_type="text/plain; charset=utf-8")
        lasting = "public, max-age=31536000, immutable"
        headers = {
            "ETag": file.etag,
            "Vary": "Accept-Encoding",
            "Cache-Control": lasting if file.lasting else "no-cache",
        }
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=file.type)
        return Response(file.body, headers=headers, media_type=file.type)


def _page_of(path: str) -> str:
    return PHONE if path.partition("/")[0] in {"phone", "q"} else "index.html"


def pages_router(folder: Path | None) -> APIRouter:
    """The last router of all: GET of everything that nobody else answers."""
    router = APIRouter(include_in_schema=False)
    pages = Pages(folder)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def page(path: str, request: Request) -> Response:
        if path.startswith("api/"):
            raise NotFound(f"没有 /{path} · there is no /{path}; the paths are in /api/v1/openapi.json")
        return pages.answer(path or "index.html", request)

    return router
