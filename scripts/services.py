"""The real servers and tools that the tests run against: installed on Debian as root, listed elsewhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PACKAGES = (
    "chromium",
    "chromium-headless-shell",
    "fonts-wqy-zenhei",
    "gcc",
    "influxdb",
    "libc6-dev",
    "libmodbus-dev",
    "mbpoll",
    "mosquitto",
    "mosquitto-clients",
    "postgresql",
    "socat",
    "strace",
    "victoria-metrics",
)
PEERS = Path(__file__).resolve().parent.parent / "tests" / "services" / "node"
POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian's switch for services: while it exits 101, an installation starts none."""


def main() -> None:
    """Install what is missing where we may; a test whose server is missing says so itself."""
    install_peers()
    missing = absent(PACKAGES)
    if missing and may_install():
        install(missing)
        missing = absent(missing)
    if missing:
        print("Not installed, so the tests that need them are skipped:", ", ".join(missing))
        print("On Debian as root: apt-get install --no-install-recommends", *missing)


def install_peers() -> None:
    """The devices that others wrote in JavaScript: from their lock file, without running anything of theirs."""
    if not installed(PEERS):
        npm = Path(sys.executable).with_name("npm")
        command = [str(npm if npm.exists() else "npm"), "ci", "--ignore-scripts", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=PEERS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print("Not installed, so the tests that need them are skipped: the devices of tests/services/node:", error)


def installed(folder: Path) -> bool:
    """Whether what npm has put there is what the lock file asks for."""
    there, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    return there.exists() and there.stat().st_mtime >= lock.stat().st_mtime


def absent(packages: Sequence[str]) -> tuple[str, ...]:
    """Those of the packages that dpkg does not hold as installed; all of them where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return tuple(packages)
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return tuple(package for package in packages if package not in installed)


def may_install() -> bool:
    """Whether this is a Debian where we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> None:
    """By apt, starting no service; a package that this release does not know does not stop the others."""
    print("services: installing", ", ".join(packages), flush=True)
    with no_service_starts():
        apt("update")
        if not apt("install", *packages):
            for package in packages:
                apt("install", package)


def apt(verb: str, *packages: str) -> bool:
    """Whether a quiet apt-get ended well."""
    command = ["apt-get", verb, "-qq", "-y", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    null = subprocess.DEVNULL
    return subprocess.run(command, env=environment, stdin=null, stdout=null, check=False).returncode == 0


@contextmanager
def no_service_starts() -> Iterator[None]:
    """The tests start servers of their own; none shall run on this machine's usual ports because of us."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
