"""A real server as our own child: in a folder of its own, checked to hold its port, to be killed and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

import psutil

from tests.services.ports import HOST, free_port

START_SECONDS = 60.0
STOP_SECONDS = 30.0


class MissingError(LookupError):
    """A program is not installed; the message names its Debian package."""


class ServerError(RuntimeError):
    """A server did not start, or a stranger answered in its place; the message holds what it said."""


class Server(ABC):
    """Base of the servers: a subclass says its program, its command and how it answers when it is ready.

    In tests the fixtures start and remove them; in measurements `with Influx() as influx:` does.
    """

    program: ClassVar[str]
    """What is looked for on the PATH (and in /usr/sbin)."""
    package: ClassVar[str]
    """The Debian package that brings it."""
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    host: ClassVar[str] = HOST

    def __init__(self) -> None:
        self.executable = self.find()
        self.folder = Path(tempfile.mkdtemp(prefix=f"gatehouse-{self.program}-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    def find(self) -> str:
        """The path of the program; MissingError where there is none."""
        return demand(self.program, self.package)

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The command line; called at each start."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server does its work: one short, harmless request. May raise OSError."""

    @abstractmethod
    def prepare(self) -> None:
        """Write what the server needs in its folder; called once, before the first start."""

    def listening(self) -> Sequence[int]:
        """The ports that the child must hold."""
        return (self.port,)

    def owner(self) -> str | None:
        """The user to run as; None is this one."""
        return None

    @property
    def alive(self) -> bool:
        """Whether our child runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id; fails where none runs."""
        assert self._process is not None, f"{self.program} was never started"
        return self._process.pid

    def log(self) -> str:
        """All that the server said."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> Self:
        """Start (again), on the same port and folder, wait until it answers and is proven ours, or ServerError."""
        assert not self.alive, f"{self.program} runs already"
        if self._process is None:
            self.prepare()
        owner = self.owner()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=owner,
                group=group_of(owner),
                extra_groups=[] if owner else None,
            )
        self._await_answer()
        self._assert_ours()
        return self

    def kill(self) -> None:
        """End it as a power cut would, at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._end(self.stop_signal)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Killed for the length of the block, started again after it."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    def remove(self) -> None:
        """Kill it and delete its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        for child in children if how is signal.SIGKILL else ():
            if child.is_running():
                child.kill()
        psutil.wait_procs(children, timeout=STOP_SECONDS)

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.alive:
            try:
                if self.answers():
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.program} gave no answer within {START_SECONDS:g} s:\n{self.log()[-2000:]}")
            time.sleep(0.01)
        raise ServerError(f"{self.program} ended at its start:\n{self.log()[-2000:]}")

    def _assert_ours(self) -> None:
        """The answer came from our child, not from a stranger on that port."""
        held = {
            connection.laddr.port
            for connection in psutil.Process(self.pid).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        strangers = set(self.listening()) - held
        if strangers:
            self.kill()
            raise ServerError(
                f"{self.program} (pid {self.pid}) does not hold port {strangers}: somebody else answered there"
            )


def group_of(owner: str | None) -> int | None:
    """The first group of a user."""
    return None if owner is None else pwd.getpwnam(owner).pw_gid


def demand(program: str, package: str, *folders: str) -> str:
    """The path of a program, looked for in the folders first; MissingError where there is none."""
    path = shutil.which(program, path=os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))
    if path is None:
        raise MissingError(f"{program} is not installed (Debian: apt-get install {package})")
    return path
