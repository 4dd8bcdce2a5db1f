"""Hangs the patrol into the road: reads come as events, what nobody came to goes to detection as verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.alarms.engine import Engine, Outcome
from edge.alarms.told import Verdict
from edge.patrol.patrol import Patrol, Walked
from edge.steady_clock import SteadyClock
from facility.batch import Batch
from facility.event import Draft, PatrolRead
from facility.ids import point_id
from facility.inventory import Inventory
from facility.patrol import instance_of, rules_of


class PatrolWatch:
    """One site's patrol, seen from the pipeline. `kept` is the spool's state."""

    def __init__(self, inventory: Inventory, clock: SteadyClock, kept: Mapping[str, bytes]) -> None:
        self._patrol = Patrol(inventory, clock, kept)
        self._rows = _rows(inventory)
        self._told: dict[str, bool] = {}

    def see(self, batch: Batch, engine: Engine) -> Outcome:
        """Samples are not the patrol's."""
        del batch, engine
        return Outcome()

    def hear(self, drafts: Sequence[Draft], engine: Engine) -> tuple[list[Draft], Outcome]:
        """Reads as events; back come the new ones, with what was said of them."""
        if not any(isinstance(d.data, PatrolRead) for d in drafts):
            return list(drafts), Outcome()
        walked = self._patrol.hear(drafts)
        return walked.drafts, Outcome(state=walked.state).add(self._tell(engine))

    def tick(self, engine: Engine) -> Outcome:
        """The clock's part."""
        return self._outcome(self._patrol.tick(), engine)

    def carry(self, inventory: Inventory, engine: Engine) -> Outcome:
        """Go on with routes as they are written now."""
        self._rows = _rows(inventory)
        self._told.clear()
        return self._outcome(self._patrol.carry(inventory), engine)

    def _outcome(self, walked: Walked, engine: Engine) -> Outcome:
        if not walked.drafts and not walked.state and self._told:
            return Outcome()
        return Outcome(walked.drafts, walked.state).add(self._tell(engine))

    def _tell(self, engine: Engine) -> Outcome:
        holding = {(r, "") for r in self._patrol.late_starts()} | self._patrol.missed()
        verdicts = []
        for row, subject in self._rows.items():
            holds = subject in holding
            if self._told.get(row) != holds:
                self._told[row] = holds
                verdicts.append(Verdict(row, holds))
        return engine.tell(verdicts) if verdicts else Outcome()


def _rows(inventory: Inventory) -> dict[str, tuple[str, str]]:
    """Row.id → (route, checkpoint; empty: its start)."""
    found = {}
    for item, rule, route, checkpoint in rules_of(inventory):
        id_ = checkpoint.id if checkpoint else ""
        found[point_id(item.id, instance_of(route.id, id_), rule.id)] = (route.id, id_)
    return found
