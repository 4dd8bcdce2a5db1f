"""Finds the nouns: a folder of the cloud with endpoints, effects or tables is in, without a list to edit."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from types import ModuleType

import cloud


@cache
def modules(name: str) -> tuple[ModuleType, ...]:
    """The module `name` (`endpoints`, `effects`, `tables`, `due`) of every noun that has one, by the noun's name."""
    nouns = sorted(found.name for found in pkgutil.iter_modules(cloud.__path__) if found.ispkg)
    paths = [f"cloud.{noun}.{name}" for noun in nouns]
    return tuple(importlib.import_module(path) for path in paths if importlib.util.find_spec(path) is not None)
