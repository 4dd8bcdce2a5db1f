"""A tenth of the proof: spoiled payloads never raise, and never give a good value that another decoder does not see."""

from tests.drivers.mqtt.edge_nodes import encoder
from tests.drivers.mqtt.fuzzing import plain_outcomes, sparkplug_outcomes
from tests.services.sparkplug import Encoder

__all__ = ["encoder"]


def test_spoiled_topic_payloads() -> None:
    seen = plain_outcomes(1_000)
    assert seen["wrong"] == 0
    assert seen["good"] > 50
    assert seen["bad"] > 50


def test_spoiled_sparkplug_payloads(encoder: Encoder) -> None:
    seen = sparkplug_outcomes(encoder, 1_000)
    assert seen["wrong"] == 0
    assert seen["good"] > 50
    assert seen["bad"] > 50
