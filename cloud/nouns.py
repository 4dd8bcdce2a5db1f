"""Finds the nouns: a folder of the cloud with endpoints, effects or tables is in, without a list to edit."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import cloud


def modules(name: str) -> Iterator[ModuleType]:
    """The module `name` (`endpoints`, `effects`, `tables`, `due`) of every noun that has one, by the noun's name."""
    for found in sorted(pkgutil.iter_modules(cloud.__path__), key=lambda m: m.name):
        path = f"cloud.{found.name}.{name}"
        if found.ispkg and importlib.util.find_spec(path) is not None:
            yield importlib.import_module(path)
