"""The spool: what is accepted is on disk, in order, until an end has it."""

from edge.spool.record import LaneState, Quotas, Record
from edge.spool.spool import Spool

__all__ = ["LaneState", "Quotas", "Record", "Spool"]
