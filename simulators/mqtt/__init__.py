"""The plant as MQTT devices behind a broker."""

from simulators.mqtt.face import MqttFace

FACE = MqttFace

__all__ = ["FACE"]
