"""/public/qr-codes/{code}: what anybody may see and say who stands before a code, without an account."""

from __future__ import annotations

from typing import Final, cast

from fastapi import APIRouter, Request
from sqlalchemy import Connection

from cloud.dependencies import Store, TheClock
from cloud.errors import NotFound, TooMany, problems
from cloud.qr_codes.code import read_code
from cloud.qr_codes.naming import Names
from cloud.qr_codes.store import Spot, spot_of
from cloud.resident_reports.limits import Limits
from cloud.resident_reports.reporting import report
from cloud.resident_reports.schemas import OpenSpot, ResidentReport, Thanks
from cloud.sites.store import site_by_id
from facility.words import Text

router = APIRouter(prefix="/api/v1/public", tags=["residents' reports"])
UNKNOWN: Final = "二维码无效或已更换,请致电服务中心 · this code is unknown or was replaced: call the service desk"


def _limits(request: Request) -> Limits:
    return cast("Limits", request.app.state.resident_limits)


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


@router.get("/qr-codes/{code}", responses=problems(NotFound, TooMany))
async def look(request: Request, store: Store, clock: TheClock, code: str) -> OpenSpot:
    """The names of the site and of what the code hangs at; nothing else."""
    _limits(request).looks.count(_address(request), clock.now())

    def work(connection: Connection) -> OpenSpot:
        spot = _spot(connection, code)
        named, site = Names(connection, spot.site).of(spot), site_by_id(connection, spot.site)
        if named is None or site is None:
            raise NotFound(UNKNOWN)
        return OpenSpot(site=Text(zh=site["name_zh"], en=site["name_en"]), name=named[0], where=named[1])

    return await store.read(work)


@router.post("/qr-codes/{code}/reports", status_code=201, responses=problems(NotFound, TooMany))
async def send_report(request: Request, store: Store, clock: TheClock, code: str, body: ResidentReport) -> Thanks:
    """报修: makes an order, or adds to the one that is open for this equipment."""
    now = clock.now()
    _limits(request).reports.count(_address(request), now)

    def work(connection: Connection) -> int:
        spot = _spot(connection, code)
        return report(connection, spot, read_code(code) or "", body, now)

    return Thanks(number=await store.write(work))


def _spot(connection: Connection, code: str) -> Spot:
    found = spot_of(connection, code)
    if found is None:
        raise NotFound(UNKNOWN)
    return found
