"""site.yaml as a frozen model: the keys a person may write, and how each is checked."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, IPvAnyAddress, StrictBool, StringConstraints, model_validator

from facility.access import Entrance
from facility.alarm import Priority
from facility.linkage import EffectKind
from facility.places import Place
from facility.point import Deadband, WriteLimits
from facility.words import Duration, Frozen, Id, Secret, Text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except Exception as error:  # zoneinfo raises four unrelated kinds for a bad name
        raise ValueError(f"{name!r} is no time zone; write one like Asia/Shanghai") from error
    return name


Timezone = Annotated[str, AfterValidator(_zone)]
NamePlate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
"""Local wall time `22:00`."""


class Connection(Frozen):
    """One line: a socket, a serial port, an OPC UA session, a broker. The driver checks the other keys."""

    protocol: Id
    longest_backoff: Duration = Field(default=60.0, ge=2)
    """A unit that does not answer is probed after 2 s, 4 s …, and at least so often."""
    tick: Duration = Field(default=0.25, ge=0.01, le=60)
    """Polls of all lines with this tick are gathered on one grid: fewer wake-ups, more polls at once."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Every other key, as written."""

    POLLING: ClassVar[tuple[str, ...]] = ("protocol", "longest_backoff", "tick")
    """What the edge needs of a line itself."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "options" in data:
            return data
        if "protocol" not in data:
            return {}
        own = {k: data[k] for k in cls.POLLING if k in data}
        return own | {"options": {k: v for k, v in data.items() if k not in own}}


class Instance(Frozen):
    """One of the many that an equipment has: an address of a fire panel."""

    id: Id
    zh: str
    en: str
    place: Id | None = None
    zone: Id | None = None
    kind: Id | None = None


class Equipment(Frozen):
    """One piece of equipment and the line that it is on."""

    id: Id
    type: Id
    model: Id
    connection: Id
    unit: int | str | None = None
    """Modbus unit 0–255; the name in MQTT topics or OPC UA node ids; default: the equipment's id."""
    place: Id | None = None
    name: Text
    poll: Duration | None = None
    instances: tuple[Instance, ...] = ()
    rated: dict[Id, NamePlate] = Field(default_factory=dict)
    """Name-plate figures: power (kW), flow (m3/h), head (m), current (A)."""
    serves: tuple[Id, ...] = ()
    """Places or zones that it feeds or guards."""
    entrance: Entrance | None = None
    """Of a door or barrier: what lies behind it."""
    fed_by: tuple[Id, ...] = ()
    """Equipment whose supply it hangs on: while that is cut, its alarms are effects."""


class RuleOverride(Frozen):
    """What a site changes of a type's rule."""

    enabled: StrictBool | None = None
    limit: float | None = None
    deadband: float | None = None
    delay_on: Duration | None = None
    delay_off: Duration | None = None
    over: Duration | None = None
    times: int | None = Field(default=None, ge=1)
    window: Duration | None = None
    priority: Priority | None = None

    CONDITION: ClassVar[tuple[str, ...]] = ("limit", "deadband", "over", "times", "window")
    """What belongs to the condition; a rule has only some of them."""


class PointOverride(Frozen):
    """What a site changes of a type's point."""

    deadband: Deadband | None = None
    period: Duration | None = None
    stale_after: Duration | None = None
    writable: StrictBool | None = None
    write: WriteLimits | None = None


class Override(Frozen):
    """What a site changes for one equipment."""

    rules: dict[Id, RuleOverride] = Field(default_factory=dict)
    points: dict[Id, PointOverride] = Field(default_factory=dict)


class Effect(Frozen):
    """One effect that a confirmed fire must have, seen on a point."""

    id: Id
    kind: EffectKind
    name: Text
    point: str
    state: Id
    within: Duration


class Linkage(Frozen):
    """What a confirmed fire in a zone must bring about; only ever watched."""

    zone: Id
    effects: tuple[Effect, ...] = Field(min_length=1)


class Checkpoint(Frozen):
    """One point of a round."""

    id: Id
    reader: Id
    tag: str | None = None
    place: Id | None = None
    after: Duration | None = None
    """Earliest, from the start of the round."""
    before: Duration | None = None
    """Latest, from the start of the round."""
    least_gap: Duration = 0.0
    most_gap: Duration | None = None


class Route(Frozen):
    """A patrol route: ordered or free checkpoints, and when it must be walked."""

    id: Id
    name: Text
    kind: Literal["security", "fire", "plant"]
    ordered: StrictBool = True
    starts: tuple[ClockTime, ...] = Field(min_length=1)
    start_window: Duration = 900.0
    checkpoints: tuple[Checkpoint, ...] = Field(min_length=1)
    guards: tuple[str, ...] = ()


class Meter(Frozen):
    """A node of the meter tree."""

    equipment: Id
    point: Id = "energy_import"
    parent: Id | None = None
    use: Id | None = None
    area: Id | None = None
    reading_period: Duration = 86_400.0


class PostEntry(Frozen):
    """A post that alarms go to."""

    id: Id
    name: Text
    kind: Literal["control_room", "engineering", "security", "desk"]


class HistorianTarget(Frozen):
    """Where time series go."""

    url: str = Field(pattern=r"^https?://")
    api: Literal["v1", "v2"] = "v2"
    org: str = "gatehouse"
    bucket: str = "gatehouse"
    token: Secret | None = None
    insecure: StrictBool = False
    """Allow the token over plain http to a host that is not loopback."""


class CloudTarget(Frozen):
    """Where events go."""

    url: str = Field(pattern=r"^https?://")
    token: Secret
    insecure: StrictBool = False


class Sounder(Frozen):
    """A relay with a sounder-beacon: in `on` while a life-safety alarm is not acknowledged, else in `off`."""

    point: str
    on: Id = "on"
    off: Id = "off"


class DutyPage(Frozen):
    """The local duty page (本地值班页): alarms on the site's own network, also while the cloud is away."""

    address: IPvAnyAddress
    port: int = Field(default=8443, ge=1, le=65_535)
    names: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=253)], ...] = ()
    """Host names that browsers may call it by, beside its address."""
    certificate: str | None = None
    """PEM file of the certificate and its chain, beside site.yaml."""
    key: str | None = None
    """PEM file of its private key."""
    users: str = "duty-users"
    """File of those who may log in; `gatehouse edge duty user add` makes it."""
    sounder: Sounder | None = None

    @model_validator(mode="after")
    def _guarded(self) -> DutyPage:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: name both files, or neither on loopback")
        if self.certificate is None and not self.address.is_loopback:
            raise ValueError(
                f"passwords would cross the network in the clear at {self.address}: name certificate and key, or take"
                " a loopback address"
            )
        return self


class SiteFile(Frozen):
    """The whole of site.yaml."""

    site: Id
    name: Text
    timezone: Timezone = "Asia/Shanghai"
    gateway: Id
    places: tuple[Place, ...] = ()
    connections: dict[Id, Connection]
    equipment: tuple[Equipment, ...] = Field(min_length=1)
    linkage: tuple[Linkage, ...] = ()
    routes: tuple[Route, ...] = ()
    meters: tuple[Meter, ...] = ()
    posts: tuple[PostEntry, ...] = ()
    overrides: dict[Id, Override] = Field(default_factory=dict)
    historian: HistorianTarget | None = None
    cloud: CloudTarget | None = None
    duty_page: DutyPage | None = None
