"""Protocol drivers, found by folder name: `named("modbus")`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from drivers.base import Protocol
from facility.errors import ConfigError, nearest


def names() -> tuple[str, ...]:
    """The protocols there are: one folder each."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg))


def named(name: str) -> Protocol:
    """The protocol `name`, imported on first use; ConfigError names what there is."""
    known = names()
    if name not in known:
        raise ConfigError(f"no driver for {name!r}; there are: {', '.join(known)}{nearest(name, known)}")
    return cast("Protocol", importlib.import_module(f"drivers.{name}").PROTOCOL)
