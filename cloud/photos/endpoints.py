"""/work-orders/{id}/photos: sent by who works on the order or reports it, seen by who may see the order."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, forbidden_at
from cloud.dependencies import Store, TheClock, TheSettings
from cloud.errors import Conflict, Forbidden, NotFound, TooLarge, Unavailable, Unprocessable, problems
from cloud.permissions import Permission
from cloud.photos.files import Files
from cloud.photos.picture import Picture, picture
from cloud.photos.schemas import Photo, PhotoQuery
from cloud.photos.store import NewPhoto, add_photo, by_key, photo, photos, refuse_too_many
from cloud.spreadsheet import attachment
from cloud.wire import Page
from cloud.work_orders.steps import visible
from cloud.work_orders.store import order_by_id
from facility.clock import NS

router = APIRouter(prefix="/api/v1", tags=["photos"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]
Sender = Annotated[Caller, Depends(Allow(Permission.ORDER_WORK, Permission.ORDER_REPORT))]
_ANY: Final[dict[str, Any]] = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "image/png", "image/webp")
}
_JPEG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The picture", "content": {"image/jpeg": _ANY["image/jpeg"]}},
    **problems(NotFound),
}
_ONE_BY_ONE: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
"""A decoded photo of a telephone takes up to 240 MB."""


@router.post(
    "/work-orders/{id}/photos",
    responses=problems(Forbidden, NotFound, Conflict, Unprocessable, TooLarge, Unavailable),
    openapi_extra={"requestBody": {"required": True, "content": _ANY}},
)
async def send_photo(
    request: Request,
    store: Store,
    clock: TheClock,
    settings: TheSettings,
    caller: Sender,
    id: str,
    query: Annotated[PhotoQuery, Query()],
) -> Photo:
    """The bytes of one photo, JPEG, PNG or WebP; sent again with the same key it is kept once."""
    site = await store.read(lambda c: _order(c, caller, id)["site"])
    if not (caller.may(Permission.ORDER_WORK, site) or caller.may(Permission.ORDER_REPORT, site)):
        raise forbidden_at(caller, Permission.ORDER_WORK, site)
    content = await request.body()
    found = await asyncio.get_running_loop().run_in_executor(_ONE_BY_ONE, picture, content)
    if (held := await store.read(lambda c: by_key(c, id, query.key, found.sha256))) is not None:
        return _photo(held)
    await store.read(lambda c: refuse_too_many(c, site, id))
    files = Files(settings.photos_folder)
    name = await asyncio.to_thread(files.keep, found)
    now = clock.now()
    kept = name
    try:
        row = await store.write(lambda c: _added(c, caller, id, query, found, name, now))
        kept = row["file"]
    except (Conflict, NotFound):
        kept = ""
        raise
    finally:
        if kept != name:
            await asyncio.to_thread(files.drop, name)
    return _photo(row)


@router.get("/work-orders/{id}/photos", responses=problems(NotFound))
async def list_photos(store: Store, caller: Reader, id: str) -> Page[Photo]:
    """All of an order, the oldest first."""

    def work(connection: Connection) -> tuple[Photo, ...]:
        _order(connection, caller, id)
        return tuple(map(_photo, photos(connection, id)))

    return Page(items=await store.read(work))


@router.get("/work-orders/{id}/photos/{photo_id}", responses=_JPEG, response_class=Response)
async def get_photo(store: Store, settings: TheSettings, caller: Reader, id: str, photo_id: str) -> Response:
    """The picture."""
    return await _picture(store, settings, caller, id, photo_id, small=False)


@router.get("/work-orders/{id}/photos/{photo_id}/small", responses=_JPEG, response_class=Response)
async def get_small_photo(store: Store, settings: TheSettings, caller: Reader, id: str, photo_id: str) -> Response:
    """The picture, no larger than 320 pixels."""
    return await _picture(store, settings, caller, id, photo_id, small=True)


async def _picture(
    store: Store, settings: TheSettings, caller: Caller, id: str, photo_id: str, *, small: bool
) -> Response:
    def work(connection: Connection) -> RowMapping | None:
        _order(connection, caller, id)
        return photo(connection, id, photo_id)

    row = await store.read(work)
    files = Files(settings.photos_folder)
    content = None if row is None else await asyncio.to_thread(files.read, row["file"], small=small)
    if row is None or content is None:
        raise NotFound(
            f"没有照片 {photo_id!r}:已到期删除,或从未上传 · "
            f"there is no photo {photo_id!r}: it was deleted when its time was over, or never sent"
        )
    headers = attachment(f"{row['id']}.jpg") | {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _order(connection: Connection, caller: Caller, id: str) -> RowMapping:
    row = order_by_id(connection, id)
    if row is None or not visible(caller, row["site"], row["assignee"]):
        raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
    return row


def _added(
    connection: Connection, caller: Caller, id: str, query: PhotoQuery, found: Picture, name: str, now: int
) -> RowMapping:
    """Its row, or that of the same photo which came at the same time."""
    site = _order(connection, caller, id)["site"]
    if (held := by_key(connection, id, query.key, found.sha256)) is not None:
        return held
    refuse_too_many(connection, site, id)
    new = NewPhoto(site, id, query.key, query.note, found, name, caller.name, round(query.age * NS))
    row = add_photo(connection, new, now)
    record(connection, caller, Entry("order.photo", id, site, detail=f"{row['id']} {query.note}".strip()), at=now)
    return row


def _photo(row: RowMapping) -> Photo:
    told = {name: row[name] for name in Photo.model_fields}
    return Photo.model_validate(told | {"taken_at": row["at"] if row["taken_at"] is None else row["taken_at"]})
