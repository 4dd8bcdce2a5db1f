"""Versions of a site's energy settings: two people who change the same part do not undo one another unseen."""

from __future__ import annotations

import hashlib

from cloud.energy_settings.schemas import EnergySettings, HeldSettings, NewSettings, Part, Versions
from cloud.errors import Conflict

PARTS = {"areas": "area_m2", "factors": "factors", "weather": "weather"}


def versions_of(held: EnergySettings) -> Versions:
    """Of what is set, and so the same on every replica."""
    parts = {part: _version(held, {name}) for part, name in PARTS.items()}
    return Versions(whole=_version(held, set(EnergySettings.model_fields)), **parts)


def _version(held: EnergySettings, names: set[str]) -> str:
    text = held.model_dump_json(by_alias=True, include=names)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def with_versions(held: EnergySettings) -> HeldSettings:
    """As it is read."""
    return HeldSettings.model_construct(**dict(held), versions=versions_of(held))


def refuse_stale(held: EnergySettings, body: NewSettings | Part) -> None:
    """Conflict where what was read of these settings is not what holds now."""
    now = versions_of(held)
    if isinstance(body, NewSettings):
        stale = body.versions is not None and body.versions.whole != now.whole
    else:
        part = next(part for part, name in PARTS.items() if name in type(body).model_fields)
        stale = body.version is not None and body.version != getattr(now, part)
    if stale:
        raise Conflict(
            "您打开之后,这部分设置已被他人更改,未保存;请重新读取,核对后再保存 · "
            "somebody has changed these settings since you read them, nothing was saved: "
            "read them again, look at both, then save"
        )
