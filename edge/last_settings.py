"""The last settings that were right, kept in the data folder: in force while settings.yaml is wrong at a start."""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from edge.settings import FILE, Settings, put_file, read_settings, settings_of
from facility import yaml_source
from facility.errors import ConfigError
from facility.resolve import Site

KEPT: Final = "settings.last-good.yaml"
MOST: Final = 5
"""Mistakes that are told one by one; `edge check` shows all."""

log = logging.getLogger(__name__)


def keep_settings(data: Path, settings: Settings) -> None:
    """Keep what is in force for a start with worse ones; where it can't be written, only that start is poorer."""
    kept = data / KEPT
    if settings.wrong:
        return
    try:
        if not settings.text:
            kept.unlink(missing_ok=True)
        elif not kept.exists() or kept.read_text(encoding="utf-8", errors="replace") != settings.text:
            put_file(kept, settings.text)
    except OSError as error:
        log.warning("can't keep the settings in %s: %s", kept, error.strerror)


def settings_to_run(site: Site, data: Path) -> Settings:
    """The settings beside site.yaml; where they are wrong, the last good ones, and `wrong` says so.

    An upgrade may have removed what also the last good ones speak of: what of them still fits is in force then. Where
    none were kept, it is what fits of settings.yaml, and where that can't be read, site.yaml alone.
    """
    try:
        return read_settings(site)
    except ConfigError as error:
        wrong = _few([str(m) for m in error.mistakes] or [str(error)])
    for path in (data / KEPT, site.file.parent / FILE):
        try:
            settings, left_out = _fitting(site, yaml_source.load(path))
        except ConfigError:
            continue
        if left_out:
            wrong += f"; left out of {path.name}: {_few(left_out)}"
        return replace(settings, wrong=wrong)
    return Settings(0, site.inventory, wrong=wrong)


def _fitting(site: Site, source: yaml_source.Source) -> tuple[Settings, list[str]]:
    """What of settings fits a site, and what does not; ConfigError where that can't be told apart."""
    left_out: list[str] = []
    while True:
        whole = deepcopy(source)
        try:
            return settings_of(site, whole), left_out
        except ConfigError as error:
            entries = {_entry(mistake.where) for mistake in error.mistakes}
            if () in entries:
                raise
            gone = [entry for entry in sorted(entries, key=_last_first) if _take_out(source.data, entry)]
            if not gone:
                raise
            source.mistakes = []
            left_out += sorted(map(".".join, gone))


def _entry(where: str) -> tuple[str, ...]:
    """The smallest entry around a mistake that settings are right without: a rule's, a point's or a route's."""
    parts = tuple(re.findall(r"[^.\[\]]+", where))
    match parts:
        case ("overrides", _, "rules" | "points", _, *_):
            return parts[:4]
        case ("overrides", _, *_) | ("routes", _, *_):
            return parts[:2]
        case ("version", *_):
            return ()
        case _:
            return parts[:1]


def _last_first(entry: tuple[str, ...]) -> tuple[str, int]:
    """Of items of a list the last one is taken out first: the places of the others stay."""
    return entry[0], -int(entry[1]) if entry[1:] and entry[1].isdigit() else 0


def _take_out(data: Any, entry: tuple[str, ...]) -> bool:
    """Whether it was there."""
    for part in entry[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    last = entry[-1]
    if isinstance(data, dict) and last in data:
        del data[last]
        return True
    if isinstance(data, list) and last.isdigit() and int(last) < len(data):
        del data[int(last)]
        return True
    return False


def _few(says: list[str]) -> str:
    more = f" and {len(says) - MOST} more, see gatehouse edge check" if len(says) > MOST else ""
    return "; ".join(says[:MOST]) + more
