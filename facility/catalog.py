"""The equipment types there are: one folder each, a site's own folder before the package's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from facility import yaml_source
from facility.equipment_type import DeviceModel, EquipmentType
from facility.errors import ConfigError, nearest

SHIPPED = Path(__file__).parent / "equipment"


class Catalog:
    """Finds types and models by folder and file name; reads each once."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._folders = tuple(folders)
        self._types: dict[str, EquipmentType] = {}
        self._models: dict[tuple[str, str], tuple[DeviceModel, yaml_source.Source]] = {}

    def types(self) -> tuple[str, ...]:
        """The names of all types."""
        return tuple(sorted({f.parent.name for root in self._folders for f in root.glob("*/equipment.yaml")}))

    def models(self, type_: str) -> tuple[str, ...]:
        """The names of all models of a type."""
        return tuple(sorted({f.stem for root in self._folders for f in (root / type_ / "models").glob("*.yaml")}))

    def type(self, name: str) -> EquipmentType:
        """The type `name`; ConfigError where there is none or its file is wrong."""
        if name not in self._types:
            path = self._find(Path(name) / "equipment.yaml")
            if path is None:
                known = self.types()
                raise ConfigError(f"no equipment type {name!r}{nearest(name, known)} (there are: {', '.join(known)})")
            source = yaml_source.load(path)
            found = yaml_source.check(EquipmentType, source)
            if found is not None and found.id != name:
                source.mistake(("id",), f"the folder is called {name!r}, the type {found.id!r}: make them the same")
            self._types[name] = source.right(found)
        return self._types[name]

    def model(self, type_: str, name: str) -> DeviceModel:
        """The model `name` of a type, checked against the type's points."""
        return self.model_source(type_, name)[0]

    def model_source(self, type_: str, name: str) -> tuple[DeviceModel, yaml_source.Source]:
        """A model and its file, so that a driver's complaint can name the line."""
        if (type_, name) not in self._models:
            path = self._find(Path(type_) / "models" / f"{name}.yaml")
            if path is None:
                known = self.models(type_)
                raise ConfigError(f"no model {name!r} of {type_}{nearest(name, known)} (there are: {', '.join(known)})")
            source = yaml_source.load(path)
            found = yaml_source.check(DeviceModel, source)
            if found is not None:
                for where, says in _disagreements(found, self.type(type_), type_, name):
                    source.mistake(where, says)
            self._models[type_, name] = source.right(found), source
        return self._models[type_, name]

    def _find(self, relative: Path) -> Path | None:
        return next((root / relative for root in self._folders if (root / relative).is_file()), None)


def _disagreements(
    model: DeviceModel, type_: EquipmentType, folder: str, stem: str
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if model.type != folder:
        yield ("type",), f"{model.type!r} stands in the folder of {folder!r}"
    if model.id != stem:
        yield ("id",), f"the file is called {stem!r}, the model {model.id!r}: make them the same"
    known = {p.id: p for p in type_.points}
    for i, entry in enumerate(model.points):
        if entry.point not in known:
            yield ("points", i, "point"), f"{folder} has no point {entry.point!r}{nearest(entry.point, known)}"
        elif known[entry.point].per:
            yield (
                ("points", i, "point"),
                f"{entry.point!r} is one of each {known[entry.point].per}: it belongs under repeat",
            )
    for i, repeat in enumerate(model.repeat):
        if repeat.per not in {k.id for k in type_.instances}:
            yield ("repeat", i, "per"), f"{folder} has no {repeat.per!r} instances"
        for j, entry in enumerate(repeat.points):
            if entry.point not in known:
                yield (
                    ("repeat", i, "points", j, "point"),
                    f"{folder} has no point {entry.point!r}{nearest(entry.point, known)}",
                )


@cache
def shipped() -> Catalog:
    """The package's own catalog."""
    return Catalog()


def for_site(site_file: Path) -> Catalog:
    """The catalog of a site: `equipment/` beside site.yaml first, then the package's own."""
    return Catalog((site_file.parent / "equipment", SHIPPED))
