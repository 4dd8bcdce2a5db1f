"""Which Historian a cloud uses: the embedded one, or an InfluxDB by its settings."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from cloud.historian.base import Historian
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.influx.historian import InfluxHistorian
from facility.clock import Clock


def open_historian(
    folder: Path, clock: Clock, influx: InfluxSettings | None = None
) -> AbstractAsyncContextManager[Historian]:
    """To be entered with `async with`; the embedded one keeps `folder`/historian.duckdb."""
    return EmbeddedHistorian(folder) if influx is None else InfluxHistorian(influx, clock)
