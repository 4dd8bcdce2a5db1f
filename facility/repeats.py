"""From a model's `repeat` to the wire address of one instance."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from facility.equipment_type import ModelPoint, Repeat

_FIELD = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def filled(text: str, values: Mapping[str, int | str]) -> str:
    """The text with each known `{name}` or `{name:03}` filled in; unknown ones stay: `{unit}` is the driver's."""
    return _FIELD.sub(lambda m: format(values[m[1]], m[2] or "") if m[1] in values else m[0], text)


@lru_cache(maxsize=64)
def _steps(pattern: str, ranges: tuple[tuple[str, int, int], ...]) -> dict[str, tuple[int, ...]]:
    names = [name for name, _, _ in ranges]
    spans = [range(first, last + 1) for _, first, last in ranges]
    return {filled(pattern, dict(zip(names, at, strict=True))): at for at in itertools.product(*spans)}


def instances(repeat: Repeat) -> dict[str, tuple[int, ...]]:
    """Every instance id that a repeat can name, with its numbers in the order of `each`."""
    return _steps(repeat.instance, tuple((k, e.first, e.last) for k, e in repeat.each.items()))


def addresses(repeat: Repeat, instance: str) -> Iterator[tuple[ModelPoint, dict[str, Any]]]:
    """Each point of one instance with its own address: numbers stepped, `{names}` in texts filled in."""
    at = dict(zip(repeat.each, instances(repeat)[instance], strict=True))
    for point in repeat.points:
        yield point, _address(point.address, repeat, at, instance)


def _address(base: dict[str, Any], repeat: Repeat, at: dict[str, int], instance: str) -> dict[str, Any]:
    names: dict[str, int | str] = {"instance": instance, **at}
    out: dict[str, Any] = {k: filled(v, names) if isinstance(v, str) else v for k, v in base.items()}
    for name, each in repeat.each.items():
        for key, step in each.step.items():
            out[key] = out.get(key, 0) + (at[name] - each.first) * step
    return out
