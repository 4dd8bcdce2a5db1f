"""What pydantic found wrong, in the words of the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from facility.errors import nearest, shown

Wrong: TypeAlias = ErrorDetails

_WORDS: Final = {
    "dict_type": "write keys and values here (key: value)",
    "model_type": "write keys and values here (key: value)",
    "tuple_type": "write a list here (- item)",
    "list_type": "write a list here (- item)",
    "too_short": "list at least one",
    "string_too_short": "can't be empty",
    "string_type": "write a text",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "finite_number": "write a finite number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
}
_WRITE: Final = "write "
_PATTERNS: Final = {
    r"^[a-z0-9][a-z0-9_-]*$": "use lower-case letters, digits, - and _, beginning with a letter or digit",
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": "write a local time from 00:00 to 24:00, such as 22:00",
    r"^https?://": "begin with http:// or https://",
}


def told(error: ValidationError) -> Iterator[Wrong]:
    """The mistakes without those that only follow from another one: a list is not short because its item is wrong."""
    items = error.errors(include_url=False)
    for item in items:
        within = [i for i in items if i["loc"][: len(item["loc"])] == item["loc"] and i["loc"] != item["loc"]]
        if not (item["type"] == "too_short" and within):
            yield item


def saying(item: Wrong, model: type[BaseModel]) -> str:
    """One mistake in plain words: what was expected, and what stands there."""
    kind, name = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    if kind == "extra_forbidden":
        known = _known_keys(model, tuple(item["loc"][:-1]))
        return f"unknown key {shown(name)}{nearest(name, known)}" + (
            f" (there are: {', '.join(sorted(known))})" if known else ""
        )
    if kind == "missing":
        return f"{name!r} is missing"
    if kind == "value_error":
        return str(item["msg"]).removeprefix("Value error, ")
    message = _expected(item)
    got = item.get("input")
    return message + (f", not {shown(got)}" if isinstance(got, str | int | float | bool) else "")


def either(says: Sequence[str]) -> str:
    """What several kinds of a value would have been, as one sentence: `write a whole number or a text, not 1.5`."""
    parts = [said.partition(", not ") for said in says]
    same = {got for _, _, got in parts}
    if len(says) < 2 or len(same) > 1 or not all(wants.startswith(_WRITE) for wants, _, _ in parts):
        return " or ".join(says)
    wants = " or ".join(wants.removeprefix(_WRITE) for wants, _, _ in parts)
    return f"{_WRITE}{wants}" + (f", not {got}" if (got := same.pop()) else "")


def _expected(item: Wrong) -> str:
    if item["type"] == "string_pattern_mismatch":
        pattern = str(item.get("ctx", {}).get("pattern"))
        return _PATTERNS.get(pattern, f"must look like {pattern}")
    message = _WORDS.get(item["type"], str(item["msg"]))
    return message[0].lower() + message[1:]


def _known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """The keys that a model at `loc` inside `model` knows; empty where the way can't be followed."""
    here: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        fields = here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else {}
        info = next((f for n, f in fields.items() if part in (n, f.alias)), None)
        if info is None:
            tagged = [m for m in _models(here) if part in str(m.model_fields.get("kind", ""))]
            here = tagged[0] if tagged else here
            continue
        found = _models(info.annotation)
        here = found[0] if len(found) == 1 else info.annotation
    if isinstance(here, type) and issubclass(here, BaseModel):
        return {f.alias or n for n, f in here.model_fields.items()}
    return set()


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in get_args(annotation) for m in _models(arg)]
