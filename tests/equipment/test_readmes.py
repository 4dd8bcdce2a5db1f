"""The README of each type says what its data says."""

from __future__ import annotations

import pytest

from facility.catalog import SHIPPED
from tests.equipment.shipped import CATALOG, TYPES, readme


@pytest.mark.parametrize("type_", TYPES)
def test_points_rules_and_models_are_all_told(type_: str) -> None:
    text, found = readme(type_), CATALOG.type(type_)
    lines = text.splitlines()
    for point in found.points:
        line = next((x for x in lines if x.startswith(f"| `{point.id}`")), "")
        cells = [c.strip() for c in line.split("|")]
        assert cells[2:5] == [point.name.zh, point.kind.value, point.unit], f"{point.id}: {line!r}"
        assert all(f"{s.value} {s.code} {s.zh}" in line for s in point.states), point.id
    for rule in found.rules:
        row = f"| `{rule.id}` | {rule.name.zh} | {rule.priority.name.lower()} | {rule.alarm_class.value} |"
        assert any(x.startswith(row) for x in lines), row
    for model in CATALOG.models(type_):
        assert f"- `{model}`" in text
    for figure in found.rated:
        assert f"`{figure.id}` {figure.name.zh} ({figure.unit})" in text
    assert ("`writes: never`" in text) == (found.writes == "never")


def test_the_list_of_types_is_whole() -> None:
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for type_ in TYPES:
        found = CATALOG.type(type_)
        never = "never" if found.writes == "never" else ""
        models = ", ".join(sorted(CATALOG.models(type_), key=lambda m: (not m.startswith("generic"), m)))
        row = f"| [{type_}]({type_}/README.md) | {found.name.zh} | {found.system} | {models} | {never} |"
        assert row.replace("|  |", "| |") in text, row
