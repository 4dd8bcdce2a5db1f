"""Names of edge nodes, devices and metrics, and the topics on which they speak."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from drivers.base import Bound
from drivers.mqtt.address import Address

NAMESPACE: Final = "spBv1.0"
_PLACE: Final = re.compile(r"[^/+#]+/[^/+#]+(/[^/+#]+)?")
OF_NODE: Final = ("NBIRTH", "NDATA", "NDEATH")
OF_DEVICE: Final = ("DBIRTH", "DDATA", "DDEATH")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A topic taken apart: `kind` of message, the edge node `group/node`, the device or nothing."""

    kind: str
    node: str
    device: str


def is_metric(point: Bound) -> bool:
    """Whether a point is a metric of Sparkplug."""
    return isinstance(point.address, Address) and point.address.metric is not None


def place_of(point: Bound) -> str | None:
    """`group/node` or `group/node/device` of a point; None where it is neither."""
    text = _filled(_address(point).device, point)
    return text if _PLACE.fullmatch(text) else None


def metric_of(point: Bound) -> str:
    """The metric's name, `{unit}` and `{instance}` filled in."""
    return _filled(str(_address(point).metric), point)


def topics(node: str) -> list[str]:
    """What must be listened to of one edge node: the messages of its devices are counted too."""
    group, name = node.split("/")
    return [f"{NAMESPACE}/{group}/{kind}/{name}" for kind in OF_NODE] + [
        f"{NAMESPACE}/{group}/{kind}/{name}/+" for kind in OF_DEVICE
    ]


def command(node: str) -> str:
    """Where an edge node listens."""
    group, name = node.split("/")
    return f"{NAMESPACE}/{group}/NCMD/{name}"


def spoken(topic: str) -> Spoken | None:
    """A topic of Sparkplug taken apart, None where it is none of a birth, of data or of a death."""
    parts = topic.split("/")
    if parts[0] != NAMESPACE or len(parts) not in (4, 5):
        return None
    kind, device = parts[2], parts[4] if len(parts) == 5 else ""
    if kind not in (OF_DEVICE if device else OF_NODE):
        return None
    return Spoken(kind, f"{parts[1]}/{parts[3]}", device)


def _address(point: Bound) -> Address:
    if not isinstance(point.address, Address):
        raise TypeError(f"{point.id} is bound to another protocol")
    return point.address


def _filled(text: str, point: Bound) -> str:
    return text.replace("{unit}", str(point.unit)).replace("{instance}", point.instance)
