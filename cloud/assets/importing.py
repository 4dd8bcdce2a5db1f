"""Takes what was read into the register: all of it, or nothing and every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection, select

from cloud.assets.reading import Found, Mistake, Reading
from cloud.assets.schemas import AssetFacts
from cloud.assets.store import facts_of_site
from cloud.equipment.tables import EQUIPMENT
from cloud.errors import ProblemBody, Unprocessable
from cloud.users.tables import USER
from cloud.wording import said

SHOWN: Final = 500
"""Mistakes in one answer."""


class UnfitRegister(Unprocessable):
    """A workbook with mistakes: nothing of it was taken."""

    kind, title, zh = "unfit-register", "The workbook has mistakes, nothing was imported", "表格有错误,未导入任何内容"

    def __init__(self, mistakes: list[Mistake]) -> None:
        first = f"{mistakes[0].where}: {mistakes[0].says}".removeprefix(": ")
        super().__init__(f"{len(mistakes)} 处错误 · {len(mistakes)} mistakes, nothing was imported; the first: {first}")
        self._mistakes = mistakes

    def body(self) -> ProblemBody:
        """With every mistake."""
        told = tuple({"where": each.where, "says": each.says} for each in self._mistakes[:SHOWN])
        return super().body().model_copy(update={"errors": told})


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs from the register."""

    equipment: str
    facts: AssetFacts
    new: bool


def changes(connection: Connection, site: str, reading: Reading) -> list[Change]:
    """What taking it would change; UnfitRegister for any mistake. A column that is not in the sheet stays as it is."""
    e = EQUIPMENT.c
    known = set(connection.execute(select(e.id).where(e.site == site)).scalars())
    users = set(connection.execute(select(USER.c.name)).scalars())
    held = facts_of_site(connection, site)
    mistakes, found = list(reading.mistakes), []
    seen: dict[str, str] = {}
    for line in reading.lines:
        here = line.where["equipment"]
        if line.equipment not in known:
            near = _near(line.equipment, known)
            mistakes.append(Mistake(here, f"没有设备 {line.equipment!r} · there is no such equipment at {site}{near}"))
        if line.equipment in seen:
            mistakes.append(Mistake(here, f"设备重复 · {line.equipment!r} stands in {seen[line.equipment]} already"))
        seen.setdefault(line.equipment, here)
        before = held.get(line.equipment)
        facts = _facts(line, before, users, mistakes)
        if facts is not None and facts != (before or AssetFacts()):
            found.append(Change(line.equipment, facts, new=before is None))
    if mistakes:
        raise UnfitRegister(sorted(mistakes, key=_place))
    return found


def _facts(line: Found, before: AssetFacts | None, users: set[str], mistakes: list[Mistake]) -> AssetFacts | None:
    """None where a mistake was found."""
    base: Mapping[str, Any] = (
        {} if before is None else {name: getattr(before, name) for name in AssetFacts.model_fields}
    )
    contractor = line.values.get("contractor")
    if contractor is not None and contractor not in users:
        told = f"没有用户 {contractor!r} · there is no such user: add it first{_near(contractor, users)}"
        mistakes.append(Mistake(line.where["contractor"], told))
    try:
        return AssetFacts.model_validate({**base, **line.values})
    except ValidationError as error:
        for each in error.errors():
            where = line.where.get(str(each["loc"][0]) if each["loc"] else "", line.where["equipment"])
            text = said(each)
            mistakes.append(Mistake(where, f"{text.zh} · {text.en}"))
        return None


def _place(mistake: Mistake) -> tuple[str, int, int, str]:
    """In the order in which a reader goes through the sheet."""
    sheet, _, cell = mistake.where.rpartition("!")
    letters = cell.rstrip("0123456789")
    return sheet, int(cell[len(letters) :] or 0), len(letters), letters


def _near(word: str, known: set[str]) -> str:
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; 是否 · did you mean {found[0]!r}?" if found else ""
