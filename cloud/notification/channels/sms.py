"""SMS through any provider's HTTP gateway: a request made from a template, a message to each number."""

from __future__ import annotations

from typing import ClassVar

from cloud.notification.channel import Medium
from cloud.notification.http_gateway import Gateway, GatewaySetup
from cloud.notification.posting import Post


class Setup(GatewaySetup):
    """The provider's address and request."""

    medium: ClassVar[Medium] = Medium.SMS
    limit: ClassVar[int] = 201
    """Bytes of UTF-8: 67 Chinese characters, one part of a long SMS."""

    def opened(self, post: Post, /) -> Gateway:
        """The provider."""
        return Gateway(self, post)
