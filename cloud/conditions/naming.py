"""What a machine is called: its equipment's name, and of several within it what the names of its points share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from cloud.conditions.parts import Part
from facility.words import Text

_NUMBERED: Final = re.compile(r"[a-z_]*?_?(\d+)")
_ROLE: Final = "运行"
"""What the points of running and of running time share, too."""


def machine_name(part: Part) -> Text:
    """The equipment's name, with its part where it has several."""
    name = part.equipment.name
    if not part.name:
        return name
    own = part_name(part)
    return Text(zh=f"{name.zh} {own.zh}", en=f"{name.en} {own.en}")


def part_name(part: Part) -> Text:
    """`pump_1` of 1号泵运行, 1号泵故障 is 1号泵; where nothing is shared, its number, or its own id."""
    names = [source.point.means.name for source in part.sources.values()]
    several = len({name.zh for name in names}) > 1
    zh = "".join(_shared([name.zh for name in names])).removesuffix(_ROLE).strip() if several else ""
    en = " ".join(_shared([name.en.split() for name in names])) if several else ""
    numbered = _NUMBERED.fullmatch(part.name)
    plain = Text(zh=f"{numbered[1]}号", en=f"No. {numbered[1]}") if numbered else Text(zh=part.name, en=part.name)
    return Text(zh=zh or plain.zh, en=en or plain.en)


def _shared(names: Sequence[Sequence[str]]) -> list[str]:
    """How all of them begin."""
    columns = zip(*names, strict=False)
    return [each[0] for each in takewhile(lambda each: len(set(each)) == 1, columns)]
