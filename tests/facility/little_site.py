"""A little whole site, used by several tests."""

from __future__ import annotations

from pathlib import Path

TEXT = """
site: garden
name: {zh: 花园小区, en: Garden Estate}
gateway: gw-1
places:
  - id: tower-1
    zh: 1号楼
    en: Tower 1
    zone: z1
    places:
      - {id: lobby, zh: 大堂, en: Lobby}
      - {id: roof, zh: 屋面, en: Roof, zone: z2}
connections:
  plant: {protocol: modbus, host: 127.0.0.1, port: 1502}
  broker: {protocol: mqtt, host: 127.0.0.1}
equipment:
  - id: pump-1
    type: pump
    model: generic-modbus
    connection: plant
    unit: 1
    place: lobby
    name: {zh: 低区1号泵, en: Low-zone pump 1}
    poll: 500ms
    rated: {current: 15, power: 7.5}
  - id: pump-2
    type: pump
    model: grundfos-cim
    connection: plant
    unit: 2
    name: {zh: 低区2号泵, en: Low-zone pump 2}
  - id: fire-panel
    type: fire_alarm_panel
    model: notifier-modbus-gw
    connection: plant
    unit: 9
    name: {zh: 火灾报警控制器, en: Fire panel}
    instances:
      - {id: l1d003, zh: 大堂烟感, en: Lobby smoke, kind: smoke, place: lobby, zone: z1}
      - {id: l2m005, zh: 卷帘反馈, en: Shutter feedback, kind: feedback_module}
  - id: gate-1
    type: access_gate
    model: generic-mqtt
    connection: broker
    name: {zh: 大门, en: Main gate}
  - id: reader-1
    type: patrol_reader
    model: generic-mqtt
    connection: broker
    unit: cp-01
    place: roof
    name: {zh: 屋面巡更点, en: Roof checkpoint}
linkage:
  - zone: z1
    effects:
      - id: door
        kind: doors_released
        name: {zh: 门禁释放, en: Door released}
        point: gate-1.lock
        state: released
        within: 10s
      - id: shutter
        kind: shutters
        name: {zh: 卷帘, en: Shutter}
        point: fire-panel.l2m005.feedback
        state: feedback
        within: 1min
routes:
  - id: night
    name: {zh: 夜巡, en: Night round}
    kind: security
    starts: ["22:00", "02:00"]
    checkpoints:
      - {id: roof, reader: reader-1, tag: 04A1B2C3, place: roof, before: 15min}
meters:
  - {equipment: pump-1, point: energy}
posts:
  - {id: room, name: {zh: 消控室, en: Control room}, kind: control_room}
overrides:
  pump-1:
    rules:
      dry_run: {limit: 2, delay_on: 2s}
      short_cycling: {times: 6}
      not_in_auto: {enabled: false}
    points:
      flow: {deadband: {percent: 1}, period: 250ms}
"""


def write(folder: Path, text: str = TEXT) -> Path:
    """Write the site into a folder; returns the file."""
    file = folder / "site.yaml"
    file.write_text(text, encoding="utf-8")
    return file
