"""InfluxDB's write API: POST /api/v2/write (2.x), POST /write (1.x), /ping, /health; errors in InfluxDB's words."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from cloud.caller import Allow, Caller
from cloud.errors import Forbidden, Problem
from cloud.historian.base import Historian, HistorianAway, PartialWrite
from cloud.historian.dependency import TheHistorian
from cloud.historian.request_body import read_body
from cloud.permissions import Permission
from facility.errors import Rejected
from facility.words import Frozen

router = APIRouter(tags=["historian"])

SHARED_BUCKET: Final = "gatehouse"
"""The bucket that every gateway may name; the other one is its site's. Buckets part rights, not data."""
HEALTH_SECONDS: Final = 5.0
CODES: Final = {
    400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not found", 413: "request too large",
    422: "unprocessable entity", 503: "unavailable",
}  # fmt: skip
_V1_PRECISION: Final = {"n": "ns", "u": "us", "µ": "us"}


class InfluxError(Frozen):
    """How InfluxDB reports an error: `code` and `message` as 2.x does, `error` as 1.x does."""

    code: str
    message: str
    line: int | None = None
    """The first refused line, from 1."""
    error: str


class Health(Frozen):
    """Whether a write would be taken now."""

    name: str = "gatehouse"
    message: str
    status: str
    version: str


_TEXT: Final = {
    "requestBody": {
        "required": True,
        "content": {"text/plain": {"schema": {"type": "string", "description": "line protocol, plain or gzip"}}},
    }
}
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": InfluxError, "description": "Lines were refused; all good lines are kept"},
    401: {"model": InfluxError, "description": "Send a token"},
    403: {"model": InfluxError, "description": "The token does not write this bucket"},
    413: {"model": InfluxError, "description": "The body is too large"},
    503: {"model": InfluxError, "description": "The historian is away; send the same again"},
}


@router.post("/api/v2/write", status_code=204, response_class=Response, responses=_REFUSALS, openapi_extra=_TEXT)
async def write_v2(
    request: Request,
    historian: TheHistorian,
    bucket: Annotated[str, Query(min_length=1)],
    org: str = "",  # noqa: ARG001 (clients send it; there is one organisation here)
    precision: str = "ns",
) -> Response:
    """InfluxDB 2's write: 204 when every line is on disk."""
    return await _write(request, historian, bucket, precision)


@router.post("/write", status_code=204, response_class=Response, responses=_REFUSALS, openapi_extra=_TEXT)
async def write_v1(
    request: Request, historian: TheHistorian, db: Annotated[str, Query(min_length=1)], precision: str = "ns"
) -> Response:
    """InfluxDB 1's write; the token is the password of Basic, or `Authorization: Token …`."""
    return await _write(request, historian, db, _V1_PRECISION.get(precision, precision))


@router.head("/ping", status_code=204, response_class=Response, include_in_schema=False)
@router.get("/ping", status_code=204, response_class=Response)
async def ping() -> Response:
    """Says that somebody is here who takes line protocol."""
    return Response(status_code=204, headers={"X-Influxdb-Version": _version(), "X-Influxdb-Build": "gatehouse"})


@router.get("/health", responses={503: {"model": Health}})
async def health(historian: TheHistorian) -> Health:
    """Whether the historian answers, in InfluxDB 2's words."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await historian.latest([])
    except (HistorianAway, TimeoutError) as error:
        body = Health(message=str(error) or "the historian does not answer", status="fail", version=_version())
        return JSONResponse(body.model_dump(), 503)  # type: ignore[return-value] # FastAPI passes responses through
    return Health(message="ready for queries and writes", status="pass", version=_version())


async def _write(request: Request, historian: Historian, bucket: str, precision: str) -> Response:
    try:
        caller = await Allow(Permission.HISTORIAN_WRITE)(request)
        site = _site_of(caller, bucket)
        await historian.write(await read_body(request), precision, site=site)
    except PartialWrite as partial:
        return _refused(400, _explained(partial), partial.lines[0].number or None)
    except (Rejected, ValueError) as error:
        return _refused(400, str(error))
    except HistorianAway as away:
        return _refused(503, str(away))
    except Problem as problem:
        return _refused(problem.status, problem.detail, headers=problem.headers)
    return Response(status_code=204)


def _site_of(caller: Caller, bucket: str) -> str | None:
    """The one site that the caller may write; None: any. A gateway writes only its own bucket."""
    sites = caller.sites(Permission.HISTORIAN_WRITE)
    own = caller.site if caller.kind == "gateway" else None
    if own is None and sites is None:
        return None
    own = own or bucket
    if bucket not in (SHARED_BUCKET, own) or (sites is not None and own not in sites):
        allowed = f"{own!r} or {SHARED_BUCKET!r}" if caller.kind == "gateway" else ", ".join(sorted(sites or ()))
        raise Forbidden(
            f"{caller.name!r} 无权写入数据桶 {bucket!r} · "
            f"{caller.name} may not write to the bucket {bucket!r}; it may to {allowed}"
        )
    return own


def _explained(partial: PartialWrite) -> str:
    """InfluxDB's sentence, each refused line on a line of its own."""
    reasons = [f"line {each.number}: {each.reason}" if each.number else each.reason for each in partial.lines]
    return f"partial write: {chr(10).join(reasons)} dropped={partial.dropped}"


def _refused(status: int, message: str, line: int | None = None, headers: dict[str, str] | None = None) -> JSONResponse:
    code = CODES.get(status, "internal error")
    body = InfluxError(code=code, message=message, line=line, error=message)
    kept = {"X-Platform-Error-Code": code, **({"Retry-After": "2"} if status == 503 else {}), **(headers or {})}
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=kept)


def _version() -> str:
    try:
        return f"gatehouse-{version('gatehouse')}"
    except PackageNotFoundError:
        return "gatehouse-checkout"
