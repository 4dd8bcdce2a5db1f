"""What a notice about a certificate says: whose it is, and until when it is valid."""

from __future__ import annotations

from typing import Final

from sqlalchemy import RowMapping, select

from cloud.duty.tables import CERTIFICATE
from cloud.duty.trades import CERTIFICATES
from cloud.notices.store import Notice
from cloud.notification.composing import recipients
from cloud.notification.message import Message
from cloud.notification.routing import Subject
from cloud.notification.surroundings import Surroundings
from facility.alarm import AlarmClass
from facility.words import Text

PRIORITY: Final = 3
EXPIRED: Final = Text(zh="证书已过期", en="Certificate expired")
EXPIRES: Final = Text(zh="证书即将到期", en="Certificate expires")
NO_MORE: Final = Text(zh="续证前不再派工", en="No orders any more until it is renewed")


def certificate_of(around: Surroundings, notice: Notice) -> RowMapping | None:
    """The certificate that a notice is about; None: it is about something else."""
    if notice.occasion != "certificate":
        return None
    return around.connection.execute(select(CERTIFICATE).where(CERTIFICATE.c.id == notice.alarm)).mappings().first()


def certificate_subject(around: Surroundings, notice: Notice) -> Subject:
    """What the routes ask."""
    return Subject(
        alarm_class=AlarmClass.CONDITION.value,
        priority=PRIORITY,
        system="",
        places=frozenset(),
        posts=frozenset(notice.posts),
        occasion=notice.occasion,
        at=around.local_time(notice.site, notice.at),
    )


def certificate_message(around: Surroundings, notice: Notice, row: RowMapping) -> Message:
    """Who has to renew what, and how many days are left."""
    name = CERTIFICATES.get(row["kind"], Text(zh=row["kind"], en=row["kind"]))
    left = (row["expires_on"] - around.local_time(notice.site, notice.at).date()).days
    end = row["expires_on"].isoformat()
    head, then = (EXPIRED, NO_MORE) if left < 0 else (EXPIRES, Text(zh=f"剩余 {left} 天", en=f"{left} days left"))
    return Message(
        title=Text(zh=f"【{head.zh}】{row['person']} {name.zh}", en=f"[{head.en}] {row['person']}: {name.en}"),
        lines=(Text(zh=f"有效期至 {end}", en=f"Valid until {end}"), then),
        priority=PRIORITY,
        recipients=recipients(around, notice),
    )
