"""The tariffs that ship: shapes of provinces without prices, each file with its source."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from facility import yaml_source
from facility.energy.tariff import Tariff

SHIPPED: Final = Path(__file__).parent / "tariffs"


@cache
def shipped_tariffs() -> dict[str, Tariff]:
    """By id; prices must be added before one is of use."""
    found = [yaml_source.load(path) for path in sorted(SHIPPED.glob("*.yaml"))]
    tariffs = (source.right(yaml_source.check(Tariff, source)) for source in found)
    return {tariff.id: tariff for tariff in tariffs}
