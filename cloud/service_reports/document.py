"""The month written out in one language: what the workbook and the PDF both show, every case with its address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from cloud.service_levels.calendar import local
from cloud.service_levels.profile import Profile
from cloud.service_reports import words
from cloud.service_reports.report import Case, Line
from cloud.service_reports.words import GROUPS, OF_VERDICT, Group, Language
from facility.clock import NS
from facility.words import Text

LONGEST_TITLE: Final = 300
_HAN: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One case; `taken` and `allowed` in whole seconds, begun ones counted, `started` in local time."""

    number: int
    round: int
    url: str
    what: str
    place: str
    order_class: str
    started: datetime
    taken: int
    allowed: int | None
    verdict: str
    group: Group


@dataclass(frozen=True, slots=True)
class Section:
    """One promise with its figures and its cases, those that matter most first."""

    id: str
    name: str
    source: str
    target: str
    required: float
    value: float | None
    met: bool | None
    judged: int
    groups: Mapping[Group, tuple[Row, ...]]

    @property
    def cases(self) -> int:
        """All of them."""
        return sum(map(len, self.groups.values()))


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report; `facts` are (name, value) for its head."""

    language: Language
    profile: str
    """Its id."""
    title: str
    facts: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    sections: tuple[Section, ...]

    def say(self, text: Text) -> str:
        """In the language of the document."""
        return said(text, self.language)


def said(text: Text, language: Language) -> str:
    """In this language."""
    return text.zh if language == "zh" else text.en


def half(text: str, language: Language) -> str:
    """Of `中文 · English` the half in this language; any other text as it is."""
    zh, _, en = text.rpartition(" · ")
    if not _HAN.search(zh) or _HAN.search(en):
        return text
    return zh if language == "zh" else en


@dataclass(frozen=True, slots=True)
class Head:
    """What the report is of."""

    site: str
    site_name: Text
    year: int
    month: int
    profile: Profile
    zone: ZoneInfo
    places: Mapping[str, Text]
    pages_url: str
    """Where people open the pages: each case is at /work-orders?order=<id> there."""


def document(head: Head, lines: Sequence[Line], language: Language, now: int) -> Document:
    """Written out."""

    def say(text: Text) -> str:
        return said(text, language)

    at = local(head.zone, now)
    month = f"{say(words.month_text(head.year, head.month))} ({head.zone.key})"
    if (at.year, at.month) == (head.year, head.month):
        month += say(words.RUNNING)
    return Document(
        language=language,
        profile=head.profile.id,
        title=say(words.TITLE),
        facts=(
            (say(words.SITE), f"{say(head.site_name)} ({head.site})"),
            (say(words.MONTH), month),
            (say(words.PROFILE), say(head.profile.name)),
            (say(words.MADE), at.strftime("%Y-%m-%d %H:%M:%S")),
        ),
        rules=tuple(map(say, words.RULES)),
        sections=tuple(_section(head, line, language) for line in lines),
    )


def _section(head: Head, line: Line, language: Language) -> Section:
    promise, value = line.promise, line.value
    found: dict[Group, list[Row]] = {group: [] for group in GROUPS}
    for case in line.cases:
        row = _row(head, case, language)
        found[row.group].append(row)
    return Section(
        id=promise.id,
        name=said(promise.name, language),
        source=half(promise.source, language),
        target=said(words.target_text(promise), language),
        required=promise.share,
        value=value,
        met=line.met,
        judged=line.judged,
        groups={group: tuple(rows) for group, rows in found.items()},
    )


def _row(head: Head, case: Case, language: Language) -> Row:
    place = head.places.get(case.place or "")
    where = said(place, language) if place is not None else case.place
    return Row(
        number=case.number,
        round=case.round,
        url=f"{head.pages_url}/work-orders?order={case.order}",
        what=said(case.title, language)[:LONGEST_TITLE],
        place=" · ".join(filter(None, (case.room, where))),
        order_class=said(words.CLASSES[case.order_class], language),
        started=local(head.zone, case.started_at).replace(tzinfo=None),
        taken=-(-case.elapsed // NS),
        allowed=None if case.allowed is None else case.allowed // NS,
        verdict=said(words.VERDICTS[case.verdict], language),
        group=OF_VERDICT[case.verdict],
    )
