"""The lines of a body that may pass to an InfluxDB, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass

from cloud.historian.base import LineError, Precision
from cloud.historian.body import MAX_ERRORS, Rules, refusal_of
from cloud.historian.lineprotocol import Line, LineInvalid, parse_line, split_lines
from facility.clock import Clock


@dataclass(frozen=True, slots=True)
class Passed:
    """The good lines, with times in ns, and the refused ones."""

    body: bytes
    values: int
    errors: tuple[LineError, ...]
    dropped: int


class Gate:
    """The rules that the embedded historian has, before any other store."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def check(self, body: bytes, precision: Precision, site: str | None) -> Passed:
        """Parse every line; those without a time get the time of receipt."""
        rules = Rules.of(precision, self._clock.now(), site)
        good: list[bytes] = []
        errors: list[LineError] = []
        values = 0
        for number, raw in split_lines(body):
            text = raw.strip(b" \t\r")
            if not text or text.startswith(b"#"):
                continue
            try:
                line = parse_line(text)
                rules.names(line)
                good.append(_stamped(text, line, rules.time(line)))
                values += len(line.fields)
            except LineInvalid as invalid:
                errors.append(refusal_of(number, text, str(invalid)))
        return Passed(b"\n".join(good), values, tuple(errors[:MAX_ERRORS]), len(errors))


def _stamped(text: bytes, line: Line, at: int) -> bytes:
    fields = text if line.at is None else text[: line.end]
    return fields + b" %d" % at
