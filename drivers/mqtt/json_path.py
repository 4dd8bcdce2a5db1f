"""The small part of JSONPath that device payloads need: `$.a.b[0]`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[str | int, ...]:
    """The steps of a path; ValueError where it is none."""
    if not path.startswith("$"):
        raise ValueError(f"{path!r} is no path; it starts with $, like $.temperature or $.values[0]")
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        found = _PART.match(path, at)
        if not found:
            raise ValueError(f"{path!r} is no path; can't read {path[at:]!r}")
        steps.append(int(found[2]) if found[2] else found[1] or found[3])
        at = found.end()
    return tuple(steps)


ABSENT: Final = object()
"""There is nothing at the path (JSON's null is something)."""


def at_path(body: object, path: str) -> object:
    """What stands at the path, or ABSENT."""
    here = body
    for step in parse_path(path):
        here = _child(here, step)
        if here is ABSENT:
            break
    return here


def _child(here: object, step: str | int) -> object:
    if isinstance(step, str):
        return here.get(step, ABSENT) if isinstance(here, dict) else ABSENT
    return here[step] if isinstance(here, list) and step < len(here) else ABSENT
