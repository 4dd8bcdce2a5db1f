"""The small part of JSONPath that device payloads need: `$.a.b[0]`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]

_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")


@lru_cache(maxsize=4096)
def parse_path(path: str) -> Steps:
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


def walk(body: object, steps: Steps) -> object:
    """What stands at the end of the steps, or ABSENT."""
    here = body
    for step in steps:
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step, ABSENT)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return ABSENT
    return here
