"""What a receiver of the events believes."""

from __future__ import annotations

from edge.alarms.engine import Outcome
from facility.event import AlarmCleared, AlarmRaised, AlarmUpdated


class Cloud:
    """What a receiver of the events believes; complains of what can't follow."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        self.lanes: set[tuple[str, str]] = set()

    def take(self, out: Outcome) -> None:
        for draft in out.drafts:
            data = draft.data
            assert isinstance(data, AlarmRaised | AlarmCleared | AlarmUpdated)
            id_ = ".".join(p for p in (draft.equipment, draft.instance, data.rule) if p)
            if isinstance(data, AlarmRaised):
                assert id_ not in self.live, f"{id_} raised twice"
                self.live[id_] = data.detection
                assert (data.cause is not None) == (data.detection == "suppressed")
            elif isinstance(data, AlarmUpdated):
                assert self.live[id_] != data.detection, f"{id_} told twice"
                self.live[id_] = data.detection
                assert (data.cause is not None) == (data.detection == "suppressed")
            else:
                del self.live[id_]
            self.lanes.add((data.rule, draft.lane))
