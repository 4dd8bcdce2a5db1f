"""The kinds of channel: a module of `channels/` each, found by its name, without a list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from cloud.errors import Unprocessable
from cloud.notification import channels
from cloud.notification.channel import Config
from cloud.wording import place_of, said


def kinds() -> tuple[str, ...]:
    """The names of all kinds."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(channels.__path__)))


def model_of(kind: str) -> type[Config]:
    """What a kind asks for. Unprocessable where there is none such."""
    if kind not in kinds():
        raise Unprocessable(f"没有 {kind!r} 这种渠道 · there is no channel {kind!r}: take one of {', '.join(kinds())}")
    model: type[Config] = importlib.import_module(f"{channels.__name__}.{kind}").Setup
    return model


def config_of(kind: str, values: Mapping[str, Any]) -> Config:
    """The checked set-up of a kind. Unprocessable names each mistake, never a value: it may be a secret."""
    try:
        return model_of(kind).model_validate(values)
    except ValidationError as error:
        wrong = [(place_of(e["loc"]), said(e, values=False)) for e in error.errors()]
        zh = "; ".join(f"{place or '配置'}:{text.zh}" for place, text in wrong)
        en = "; ".join(f"{place or 'the set-up'}: {text.en}" for place, text in wrong)
        raise Unprocessable(f"{zh} · {en}") from None
