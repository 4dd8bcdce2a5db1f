"""Photos in the store, and for how long."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from cloud.errors import Conflict
from cloud.ids import new_id
from cloud.photos.picture import Picture
from cloud.photos.tables import PHOTO
from cloud.work_orders.tables import ORDER_EVIDENCE, WORK_ORDER
from facility.clock import NS

OF_ORDER: Final = 50
OF_SITE: Final = 20 * 1024**3
"""Bytes: some 40,000 pictures."""
KEPT: Final = 5 * 366 * 86_400 * NS
"""As long as fault repairs and maintenance are kept (GB 25201), from the end of the order."""
_AT_ONCE: Final = 500


def photos(connection: Connection, order: str) -> Sequence[RowMapping]:
    """Of an order, the oldest first."""
    query = select(PHOTO).where(PHOTO.c.order_id == order).order_by(PHOTO.c.at, PHOTO.c.id)
    return connection.execute(query).mappings().all()


def photo(connection: Connection, order: str, id: str) -> RowMapping | None:
    """One of them."""
    p = PHOTO.c
    return connection.execute(select(PHOTO).where(p.order_id == order, p.id == id)).mappings().first()


def by_key(connection: Connection, order: str, key: str, sha256: str) -> RowMapping | None:
    """The one that was sent with this key before; Conflict where it was another photo."""
    p = PHOTO.c
    row = connection.execute(select(PHOTO).where(p.order_id == order, p.key == key)).mappings().first()
    if row is not None and row["sha256"] != sha256:
        raise Conflict(
            f"编号 {key!r} 已用于此工单的另一张照片,请换一个编号 · "
            f"the key {key!r} belongs to another photo of this order: send this one with a key of its own"
        )
    return row


def refuse_too_many(connection: Connection, site: str, order: str) -> None:
    """Conflict where an order or a site has as many as it may."""
    p = PHOTO.c
    if connection.execute(select(func.count()).where(p.order_id == order)).scalar_one() >= OF_ORDER:
        raise Conflict(f"每张工单最多 {OF_ORDER} 张照片 · an order has {OF_ORDER} photos at most")
    held = connection.execute(select(func.coalesce(func.sum(p.size), 0)).where(p.site == site)).scalar_one()
    if held >= OF_SITE:
        raise Conflict(f"照片空间已满 · the photos of {site} take {OF_SITE >> 30} GiB, no more is kept")


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """One that is on disk already, as `file`."""

    site: str
    order: str
    key: str
    note: str
    picture: Picture
    file: str
    by: str
    age: int = 0
    """ns since it was taken."""


def add_photo(connection: Connection, new: NewPhoto, now: int) -> RowMapping:
    """Its row; the order's evidence names it."""
    id, found = new_id(now), new.picture
    row = {
        "id": id, "site": new.site, "order_id": new.order, "key": new.key, "file": new.file, "sent": found.sent,
        "sha256": found.sha256, "size": len(found.content) + len(found.small), "width": found.width,
        "height": found.height, "note": new.note, "by": new.by, "at": now,
        "taken_at": now - new.age,
    }  # fmt: skip
    connection.execute(insert(PHOTO), row)
    line = {"site": new.site, "order_id": new.order, "kind": "photo", "ref": id, "by": new.by, "detail": new.note}
    connection.execute(insert(ORDER_EVIDENCE), line | {"at": now - new.age, "recorded_at": now})
    return connection.execute(select(PHOTO).where(PHOTO.c.id == id)).mappings().one()


def expired(connection: Connection, now: int) -> dict[str, str]:
    """Id → file of those whose order ended long ago, or is no more; some at once."""
    p, w = PHOTO.c, WORK_ORDER.c
    wanted = select(w.id).where(w.open | (w.updated_at >= now - KEPT))
    query = select(p.id, p.file).where(p.at < now - KEPT, p.order_id.not_in(wanted)).order_by(p.at).limit(_AT_ONCE)
    return {row.id: row.file for row in connection.execute(query)}


def drop_photos(connection: Connection, ids: Collection[str]) -> int:
    """Their rows; the order's evidence still says that there was a photo."""
    return connection.execute(delete(PHOTO).where(PHOTO.c.id.in_(list(ids)))).rowcount
