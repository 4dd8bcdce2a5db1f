"""What can be made of data in which something is wrong, so that the rest of it is still checked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

_Model = TypeVar("_Model", bound=BaseModel)


def salvaged(model: type[_Model], data: Any) -> _Model:
    """The model with every part that is right; in the place of one that is wrong stands its default or an empty value.

    Lists keep their places and words stay as they were written, so that what refers to them can still be looked up.
    """
    try:
        return model.model_validate(data)
    except ValidationError:
        given = data if isinstance(data, Mapping) else {}
    names = {name: info.alias or name for name, info in model.model_fields.items()}
    made = model.__new__(model)
    parts = {name: _field(model.model_fields[name], given, key) for name, key in names.items()}
    object.__setattr__(made, "__dict__", parts)
    object.__setattr__(made, "__pydantic_fields_set__", {name for name, key in names.items() if key in given})
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _field(info: FieldInfo, given: Mapping[Any, Any], key: str) -> Any:
    annotation: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    if key in given:
        try:
            return TypeAdapter(annotation).validate_python(given[key])
        except ValidationError:
            return _part(info.annotation, given[key], info)
    return _part(info.annotation, None, info)


def _part(annotation: Any, data: Any, info: FieldInfo | None = None) -> Any:
    """As much of one value as can be had."""
    options = [a for a in _options(annotation) if a is not NoneType]
    kind = options[0] if len(options) == 1 else None
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(data, Mapping):
        return salvaged(kind, data)
    if origin is tuple and isinstance(data, Sequence) and not isinstance(data, str):
        return tuple(_part(inner[0], item) for item in data)
    if origin is dict and isinstance(data, Mapping):
        return {key: _part(inner[1], value) for key, value in data.items()}
    if info is not None and not info.is_required():
        return info.get_default(call_default_factory=True)
    return _empty(kind, data)


def _options(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(o for a in get_args(annotation) for o in _options(a))
    return (annotation,)


def _empty(kind: Any, data: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return salvaged(kind, {}) if kind.model_fields else None
    if get_origin(kind) is tuple:
        return ()
    if get_origin(kind) is dict:
        return {}
    return data if isinstance(data, str) else ""
