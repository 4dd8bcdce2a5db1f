"""An import-linter contract: a package imports its own kind, the standard library and the libraries it declares."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

OWN = frozenset({"facility", "drivers", "edge", "cloud", "simulators", "dashboards", "gatehouse"})
"""Which of our packages may meet is the other contracts' business."""


class OnlyContract(Contract):
    """Allows `allowed` and the dependencies of `extra` in pyproject.toml; refuses all else, and `forbidden`."""

    type_name = "only"

    source = fields.StringField()
    extra = fields.StringField(required=False)
    allowed = fields.SetField(subfield=fields.StringField(), required=False)
    forbidden = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the base's signature
        """Every import out of the source that is not allowed, with its lines."""
        allowed = OWN | sys.stdlib_module_names | self._set("allowed")
        if isinstance(extra := self._value("extra"), str):
            allowed |= installed_by(extra)
        allowed -= self._set("forbidden")
        source = str(self.source)
        broken = [
            (importer, imported, graph.get_import_details(importer=importer, imported=imported))
            for importer in sorted({source, *graph.find_descendants(source)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported.partition(".")[0] not in allowed
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _value(self, field: str) -> object:
        """A configured value; the base class has put it where the field's declaration stood."""
        return getattr(self, field)

    def _set(self, field: str) -> frozenset[str]:
        return frozenset(cast("set[str] | None", self._value(field)) or ())

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import: who, what, where."""
        for importer, imported, details in check.metadata["broken"]:
            where = ", ".join(f"l.{detail['line_number']}" for detail in details)
            output.print_error(f"{importer} -> {imported} ({where})", bold=False)


def installed_by(extra: str, pyproject: Path = Path("pyproject.toml")) -> frozenset[str]:
    """The top-level modules of the distributions that the base dependencies and `extra` name."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"][extra]]
    declared = {_normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in requirements}
    return frozenset(
        module
        for module, distributions in packages_distributions().items()
        if any(_normal(distribution) in declared for distribution in distributions)
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
