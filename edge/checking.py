"""Everything that can be known of a site without opening a socket: behind `edge check`, `plan` and `run`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from drivers.base import Reads, Request
from edge.alarms.compiled import Compiled, compile_rules
from edge.alarms.found import Unevaluated
from edge.binding import BoundLine, bind, rebind
from edge.duty.checking import duty_page_wrong
from edge.endpoint import Endpoint
from edge.last_settings import settings_to_run
from edge.points import PointTable, point_table
from edge.settings import Settings, read_settings, settings_beside_wrong
from facility import yaml_source
from facility.clock import SystemClock
from facility.errors import ConfigError
from facility.resolve import Site, read_draft, read_site


@dataclass(frozen=True, slots=True)
class Checked:
    """A site that is right: what it comes to."""

    site: Site
    settings: Settings
    lines: tuple[BoundLine, ...]
    table: PointTable
    rules: Compiled

    @property
    def unevaluated(self) -> tuple[Unevaluated, ...]:
        """Rules in the data that are not judged."""
        return self.rules.unevaluated

    def rows(self, line: BoundLine) -> Counter[str]:
        """How many points of each kind a line has."""
        return Counter(p.means.kind for p in line.points)


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request of one line, and how often it is made."""

    line: str
    period: float
    request: Request

    @property
    def share(self) -> float:
        """The part of the line's time that it needs."""
        return self.request.bus_seconds / self.period


def check(file: Path, environ: Mapping[str, str]) -> Checked:
    """Check a site whole; ConfigError with every mistake of site.yaml, settings.yaml, models and connections."""
    return _checked(file, environ, read_settings)


def check_to_run(file: Path, environ: Mapping[str, str], data: Path) -> Checked:
    """As `check`; but wrong settings stop nobody: the last good ones of the data folder are taken (Settings.wrong)."""
    return _checked(file, environ, lambda site: settings_to_run(site, data))


def _checked(file: Path, environ: Mapping[str, str], settings_for: Callable[[Site], Settings]) -> Checked:
    try:
        site = read_site(file)
    except ConfigError as error:
        raise _all([error, *_more(file, environ)]) from error
    mistakes: list[ConfigError] = []
    settings, lines = Settings(0, site.inventory), tuple[BoundLine, ...]()
    try:
        settings = settings_for(site)
    except ConfigError as error:
        mistakes.append(error)
    try:
        lines = rebind(bind(site, environ), settings.inventory)
    except ConfigError as error:
        mistakes.append(error)
    mistakes += [*_ends(site, environ), *duty_page_wrong(site)]
    if mistakes:
        raise _all(mistakes)
    table = point_table(settings.inventory)
    return Checked(site, settings, lines, table, compile_rules(settings.inventory, table))


def _all(errors: list[ConfigError]) -> ConfigError:
    """One for all; the same place is told once."""
    by_place = {(m.file, m.line, m.where): m for e in reversed(errors) for m in e.mistakes}
    return ConfigError("\n".join(str(e) for e in errors if not e.mistakes), list(by_place.values()))


def _more(file: Path, environ: Mapping[str, str]) -> Iterator[ConfigError]:
    """What else is wrong in a site that can't be read as a whole: settings, lines, units, addresses, tokens."""
    try:
        site = read_draft(file)
    except ConfigError:
        yield from settings_beside_wrong(file, None)
        return
    yield from settings_beside_wrong(file, site)
    try:
        bind(site, environ)
    except ConfigError as error:
        yield error
    yield from _ends(site, environ)
    yield from duty_page_wrong(site)


def _ends(site: Site, environ: Mapping[str, str]) -> Iterator[ConfigError]:
    """A missing token, or one that would go in the clear, is told before anything starts, with its line."""
    source = yaml_source.load(site.file)
    for name, target in (("historian", site.written.historian), ("cloud", site.written.cloud)):
        if target is None or not target.url.startswith("http"):
            continue
        token = target.token
        try:
            if token is not None and (token.env or token.file):
                token.read(site.file.parent, environ)
        except ConfigError as error:
            source.mistake((name, "token"), str(error))
        try:
            Endpoint(name, target.url, None if token is None else lambda: "", target.insecure)
        except ConfigError as error:
            source.mistake((name, "url"), str(error))
    if source.mistakes:
        yield ConfigError(mistakes=source.mistakes)


class _NoHealth:
    def line(self, *, up: bool, why: str = "") -> None:
        """Nobody listens."""

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        """Nobody listens."""


def planned(checked: Checked) -> Iterator[PlannedRequest]:
    """Every request that polling will make, without making one."""
    for bound in checked.lines:
        line = bound.open(SystemClock(), _NoHealth())
        if not isinstance(line, Reads):
            continue
        groups = sorted({(str(p.unit), p.period) for p in bound.points})
        for unit, period in groups:
            plan = line.plan([p for p in bound.points if (str(p.unit), p.period) == (unit, period)])
            for request in plan.requests:
                yield PlannedRequest(bound.name, period, request)


def overcommitted(requests: list[PlannedRequest]) -> None:
    """ConfigError, with the sum of each line whose polls need more time than there is."""
    over = []
    for line, share in shares(requests).items():
        if share > 1:
            mine = [r for r in requests if r.line == line]
            units: defaultdict[str, float] = defaultdict(float)
            for one in mine:
                units[str(one.request.unit)] += one.share
            parts = " + ".join(f"{part:.3f} s (unit {unit})" for unit, part in units.items())
            over.append(f"{line}: {len(mine)} requests need the bus for {parts} = {share:.3f} s in every second")
    if over:
        raise ConfigError("\n".join([*over, "make periods longer, the baud higher, or put units on another line"]))


def shares(requests: list[PlannedRequest]) -> dict[str, float]:
    """Line → the share of its time that its polls need; over 1 it can't keep up."""
    found: defaultdict[str, float] = defaultdict(float)
    for one in requests:
        found[one.line] += one.share
    return dict(found)
