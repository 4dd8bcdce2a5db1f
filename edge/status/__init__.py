"""How the agent is: for commands, for a person with a browser on the machine, and for a monitoring system."""

from edge.status.door import Door, NotRunning, ask_status, read_door
from edge.status.server import StatusServer
from edge.status.troubles import with_troubles
from facility.gateway_status import LaneStatus, LineStatus, Status, Trouble, UnitStatus

__all__ = [
    "Door",
    "LaneStatus",
    "LineStatus",
    "NotRunning",
    "Status",
    "StatusServer",
    "Trouble",
    "UnitStatus",
    "ask_status",
    "read_door",
    "with_troubles",
]
