"""The steps of `make setup`, each with one line of progress; needs nothing but the standard library."""

import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / "bin"
PYTHON = str(BIN / "python")
UV = str(BIN / "uv")
PACKAGES = ("facility", "drivers", "edge", "cloud", "simulators")
NO_VENV = """This Python cannot make virtual environments (module `ensurepip` is missing).
On Debian or Ubuntu: apt-get install python3-venv   then run make again."""


def create() -> None:
    """The virtual environment, with uv in it where uv can be had."""
    if find_spec("ensurepip") is None:
        install_venv_package()
    if not (BIN / "pip").exists() or not runs(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        venv.create(ENVIRONMENT, with_pip=True, symlinks=True, clear=True)
    runs(*pip("install", "--require-hashes", "--no-deps", "-r", "requirements/uv.txt"))


def packages() -> None:
    """Exactly the locked libraries, compiled; by uv in seconds, by pip where uv finds no way to the index."""
    lock = "requirements/dev.txt"
    if "UV_DEFAULT_INDEX" not in os.environ and (index := pip_index()):
        os.environ["UV_DEFAULT_INDEX"] = index
    if not runs(UV, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", PYTHON, lock):
        demand(*pip("install", "--require-hashes", "-r", lock))


def project() -> None:
    """Gatehouse itself, editable, so that the command `gatehouse` runs this checkout."""
    demand(*pip("install", "--no-deps", "--no-build-isolation", "--editable", "."))
    # Else every start compiles everything anew where Python must not write: in containers, under a hardened service.
    runs(PYTHON, "-m", "compileall", "-q", "gatehouse.py", *PACKAGES)


def node() -> None:
    """The dashboards' locked libraries."""
    demand(npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=ROOT / "dashboards")


def dashboards() -> None:
    """The dashboards as static files."""
    demand(npm(), "run", "--silent", "build", cwd=ROOT / "dashboards")
    if not (ROOT / "dashboards" / "dist" / "index.html").exists():
        sys.exit("set-up failed: the build of the dashboards left no dashboards/dist/index.html")


STEPS: dict[str, tuple[str, Callable[[], None]]] = {
    "create": ("virtual environment", create),
    "packages": ("locked Python libraries", packages),
    "project": ("gatehouse", project),
    "node": ("locked dashboard libraries", node),
    "dashboards": ("dashboards", dashboards),
}


def install_venv_package() -> None:
    """Debian keeps `ensurepip` in a package of its own: install it where we may, else say so."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    may = os.geteuid() == 0 and Path("/usr/bin/apt-get").exists() and sys.base_prefix == "/usr"
    if not may or not (
        runs("apt-get", "update", "-qq") and runs("apt-get", "install", "-y", "-qq", "--no-install-recommends", version)
    ):
        sys.exit(NO_VENV)


def pip(*arguments: str) -> list[str]:
    """A quiet pip of the environment."""
    return [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]


def pip_index() -> str:
    """The package index that pip is configured for, which uv does not read; empty where pip uses its own default."""
    asked = subprocess.run(pip("config", "get", "global.index-url"), capture_output=True, text=True, check=False)
    return os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()


def npm() -> str:
    """The npm that came with the environment's own Node."""
    return str(BIN / "npm")


def runs(*command: str, cwd: Path = ROOT) -> bool:
    """Whether the command ended well; what it says is shown."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        return subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, check=False).returncode == 0
    except OSError:
        return False


def demand(*command: str, cwd: Path = ROOT) -> None:
    """Run the command; end the set-up with its name where it fails."""
    if not runs(*command, cwd=cwd):
        sys.exit(f"set-up failed at: {' '.join(command)}")


def main() -> None:
    """Run one step and say how long it took."""
    title, step = STEPS[sys.argv[1]]
    print(f"set-up: {title} … ", end="", flush=True)
    began = time.monotonic()
    step()
    print(f"{time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
