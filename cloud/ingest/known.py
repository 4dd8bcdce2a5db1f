"""What ingest has looked up once and need not look up again: inventories that are known, equipment of a gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from cloud.equipment.store import known

MOST = 10_000


class Known:
    """Touched by works only, and these run one after another."""

    def __init__(self) -> None:
        self._revisions: set[tuple[str, str, str]] = set()
        self._equipment: dict[tuple[str, str], tuple[str | None, frozenset[str]]] = {}

    def without(
        self, site: str, gateway: str, revisions: Iterable[str], missing: Callable[[list[str]], list[str]]
    ) -> list[str]:
        """Those revisions that are not known; `missing` looks up the ones that were not seen before."""
        asked = [revision for revision in revisions if (site, gateway, revision) not in self._revisions]
        if not asked:
            return []
        lacking = missing(asked)
        if len(self._revisions) > MOST:
            self._revisions.clear()
        self._revisions.update((site, gateway, revision) for revision in asked if revision not in lacking)
        return lacking

    def equipment(self, connection: Connection, site: str, gateway: str, revision: str | None) -> frozenset[str]:
        """The ids that the gateway has or had, by the inventory that holds now."""
        held, ids = self._equipment.get((site, gateway), (None, frozenset()))
        if held is None or held != revision:
            ids = known(connection, site, gateway)
            self._equipment[site, gateway] = (revision, ids)
        return ids
