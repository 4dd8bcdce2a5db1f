"""Payloads and answers of OPC UA and MQTT that nobody should send: never an exception, never a wrong good value."""

import asyncio
import os

from tests.drivers.mqtt.fuzzing import plain_outcomes, sparkplug_outcomes
from tests.drivers.opcua.fuzzing import outcomes
from tests.measure import Figure, measure
from tests.services.sparkplug import Encoder

FRAMES = 10_000


@measure(area="drivers")
async def spoiled_payloads() -> list[Figure]:
    """Each judged by another reader of the same bytes; an exception that is none of the driver's own ends the proof."""
    encoder = Encoder()
    try:
        found = {
            "mqtt topics": await asyncio.to_thread(plain_outcomes, FRAMES),
            "sparkplug b": await asyncio.to_thread(sparkplug_outcomes, encoder, FRAMES),
            "opc ua": await outcomes(FRAMES),
        }
    finally:
        encoder.remove()
    return [
        Figure.exactly(
            f"wrong good values, {name}", seen["wrong"], "values", 0,
            f"{FRAMES} spoiled: {seen['good']} with a good value, {seen['bad']} bad, {seen['error']} refused; "
            f"load {os.getloadavg()[0]:.1f}",
        )
        for name, seen in found.items()
    ]  # fmt: skip
