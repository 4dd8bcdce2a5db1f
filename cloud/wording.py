"""What pydantic found wrong with a request, in Chinese and English: where, what was expected, what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from facility.errors import shown
from facility.words import Text

_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("缺少此项,请填写", "is missing: send it"),
    "extra_forbidden": ("没有这个字段,请检查拼写", "is not a field here: look at its spelling"),
    "json_invalid": ("不是有效的 JSON", "is no valid JSON"),
    "json_type": ("请发送 JSON", "send JSON"),
    "string_type": ("应为文本", "write a text"),
    "string_too_short": ("至少 {min_length} 个字符", "needs {min_length} characters at least"),
    "string_too_long": ("最多 {max_length} 个字符", "has {max_length} characters at most"),
    "too_short": ("至少列出 {min_length} 项", "list {min_length} at least"),
    "too_long": ("最多列出 {max_length} 项", "list {max_length} at most"),
    "int_type": ("应为整数", "write a whole number"),
    "int_parsing": ("应为整数", "write a whole number"),
    "int_parsing_size": ("数值过大", "is too large a number"),
    "int_from_float": ("应为整数", "write a whole number"),
    "float_type": ("应为数字", "write a number"),
    "float_parsing": ("应为数字", "write a number"),
    "decimal_type": ("应为数字", "write a number"),
    "decimal_parsing": ("应为数字", "write a number"),
    "finite_number": ("应为有限的数字", "write a finite number"),
    "greater_than": ("须大于 {gt}", "must be more than {gt}"),
    "greater_than_equal": ("不得小于 {ge}", "must be {ge} or more"),
    "less_than": ("须小于 {lt}", "must be less than {lt}"),
    "less_than_equal": ("不得大于 {le}", "must be {le} or less"),
    "multiple_of": ("须为 {multiple_of} 的倍数", "must be a multiple of {multiple_of}"),
    "bool_type": ("应为 true 或 false", "write true or false"),
    "bool_parsing": ("应为 true 或 false", "write true or false"),
    "list_type": ("应为列表", "write a list"),
    "tuple_type": ("应为列表", "write a list"),
    "set_type": ("应为列表", "write a list"),
    "frozen_set_type": ("应为列表", "write a list"),
    "dict_type": ("应为键和值", "write keys and values"),
    "model_type": ("应为键和值", "write keys and values"),
    "model_attributes_type": ("应为键和值", "write keys and values"),
    "none_required": ("应为 null", "write null"),
    "enum": ("应为以下之一:{expected}", "take one of {expected}"),
    "literal_error": ("应为以下之一:{expected}", "take one of {expected}"),
    "union_tag_invalid": ("应为以下之一:{expected_tags}", "take one of {expected_tags}"),
    "union_tag_not_found": ("缺少 {discriminator},无法判断类型", "does not say which kind: send {discriminator}"),
    "string_pattern_mismatch": ("格式须符合 {pattern}", "must look like {pattern}"),
    "uuid_type": ("应为 UUID", "write a UUID"),
    "uuid_parsing": ("应为 UUID", "write a UUID"),
}
_TIMES: Final[Mapping[str, tuple[str, str]]] = {
    "datetime": ("应为时间,如 2026-11-21T08:00:00Z", "write a time like 2026-11-21T08:00:00Z"),
    "date": ("应为日期,如 2026-11-21", "write a date like 2026-11-21"),
    "time": ("应为时刻,如 22:00", "write a time of day like 22:00"),
}
_SECRET: Final = re.compile("password|secret|token|key|sign", re.IGNORECASE)
"""What stands in fields of such names is never repeated."""
_ELSE: Final = ("不符合要求", "is not what belongs here")


def place_of(loc: Sequence[object]) -> str:
    """Where in the body or the question; empty for all of it."""
    parts = loc[1:] if loc and loc[0] in _PLACES else loc
    return ".".join(map(str, parts))


def said(wrong: Mapping[str, Any], *, values: bool = True) -> Text:
    """One of pydantic's errors in our words; `values` false repeats nothing that was sent: it may be a secret."""
    if wrong["type"] == "value_error":
        return _halves(str(wrong["msg"]).removeprefix("Value error, "))
    kind = str(wrong["type"])
    zh, en = _WORDS.get(kind) or _TIMES.get(kind.partition("_")[0], _ELSE)
    about = {name: str(value) for name, value in (wrong.get("ctx") or {}).items()}
    got = wrong.get("input")
    shy = not values or kind.startswith(("missing", "extra", "json")) or _SECRET.search(place_of(wrong["loc"]))
    if isinstance(got, str | int | float) and not shy:
        zh, en = f"{zh},现为 {{got}}", f"{en}, not {{got}}"
        about["got"] = shown(got)
    return Text(zh=_filled(zh, about), en=_filled(en, about))


def sentence(wrong: Mapping[str, Any], *, values: bool = True) -> str:
    """The same with its place, as one line: `中文 · English`."""
    place, text = place_of(wrong["loc"]), said(wrong, values=values)
    return f"{place}:{text.zh} · {place}: {text.en}" if place else f"{text.zh} · {text.en}"


def _filled(text: str, about: Mapping[str, str]) -> str:
    for name, value in about.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _halves(message: str) -> Text:
    """What a model of ours says itself, in both languages where it says both."""
    zh, cut, en = message.rpartition(" · ")
    return Text(zh=zh, en=en) if cut else Text(zh=f"不符合要求({message})", en=message)
