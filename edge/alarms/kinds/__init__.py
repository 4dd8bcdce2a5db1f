"""The kinds of condition that detection evaluates: one file each, found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from edge.alarms.row import KindModule


@cache
def kinds() -> dict[str, KindModule]:
    """Condition kind → the file that evaluates it."""
    found: dict[str, KindModule] = {}
    for info in pkgutil.iter_modules(__path__):
        module = cast("KindModule", importlib.import_module(f"{__name__}.{info.name}"))
        for kind in module.EVALUATES:
            if kind in found:
                raise ImportError(f"the condition {kind!r} is evaluated by two files of {__name__}")
            found[kind] = module
    return found
