"""What conditions remember goes over to new settings, where the condition is still the same."""

from __future__ import annotations

from edge.alarms.compiled import Compiled
from edge.alarms.row import Kind


def carry_memory(before: Compiled, after: Compiled) -> None:
    """Copy the memory of each row whose condition did not change; a changed one begins anew."""
    known = {before.rows[row].id: (kind, place, row) for kind, place, row in _remembering(before)}
    for kind, place, row in _remembering(after):
        old = known.get(after.rows[row].id)
        if old is not None and before.conditions[old[2]] == after.conditions[row]:
            for mine, theirs in zip(kind.memory, old[0].memory, strict=True):
                mine[place] = theirs[old[1]]


def _remembering(compiled: Compiled) -> list[tuple[Kind, int, int]]:
    return [(k, place, row) for k in compiled.kinds if k.memory for place, row in enumerate(k.rows.tolist())]
