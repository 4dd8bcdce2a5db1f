"""A serial line without a wire: two pseudo-terminals that socat joins."""

from collections.abc import Sequence
from typing import ClassVar

from tests.services.server import Server


class SerialLine(Server):
    """`near` is ours, `far` the device's. A pseudo-terminal has no parity and no speed."""

    program: ClassVar[str] = "socat"
    package: ClassVar[str] = "socat"

    def __init__(self) -> None:
        super().__init__()
        self.near = self.folder / "near"
        self.far = self.folder / "far"

    def command(self) -> Sequence[str]:
        for end in (self.near, self.far):
            end.unlink(missing_ok=True)
        return self.executable, *(f"pty,raw,echo=0,link={end}" for end in (self.near, self.far))

    def answers(self) -> bool:
        return self.near.exists() and self.far.exists()

    def prepare(self) -> None:
        """Nothing is to be written."""

    def listening(self) -> Sequence[int]:
        return ()
