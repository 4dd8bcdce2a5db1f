"""The small frozen models and field types that every file of the house shares."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from facility.errors import ConfigError, shown


class Frozen(BaseModel):
    """A checked, immutable model; an unknown key is a mistake. Its validator is built when it is first needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Text(Frozen):
    """A text in both languages, Chinese first."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Steps(Frozen):
    """What to do first, step by step, in both languages."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
"""An id of a site, gateway, equipment, place, rule or point: lower case, digits, - and _; no dot (it joins ids)."""


def _bare_host(value: str) -> str:
    if "/" in value or any(c.isspace() for c in value):
        raise ValueError(f"write a host name or an address alone, such as 192.0.2.20, not {shown(value)}")
    name, colon, port = value.partition(":")
    if colon and port.isdigit():
        raise ValueError(f"write the port as its own key: host: {name}, port: {port}")
    return value


Host = Annotated[str, Field(min_length=1), AfterValidator(_bare_host)]
"""A host name or an address, without scheme, port or path."""


def _without_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("时刻按当地时间填写,不带时区,如 22:00 · a time of day is local and has no zone: write 22:00")
    return value


LocalTime = Annotated[time, AfterValidator(_without_zone)]
"""A time of day by the clock on the wall; one with a zone could not be compared with it."""

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(value: Any) -> float:
    """Seconds of `500ms`, `5s`, `1min`, `4h`, `1d`, or of a plain number of seconds."""
    if isinstance(value, bool):
        raise ValueError("a duration is written like 500ms, 5s, 1min, 4h or 1d")  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, int | float):
        return float(value)
    found = _DURATION.match(str(value).strip())
    if not found:
        raise ValueError(f"{value!r} is no duration; write 500ms, 5s, 1min, 4h or 1d")
    return float(found[1]) * _SECONDS[found[2]]


def _not_negative(value: float) -> float:
    if value < 0:
        raise ValueError("a duration can't be negative")
    if not math.isfinite(value):
        raise ValueError("a duration has an end: write 500ms, 5s, 1min, 4h or 1d")
    return value


def _shown(value: float) -> float:
    """A function of ours: pydantic would parse the signature of `float` itself at each of its many uses."""
    return value


Duration = Annotated[
    float, BeforeValidator(seconds), AfterValidator(_not_negative), PlainSerializer(_shown, return_type=float)
]
"""Seconds, written with a unit."""


class Secret(Frozen):
    """Where a secret is kept: an environment variable or a file; never the secret itself."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if not isinstance(data, dict | Secret):
            raise ValueError("a secret is never written in the file: write {env: NAME} or {file: path}")  # noqa: TRY004
        return data

    def model_post_init(self, _context: Any) -> None:
        """Exactly one of the two must be named."""
        if (self.env is None) == (self.file is None):
            raise ValueError("a secret is named by {env: NAME} or {file: path}, exactly one of them")

    def read(self, base: Path, environ: Mapping[str, str]) -> str:
        """The secret's text; ConfigError says which variable or file is missing."""
        if self.env is not None:
            if not environ.get(self.env):
                raise ConfigError(f"the environment variable {self.env} is not set; it holds a secret the site needs")
            return environ[self.env]
        path = base / str(self.file)
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"can't read the secret file {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"the secret file {path} is no text: write the secret into it, in UTF-8") from error


def _revealed(value: Any, info: ValidationInfo) -> SecretStr:
    if isinstance(value, SecretStr):
        return value
    if isinstance(value, str):
        raise ValueError("a secret is never written in the file: write {env: NAME} or {file: path}")  # noqa: TRY004
    context = info.context or {}
    try:
        return SecretStr(Secret.model_validate(value).read(context.get("base", Path()), context.get("environ", {})))
    except ConfigError as error:
        raise ValueError(str(error)) from error


SecretText = Annotated[SecretStr, BeforeValidator(_revealed)]
"""A secret that the file only points to. Validate with context={"base": folder of site.yaml, "environ": os.environ}."""


def _beside(value: Path, info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("base", Path())) / value


BesidePath = Annotated[Path, AfterValidator(_beside)]
"""A path relative to the folder of site.yaml (same context as SecretText)."""


def _there(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


BesideFile = Annotated[BesidePath, AfterValidator(_there)]
"""A file relative to the folder of site.yaml that is read, so it must be there (same context as SecretText)."""
