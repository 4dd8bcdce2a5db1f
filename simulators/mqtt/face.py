"""The MQTT devices of the building: states when they change and each heartbeat, facts when they happen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from facility.batch import F8, Note
from facility.clock import NS
from facility.words import Text
from simulators.face import Shown, changed
from simulators.mqtt.broker import Broker
from simulators.mqtt.messages import Message, Topics, changed_topics

_log = logging.getLogger(__name__)

HEARTBEAT = 10
"""Seconds after which a device repeats its state although nothing changed."""


class MqttFace:
    """A broker, and one publisher that speaks for all devices behind it."""

    faults: Mapping[str, Text] = {
        "down": Text(zh="消息服务器断开", en="The broker is away"),
        "silent": Text(zh="设备静默", en="The device says nothing"),
        "garbage": Text(zh="设备发送乱码", en="The device sends broken messages"),
    }

    def __init__(
        self, name: str, connection: Mapping[str, Any], shown: Sequence[Shown], text: Callable[[int], str]
    ) -> None:
        self._name = name
        self._written = dict(connection)
        self._topics = {s.equipment.id: Topics(s, text) for s in shown}
        self._owner = {s.first + i: s.equipment.id for s in shown for i in range(len(s.equipment.points))}
        self._broker = Broker(int(connection.get("port", 0)))
        self._client: paho.Client | None = None
        self._broken: dict[str, set[str]] = {}
        self._last: F8 = np.empty(0)
        self._beat = 0

    @property
    def connection(self) -> dict[str, Any]:
        return {**self._written, "host": "127.0.0.1", "port": self._broker.port}

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def _open(self) -> None:
        await self._broker.__aenter__()
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="estate-devices")
        await asyncio.to_thread(client.connect, "127.0.0.1", self._broker.port, 30)
        client.loop_start()
        self._client = client
        self._last = np.empty(0)

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)
        await self._broker.__aexit__()

    async def show(self, values: F8, time: int, notes: Sequence[Note]) -> None:
        if self._client is None:
            return
        whole = len(self._last) != len(values) or time - self._beat >= HEARTBEAT * NS
        moved = np.ones(len(values), bool) if whole else changed(values, self._last)
        self._beat = time if whole else self._beat
        self._last = values.copy()
        for equipment, topics in self._topics.items():
            for topic in changed_topics(topics, moved):
                self._publish(equipment, topics.state(topic, values, time))
        for note in notes:
            owner = self._owner.get(note.point)
            message = self._topics[owner].event(note) if owner else None
            if owner and message:
                self._publish(owner, message)

    def _publish(self, equipment: str, message: Message) -> None:
        broken = self._broken.get(equipment, set())
        if self._client is None or "silent" in broken:
            return
        payload = (
            b'{"broken": ' + message.payload[: len(message.payload) // 2] if "garbage" in broken else message.payload
        )
        self._client.publish(message.topic, payload, qos=1, retain=message.retain)

    async def inject(self, fault: str, unit: str | None, arguments: Mapping[str, str]) -> None:  # noqa: ARG002
        if fault == "down":
            await self._close()
            return
        for name in [unit] if unit else list(self._topics):
            self._broken.setdefault(name, set()).add(fault)

    async def clear(self, fault: str | None, unit: str | None) -> None:
        for name in [unit] if unit else list(self._topics):
            self._broken[name] = self._broken.get(name, set()) - {fault} if fault else set()
        if fault in (None, "down") and unit is None and self._client is None:
            await self._open()
        self._last = np.empty(0)
