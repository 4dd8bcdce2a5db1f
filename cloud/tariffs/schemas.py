"""Tariffs and contracts on the wire."""

from __future__ import annotations

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.energy.bill import Contract
from facility.energy.tariff import Tariff
from facility.words import Frozen


class NewTariff(Asked):
    """The body of PUT /tariffs/{site}/{id}."""

    tariff: Tariff
    restates: str = Field(default="", max_length=500)
    """Why what held on past days changes; without it a change of the past is refused."""


class StoredTariff(Frozen):
    """A site's own tariff."""

    tariff: Tariff
    revision: int
    at: Moment
    by: str
    reason: str


class TariffList(Frozen):
    """The site's own, and the shapes that ship (without prices)."""

    items: tuple[StoredTariff, ...]
    shipped: tuple[Tariff, ...]


class Contracts(Asked):
    """The supply contracts of one meter, in the order of their `from`."""

    contracts: tuple[Contract, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _in_order(self) -> Contracts:
        starts = [each.start for each in self.contracts]
        if starts != sorted(set(starts)):
            raise ValueError(
                "合同按生效日期排列,同一天不得有两份 · "
                "the contracts stand in the order of their `from`, no two on the same day"
            )
        return self


class MeterContracts(Frozen):
    """With its meter."""

    meter: str
    contracts: tuple[Contract, ...]
