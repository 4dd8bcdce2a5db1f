"""The columns of the register's workbook: written by the export, understood by the import, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from facility.words import Text

Kind = Literal["equipment", "shown", "text", "date", "contractor", "documents"]


@dataclass(frozen=True, slots=True)
class Column:
    """One of them; `field` is the field of AssetFacts, or what is shown of the equipment only."""

    field: str
    title: Text
    kind: Kind
    width: int


def _column(field: str, zh: str, en: str, kind: Kind, width: int) -> Column:
    return Column(field, Text(zh=zh, en=en), kind, width)


COLUMNS: Final = (
    _column("equipment", "设备编号", "Equipment", "equipment", 18),
    _column("name", "名称(只读)", "Name (read only)", "shown", 24),
    _column("type", "类型(只读)", "Type (read only)", "shown", 18),
    _column("place", "位置(只读)", "Place (read only)", "shown", 18),
    _column("maker", "制造单位", "Maker", "text", 24),
    _column("serial", "出厂编号", "Serial number", "text", 20),
    _column("registration", "使用登记编号", "Registration number", "text", 22),
    _column("installed_on", "安装日期", "Installed on", "date", 14),
    _column("warranty_until", "保修截止", "Warranty until", "date", 14),
    _column("next_inspection_on", "下次检验日期", "Next inspection", "date", 14),
    _column("contractor", "维保单位", "Contractor", "contractor", 18),
    _column("documents", "资料", "Documents", "documents", 60),
)
SHEET: Final = Text(zh="设备台账", en="Equipment register")
BY_TITLE: Final = {
    title.casefold(): column
    for column in COLUMNS
    for title in (column.title.zh, column.title.en, column.field, column.title.zh.removesuffix("(只读)"))
}
"""By what may stand over a column: its title in either language, or the name of the field."""
