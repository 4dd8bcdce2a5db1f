"""Which channels a notice goes over: routes by class, priority, system, place, post, occasion and hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from pydantic import Field, model_validator

from cloud.notification.channel import Medium
from cloud.wire import Asked
from facility.alarm import AlarmClass
from facility.words import LocalTime


class Hours(Asked):
    """A span of local time on some weekdays; over midnight where `end` is not after `begin`."""

    begin: LocalTime = time(0, 0)
    end: LocalTime = time(0, 0)
    weekdays: tuple[int, ...] = Field(default=(1, 2, 3, 4, 5, 6, 7))
    """1 is Monday; the day on which the span begins."""

    @model_validator(mode="after")
    def _sane(self) -> Hours:
        if not self.weekdays or not set(self.weekdays) <= set(range(1, 8)):
            raise ValueError(
                "星期为1(周一)至7(周日),至少一天 · weekdays are numbers from 1 (Monday) to 7 (Sunday), at least one"
            )
        return self

    def hold(self, at: datetime) -> bool:
        """Whether this moment is inside."""
        clock, today = at.time(), at.isoweekday()
        if self.begin < self.end:
            return today in self.weekdays and self.begin <= clock < self.end
        yesterday = (today - 2) % 7 + 1
        return (today in self.weekdays and clock >= self.begin) or (yesterday in self.weekdays and clock < self.end)


class Matches(Asked):
    """Which notices a route takes; what is empty matches everything."""

    classes: tuple[AlarmClass, ...] = ()
    priority: int = Field(default=4, ge=1, le=4)
    """This one and the more urgent ones."""
    systems: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """A place stands for all that is in it."""
    posts: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    drills: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What routes ask of a notice."""

    alarm_class: str
    priority: int
    system: str
    places: frozenset[str]
    """Its place and all that it is in."""
    posts: frozenset[str]
    occasion: str
    at: datetime
    """Local time."""
    life_safety: bool = False
    voice: bool = False
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Its channels, the first choice first."""

    name: str
    matches: Matches
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One channel to use now, and those that follow if it fails."""

    route: str
    channel: str
    after: tuple[str, ...]


def takes(matches: Matches, s: Subject) -> bool:
    """Whether a route is for this notice."""
    return (
        _in_hours(matches, s)
        and (not matches.classes or s.alarm_class in matches.classes)
        and s.priority <= matches.priority
        and (not matches.systems or s.system in matches.systems)
        and (not matches.places or bool(s.places & set(matches.places)))
        and (not matches.posts or bool(s.posts & set(matches.posts)))
        and (not matches.occasions or s.occasion in matches.occasions)
        and (matches.drills or not s.drill)
    )


def ways(routes: Sequence[Route], subject: Subject, media: Mapping[str, Medium]) -> list[Way]:
    """What every matching route does with it, a channel at most once.

    Life safety begins with two channels of different kinds (of the route, else of the site), a voice call with its
    voice channel. `media` names the channels that are in use.
    """
    found: dict[str, Way] = {}
    for route in routes:
        if takes(route.matches, subject):
            usable = [channel for channel in route.channels if channel in media]
            for way in _begun(route.name, usable, subject, media):
                found.setdefault(way.channel, way)
    if subject.life_safety and len({media[channel] for channel in found}) < 2:
        _second_kind(found, media)
    return list(found.values())


def _begun(route: str, usable: Sequence[str], subject: Subject, media: Mapping[str, Medium]) -> list[Way]:
    if not usable:
        return []
    first = [usable[0]]
    if subject.life_safety:
        first += [channel for channel in usable[1:] if media[channel] != media[usable[0]]][:1]
    if subject.voice:
        first += [channel for channel in usable if media[channel] == Medium.VOICE and channel not in first][:1]
    rest = tuple(channel for channel in usable if channel not in first)
    return [Way(route, channel, rest) for channel in first]


def _second_kind(found: dict[str, Way], media: Mapping[str, Medium]) -> None:
    """Life safety goes by two kinds wherever the site has two, whatever the routes say."""
    there = {media[channel] for channel in found}
    for channel, medium in media.items():
        if medium not in there and len(there) < 2:
            found[channel] = Way("", channel, ())
            there.add(medium)


def _in_hours(matches: Matches, subject: Subject) -> bool:
    """Life safety knows no hours."""
    return subject.life_safety or not matches.hours or any(hours.hold(subject.at) for hours in matches.hours)
