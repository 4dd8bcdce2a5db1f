"""What the historian's contract is tested with: names, bodies and an oracle in plain Python."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence

from cloud.historian.base import SILENCE, Series
from facility.clock import NS

MINUTE = 60 * NS


def this_hour() -> int:
    """The beginning of the hour before this one: samples in it are neither old nor ahead."""
    return (time.time_ns() // (3600 * NS) - 1) * 3600 * NS


def escaped(words: str) -> str:
    """A tag or field key as line protocol writes it."""
    return words.replace(",", r"\,").replace("=", r"\=").replace(" ", r"\ ")


def line(series: Series, at: int, **fields: str) -> str:
    """One line; a field's text is written as it stands."""
    instance = f",instance={escaped(series.instance)}" if series.instance else ""
    values = ",".join(f"{escaped(name)}={value}" for name, value in fields.items())
    head = f"{series.type},site={escaped(series.site)},equipment={escaped(series.equipment)}{instance}"
    return f"{head} {values} {at}"


def body(series: Series, samples: Iterable[tuple[int, float]]) -> bytes:
    """Samples of one point."""
    return "\n".join(line(series, at, **{series.point: repr(float(value))}) for at, value in samples).encode()


def rises_of(samples: Sequence[tuple[int, float]], edges: Sequence[int]) -> list[float | None]:
    """Rises by walking the register sample by sample; None where it is unknown."""
    register = [(at, 0.0) for at, _ in samples[:1]]
    for (_, before), (at, value) in itertools.pairwise(samples):
        register.append((at, register[-1][1] + (value - before if value >= before / 2 else value)))

    def read(edge: int) -> float | None:
        earlier = [each for each in register if each[0] <= edge]
        later = [each for each in register if each[0] > edge]
        if earlier and later:
            (low_at, low), (high_at, high) = earlier[-1], later[0]
            return low + (high - low) * (edge - low_at) / (high_at - low_at)
        near = earlier[-1] if earlier else later[0] if later else None
        return near[1] if near and abs(near[0] - edge) <= SILENCE else None

    known = [read(edge) for edge in edges]
    return [b - a if a is not None and b is not None else None for a, b in itertools.pairwise(known)]
