"""One Modbus line as site.yaml describes it: a host or a serial port, its framing and its timing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from facility.words import BesideFile, Duration, Frozen, Host

Parity = Literal["none", "even", "odd"]


class Framing(StrEnum):
    """How a PDU is wrapped: MBAP header, RTU with CRC-16, ASCII with LRC."""

    TCP = "tcp"
    RTU = "rtu"
    ASCII = "ascii"


class Transport(StrEnum):
    """What carries the frames."""

    TCP = "tcp"
    UDP = "udp"
    TLS = "tls"
    SERIAL = "serial"


_SERIAL_KEYS: Final = ("parity", "stop_bits", "data_bits")
_TLS_KEYS: Final = ("ca", "certificate", "key", "server_name")


class Connection(Frozen):
    """The keys of a Modbus connection beside `protocol`."""

    host: Host | None = None
    port: int | None = Field(default=None, ge=1, le=65_535)
    """Default 502, with TLS 802."""
    serial: str | None = Field(default=None, min_length=1)
    """`/dev/ttyUSB0`, `COM3`."""
    baud: int = Field(default=9600, ge=50, le=4_000_000)
    """Also of the bus behind a converter, where it gives the bus time of a plan."""
    parity: Parity = "even"
    stop_bits: Literal[1, 2] = 1
    data_bits: Literal[7, 8] = 8
    framing: Framing = Framing.TCP
    """Default: tcp for a host, rtu for a serial port. A converter that passes RTU through is host + rtu."""
    transport: Transport = Transport.TCP
    ca: BesideFile | None = None
    """TLS: the certificates that the device's must lead to; default: the machine's own."""
    certificate: BesideFile | None = None
    key: BesideFile | None = None
    server_name: str | None = None
    timeout: Duration = 1.0
    """How long one answer may take."""
    connect_timeout: Duration = 2.0
    pause_after_connect: Duration = 0.0
    pause_between: Duration = 0.0
    """Least silence between an answer and the next request."""
    pause_after_timeout: Duration | None = None
    """How long a unit that did not answer is left alone, so that its late answer is not taken for the next one.
    Default: the timeout for rtu and ascii, none for tcp, where the transaction id tells."""
    pipeline: int = Field(default=1, ge=1, le=16)
    """Requests in flight at once; more than 1 only where the device is known to bear it."""

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = dict(data)
        if given.get("serial") is not None:
            given.setdefault("transport", Transport.SERIAL)
            given.setdefault("framing", Framing.RTU)
        elif given.get("host") is not None:
            given.setdefault("port", 802 if given.get("transport") == Transport.TLS else 502)
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Connection:
        wrong = [*self._wrong_end(), *self._wrong_keys()]
        if self.timeout <= 0 or self.connect_timeout <= 0:
            wrong.append("timeout and connect_timeout must be longer than 0")
        if self.pipeline > 1 and self.framing is not Framing.TCP:
            wrong.append("pipeline needs framing tcp: rtu and ascii have no transaction id to tell answers apart")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_end(self) -> list[str]:
        wrong = []
        if (self.host is None) == (self.serial is None):
            wrong.append("a modbus connection has a host or a serial port, exactly one of them")
        if self.serial is not None and (self.transport is not Transport.SERIAL or self.framing is Framing.TCP):
            wrong.append("a serial port carries framing rtu or ascii, and no other transport")
        if self.serial is None and self.transport is Transport.SERIAL:
            wrong.append("transport serial needs serial: /dev/tty…")
        if self.serial is not None and self.port is not None:
            wrong.append("port belongs to a host")
        return wrong

    def _wrong_keys(self) -> list[str]:
        wrong = []
        if self.transport is not Transport.TLS:
            wrong += [f"{k} belongs to transport tls" for k in _TLS_KEYS if getattr(self, k) is not None]
        if (self.certificate is None) != (self.key is None):
            wrong.append("certificate and key come together")
        if self.framing is Framing.TCP:
            wrong += [f"{k} belongs to framing rtu or ascii" for k in _SERIAL_KEYS if k in self.model_fields_set]
        if self.data_bits == 7 and self.framing is not Framing.ASCII:
            wrong.append("data_bits 7 belongs to framing ascii: rtu needs all 8")
        return wrong

    @property
    def where(self) -> str:
        """The far end, for people: `10.0.0.7:502`, `/dev/ttyUSB0`."""
        return self.serial or f"{self.host}:{self.port}"

    @property
    def end(self) -> tuple[str, int]:
        """Host and port of a line that has them."""
        return self.host or "", self.port or 0

    @property
    def drain(self) -> float:
        """Seconds that a unit is left alone after a timeout."""
        if self.pause_after_timeout is not None:
            return self.pause_after_timeout
        return 0.0 if self.framing is Framing.TCP else self.timeout

    @property
    def character(self) -> float:
        """Seconds that one character takes on the bus: start bit, data, parity, stop."""
        return (1 + self.data_bits + (self.parity != "none") + self.stop_bits) / self.baud
