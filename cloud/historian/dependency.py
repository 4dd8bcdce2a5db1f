"""The Historian as endpoints ask for it: `app.state.historian`."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from cloud.errors import Unavailable
from cloud.historian.base import Historian


def _historian(connection: HTTPConnection) -> Historian:
    historian = cast("Historian | None", connection.app.state.historian)
    if historian is None:
        raise Unavailable("本系统未配置历史库,请先配置 · this cloud runs without a historian: start it with one")
    return historian


TheHistorian = Annotated[Historian, Depends(_historian)]
