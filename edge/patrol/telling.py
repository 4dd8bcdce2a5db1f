"""The events of the patrol's verdicts."""

from __future__ import annotations

from edge.patrol.plan import Round
from edge.patrol.reads import Read
from edge.patrol.verdicts import Word
from facility.clock import NS
from facility.event import ClockState, Draft, PatrolRead, PatrolVerdict


def verdict(
    round_: Round,
    checkpoint: int,
    word: Word,
    clock: ClockState,
    read: Read | None,
    before: tuple[Word, str] | None,
    *,
    visit: bool = True,
) -> Draft:
    """What is said of a checkpoint (`visit`) or of one more read at it. Without a read: nobody came."""
    window = round_.windows[checkpoint]
    data = PatrolVerdict(
        route=round_.route.id,
        round=round_.name,
        checkpoint=window.checkpoint.id,
        verdict=word,
        visit=visit,
        read_at=read.at if read else None,
        error=read.bound / NS if read and read.bound else None,
        guard=read.guard if read else None,
        replaces=before[0] if before else None,
    )
    at = read.at if read else window.closes
    return Draft(data=data, at=at, equipment=window.checkpoint.reader, clock=clock)


def unknown_tag(reader: str, read: PatrolRead, at: int, clock: ClockState) -> Draft:
    """A tag that is no checkpoint at this reader; it belongs to no round."""
    data = PatrolVerdict(
        route="",
        round="",
        checkpoint="",
        verdict="unknown_tag",
        visit=False,
        read_at=at,
        guard=read.guard,
        tag=read.tag,
    )
    return Draft(data=data, at=at, equipment=reader, clock=clock)
