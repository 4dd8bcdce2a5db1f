"""The equipment types there are: one folder each, a site's own folder before the package's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from facility import yaml_source
from facility.equipment_type import DeviceModel, EquipmentType, ModelPoint, Repeat
from facility.errors import ConfigError, nearest

SHIPPED = Path(__file__).parent / "equipment"


class Catalog:
    """Finds types and models by folder and file name; reads each once."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._folders = tuple(folders)
        self._types: dict[str, EquipmentType] = {}
        self._models: dict[tuple[str, str], tuple[DeviceModel, yaml_source.Source]] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def types(self) -> tuple[str, ...]:
        """The names of all types."""
        if "" not in self._names:
            found = {f.parent.name for root in self._folders for f in root.glob("*/equipment.yaml")}
            self._names[""] = tuple(sorted(found))
        return self._names[""]

    def models(self, type_: str) -> tuple[str, ...]:
        """The names of all models of a type."""
        if type_ not in self._names:
            found = {f.stem for root in self._folders for f in (root / type_ / "models").glob("*.yaml")}
            self._names[type_] = tuple(sorted(found))
        return self._names[type_]

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


_Found = Iterator[tuple[tuple[str | int, ...], str]]


def _disagreements(model: DeviceModel, type_: EquipmentType, folder: str, stem: str) -> _Found:
    if model.type != folder:
        yield ("type",), f"{model.type!r} stands in the folder of {folder!r}"
    if model.id != stem:
        yield ("id",), f"the file is called {stem!r}, the model {model.id!r}: make them the same"
    if not model.points and not model.repeat:
        yield (), f"{stem} maps no point: list them under points or repeat"
    yield from _wrong_points(model.points, type_, None, ("points",))
    for i, repeat in enumerate(model.repeat):
        if repeat.per not in {k.id for k in type_.instances}:
            yield ("repeat", i, "per"), f"{folder} has no {repeat.per!r} instances"
            continue
        for name in repeat.each:
            if f"{{{name}" not in repeat.instance:
                yield (
                    ("repeat", i, "instance"),
                    f"{repeat.instance!r} leaves out {{{name}}}: two would be called the same",
                )
        yield from _wrong_points(repeat.points, type_, repeat.per, ("repeat", i, "points"))
        yield from _wrong_steps(repeat, ("repeat", i))


def _wrong_points(
    entries: Sequence[ModelPoint], type_: EquipmentType, per: str | None, at: tuple[str | int, ...]
) -> _Found:
    known, seen = {p.id: p for p in type_.points}, set[str]()
    for i, entry in enumerate(entries):
        where = (*at, i, "point")
        if entry.point not in known:
            yield where, f"{type_.id} has no point {entry.point!r}{nearest(entry.point, known)}"
        elif known[entry.point].per != per:
            yield (
                where,
                (
                    f"{entry.point!r} is one of each {known[entry.point].per}: it belongs under repeat"
                    if per is None
                    else f"{entry.point!r} is not one of each {per}: it belongs under points"
                ),
            )
        if entry.point in seen:
            yield where, f"{entry.point!r} is there twice"
        seen.add(entry.point)


def _wrong_steps(repeat: Repeat, at: tuple[str | int, ...]) -> _Found:
    for name, each in repeat.each.items():
        for key in each.step:
            for j, entry in enumerate(repeat.points):
                if not isinstance(entry.address.get(key), int):
                    yield (*at, "points", j, "address"), f"{name} steps {key!r}, but this address has no number there"


@cache
def shipped() -> Catalog:
    """The package's own catalog."""
    return Catalog()


def for_site(site_file: Path) -> Catalog:
    """The catalog of a site: `equipment/` beside site.yaml first, then the package's own."""
    return Catalog((site_file.parent / "equipment", SHIPPED))
