"""What the checks of references share: how a mistake is given, and the nearest right word."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

from facility.catalog import Catalog
from facility.equipment_type import EquipmentType
from facility.errors import ConfigError, nearest
from facility.yaml_source import Path_

Found: TypeAlias = Iterator[tuple[Path_, str]]
"""Where in the file, and what is wrong there."""


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """`no place 'towr'; did you mean 'tower'?`"""
    return f"no {what} {name!r}{nearest(name, known)}"


def type_of(catalog: Catalog, name: str) -> EquipmentType | None:
    """The type, None where there is none or its own file is wrong: `_models` says so."""
    try:
        return catalog.type(name) if name in catalog.types() else None
    except ConfigError:
        return None
