"""What time does to duty stations: the one that said nothing for too long is missed."""

from __future__ import annotations

from cloud.duty_stations.watching import KIND, look
from cloud.timers.store import due

due(KIND)(look)
