"""What a metric's field means by its datatype: a number, a truth, a text; nothing where the two don't agree."""

from __future__ import annotations

from typing import Final

from drivers.mqtt.json_path import ABSENT
from drivers.mqtt.sparkplug.fieldvalue import BOOL, DOUBLE, FLOAT, INT, LONG, STRING, Value

# Sparkplug 3.0, chapter 6.4.1.5: the numbers of the datatypes.
_SIGNED: Final = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED: Final = {5: 8, 6: 16, 7: 32, 8: 64, 13: 64}
_WIDTH: Final = {INT: 32, LONG: 64}
_FORMS: Final = {9: (FLOAT,), 10: (DOUBLE, FLOAT), 11: (BOOL,), 12: (STRING,), 14: (STRING,), 15: (STRING,)}
_PLAIN: Final = (FLOAT, DOUBLE, BOOL, STRING)
"""Fields that say by themselves what they hold."""


def value_of(form: int, value: Value, kind: int | None) -> object:
    """An int, float, bool, str or ABSENT. `form`: the field that holds `value`; `kind`: the datatype, where known."""
    if form in _WIDTH and isinstance(value, int):
        return _whole(value, kind or 0, _WIDTH[form])
    allowed = _FORMS.get(kind, ()) if kind else _PLAIN
    return value if form in allowed else ABSENT


def _whole(raw: int, kind: int, held: int) -> object:
    """Narrow signed numbers come in two's complement of their own width, or of that of the field: encoders differ."""
    if held == 32 and raw >= 2**64 - 2**31:
        raw -= 2**64 - 2**32
    if kind in _UNSIGNED:
        return raw if raw < 2 ** min(_UNSIGNED[kind], held) else ABSENT
    if kind not in _SIGNED:
        return ABSENT
    width = _SIGNED[kind]
    if width > held:
        return raw if raw < 2 ** (held - 1) else ABSENT
    if raw < 2**width:
        return raw - 2**width if raw >= 2 ** (width - 1) else raw
    return raw - 2**held if 2**held - 2 ** (width - 1) <= raw < 2**held else ABSENT
