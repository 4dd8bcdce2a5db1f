"""A site on disk, small and right; a test spoils what it wants spoiled."""

from __future__ import annotations

from pathlib import Path

SITE = """\
site: riverside
name: {zh: 滨江花园, en: Riverside Garden}
gateway: riverside-1
connections:
  plant-room: {protocol: modbus, host: 127.0.0.1, port: PORT}
equipment:
  - {id: pump-1, type: pump, model: generic-modbus, connection: plant-room, unit: 1, name: {zh: 1号泵, en: Pump 1}}
"""


def write_site(folder: Path, port: int = 1, text: str = SITE) -> Path:
    file = folder / "site.yaml"
    file.write_text(text.replace("PORT", str(port)), encoding="utf-8")
    return file
