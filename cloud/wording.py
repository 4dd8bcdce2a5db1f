"""What pydantic found wrong with a request, in Chinese and English: where, what was expected, what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import SecretStr

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
    "uuid_type": ("应为 UUID", "write a UUID"),
    "uuid_parsing": ("应为 UUID", "write a UUID"),
}
_KEY: Final = ("应为字母、数字、下划线或连字符组成的编号", "is made of letters, digits, _ and -")
PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    r"^[a-z0-9][a-z0-9_-]*$": (
        "只能用小写字母、数字、下划线和连字符,以字母或数字开头",
        "has lower-case letters, digits, _ and - alone, a letter or digit first",
    ),
    r"^(\*|[a-z0-9][a-z0-9_-]*)$": ("应为站点编号,或 * 表示全部站点", "is the id of a site, or * for all of them"),
    r"^20\d\d-(0[1-9]|1[0-2])$": ("应为月份,如 2026-11", "is a month like 2026-11"),
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": ("应为时刻,如 22:00", "is a time of day like 22:00"),
    r"^-?\d+(\.\d+)?$": ("应为数字", "is a number"),
    r"^(meter|area):[a-z0-9][a-z0-9_-]*$": (
        "应为表计或区域,如 meter:main",
        "names a meter or an area, like meter:main",
    ),
    r"^(\+?[0-9][0-9 -]{4,30})?$": ("应为电话号码,如 13800138000", "is a telephone number like 13800138000"),
    r"^[0-9+() -]*$": ("电话只能有数字、加号、括号、空格和连字符", "has digits, +, brackets, blanks and - alone"),
    r"^([^@\s<>,;]+@[^@\s<>,;]+)?$": ("应为邮箱地址,如 wang@example.com", "is a mail address like wang@example.com"),
    r"^[^@\s<>]+@[^@\s<>]+$": ("应为邮箱地址,如 wang@example.com", "is a mail address like wang@example.com"),
    r"^[\w.@-]+$": ("只能用文字、数字和 . @ - _", "has letters, digits and . @ - _ alone"),
    r"^https?://": ("应以 http:// 或 https:// 开头", "begins with http:// or https://"),
    r"^[A-Za-z0-9_-]{8,64}$": _KEY,
    r"^[A-Za-z0-9_-]{16,64}$": _KEY,
}
"""What a text with such a pattern is to look like: a pattern is nothing to read."""
_TIMES: Final[Mapping[str, tuple[str, str]]] = {
    "datetime": ("应为时间,如 2026-11-21T08:00:00Z", "write a time like 2026-11-21T08:00:00Z"),
    "date": ("应为日期,如 2026-11-21", "write a date like 2026-11-21"),
    "time": ("应为时刻,如 22:00", "write a time of day like 22:00"),
}
_LENGTHS: Final = frozenset({"too_short", "too_long"})
"""A secret that is too short is told as a list would be."""
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
        return halves(str(wrong["msg"]).removeprefix("Value error, "))
    kind = str(wrong["type"])
    if kind == "string_pattern_mismatch":
        kind = str((wrong.get("ctx") or {}).get("pattern"))
    if kind in _LENGTHS and isinstance(wrong.get("input"), str | SecretStr):
        kind = f"string_{kind}"
    zh, en = _WORDS.get(kind) or PATTERNS.get(kind) or _TIMES.get(kind.partition("_")[0], _ELSE)
    about = {name: str(value) for name, value in (wrong.get("ctx") or {}).items()}
    got = wrong.get("input")
    shy = not values or kind.startswith(("missing", "extra", "json")) or _SECRET.search(place_of(wrong["loc"]))
    if isinstance(got, str | int | float) and not shy:
        zh, en = f"{zh},现为 {{got}}", f"{en}, not {{got}}"
        about["got"] = shown(got)
    listed = {name: value.replace("' or '", "'、'").replace("', '", "'、'") for name, value in about.items()}
    return Text(zh=_filled(zh, listed | {"got": about.get("got", "")}), en=_filled(en, about))


def sentence(wrong: Mapping[str, Any], *, values: bool = True) -> str:
    """The same with its place, as one line: `中文 · English`."""
    place, text = place_of(wrong["loc"]), said(wrong, values=values)
    return f"{place}:{text.zh} · {place}: {text.en}" if place else f"{text.zh} · {text.en}"


def _filled(text: str, about: Mapping[str, str]) -> str:
    for name, value in about.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def halves(message: str) -> Text:
    """What a model of ours says itself, in both languages where it says both."""
    zh, cut, en = message.rpartition(" · ")
    return Text(zh=zh, en=en) if cut else Text(zh=f"不符合要求({message})", en=message)
