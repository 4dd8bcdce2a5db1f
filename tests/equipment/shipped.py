"""The shipped folders, walked once for all tests of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from facility.catalog import SHIPPED, Catalog
from facility.equipment_type import DeviceModel

CATALOG: Final = Catalog()
TYPES: Final = CATALOG.types()
MODELS: Final = [(type_, model) for type_ in TYPES for model in CATALOG.models(type_)]
CASES: Final = sorted(p.parent for p in SHIPPED.glob("*/testcases/*/wire.yaml"))


def readme(type_: str) -> str:
    """The README of a type."""
    return (SHIPPED / type_ / "README.md").read_text(encoding="utf-8")


def mapped(model: DeviceModel) -> set[str]:
    """The points that a model maps, its instances' among them."""
    return {p.point for p in model.points} | {p.point for r in model.repeat for p in r.points}


def name(case: Path) -> str:
    """`pump/grundfos-cim-running` of a test case's folder."""
    return f"{case.parent.parent.name}/{case.name}"
