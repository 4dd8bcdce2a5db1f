"""Samples as InfluxDB line protocol: measurement = equipment type, field = point, all values floats, times in ns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import orjson

from edge.line_template import Templates, runs
from facility.batch import F8, U1, U4, Batch, places
from facility.inventory import Inventory
from facility.quality import Quality, Reason

UNKNOWN: Final = 255
"""What was last written about a point is not known (a new process): the first good sample says `_q=0` too."""
SHORTEST: Final = 8
"""Samples of one line that are worth a template."""


class Lines:
    """Formats batches of one inventory; remembers for each point which quality was written last."""

    def __init__(self, inventory: Inventory) -> None:
        prefixes: dict[str, int] = {}
        series: list[int] = []
        self._fields: list[bytes] = []
        for equipment in inventory.equipment:
            own: dict[str, int] = {}
            for point in equipment.points:
                if point.instance not in own:
                    prefix = _prefix(inventory.site, equipment.type, equipment.id, point.instance)
                    own[point.instance] = prefixes.setdefault(prefix, len(prefixes))
                series.append(own[point.instance])
                self._fields.append(point.point.encode())
        self._series: U4 = np.array(series, np.uint32)
        self._prefixes = [prefix.encode() for prefix in prefixes]
        self._written: U1 = np.full(len(series), UNKNOWN, np.uint8)
        self._templates = Templates(self._series, self._prefixes, self._fields)

    def encode(self, batch: Batch) -> bytes:
        """The batch's lines, each ended by a newline; samples of one equipment, instance and time share a line."""
        if not len(batch):
            return b""
        if self._plain(batch):
            whole = self._templates.whole(batch.point)
            if whole is not None and whole.fits(batch.time):
                return whole.filled(_texts(batch.value), batch.time)
            cuts = runs(self._series[batch.point], batch.time)
            if len(cuts) * SHORTEST <= len(batch) + SHORTEST:
                return self._by_lines(batch, cuts)
        return self._slow(batch)

    def _by_lines(self, batch: Batch, cuts: Sequence[tuple[int, int]]) -> bytes:
        texts = _texts(batch.value)
        return b"".join([self._templates.line(batch.point[a:b]).filled(texts[a:b], batch.time[a:b]) for a, b in cuts])

    def _plain(self, batch: Batch) -> bool:
        """All good and finite, and nothing to say about quality."""
        return (
            batch.quality.tobytes().count(0) == len(batch)
            and not self._written[places(batch.point)].any()
            and bool(np.isfinite(batch.value).all())
        )

    def _slow(self, batch: Batch) -> bytes:
        """Any mixture of times and qualities."""
        batch, reason = _judged(batch)
        order = np.lexsort((batch.point, batch.time, self._series[batch.point]))
        point, time = batch.point[order], batch.time[order]
        keep = np.append((point[1:] != point[:-1]) | (time[1:] != time[:-1]), True)
        order = order[keep]
        point, time, quality, reason = point[keep], time[keep], batch.quality[order], reason[order]
        fields = self._field_texts(point, _texts(batch.value[order]), quality, reason)
        series = self._series[point]
        lines: list[bytes] = []
        for start, stop in runs(series, time):
            prefix = self._prefixes[series[start]]
            lines.append(b"%b %b %d\n" % (prefix, b",".join(fields[start:stop]), time[start]))
        return b"".join(lines)

    def _field_texts(self, point: U4, values: Sequence[bytes], quality: U1, reason: U1) -> list[bytes]:
        texts: list[bytes] = []
        columns = zip(point.tolist(), values, quality.tolist(), reason.tolist(), strict=True)
        for index, value, how, why in columns:
            name = self._fields[index]
            if how == Quality.BAD:
                texts.append(b"%b_q=%di" % (name, why))
            elif how != Quality.GOOD:
                texts.append(b"%b=%b,%b_q=%di" % (name, value, name, why))
            elif self._written[index]:
                texts.append(b"%b=%b,%b_q=0i" % (name, value, name))
            else:
                texts.append(b"%b=%b" % (name, value))
            self._written[index] = 0 if how == Quality.GOOD else why
        return texts


def _prefix(site: str, type_: str, equipment: str, instance: str) -> str:
    tags = [_escaped(type_), f"equipment={_escaped(equipment)}"]
    if instance:
        tags.append(f"instance={_escaped(instance)}")
    return ",".join([*tags, f"site={_escaped(site)}"])


def _escaped(text: str) -> str:
    return text.translate({ord(","): "\\,", ord(" "): "\\ ", ord("="): "\\="})


def _judged(batch: Batch) -> tuple[Batch, U1]:
    """A good value that is not finite is bad; whatever is not good has a reason that is not 0."""
    wrong = (batch.quality != Quality.BAD) & ~np.isfinite(batch.value)
    quality = np.where(wrong, np.uint8(Quality.BAD), batch.quality)
    reason = np.where(wrong, np.uint8(Reason.UNDECODABLE), batch.reason)
    reason = np.where((quality != Quality.GOOD) & (reason == 0), np.uint8(Reason.UNKNOWN), reason)
    return Batch(batch.point, batch.value, quality, reason, batch.time, batch.received, batch.replayed), reason


def _texts(values: F8) -> list[bytes]:
    """Shortest digits that read back as the same float."""
    return orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")
