"""A voice call through any provider's HTTP gateway: a request made from a template, a call to each number."""

from __future__ import annotations

from typing import ClassVar

from cloud.notification.channel import Medium
from cloud.notification.http_gateway import Gateway, GatewaySetup
from cloud.notification.posting import Post


class Setup(GatewaySetup):
    """The provider's address and request."""

    medium: ClassVar[Medium] = Medium.VOICE
    limit: ClassVar[int] = 300
    """Bytes of UTF-8: what is listened to on a telephone."""

    def opened(self, post: Post, /) -> Gateway:
        """The provider."""
        return Gateway(self, post)
