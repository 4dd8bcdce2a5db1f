"""The operating settings: an overlay in settings.yaml beside site.yaml, checked whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import Field

from facility import yaml_source
from facility.alarm import AlarmClass
from facility.errors import ConfigError
from facility.inventory import Inventory
from facility.resolve import Site, resolved
from facility.site import Override, Route, SiteFile
from facility.site_references import check_overrides
from facility.words import Frozen, Id

FILE: Final = "settings.yaml"

_Part = TypeVar("_Part", bound=Frozen)


class SettingsFile(Frozen):
    """What settings.yaml may say; the same words as in site.yaml, and it wins over it."""

    version: int = Field(ge=1)
    overrides: dict[Id, Override] = Field(default_factory=dict)
    routes: tuple[Route, ...] | None = None
    """None: those of site.yaml."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that are right for a site, and what it comes to with them. `version` 0: there are none."""

    version: int
    inventory: Inventory
    text: str = ""
    """As they were written."""
    wrong: str = ""
    """What is wrong in settings.yaml, where these are in force in its place."""


def read_settings(site: Site) -> Settings:
    """The settings beside site.yaml; ConfigError with every mistake."""
    path = site.file.parent / FILE
    if not path.exists():
        return Settings(0, site.inventory)
    return settings_of(site, yaml_source.load(path))


def settings_beside_wrong(file: Path, draft: Site | None) -> Iterator[ConfigError]:
    """What is wrong in the settings beside a site.yaml that is wrong itself; `draft`: what of it can be read."""
    path = file.parent / FILE
    if not path.exists():
        return
    try:
        source = yaml_source.load(path)
        found = _shaped(source)
        if draft is not None and found is not None:
            _check_references(draft, found, source)
            known = {"overrides." + e.id for e in draft.written.equipment}
            # Equipment that is missing here may be one that site.yaml only writes wrongly.
            source.mistakes = [m for m in source.mistakes if m.where in known or m.where.count(".") != 1]
        source.raise_if_wrong()
    except ConfigError as error:
        yield error


def check_settings(site: Site, text: str) -> Settings:
    """Settings from text, not yet written; ConfigError with every mistake."""
    return settings_of(site, yaml_source.parse(text, FILE))


def write_settings(site: Site, text: str) -> None:
    """Put checked settings in the place of the old ones, at once or not at all."""
    put_file(site.file.parent / FILE, text)


def put_file(path: Path, text: str) -> None:
    """Write a file at once or not at all; OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def settings_of(site: Site, source: yaml_source.Source) -> Settings:
    """Settings from what was parsed; ConfigError with every mistake."""
    found = source.right(_shaped(source))
    _check_references(site, found, source)
    source.raise_if_wrong()
    return Settings(found.version, resolved(site, _merged(site.written, found)), source.text)


def _shaped(source: yaml_source.Source) -> SettingsFile | None:
    if not isinstance(source.data, dict):
        raise ConfigError(f"{source.file}: settings start with keys such as version:, overrides:, routes:")
    return yaml_source.check(SettingsFile, source)


def _check_references(site: Site, found: SettingsFile, source: yaml_source.Source) -> None:
    alone = site.written.model_copy(update={"overrides": found.overrides, "routes": found.routes or ()})
    check_overrides(alone, source, site.catalog)
    for where in _switched_off(site, found):
        source.mistake(where, "a life-safety rule is not switched off by settings: it goes out of service by a permit")


def _switched_off(site: Site, found: SettingsFile) -> Iterator[tuple[str, ...]]:
    """Where the overlay switches a life-safety rule off."""
    types = {item.id: item.type for item in site.written.equipment}
    for equipment, override in found.overrides.items():
        rules = site.catalog.type(types[equipment]).rules if equipment in types else ()
        vital = {rule.id for rule in rules if rule.alarm_class is AlarmClass.LIFE_SAFETY}
        for rule, changed in override.rules.items():
            if changed.enabled is False and rule in vital:
                yield "overrides", equipment, "rules", rule, "enabled"


def _merged(written: SiteFile, settings: SettingsFile) -> SiteFile:
    overrides = dict(written.overrides)
    for equipment, new in settings.overrides.items():
        old = overrides.get(equipment, Override())
        overrides[equipment] = Override(rules=_laid(old.rules, new.rules), points=_laid(old.points, new.points))
    routes = written.routes if settings.routes is None else settings.routes
    return written.model_copy(update={"overrides": overrides, "routes": routes})


def _laid(old: Mapping[str, _Part], new: Mapping[str, _Part]) -> dict[str, _Part]:
    """Each entry of `new` over that of `old`, key by key."""
    out = dict(old)
    for name, part in new.items():
        said = {k: getattr(part, k) for k in part.model_fields_set}
        out[name] = out[name].model_copy(update=said) if name in out else part
    return out
