"""A channel of the store, made ready to send; one whose secrets can't be opened takes nothing and says why."""

from __future__ import annotations

import logging

from sqlalchemy import RowMapping

from cloud.errors import Unprocessable
from cloud.notification.channel import Channel
from cloud.notification.kinds import model_of
from cloud.notification.message import Message
from cloud.notification.posting import NotDelivered, Post
from cloud.notification.setup import config
from cloud.sealing import Seal
from facility.errors import ConfigError

log = logging.getLogger(__name__)


def opened(row: RowMapping, seal: Seal, post: Post) -> Channel:
    """The channel of a row; connects to nothing."""
    try:
        return config(row, seal).opened(post)
    except (ConfigError, Unprocessable) as error:
        log.warning("the notification channel %r of %s can't be opened: %s", row["name"], row["site"], error)
        return _Unopened(row, seal, post)


def a_minute(row: RowMapping) -> int:
    """How many messages the channel takes in a minute."""
    return model_of(row["kind"]).a_minute


class _Unopened:
    """Tries again at each message: the key may be back."""

    def __init__(self, row: RowMapping, seal: Seal, post: Post) -> None:
        self._row = row
        self._seal = seal
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over, where the secrets can be opened by now. Raises NotDelivered."""
        try:
            channel = config(self._row, self._seal).opened(self._post)
        except (ConfigError, Unprocessable):
            raise NotDelivered(
                "渠道的密钥信息无法解开,请恢复密钥文件,或重新填写该渠道的密钥 · "
                "the channel's secrets can't be opened: put the key file back, or give the channel its secrets again"
            ) from None
        await channel.send(message)
