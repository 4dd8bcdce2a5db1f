"""The errors of Gatehouse: the type says what the caller does next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_SHOWN: Final = 100
"""Characters of a wrong value that a message repeats."""


class GatehouseError(Exception):
    """Base of all errors that Gatehouse raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a file that a person wrote: where, what, and what was expected."""

    file: str
    line: int
    where: str
    says: str

    def __str__(self) -> str:
        place = f" {self.where}:" if self.where else ""
        return f"{self.file}:{self.line}:{place} {self.says}"


class ConfigError(GatehouseError):
    """What a person wrote is wrong: refuse to start, show every mistake, exit with 2."""

    def __init__(self, message: str = "", mistakes: Sequence[Mistake] = ()) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join([message, *map(str, self.mistakes)]).strip())


class DeviceError(GatehouseError):
    """A device or line did not do what was asked; the poller decides about the next try."""


class LineDown(DeviceError):
    """The whole line is away (socket refused, port gone): every unit on it is unknown."""


class UnitSilent(DeviceError):
    """One unit did not answer in time; the others on its line may be well."""


class Refused(DeviceError):
    """The device, or the rules of the site, said no; trying again changes nothing."""


class DeliveryError(GatehouseError):
    """An end (historian, cloud) did not take a delivery: keep it and try again later."""


class Rejected(GatehouseError):
    """An end read the delivery and refuses its content for good: to the dead-letter lane."""


class SpoolError(GatehouseError):
    """The disk did not take it: stop accepting, end the process, start again from what is on disk."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'pump'?` where a known word is near, whatever its case, else nothing."""
    import difflib

    spelled = {k.casefold(): k for k in known}
    found = difflib.get_close_matches(word[:_SHOWN].casefold(), list(spelled), n=1, cutoff=0.6)
    return f"; did you mean {spelled[found[0]]!r}?" if found else ""


def shown(value: object) -> str:
    """A wrong value as it stands in a message: quoted, and cut where it is long."""
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}… ({len(value)} characters)"
    return repr(value)
